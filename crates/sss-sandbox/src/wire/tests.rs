use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Incoming, read, write};
use crate::world::World;

const REQUEST_ID: &str = "00000000-0000-0000-0000-000000000001";

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

/// Returns the authorization header of a signed request to a service.
fn signed(region: &str, service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/{region}/{service}/aws4_request, \
         SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"
    )
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Bytes> {
    let builder = Request::builder().method(method).uri(format!("http://sandbox.invalid{path}"));
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
    builder.body(Bytes::from(body.to_owned())).expect("a valid request")
}

fn json_request(service: &str, target: &str, body: &str) -> Request<Bytes> {
    let authorization = signed("ap-northeast-1", service);
    request("POST", "/", &[("authorization", &authorization), ("x-amz-target", target)], body)
}

fn rest_request(method: &str, path: &str, body: &str) -> Request<Bytes> {
    request(method, path, &[("authorization", &signed("ap-northeast-1", "apigateway"))], body)
}

fn form_request(service: &str, form: &str) -> Request<Bytes> {
    request("POST", "/", &[("authorization", &signed("us-east-1", service))], form)
}

/// One request and its answer.
struct Exchange {
    service: String,
    operation: String,
    error: Option<&'static str>,
    response: Response<Bytes>,
}

fn answer(world: &mut World, request: &Request<Bytes>) -> Exchange {
    let incoming = read(&world.region, request);
    let answer = match &incoming.input {
        Ok(input) => incoming.service.call(world, &incoming.operation, input),
        Err(refusal) => Err(refusal.clone()),
    };
    let error = answer.as_ref().err().map(|refusal| refusal.code);
    let response = write(&incoming, answer, REQUEST_ID);
    let service = incoming.addressee().to_owned();
    let Incoming { operation, .. } = incoming;
    Exchange { service, operation, error, response }
}

fn text(response: &Response<Bytes>) -> &str {
    std::str::from_utf8(response.body()).expect("text")
}

fn body(exchange: &Exchange) -> Value {
    serde_json::from_slice(exchange.response.body()).expect("JSON")
}

fn header<'a>(exchange: &'a Exchange, name: &str) -> Option<&'a str> {
    exchange.response.headers().get(name)?.to_str().ok()
}

const CREATE_CLUSTER: &str = "AmazonEC2ContainerServiceV20141113.CreateCluster";

#[test]
fn json_request_gets_a_json_answer() {
    let request = json_request("ecs", CREATE_CLUSTER, r#"{"clusterName":"shop"}"#);
    let exchange = answer(&mut world(), &request);
    assert_eq!((exchange.service.as_str(), exchange.operation.as_str()), ("ecs", "CreateCluster"));
    assert_eq!(exchange.response.status(), 200);
    assert_eq!(header(&exchange, "content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(header(&exchange, "x-amzn-requestid"), Some(REQUEST_ID));
    assert_eq!(body(&exchange)["cluster"]["clusterName"], "shop");
}

#[test]
fn json_refusal_has_its_code_in_header_and_body() {
    let delete = "AmazonEC2ContainerServiceV20141113.DeleteCluster";
    let exchange = answer(&mut world(), &json_request("ecs", delete, r#"{"cluster":"shop"}"#));
    assert_eq!(exchange.response.status(), 400);
    assert_eq!(exchange.error, Some("ClusterNotFoundException"));
    assert_eq!(header(&exchange, "x-amzn-errortype"), Some("ClusterNotFoundException"));
    assert_eq!(
        body(&exchange),
        json!({ "__type": "ClusterNotFoundException", "message": "Cluster not found." })
    );
}

#[test]
fn request_that_is_not_of_the_service_is_refused() {
    let unreadable = json_request("ecs", CREATE_CLUSTER, "{");
    assert_eq!(answer(&mut world(), &unreadable).error, Some("SerializationException"));
    let wrong_type = json_request("ecs", CREATE_CLUSTER, r#"{"clusterName":1}"#);
    assert_eq!(answer(&mut world(), &wrong_type).error, Some("SerializationException"));
    let unknown = json_request("ecs", "AmazonEC2ContainerServiceV20141113.BuyCluster", "{}");
    assert_eq!(answer(&mut world(), &unknown).error, Some("UnknownOperationException"));
    let elsewhere = json_request("ecs", "Logs_20140328.DescribeLogGroups", "{}");
    assert_eq!(answer(&mut world(), &elsewhere).error, Some("UnknownOperationException"));
    let path = rest_request("GET", "/v2/nothing", "");
    assert_eq!(answer(&mut world(), &path).error, Some("MissingAuthenticationTokenException"));
    let other = answer(&mut world(), &json_request("kms", "TrentService.ListKeys", "{}"));
    assert_eq!((other.response.status().as_u16(), other.service.as_str()), (404, "kms"));
    let parameter = answer(&mut world(), &json_request("ssm", "AmazonSSM.GetParameter", r#"{"Name":"/x"}"#));
    assert_eq!(parameter.error, Some("ParameterNotFound"));
}

#[test]
fn signature_names_the_service_and_the_region() {
    let mut world = world();
    let unsigned = request("POST", "/", &[("x-amz-target", CREATE_CLUSTER)], "{}");
    let exchange = answer(&mut world, &unsigned);
    assert_eq!(exchange.response.status(), 403);
    assert_eq!(exchange.error, Some("MissingAuthenticationTokenException"));
    assert_eq!(exchange.operation, "CreateCluster");

    let authorization = signed("eu-west-1", "ecs");
    let headers = [("authorization", authorization.as_str()), ("x-amz-target", CREATE_CLUSTER)];
    let elsewhere = answer(&mut world, &request("POST", "/", &headers, "{}"));
    assert_eq!(
        (elsewhere.response.status().as_u16(), elsewhere.error),
        (403, Some("InvalidSignatureException"))
    );

    let elsewhere = answer(&mut world, &form_request("ec2", "Action=DescribeVpcs&Version=2016-11-15"));
    assert_eq!(elsewhere.error, Some("SignatureDoesNotMatch"));
    let global = answer(&mut world, &form_request("sts", "Action=GetCallerIdentity&Version=2011-06-15"));
    assert_eq!(global.error, None);
    assert_eq!(world, self::world(), "nothing refused has changed anything");
}

#[test]
fn unsigned_form_is_refused_by_its_version() {
    let refused =
        |form: &str| text(&answer(&mut world(), &request("POST", "/", &[], form)).response).to_owned();
    assert!(refused("Action=DescribeVpcs&Version=2016-11-15").contains("<Response><Errors><Error>"));
    assert!(refused("Action=ListRoles&Version=2010-05-08").contains("<ErrorResponse xmlns=\"https://iam."));
}

#[test]
fn rest_answer_has_the_status_of_its_operation() {
    let mut world = world();
    let created =
        answer(&mut world, &rest_request("POST", "/v2/apis", r#"{"name":"shop","protocolType":"HTTP"}"#));
    assert_eq!((created.response.status().as_u16(), created.operation.as_str()), (201, "CreateApi"));
    let id = body(&created)["apiId"].as_str().expect("an id").to_owned();

    let arn = format!("arn%3Aaws%3Aapigateway%3Aap-northeast-1%3A%3A%2Fapis%2F{id}");
    let tagged = rest_request("POST", &format!("/v2/tags/{arn}"), r#"{"tags":{"a":"1","b":"2"}}"#);
    assert_eq!(answer(&mut world, &tagged).response.status(), 201);
    let untagged = rest_request("DELETE", &format!("/v2/tags/{arn}?tagKeys=a&tagKeys=c"), "");
    let untagged = answer(&mut world, &untagged);
    assert_eq!((untagged.response.status().as_u16(), text(&untagged.response)), (204, ""));

    let got = answer(&mut world, &rest_request("GET", &format!("/v2/apis/{id}"), ""));
    assert_eq!((got.response.status().as_u16(), &body(&got)["tags"]), (200, &json!({ "b": "2" })));
    let stage = rest_request("POST", &format!("/v2/apis/{id}/stages"), r#"{"stageName":"$default"}"#);
    assert_eq!(answer(&mut world, &stage).response.status(), 201);
    let stage = answer(&mut world, &rest_request("GET", &format!("/v2/apis/{id}/stages/%24default"), ""));
    assert_eq!(body(&stage)["stageName"], "$default");
    let deleted = answer(&mut world, &rest_request("DELETE", &format!("/v2/apis/{id}"), ""));
    assert_eq!(deleted.response.status(), 204);
    let gone = answer(&mut world, &rest_request("GET", &format!("/v2/apis/{id}"), ""));
    assert_eq!(gone.response.status(), 404);
    assert_eq!(header(&gone, "x-amzn-errortype"), Some("NotFoundException"));
    assert!(body(&gone)["message"].is_string());
}

#[test]
fn form_becomes_lists_and_answer_becomes_xml() {
    let mut world = world();
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let form: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("Action", "CreateRole"),
            ("Version", "2010-05-08"),
            ("RoleName", "app"),
            ("Description", "a & <b>"),
            ("AssumeRolePolicyDocument", trust),
            ("Tags.member.1.Key", "Owner"),
            ("Tags.member.1.Value", "mamezou"),
        ])
        .finish();
    let created = answer(&mut world, &form_request("iam", &form));
    let xml = text(&created.response);
    assert_eq!(header(&created, "content-type"), Some("text/xml;charset=UTF-8"));
    assert!(xml.contains(
        "<CreateRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateRoleResult><Role>"
    ));
    assert!(xml.contains("<Tags><member><Key>Owner</Key><Value>mamezou</Value></member></Tags>"), "{xml}");
    assert!(
        xml.contains(&format!("<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"))
    );

    let found = answer(&mut world, &form_request("iam", "Action=GetRole&Version=2010-05-08&RoleName=app"));
    assert!(text(&found.response).contains("<Description>a &amp; &lt;b&gt;</Description>"));

    let again = answer(&mut world, &form_request("iam", &form));
    assert_eq!(again.response.status(), 409);
    assert!(
        text(&again.response).contains("<Error><Type>Sender</Type><Code>EntityAlreadyExists</Code><Message>")
    );
    let deleted = form_request("iam", "Action=DeleteRole&Version=2010-05-08&RoleName=app");
    let deleted = answer(&mut world, &deleted);
    assert!(!text(&deleted.response).contains("Result"), "there is nothing to tell");
}

/// The SDK for Go does not accept the answer of this operation without the element of its output.
#[test]
fn update_of_a_role_has_an_empty_result() {
    let mut world = world();
    let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22\
        Principal%22%3A%7B%22Service%22%3A%22ecs-tasks.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole\
        %22%7D%5D%7D";
    let created =
        format!("Action=CreateRole&Version=2010-05-08&RoleName=app&AssumeRolePolicyDocument={trust}");
    assert_eq!(answer(&mut world, &form_request("iam", &created)).response.status(), 200);
    let updated = "Action=UpdateRole&Version=2010-05-08&RoleName=app&Description=new";
    let updated = answer(&mut world, &form_request("iam", updated));
    let xml = text(&updated.response);
    assert!(xml.contains("<UpdateRoleResult></UpdateRoleResult><ResponseMetadata>"), "{xml}");
}

/// The AWS CLI does not accept an answer of this service without the element of its output.
#[test]
fn elastic_load_balancing_has_empty_results() {
    let mut world = World::new("123456789012", "us-east-1", 0);
    let form = "Action=DeleteTargetGroup&Version=2015-12-01&TargetGroupArn=a";
    let deleted = answer(&mut world, &form_request("elasticloadbalancing", form));
    let xml = text(&deleted.response);
    assert!(xml.contains("<DeleteTargetGroupResult></DeleteTargetGroupResult><ResponseMetadata>"), "{xml}");
}

#[test]
fn ec2_has_its_own_query_protocol() {
    let mut world = world();
    let authorization = signed("ap-northeast-1", "ec2");
    let headers = [("authorization", authorization.as_str())];
    let form = "Action=DescribeSubnets&Version=2016-11-15&Filter.1.Name=vpc-id\
                &Filter.1.Value.1=vpc-0a1b2c3d4e5f60718&Filter.1.Value.2=vpc-0a1b2c3d4e5f60719";
    let found = answer(&mut world, &request("POST", "/", &headers, form));
    let xml = text(&found.response);
    assert!(xml.contains(&format!(
        "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>{REQUEST_ID}</requestId>"
    )));
    assert_eq!(xml.matches("<subnetId>").count(), 3, "{xml}");
    let form = "Action=DescribeSecurityGroups&Version=2016-11-15&GroupId.1=sg-0a1b2c3d4e5f60009";
    let missing = answer(&mut world, &request("POST", "/", &headers, form));
    assert!(text(&missing.response).contains("<Response><Errors><Error><Code>InvalidGroup.NotFound</Code>"));
}

#[test]
fn tenth_item_comes_after_the_ninth() {
    let names = (1..=11).map(|number| (format!("GroupId.{number}"), number.to_string()));
    let form = form_urlencoded::Serializer::new("Action=X".to_owned()).extend_pairs(names).finish();
    let authorization = signed("ap-northeast-1", "ec2");
    let request = request("POST", "/", &[("authorization", &authorization)], &form);
    let decoded = super::query::decode(&request).expect("a form");
    let expected: Vec<String> = (1..=11).map(|number: u8| number.to_string()).collect();
    assert_eq!(decoded.input, json!({ "GroupId": expected }));
}
