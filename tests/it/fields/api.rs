//! API Gateway.

use serde_json::{Value, json};
use sss_aws::Action::{self, Replace, Update};

use super::{
    Hand::{self, Anew, Calls},
    Row, listed, saved,
};
use crate::account::Account;

const API: &str = "apigatewayv2/api";
const AUTHORIZER: &str = "apigatewayv2/authorizer";
const INTEGRATION: &str = "apigatewayv2/integration";
const LINK: &str = "apigatewayv2/vpc-link";
const ROUTE: &str = "apigatewayv2/route";
const STAGE: &str = "apigatewayv2/stage";

pub(super) fn api(account: &Account) -> Value {
    listed(account, ("apigateway", "GetApis", &json!({})), "items", ("name", "all-api-gateway"))["apiId"]
        .clone()
}

fn settings(account: &Account, change: &Value) {
    let mut input = change.clone();
    input["apiId"] = api(account);
    account.by_hand("apigateway", "UpdateApi", &input);
}

fn cors(account: &Account, change: &Value) {
    settings(account, &json!({"corsConfiguration": change}));
}

/// Changes a part of the API, by its listing and the member that is its id.
fn update(account: &Account, part: &str, id: &str, named: (&str, &str), change: &Value) {
    let api = api(account);
    let list = ("apigateway", &*format!("Get{part}s"), &json!({"apiId": api}));
    let mut input = change.clone();
    input[id] = listed(account, list, "items", named)[id].clone();
    input["apiId"] = api;
    account.by_hand("apigateway", &format!("Update{part}"), &input);
}

fn stage(account: &Account, change: &Value) {
    update(account, "Stage", "stageName", ("stageName", "$default"), change);
}

fn authorizer(account: &Account, change: &Value) {
    update(account, "Authorizer", "authorizerId", ("name", "all-jwt-authorizer"), change);
}

/// Changes the integration that sends the path of the request.
fn integration(account: &Account, change: &Value) {
    let api = api(account);
    let all = account.by_hand("apigateway", "GetIntegrations", &json!({"apiId": api}))["items"].take();
    let mut all = all.as_array().expect("a list").iter();
    let plain =
        all.find(|one| one["requestParameters"]["overwrite:path"].is_null()).expect("the integration");
    let mut input = change.clone();
    input["integrationId"] = plain["integrationId"].clone();
    input["apiId"] = api;
    account.by_hand("apigateway", "UpdateIntegration", &input);
}

/// Returns the saved integration that sends the path of the request.
fn saved_integration(world: &mut Value) -> &mut Value {
    let all = &mut saved(&mut world["apigateway"]["apis"], ("name", "all-api-gateway"))["integrations"];
    let mut all = all.as_object_mut().expect("a map").values_mut();
    all.find(|one| one["requestParameters"]["overwrite:path"].is_null()).expect("the integration")
}

fn route(account: &Account, change: &Value) {
    update(account, "Route", "routeId", ("routeKey", "GET /web/{id}"), change);
}

pub(super) fn tag_arn(account: &Account, part: &str) {
    let arn = format!("arn:aws:apigateway:ap-northeast-1::{part}");
    account.by_hand(
        "apigateway",
        "TagResource",
        &json!({"resourceArn": arn, "tags": {"sss:managed-by": "me"}}),
    );
}

fn part_of_api<'a>(world: &'a mut Value, list: &str, named: (&str, &str)) -> &'a mut Value {
    saved(&mut saved(&mut world["apigateway"]["apis"], ("name", "all-api-gateway"))[list], named)
}

fn link(world: &mut Value) -> &mut Value {
    &mut saved(&mut world["apigateway"]["vpc_links"], ("name", "all-vpc-link"))["settings"]
}

const fn settled(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: API, name: "all-api-gateway", field, hand: Calls(hand), action: Update, paths }
}

const fn staged(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: STAGE, name: "$default", field, hand: Calls(hand), action: Update, paths }
}

const fn jwt(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: AUTHORIZER, name: "all-jwt-authorizer", field, hand, action: Update, paths }
}

const fn sends(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: INTEGRATION, name: "all-web", field, hand, action: Update, paths }
}

const fn leads(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: ROUTE, name: "GET /web/{id}", field, hand: Calls(hand), action: Update, paths }
}

const fn linked(field: &'static str, hand: Hand, action: Action, paths: &'static [&'static str]) -> Row {
    Row { kind: LINK, name: "all-vpc-link", field, hand, action, paths }
}

pub(super) const ROWS: &[Row] = &[
    settled("name", |a| settings(a, &json!({"name": "mine"})), &["name"]),
    jwt("name", Calls(|a| authorizer(a, &json!({"name": "mine"}))), &["name"]),
    Row {
        kind: ROUTE,
        name: "GET /health",
        field: "key",
        hand: Calls(|a| {
            let change = json!({"routeKey": "GET /mine"});
            update(a, "Route", "routeId", ("routeKey", "GET /health"), &change);
        }),
        action: Update,
        paths: &["key"],
    },
    linked(
        "name",
        Calls(|a| {
            let links = ("apigateway", "GetVpcLinks", &json!({}));
            let id = listed(a, links, "items", ("name", "all-vpc-link"))["vpcLinkId"].clone();
            a.by_hand("apigateway", "UpdateVpcLink", &json!({"vpcLinkId": id, "name": "mine"}));
        }),
        Update,
        &["name"],
    ),
    settled(
        "disable_execute_api_endpoint",
        |a| settings(a, &json!({"disableExecuteApiEndpoint": true})),
        &["disable_execute_api_endpoint"],
    ),
    settled("description", |a| settings(a, &json!({"description": "mine"})), &["description"]),
    settled(
        "cors.allow_origins",
        |a| cors(a, &json!({"allowOrigins": ["https://a.example.com"]})),
        &["cors.allow_origins"],
    ),
    settled(
        "cors.allow_methods",
        |a| cors(a, &json!({"allowMethods": ["GET", "PUT"]})),
        &["cors.allow_methods"],
    ),
    settled("cors.allow_headers", |a| cors(a, &json!({"allowHeaders": ["x-a"]})), &["cors.allow_headers"]),
    settled("cors.expose_headers", |a| cors(a, &json!({"exposeHeaders": []})), &["cors.expose_headers"]),
    settled(
        "cors.allow_credentials",
        |a| cors(a, &json!({"allowCredentials": true})),
        &["cors.allow_credentials"],
    ),
    settled("cors.max_age", |a| cors(a, &json!({"maxAge": 61})), &["cors.max_age"]),
    settled(
        "cors",
        |a| drop(a.by_hand("apigateway", "DeleteCorsConfiguration", &json!({"apiId": api(a)}))),
        &[
            "cors.allow_credentials",
            "cors.allow_headers",
            "cors.allow_methods",
            "cors.allow_origins",
            "cors.expose_headers",
            "cors.max_age",
        ],
    ),
    settled(
        "tags",
        |a| tag_arn(a, &format!("/apis/{}", api(a).as_str().expect("an id"))),
        &[r#"tags."sss:managed-by""#],
    ),
    staged("variables", |a| stage(a, &json!({"stageVariables": {"color": "blue"}})), &["variables.color"]),
    staged(
        "throttling.rate",
        |a| stage(a, &json!({"defaultRouteSettings": {"throttlingRateLimit": 7.5}})),
        &["throttling.rate"],
    ),
    staged(
        "throttling.burst",
        |a| stage(a, &json!({"defaultRouteSettings": {"throttlingBurstLimit": 7}})),
        &["throttling.burst"],
    ),
    staged(
        "detailed_metrics",
        |a| stage(a, &json!({"defaultRouteSettings": {"detailedMetricsEnabled": false}})),
        &["detailed_metrics"],
    ),
    staged(
        "routes.*.rate",
        |a| stage(a, &json!({"routeSettings": {"GET /web/{id}": {"throttlingRateLimit": 7}}})),
        &["routes.\"GET /web/{id}\".rate"],
    ),
    staged(
        "routes.*.burst",
        |a| stage(a, &json!({"routeSettings": {"GET /health": {"throttlingBurstLimit": 7}}})),
        &["routes.\"GET /health\".burst", "routes.\"GET /health\".detailed_metrics"],
    ),
    staged(
        "routes.*.detailed_metrics",
        |a| stage(a, &json!({"routeSettings": {"POST /web/{id}": {"detailedMetricsEnabled": false}}})),
        &["routes.\"POST /web/{id}\".detailed_metrics"],
    ),
    staged("auto_deploy", |a| stage(a, &json!({"autoDeploy": false})), &["auto_deploy"]),
    staged(
        "access_log.destination",
        |a| {
            let arn = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/ecs/fargate/all-web";
            stage(a, &json!({"accessLogSettings": {"destinationArn": arn}}));
        },
        &["access_log.destination"],
    ),
    staged(
        "access_log.format",
        |a| stage(a, &json!({"accessLogSettings": {"format": "$context.requestId"}})),
        &["access_log.format"],
    ),
    staged(
        "tags",
        |a| tag_arn(a, &format!("/apis/{}/stages/$default", api(a).as_str().expect("an id"))),
        &[r#"tags."sss:managed-by""#],
    ),
    jwt(
        "type",
        Anew(|w| {
            part_of_api(w, "authorizers", ("name", "all-jwt-authorizer"))["authorizerType"] =
                json!("REQUEST");
        }),
        &["type"],
    ),
    jwt(
        "issuer",
        Calls(|a| {
            authorizer(
                a,
                &json!({"jwtConfiguration": {"issuer": "https://other.example.com", "audience": ["a", "b"]}}),
            );
        }),
        &["issuer"],
    ),
    jwt(
        "audience",
        Calls(|a| {
            authorizer(
                a,
                &json!({"jwtConfiguration": {"issuer": "https://issuer.example.com", "audience": ["a"]}}),
            );
        }),
        &["audience"],
    ),
    jwt(
        "identity_source",
        Calls(|a| authorizer(a, &json!({"identitySource": ["$request.querystring.token"]}))),
        &["identity_source"],
    ),
    sends(
        "type",
        Anew(|w| {
            saved_integration(w)["integrationType"] = json!("AWS_PROXY");
        }),
        &["type"],
    ),
    sends("method", Calls(|a| integration(a, &json!({"integrationMethod": "POST"}))), &["method"]),
    sends(
        "connection_type",
        Anew(|w| {
            saved_integration(w)["connectionType"] = json!("INTERNET");
        }),
        &["connection_type"],
    ),
    sends(
        "connection",
        Anew(|w| {
            saved_integration(w)["connectionId"] = json!("abcdef");
        }),
        &["connection"],
    ),
    sends(
        "payload_format_version",
        Anew(|w| {
            saved_integration(w)["payloadFormatVersion"] = json!("2.0");
        }),
        &["payload_format_version"],
    ),
    sends(
        "path",
        Calls(|a| integration(a, &json!({"requestParameters": {"overwrite:path": "/mine"}}))),
        &["path"],
    ),
    sends(
        "request_parameters",
        Calls(|a| integration(a, &json!({"requestParameters": {"append:header.from": "mine"}}))),
        &["request_parameters.\"append:header.from\""],
    ),
    sends(
        "response_parameters",
        Calls(|a| {
            integration(
                a,
                &json!({"responseParameters": {"404": {"overwrite:statuscode": "200"}, "500": {"append:header.from": "mine"}}}),
            );
        }),
        &[
            "response_parameters.404.\"overwrite:statuscode\"",
            "response_parameters.500.\"append:header.from\"",
        ],
    ),
    sends("timeout", Calls(|a| integration(a, &json!({"timeoutInMillis": 5000}))), &["timeout"]),
    leads(
        "integration",
        |a| {
            let input = json!({"apiId": api(a), "integrationType": "HTTP_PROXY", "integrationMethod": "GET", "integrationUri": "https://example.com", "payloadFormatVersion": "1.0"});
            let made = a.by_hand("apigateway", "CreateIntegration", &input)["integrationId"].clone();
            route(a, &json!({"target": format!("integrations/{}", made.as_str().expect("an id"))}));
        },
        &["integration"],
    ),
    leads(
        "authorization",
        |a| route(a, &json!({"authorizationType": "NONE", "authorizerId": "", "authorizationScopes": []})),
        &["authorization", "authorizer", "scopes"],
    ),
    leads(
        "authorizer",
        |a| {
            let jwt = json!({"issuer": "https://other.example.com", "audience": ["a"]});
            let input = json!({"apiId": api(a), "authorizerType": "JWT", "name": "mine", "identitySource": ["$request.header.Authorization"], "jwtConfiguration": jwt});
            let made = a.by_hand("apigateway", "CreateAuthorizer", &input)["authorizerId"].clone();
            route(a, &json!({"authorizerId": made}));
        },
        &["authorizer"],
    ),
    leads("scopes", |a| route(a, &json!({"authorizationScopes": ["read"]})), &["scopes"]),
    linked(
        "subnets",
        Anew(|w| link(w)["subnetIds"] = json!(["subnet-0a1b2c3d4e5f60002"])),
        Replace,
        &["subnets"],
    ),
    linked(
        "security_groups",
        Anew(|w| link(w)["securityGroupIds"] = json!([])),
        Replace,
        &["security_groups"],
    ),
    linked(
        "pending",
        Anew(|w| {
            link(w)["vpcLinkStatus"] = json!("PENDING");
            let (now, id) = (w["now"].as_u64().expect("a time"), link(w)["vpcLinkId"].clone());
            let ready = json!([[now + 60_000, 1_000_000], {"ApiGateway": {"Ready": {"link": id}}}]);
            w["events"].as_array_mut().expect("a list").push(ready);
        }),
        Update,
        &["pending"],
    ),
    linked("failed", Anew(|w| link(w)["vpcLinkStatus"] = json!("FAILED")), Replace, &["failed"]),
    linked(
        "tags",
        Calls(|a| {
            let link =
                listed(a, ("apigateway", "GetVpcLinks", &json!({})), "items", ("name", "all-vpc-link"));
            tag_arn(a, &format!("/vpclinks/{}", link["vpcLinkId"].as_str().expect("an id")));
        }),
        Update,
        &[r#"tags."sss:managed-by""#],
    ),
];
