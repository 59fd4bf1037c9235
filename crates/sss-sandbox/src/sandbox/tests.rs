use std::{io, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::Sandbox;
use crate::{clock::BEGINNING, serve, services::ec2};

const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKID/20260101/ap-northeast-1/ecs/aws4_request";
const TARGET: &str = "AmazonEC2ContainerServiceV20141113.";

fn request(operation: &str, body: &str) -> Request<Bytes> {
    Request::post("http://sandbox.invalid/")
        .header("authorization", AUTHORIZATION)
        .header("x-amz-target", format!("{TARGET}{operation}"))
        .body(Bytes::from(body.to_owned()))
        .expect("a valid request")
}

async fn call(sandbox: &Sandbox, operation: &str, body: &str) -> io::Result<Response<Bytes>> {
    sandbox.answer(&request(operation, body), Duration::ZERO).await
}

#[tokio::test(start_paused = true)]
async fn time_of_an_account_is_tokios() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.now(), BEGINNING);
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(sandbox.now(), BEGINNING + 60_000);
    let fast = sandbox.clone().with_factor(10.0);
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(fast.now(), BEGINNING + 660_000);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(fast.now(), BEGINNING + 661_000, "it is the same account");
}

#[test]
fn time_stands_still_outside_of_a_runtime() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.now(), BEGINNING);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        sandbox.now();
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(sandbox.now(), BEGINNING + 5_000);
    });
    assert_eq!(sandbox.now(), BEGINNING + 5_000);
}

#[tokio::test(start_paused = true)]
async fn loaded_account_continues_at_its_saved_time() {
    let sandbox = Sandbox::new();
    let namespace = json!({ "Name": "shop.internal", "Vpc": sandbox.vpc_id() });
    let started = sandbox.request("servicediscovery", "CreatePrivateDnsNamespace", &namespace);
    let operation = json!({ "OperationId": started.expect("a new name")["OperationId"] });

    tokio::time::advance(Duration::from_secs(30)).await;
    let loaded = Sandbox::load(&sandbox.save()).expect("it was saved");
    assert_eq!(loaded.save(), sandbox.save());
    let status = |sandbox: &Sandbox| {
        let answer = sandbox.request("servicediscovery", "GetOperation", &operation).expect("it is there");
        answer["Operation"]["Status"].as_str().map(str::to_owned)
    };
    assert_eq!(status(&loaded).as_deref(), Some("PENDING"));
    tokio::time::advance(Duration::from_secs(20)).await;
    assert_eq!(status(&loaded).as_deref(), Some("SUCCESS"), "15 s were left");
    let error = Sandbox::load(b"{}").expect_err("nothing was saved there");
    assert_eq!(error.to_string(), "not a saved sandbox");
}

#[tokio::test(start_paused = true)]
async fn calls_are_recorded() {
    let sandbox = Sandbox::new();
    call(&sandbox, "CreateCluster", r#"{"clusterName":"shop"}"#).await.expect("an answer");
    tokio::time::advance(Duration::from_secs(2)).await;
    call(&sandbox, "DescribeServices", r#"{"services":["app"]}"#).await.expect("an answer");
    let calls = sandbox.calls();

    assert_eq!(calls.len(), 2);
    assert_eq!(
        (calls[0].operation.as_str(), calls[0].writes, calls[0].status),
        ("CreateCluster", true, Some(200))
    );
    assert_eq!(
        (calls[1].operation.as_str(), calls[1].writes, calls[1].status),
        ("DescribeServices", false, Some(400))
    );
    assert_eq!(calls[1].at, Duration::from_secs(2));
    assert_eq!(calls[1].error.as_deref(), Some("ClusterNotFoundException"));
    sandbox.reset_calls();
    assert_eq!(sandbox.calls(), []);
}

#[tokio::test(start_paused = true)]
async fn reading_changes_nothing() {
    let sandbox = Sandbox::new();
    let before = sandbox.save();
    call(&sandbox, "ListClusters", "{}").await.expect("an answer");
    assert_eq!(sandbox.save(), before);
}

#[test]
fn new_account_has_the_fixed_ids() {
    let sandbox = Sandbox::in_region("eu-central-1");
    let account = sandbox.lock();
    assert!(ec2::has_vpc(&account.world, crate::world::VPC_ID));
    drop(account);
    for subnet in sandbox.private_subnet_ids() {
        assert!(ec2::has_subnet(&sandbox.lock().world, &subnet), "{subnet}");
    }
    assert!(ec2::has_security_group(&sandbox.lock().world, &sandbox.default_security_group_id()));
    assert_eq!((sandbox.region().as_str(), sandbox.account().as_str()), ("eu-central-1", "123456789012"));
}

#[tokio::test]
async fn server_answers_on_several_connections() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let sandbox = Sandbox::new();
    let server = tokio::spawn(serve(sandbox.clone(), listener));
    let mut streams = Vec::new();

    for _ in 0..3 {
        streams.push(TcpStream::connect(address).await.expect("a connection"));
    }
    for mut stream in streams.into_iter().rev() {
        let head = format!(
            "POST / HTTP/1.1\r\nhost: sandbox\r\nauthorization: {AUTHORIZATION}\r\n\
             x-amz-target: {TARGET}ListClusters\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}"
        );
        stream.write_all(head.as_bytes()).await.expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the server answers");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with(r#"{"clusterArns":[]}"#), "{answer}");
    }
    assert_eq!(sandbox.calls().len(), 3);
    server.abort();
}

#[test]
fn regions_of_an_account_have_the_same_roles() {
    let tokyo = Sandbox::new();
    let virginia = tokyo.beside("us-east-1");
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let role = |name: &str| json!({ "RoleName": name, "AssumeRolePolicyDocument": trust });
    let mut ids = Vec::new();

    for (region, other, name) in [(&tokyo, &virginia, "a"), (&virginia, &tokyo, "b")] {
        region.request("iam", "CreateRole", &role(name)).expect("a new role");
        let found = other.request("iam", "GetRole", &json!({ "RoleName": name })).expect("the same role");
        ids.push(found["Role"]["RoleId"].clone());
        assert!(other.request("iam", "CreateRole", &role(name)).is_err(), "the name is taken in both");
    }
    assert_ne!(ids[0], ids[1]);
    tokyo.request("ecs", "CreateCluster", &json!({ "clusterName": "c" })).expect("a new cluster");
    let clusters = virginia.request("ecs", "ListClusters", &json!({})).expect("a listing");
    assert_eq!(clusters["clusterArns"], json!([]), "all else is of one region");
    let saved = Sandbox::load(&virginia.save()).expect("a saved region");
    assert!(saved.request("iam", "GetRole", &json!({ "RoleName": "a" })).is_ok());
}

#[test]
fn every_arn_names_the_partition() {
    for (region, prefix, suffix) in [
        ("cn-north-1", "arn:aws-cn:", ".execute-api.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "arn:aws-us-gov:", ".execute-api.us-gov-west-1.amazonaws.com"),
        ("eusc-de-east-1", "arn:aws-eusc:", ".execute-api.eusc-de-east-1.amazonaws.eu"),
    ] {
        let sandbox = Sandbox::in_region(region);
        let ask = |service: &str, operation: &str, input| {
            sandbox.request(service, operation, &input).expect("a valid request")
        };
        let api = ask(
            "apigateway",
            "CreateApi",
            json!({ "name": "a", "protocolType": "HTTP", "tags": {"a": "b"} }),
        );
        assert!(api["apiEndpoint"].as_str().is_some_and(|endpoint| endpoint.ends_with(suffix)), "{api}");
        ask("ecs", "CreateCluster", json!({ "clusterName": "c", "tags": [{"key": "a", "value": "b"}] }));
        ask("logs", "CreateLogGroup", json!({ "logGroupName": "g", "tags": {"a": "b"} }));
        ask("sts", "GetCallerIdentity", json!({}));
        let saved = String::from_utf8(sandbox.save()).expect("JSON");
        let tagged = ask("tagging", "GetResources", json!({})).to_string();
        let caller = ask("sts", "GetCallerIdentity", json!({})).to_string();
        for text in [saved, tagged, caller] {
            assert_eq!(text.matches("arn:").count(), text.matches(prefix).count(), "{text}");
        }
    }
}

#[test]
fn zone_of_the_table_has_no_vpc_links() {
    let sandbox = Sandbox::in_region("ca-central-1");
    let subnets = sandbox.private_subnet_ids();
    let link = |subnet: &str| {
        let input = json!({ "name": "l", "subnetIds": [subnet], "securityGroupIds": [] });
        sandbox.request("apigateway", "CreateVpcLink", &input)
    };
    let (code, message) = link(&subnets[0]).expect_err("cac1-az4 has no VPC links");
    assert_eq!(code, "BadRequestException");
    assert!(
        message.contains("is in Availability Zone 'cac1-az4' where service is not available"),
        "{message}"
    );
    link(&subnets[1]).expect("cac1-az1 has VPC links");
}

/// Makes a call to ECS with the access key of a handle, and returns the status and the body.
async fn signed(sandbox: &Sandbox, operation: &str, body: &str) -> (u16, String) {
    let mut request = request(operation, body);
    let key = AUTHORIZATION.replace("AKID", &sandbox.access_key);
    request.headers_mut().insert("authorization", key.parse().expect("a header"));
    let answer = sandbox.answer(&request, Duration::ZERO).await.expect("an answer");
    (answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
}

#[tokio::test(start_paused = true)]
async fn policies_of_a_role_decide_about_its_calls() {
    let sandbox = Sandbox::new();
    let policy = |action: &str| {
        let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    };
    let reader = sandbox.as_role("reader", &[policy("ecs:List*")]).expect("a valid policy");
    assert_eq!(signed(&reader, "ListClusters", "{}").await.0, 200);
    let (status, body) = signed(&reader, "CreateCluster", r#"{"clusterName": "shop"}"#).await;
    assert_eq!(status, 400);
    let expected = "User: arn:aws:sts::123456789012:assumed-role/reader/sandbox is not authorized to perform: \
                    ecs:CreateCluster on resource: arn:aws:ecs:ap-northeast-1:123456789012:cluster/shop because no \
                    identity-based policy allows the ecs:CreateCluster action";
    assert!(body.contains("AccessDeniedException") && body.contains(expected), "{body}");
    assert_eq!(signed(&sandbox, "CreateCluster", r#"{"clusterName": "shop"}"#).await.0, 200, "the user may");

    let writer = sandbox.as_role("reader", &[policy("ecs:*")]).expect("a valid policy");
    assert_eq!(signed(&writer, "DeleteCluster", r#"{"cluster": "shop"}"#).await.0, 200);
    assert_eq!(signed(&reader, "CreateCluster", r#"{"clusterName": "b"}"#).await.0, 200, "it is one role");
    let loaded = Sandbox::load(&sandbox.save()).expect("a saved account");
    let reader = Sandbox { access_key: reader.access_key, ..loaded };
    assert_eq!(signed(&reader, "ListTaskDefinitions", "{}").await.0, 200, "sessions are saved");
}

#[test]
fn policy_that_is_too_long_is_refused() {
    let long: Vec<String> =
        (0..300).map(|number| format!("arn:aws:iam::123456789012:role/{number}")).collect();
    let statement = json!({ "Effect": "Allow", "Action": "iam:GetRole", "Resource": long });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let (code, message) = Sandbox::new().as_role("role", &[policy]).expect_err("above 6,144 characters");
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    );
}

#[test]
fn simulation_decides_as_a_call_does() {
    let sandbox = Sandbox::new();
    let policy = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "ecs:*", "Resource": "*",
          "Condition": { "StringEquals": { "aws:RequestedRegion": "ap-northeast-1" } } },
        { "Effect": "Deny", "Action": "ecs:DeleteCluster", "Resource": "*" },
    ] });
    sandbox.as_role("deploy", &[policy.to_string()]).expect("a valid policy");
    let role = "arn:aws:iam::123456789012:role/deploy";
    let region = json!([{ "ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string",
        "ContextKeyValues": ["ap-northeast-1"] }]);
    let simulated = |source: &str, context: &serde_json::Value| {
        let input = json!({ "PolicySourceArn": source, "ContextEntries": context,
            "ActionNames": ["ecs:CreateCluster", "ecs:DeleteCluster", "iam:PassRole"] });
        sandbox.request("iam", "SimulatePrincipalPolicy", &input)
    };
    let decisions = |answer: serde_json::Value| -> Vec<String> {
        let results = answer["EvaluationResults"].as_array().cloned().expect("results").into_iter();
        results.map(|result| result["EvalDecision"].as_str().expect("a decision").to_owned()).collect()
    };
    let answer = simulated(role, &region).expect("a role");
    assert_eq!(answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"], "deploy-1");
    assert_eq!(decisions(answer), ["allowed", "explicitDeny", "implicitDeny"]);
    let answer = simulated(role, &json!([])).expect("a role");
    assert_eq!(answer["EvaluationResults"][0]["MissingContextValues"], json!(["aws:requestedregion"]));
    assert_eq!(decisions(answer), ["implicitDeny", "explicitDeny", "implicitDeny"]);
    let user = simulated("arn:aws:iam::123456789012:user/sandbox", &json!([])).expect("the user");
    assert_eq!(decisions(user), ["allowed", "allowed", "allowed"]);

    let custom = json!({ "PolicyInputList": [policy.to_string()], "ActionNames": ["ecs:DeleteCluster"] });
    let answer = sandbox.request("iam", "SimulateCustomPolicy", &custom).expect("a document");
    assert_eq!(decisions(answer), ["explicitDeny"]);
    let unknown = simulated("arn:aws:iam::123456789012:role/other", &json!([])).expect_err("no such role");
    assert_eq!(unknown.0, "NoSuchEntity");
    let session = simulated("arn:aws:sts::123456789012:assumed-role/deploy/ci", &json!([]));
    assert_eq!(session.expect_err("a session is no principal").0, "InvalidInput");
}

#[test]
fn session_needs_the_trust_of_its_role() {
    let sandbox = Sandbox::new();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow",
        "Principal": { "Service": "ecs-tasks.amazonaws.com" }, "Action": "sts:AssumeRole" }] });
    let role = json!({ "RoleName": "tasks", "AssumeRolePolicyDocument": trust.to_string() });
    sandbox.request("iam", "CreateRole", &role).expect("a new name");
    let session = json!({ "RoleArn": "arn:aws:iam::123456789012:role/tasks", "RoleSessionName": "x" });
    let (code, _) = sandbox.request("sts", "AssumeRole", &session).expect_err("the role trusts ECS only");
    assert_eq!(code, "AccessDenied");
}
