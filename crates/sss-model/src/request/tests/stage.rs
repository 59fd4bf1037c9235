use serde_json::{Value, json};

use super::table::{Table, each, long};

fn stage() -> Table {
    let request = json!({ "ApiId": "a", "StageName": "$default", "AutoDeploy": true });
    Table::of("apigatewayv2:CreateStage", request)
}

#[test]
fn stages() {
    let stage = stage();
    stage.takes("/StageName", each(["a", "tf-acc_Test-1", "$default"]));
    stage.takes("/StageName", long([128]));
    stage.breaks("/StageName", long([0, 129]), &["APIGW-STAGE-001 StageName"]);
    stage.breaks("/StageName", each(["a b", "$a", "a.b", "é", "a/b"]), &["APIGW-STAGE-001 StageName"]);
    stage.lacks("/StageName", &["APIGW-STAGE-000 StageName"]);
    stage.lacks("/ApiId", &["PARAM-003 ApiId"]);
    stage.takes("/Description", long([0, 1024]));
    stage.breaks("/Description", long([1025]), &["APIGW-STAGE-002 Description"]);
    stage.lacks("/AutoDeploy", &["warning APIGW-STAGE-003 AutoDeploy"]);
    stage.breaks("/AutoDeploy", [json!(false)], &["warning APIGW-STAGE-003 AutoDeploy"]);
    stage.breaks("/DeploymentId", each(["a"]), &["warning APIGW-STAGE-003 DeploymentId"]);
    stage.from(json!({ "ApiId": "a", "StageName": "a", "DeploymentId": "b" })).is(&[]);
}

#[test]
fn access_logs() {
    let stage = stage();
    let log = |member: &str, value: &str, want: &[&str]| {
        let place = |problem: &&str| format!("{problem} AccessLogSettings.{member}");
        let want: Vec<String> = want.iter().map(place).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        stage.breaks("/AccessLogSettings", [json!({ member: value })], &want);
    };
    let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/api-gateway/a";
    log("DestinationArn", arn, &[]);
    log("DestinationArn", "arn:aws-cn:logs:cn-north-1:123456789012:log-group:a", &[]);
    log("DestinationArn", &format!("{arn}:*"), &["warning APIGW-STAGE-013"]);
    for refused in [
        format!("{arn}:log-stream:a"),
        "/aws/api-gateway/a".into(),
        String::new(),
        "arn:aws:firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-a".into(),
        "arn:aws:logs:eu-west-1:123456789012:log-group:".into(),
        "arn:aws:logs::123456789012:log-group:a".into(),
        "arn:aws:logs:eu-west-1:1:log-group:a".into(),
    ] {
        log("DestinationArn", &refused, &["APIGW-STAGE-013"]);
    }
    log("Format", r#"{"id":"$context.requestId","ip":"$context.identity.sourceIp"}"#, &[]);
    log("Format", "$context.extendedRequestId $context.authorizer.claims.sub $context.authorizer.error", &[]);
    log("Format", "$context.status", &["APIGW-STAGE-010"]);
    log("Format", "", &["APIGW-STAGE-010"]);
    log("Format", "$context.requestId\n", &["warning APIGW-STAGE-010"]);
    log("Format", "$context.requestId $context.authorizer.claims", &["warning APIGW-STAGE-012"]);
    log("Format", "$context.requestId $context.errMsg. $context.path.", &["warning APIGW-STAGE-012"]);
    let format = |length: usize| format!("$context.requestId {}", "a".repeat(length - 19));
    log("Format", &format(1024), &[]);
    log("Format", &format(1025), &["warning APIGW-STAGE-011"]);
    log("Format", &format(3072), &["warning APIGW-STAGE-011"]);
    log("Format", &format(3073), &["APIGW-STAGE-011"]);
}

#[test]
fn route_settings() {
    let stage = stage();
    let check = |settings: Value, want: &[&str]| stage.breaks("/DefaultRouteSettings", [settings], want);
    check(
        json!({ "ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.5, "DetailedMetricsEnabled": true }),
        &[],
    );
    for member in ["ThrottlingBurstLimit", "ThrottlingRateLimit"] {
        check(json!({ member: 0 }), &[&format!("warning APIGW-STAGE-020 DefaultRouteSettings.{member}")]);
        check(json!({ member: -1 }), &[&format!("APIGW-STAGE-020 DefaultRouteSettings.{member}")]);
    }
    check(json!({ "ThrottlingBurstLimit": 1.5 }), &["PARAM-002 DefaultRouteSettings.ThrottlingBurstLimit"]);
    check(json!({ "LoggingLevel": "OFF", "DataTraceEnabled": false }), &[]);
    check(json!({ "LoggingLevel": "INFO" }), &["advice APIGW-API-007 DefaultRouteSettings.LoggingLevel"]);
    check(
        json!({ "DataTraceEnabled": true }),
        &["advice APIGW-API-007 DefaultRouteSettings.DataTraceEnabled"],
    );
    check(json!({ "LoggingLevel": "DEBUG" }), &["APIGW-STAGE-021 DefaultRouteSettings.LoggingLevel"]);
    stage.takes("/RouteSettings", [json!({ "$default": {}, "GET /a": { "ThrottlingRateLimit": 1 } })]);
    stage.breaks("/RouteSettings", [json!({ "GET": {} })], &["APIGW-STAGE-022 RouteSettings.GET"]);
    let beside = stage.beside(json!({ "apigatewayv2:CreateRoute": { "ApiId": "a", "RouteKey": "GET /a" } }));
    beside.takes("/RouteSettings", [json!({ "$default": {}, "GET /a": {} })]);
    let others = [json!({ "GET /b": {} }), json!({ "POST /a": {}, "GET /a": {} })];
    for (settings, key) in others.into_iter().zip(["GET /b", "POST /a"]) {
        beside.breaks("/RouteSettings", [settings], &[&format!("APIGW-STAGE-022 RouteSettings.{key:?}")]);
    }
    let negative = json!({ "$default": { "ThrottlingRateLimit": -0.5 } });
    let place = "APIGW-STAGE-020 RouteSettings.\"$default\".ThrottlingRateLimit";
    stage.breaks("/RouteSettings", [negative], &[place]);
    let socket = json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "WEBSOCKET" } });
    stage.beside(socket).takes("/RouteSettings", [json!({ "$connect": { "LoggingLevel": "INFO" } })]);
}

#[test]
fn variables() {
    let stage = stage();
    let check = |variables: Value, want: &[&str]| stage.breaks("/StageVariables", [variables], want);
    let many = |count: usize| -> Value {
        (0..count).map(|number| (format!("v{number}"), json!("a"))).collect::<serde_json::Map<_, _>>().into()
    };
    check(many(100), &[]);
    check(many(101), &["APIGW-STAGE-030 StageVariables"]);
    check(json!({ "A_0": "aA0-._~:/?#&=," }), &[]);
    check(json!({ "a": "a".repeat(2048) }), &[]);
    check(json!({ "a": "a".repeat(2049) }), &["APIGW-STAGE-030 StageVariables.a"]);
    check(json!({ "a": "a b" }), &["APIGW-STAGE-030 StageVariables.a"]);
    check(json!({ "a": "" }), &["APIGW-STAGE-030 StageVariables.a"]);
    check(json!({ "a-b": "a" }), &["APIGW-STAGE-030 StageVariables.a-b"]);
    check(json!({ "": "a" }), &["APIGW-STAGE-030 StageVariables.\"\""]);
}
