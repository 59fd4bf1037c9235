//! Requests for an API whose kind is known, or not.

use serde_json::{Value, json};

use super::table::{Table, each};
use crate::request::{Operation, Referred, check};

fn api(kind: &str) -> Value {
    json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": kind } })
}

/// Checks a request that only a WebSocket API takes: beside each kind of API, and beside no API.
fn only_web_socket(operation: &str, request: &Value, refused: &[&str]) {
    let operation: Operation = operation.parse().unwrap();
    let severities = |referred: Value| -> Vec<String> {
        let problems = check(operation, request, &Referred::from_value(referred).unwrap());
        problems.iter().map(|problem| format!("{} {}", problem.severity, problem.rule)).collect()
    };
    let errors: Vec<String> = refused.iter().map(|rule| format!("error {rule}")).collect();
    let http = severities(api("HTTP"));
    assert!(errors.iter().all(|error| http.contains(error)), "{request}: {http:?}");
    assert_eq!(severities(api("WEBSOCKET")), [""; 0], "{request}");
    let unknown = severities(json!({}));
    assert_eq!(unknown, vec!["advice APIGW-API-007"; refused.len()], "{request}");
}

#[test]
fn unknown_kind_of_api_refuses_nothing() {
    let integration = "apigatewayv2:CreateIntegration";
    for kind in ["MOCK", "AWS", "HTTP"] {
        let request = json!({ "ApiId": "a", "ConnectionType": "INTERNET", "IntegrationType": kind,
            "PassthroughBehavior": "WHEN_NO_MATCH", "TimeoutInMillis": 29000 });
        only_web_socket(integration, &request, &["APIGW-INT-004"]);
    }
    let lambda = json!({ "ApiId": "a", "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "1.0",
        "IntegrationUri": "arn:aws:apigateway:eu-west-1:lambda:path/a",
        "RequestParameters": { "integration.request.header.a": "route.request.header.a" } });
    only_web_socket(integration, &lambda, &["APIGW-INT-030"]);
    let private = json!({ "ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "POST",
        "ConnectionType": "VPC_LINK", "ConnectionId": "a1b2c3", "IntegrationUri": "http://internal.example.com",
        "PayloadFormatVersion": "1.0" });
    only_web_socket(integration, &private, &["APIGW-INT-021"]);

    for key in ["$connect", "$disconnect", "sendmessage", "chat/send", "join room"] {
        let request = json!({ "ApiId": "a", "RouteKey": key, "AuthorizationType": "NONE",
            "Target": "integrations/abc1234" });
        only_web_socket("apigatewayv2:CreateRoute", &request, &["APIGW-ROUTE-001"]);
        let settings = json!({ "ApiId": "a", "StageName": "prod", "AutoDeploy": true,
            "RouteSettings": { key: { "ThrottlingRateLimit": 5 } } });
        only_web_socket("apigatewayv2:CreateStage", &settings, &["APIGW-STAGE-022"]);
    }
    let default = json!({ "ApiId": "a", "RouteKey": "$default", "ApiKeyRequired": true });
    only_web_socket("apigatewayv2:CreateRoute", &default, &["APIGW-ROUTE-003"]);
    let authorizer = json!({ "ApiId": "a", "Name": "own", "AuthorizerType": "REQUEST", "AuthorizerUri": "arn",
        "IdentitySource": ["route.request.header.A"] });
    let refused = ["APIGW-AUTH-003", "APIGW-AUTH-010"];
    only_web_socket("apigatewayv2:CreateAuthorizer", &authorizer, &refused);
}

#[test]
fn request_for_http_alone_is_judged_so() {
    let route = Table::of("apigatewayv2:CreateRoute", json!({ "ApiId": "a", "RouteKey": "GET /" }));
    for key in ["get /", "GET orders", "/orders", "TRACE /", "", "any"] {
        route.breaks("/RouteKey", each([key]), &["APIGW-ROUTE-001 RouteKey"]);
    }
    let kind = route.request().clone();
    let note = check(
        Operation::ApiGatewayCreateRoute,
        &json!({ "ApiId": "a", "RouteKey": "$connect" }),
        &Referred::default(),
    );
    assert!(note[0].fix.contains("`--with`") && note[0].fix.contains("WEBSOCKET"), "{kind}: {}", note[0].fix);
}

#[test]
fn execution_logs_of_a_known_http_api_are_refused() {
    for (member, value) in [("LoggingLevel", json!("INFO")), ("DataTraceEnabled", json!(true))] {
        let stage = Table::of(
            "apigatewayv2:CreateStage",
            json!({ "ApiId": "a", "StageName": "prod", "AutoDeploy": true }),
        );
        for (pointer, settings, at) in [
            ("/DefaultRouteSettings", json!({ member: value }), "DefaultRouteSettings"),
            ("/RouteSettings", json!({ "GET /a": { member: value } }), "RouteSettings.\"GET /a\""),
        ] {
            let error = format!("APIGW-STAGE-021 {at}.{member}");
            let note = format!("advice APIGW-API-007 {at}.{member}");
            stage.breaks(pointer, [settings.clone()], &[&note]);
            stage.beside(api("HTTP")).breaks(pointer, [settings], &[&error]);
        }
    }
}
