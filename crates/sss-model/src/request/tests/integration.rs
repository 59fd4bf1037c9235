use serde_json::{Value, json};

use super::table::{Table, each, long};

const SERVICE: &str = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-abcdefghijklmnop";

/// An HTTP API, to which the integration belongs.
fn http() -> Value {
    json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "HTTP" } })
}

fn private() -> Table {
    let request = json!({ "ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
        "ConnectionType": "VPC_LINK", "ConnectionId": "a1b2c3", "IntegrationUri": SERVICE,
        "PayloadFormatVersion": "1.0" });
    Table::of("apigatewayv2:CreateIntegration", request)
}

fn function() -> Table {
    let request = json!({ "ApiId": "a", "IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0",
        "IntegrationUri": "arn:aws:lambda:eu-west-1:123456789012:function:a" });
    Table::of("apigatewayv2:CreateIntegration", request)
}

#[test]
fn public_integrations() {
    let request = json!({ "ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
        "IntegrationUri": "https://example.com/{proxy}", "PayloadFormatVersion": "1.0" });
    let table = Table::of("apigatewayv2:CreateIntegration", request);
    table.takes("/ConnectionType", each(["INTERNET"]));
    table.takes(
        "/IntegrationUri",
        each(["http://example.com", "${stageVariables.url}", "https://${stageVariables.host}"]),
    );
    table.breaks(
        "/IntegrationUri",
        each(["", "example.com", "https://", "ftp://a", SERVICE]),
        &["APIGW-INT-041 IntegrationUri"],
    );
    table.lacks("/IntegrationUri", &["APIGW-INT-041 IntegrationUri"]);
    let mock = json!({ "ApiId": "a", "IntegrationType": "MOCK" });
    table.from(mock).beside(http()).is(&["APIGW-INT-004 IntegrationType"]);
    let queue = json!({ "ApiId": "a", "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage",
        "PayloadFormatVersion": "1.0", "CredentialsArn": "arn:aws:iam::123456789012:role/a",
        "RequestParameters": { "QueueUrl": "a", "MessageBody": "b" } });
    table.from(queue).is(&[]);
}

#[test]
fn integrations() {
    let private = private();
    private.lacks("/ApiId", &["PARAM-003 ApiId"]);
    private.lacks("/IntegrationType", &["APIGW-INT-000 IntegrationType"]);
    private.beside(http()).breaks(
        "/IntegrationType",
        each(["AWS", "HTTP", "MOCK", "http_proxy"]),
        &["APIGW-INT-004 IntegrationType"],
    );
    private.takes("/TimeoutInMillis", each([50, 29001, 30000]));
    private.breaks("/TimeoutInMillis", each([49, 30001]), &["APIGW-INT-001 TimeoutInMillis"]);
    private.breaks("/PayloadFormatVersion", each(["2.0", "1", ""]), &["APIGW-INT-002 PayloadFormatVersion"]);
    private.lacks("/PayloadFormatVersion", &["warning APIGW-INT-002 PayloadFormatVersion"]);
    private.lacks("/IntegrationMethod", &["APIGW-INT-003 IntegrationMethod"]);
    private.takes("/IntegrationMethod", long([1, 64]));
    private.breaks("/IntegrationMethod", long([0, 65]), &["APIGW-INT-003 IntegrationMethod"]);
    private.lacks("/ConnectionId", &["APIGW-INT-020 ConnectionId"]);
    private.takes("/ConnectionId", long([1, 1024]));
    private.breaks("/ConnectionId", long([0, 1025]), &["APIGW-INT-041 ConnectionId"]);
    private.takes("/Description", long([0, 1024]));
    private.breaks("/Description", long([1025]), &["APIGW-INT-041 Description"]);
    private.breaks("/ConnectionType", each(["vpc_link"]), &["PARAM-004 ConnectionType"]);
    let server = |length: usize| [json!({ "ServerNameToVerify": "a".repeat(length) })];
    private.takes("/TlsConfig", server(1));
    private.takes("/TlsConfig", server(512));
    private.breaks("/TlsConfig", server(0), &["APIGW-INT-040 TlsConfig.ServerNameToVerify"]);
    private.breaks("/TlsConfig", server(513), &["APIGW-INT-040 TlsConfig.ServerNameToVerify"]);
    let function = function();
    function.takes("/PayloadFormatVersion", each(["1.0", "2.0"]));
    function.breaks("/PayloadFormatVersion", each(["3.0"]), &["APIGW-INT-002 PayloadFormatVersion"]);
    function.lacks("/PayloadFormatVersion", &["warning APIGW-INT-002 PayloadFormatVersion"]);
    function.takes("/IntegrationUri", long([1, 2048]));
    function.breaks("/IntegrationUri", long([0, 2049]), &["APIGW-INT-041 IntegrationUri"]);
    function.lacks("/IntegrationUri", &["APIGW-INT-041 IntegrationUri"]);
    function.breaks("/TlsConfig", server(1), &["APIGW-INT-040 TlsConfig"]);
    let socket = json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "WEBSOCKET" } });
    let socket = function.beside(socket);
    socket.takes("/IntegrationType", each(["MOCK", "AWS", "HTTP"]));
    socket.takes("/TimeoutInMillis", each([29000]));
    socket.breaks("/TimeoutInMillis", each([29001]), &["APIGW-INT-001 TimeoutInMillis"]);
}

#[test]
fn private_targets() {
    let private = private();
    let listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/50dc6c495c0c9188/f2f7dc8efc522ab2";
    let with_query = format!("{SERVICE}?stage=prod&version=1");
    private.takes("/IntegrationUri", each([listener, with_query.as_str(), "${stageVariables.target}"]));
    let refused = [
        "http://internal.example.com",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/50dc6c495c0c9188",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/",
        "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-a",
        "arn:aws:servicediscovery:eu-west-1:123456789012:service/",
        "arn:aws:servicediscovery:eu-west-1:123456789012:service/a/b",
        "arn:aws:servicediscovery::123456789012:service/srv-a",
        "arn:aws:servicediscovery:eu-west-1::service/srv-a",
        "srv-a",
    ];
    private.beside(http()).breaks("/IntegrationUri", each(refused), &["APIGW-INT-021 IntegrationUri"]);
    private.lacks("/IntegrationUri", &["APIGW-INT-021 IntegrationUri"]);
    private.breaks("/IntegrationUri", [json!(1)], &["PARAM-002 IntegrationUri"]);
    let records = |kind: &str| json!({ "DnsConfig": { "DnsRecords": [{ "Type": kind, "TTL": 60 }] } });
    private.beside(json!({ "servicediscovery:CreateService": records("SRV") })).is(&[]);
    let doubted = ["warning APIGW-INT-020 IntegrationUri"];
    private.beside(json!({ "servicediscovery:CreateService": records("A") })).is(&doubted);
    private.beside(json!({ "servicediscovery:CreateService": {} })).is(&doubted);
    private
        .beside(json!({ "servicediscovery:CreateService": {} }))
        .takes("/IntegrationUri", each([listener]));
    let stage = |name: &str| private.beside(json!({ "apigatewayv2:CreateStage": { "StageName": name } }));
    stage("$default").is(&[]);
    stage("prod").is(&["warning APIGW-INT-050 RequestParameters"]);
    stage("prod").takes("/RequestParameters", [json!({ "overwrite:path": "$request.path" })]);
}

/// Checks a parameter of a request; what it breaks stands at its key.
fn check_request(key: &str, value: &str, want: &[&str]) {
    let place = |rule: &&str| format!("{rule} RequestParameters.{key:?}");
    let want: Vec<String> = want.iter().map(place).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    private().breaks("/RequestParameters", [json!({ key: value })], &want);
}

#[test]
fn request_parameters() {
    for taken in [
        "append:header.a",
        "overwrite:querystring.b",
        "append:querystring.b",
        "overwrite:path",
        "overwrite:header.Host",
        "overwrite:header.x-forwarded-port",
        "overwrite:querystring.origin",
    ] {
        check_request(taken, "$request.path", &[]);
        check_request(taken, &"a".repeat(512), &[]);
        check_request(taken, &"a".repeat(513), &["APIGW-INT-030"]);
        check_request(taken, "", &["APIGW-INT-030"]);
    }
    check_request("remove:header.a", "", &[]);
    check_request("remove:querystring.a", "''", &[]);
    for refused in [
        "append:path",
        "remove:path",
        "overwrite:statuscode",
        "set:header.a",
        "append:header.",
        "header.a",
        "append:header.a b",
        "append:body.a",
        "APPEND:header.a",
        "append:querystring.",
        "append:querystring.a b",
    ] {
        check_request(refused, "a", &["APIGW-INT-030"]);
    }
    let operation = json!({ "ApiId": "a", "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage",
        "PayloadFormatVersion": "1.0", "CredentialsArn": "arn:aws:iam::123456789012:role/a",
        "RequestParameters": { "QueueUrl": "a", "MessageBody": "b" } });
    private().from(operation).is(&[]);
    private().breaks("/RequestParameters", [Value::from("a")], &["PARAM-002 RequestParameters"]);
}

#[test]
fn reserved_headers() {
    let reserved = "access-control-a apigw-a Authorization connection Content-Encoding Content-Length \
        Content-Location Forwarded Keep-Alive Origin Proxy-Authenticate Proxy-Authorization TE Trailers \
        Transfer-Encoding Upgrade x-amz-a X-Amzn-a X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto Via";
    for header in reserved.split_whitespace() {
        check_request(&format!("overwrite:header.{header}"), "a", &["APIGW-INT-032"]);
        check_request(
            &format!("overwrite:header.{header}s"),
            "a",
            if header.ends_with("-a") { &["APIGW-INT-032"] } else { &[] },
        );
    }
}

#[test]
fn response_parameters() {
    let check = |status: &str, key: &str, rule: &str| {
        let path = format!("{rule} ResponseParameters.{status}.{key:?}");
        let want: &[&str] = if rule.is_empty() { &[] } else { &[&path] };
        private().breaks("/ResponseParameters", [json!({ status: { key: "a" } })], want);
    };
    for status in ["200", "599"] {
        check(status, "append:header.a", "");
        check(status, "overwrite:statuscode", "");
        check(status, "append:statuscode", "APIGW-INT-031");
        check(status, "overwrite:path", "APIGW-INT-031");
        check(status, "append:querystring.a", "APIGW-INT-031");
        check(status, "append:header.via", "APIGW-INT-032");
    }
    for value in [String::new(), "a".repeat(513)] {
        let parameters = [json!({ "200": { "append:header.a": value } })];
        private().breaks(
            "/ResponseParameters",
            parameters,
            &["APIGW-INT-031 ResponseParameters.200.\"append:header.a\""],
        );
    }
    for status in ["199", "600", "2xx", "0200", ""] {
        let path = if status.is_empty() { "\"\"" } else { status };
        let status = json!({ status: { "append:header.a": "a" } });
        private().breaks(
            "/ResponseParameters",
            [status],
            &[&format!("APIGW-INT-031 ResponseParameters.{path}")],
        );
    }
}
