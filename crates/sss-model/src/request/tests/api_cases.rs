//! The cases of requests of API Gateway and Cloud Map.

use serde_json::{Value, json};

use super::table::{Table, long};

const HEADER: &str = "$request.header.Authorization";

fn api() -> Table {
    Table::of("apigatewayv2:CreateApi", json!({ "Name": "shop", "ProtocolType": "HTTP" }))
}

fn route() -> Table {
    Table::of("apigatewayv2:CreateRoute", json!({ "ApiId": "a1b2", "RouteKey": "GET /orders" }))
}

fn integration() -> Table {
    let request = json!({ "ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
        "IntegrationUri": "https://example.com/", "PayloadFormatVersion": "1.0" });
    Table::of("apigatewayv2:CreateIntegration", request)
}

fn stage() -> Table {
    let request = json!({ "ApiId": "a", "StageName": "$default", "AutoDeploy": true });
    Table::of("apigatewayv2:CreateStage", request)
}

fn web_socket() -> Value {
    json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "WEBSOCKET" } })
}

#[test]
fn api_breaks_its_cases() {
    let api = api();
    api.names("/RouteSelectionExpression", json!("$request.body"), "APIGW-API-004/other-expression");
    api.from(json!({ "Name": "a", "ProtocolType": "WEBSOCKET" })).names(
        "/CorsConfiguration",
        json!({}),
        "APIGW-CORS-006/web-socket APIGW-API-004/required",
    );
    api.names("/RouteKey", json!("get /"), "APIGW-ROUTE-001/not-a-key");
    let cors = |member: &str, value: Value, want: &str| {
        let mut cors = json!({ "AllowOrigins": ["https://example.com"], "AllowCredentials": true });
        cors[member] = value;
        api.names("/CorsConfiguration", cors, want);
    };
    cors("AllowOrigins", json!([]), "APIGW-CORS-005/no-origin");
    cors("AllowOrigins", json!(["*"]), "APIGW-CORS-001/every-origin");
    cors("AllowOrigins", json!(["example.com"]), "APIGW-CORS-002/not-an-origin");
    cors("AllowOrigins", json!(["https://example.com/"]), "APIGW-CORS-002/ends-with-slash");
    cors("AllowMethods", json!(["a b"]), "APIGW-CORS-003/invalid-method");
    cors("AllowHeaders", json!(["a b"]), "APIGW-CORS-003/invalid-header");
    cors("ExposeHeaders", json!(["*"]), "APIGW-CORS-003/literal-star");
    cors("MaxAge", json!(86401), "APIGW-CORS-004/out-of-range");
}

#[test]
fn route_breaks_its_cases() {
    let route = route();
    let key = |key: &str, want: &str| route.names("/RouteKey", json!(key), want);
    key("GET orders", "APIGW-ROUTE-001/no-slash");
    key("TRACE /", "APIGW-ROUTE-001/not-a-key");
    key("GET /{a+}/b", "APIGW-ROUTE-002/not-last");
    key("GET /a b", "APIGW-ROUTE-002/invalid-segment");
    key("GET /a/", "APIGW-ROUTE-010/ends-with-slash");
    route.names("/Target", json!("a1"), "APIGW-ROUTE-006/not-an-integration");
    route.names("/ApiKeyRequired", json!(true), "APIGW-ROUTE-003/api-key");
    route.names("/AuthorizationType", json!("JWT"), "APIGW-ROUTE-004/required");
    route.names("/AuthorizationType", json!("jwt"), "APIGW-ROUTE-004/unknown-choice");
    route.names("/AuthorizerId", json!("a"), "APIGW-ROUTE-004/idle");
    route.names("/AuthorizationScopes", json!(["a"]), "APIGW-ROUTE-004/needs-jwt");
    let jwt = json!({ "ApiId": "a", "RouteKey": "ANY /", "AuthorizationType": "JWT", "AuthorizerId": "b" });
    let cors = json!({ "Name": "a", "ProtocolType": "HTTP", "CorsConfiguration": {} });
    let jwt = route.from(jwt).beside(json!({ "apigatewayv2:CreateApi": cors }));
    jwt.names("/RouteKey", json!("$default"), "APIGW-CORS-007/needs-token");
    let scopes = |scopes: Value, want: &str| {
        jwt.names("/AuthorizationScopes", scopes, &format!("{want} APIGW-CORS-007/needs-token"));
    };
    scopes(json!(vec!["a"; 11]), "APIGW-ROUTE-005/too-many");
    scopes(json!([""]), "APIGW-ROUTE-005/empty");
    scopes(json!(["a".repeat(65)]), "APIGW-ROUTE-005/too-long");
}

#[test]
fn authorizer_breaks_its_cases() {
    let request = json!({ "ApiId": "a", "Name": "jwt", "AuthorizerType": "JWT", "IdentitySource": [HEADER],
        "JwtConfiguration": { "Audience": ["a"], "Issuer": "https://example.com" } });
    let jwt = Table::of("apigatewayv2:CreateAuthorizer", request);
    jwt.beside(web_socket()).names("/Name", json!("a"), "APIGW-AUTH-005/web-socket");
    jwt.names("/IdentitySource", json!([HEADER, HEADER]), "APIGW-AUTH-003/not-one");
    jwt.names("/IdentitySource/0", json!("a"), "APIGW-AUTH-003/not-a-source");
    let issuer = |issuer: &str, want: &str| jwt.names("/JwtConfiguration/Issuer", json!(issuer), want);
    issuer("", "APIGW-AUTH-001/required");
    issuer("example.com", "APIGW-AUTH-001/not-a-url");
    issuer(&format!("https://a/{}", "a".repeat(2039)), "APIGW-AUTH-001/too-long");
    issuer("https://example.com/", "APIGW-AUTH-006/ends-with-slash");
    issuer("https://a.b/.well-known/openid-configuration", "APIGW-AUTH-006/configuration");
    issuer("https://cognito-idp.eu-west-1.amazonaws.com", "APIGW-AUTH-006/not-a-user-pool");
    let audience = |audience: Value, want: &str| jwt.names("/JwtConfiguration/Audience", audience, want);
    audience(json!([]), "APIGW-AUTH-002/none");
    audience(json!(vec!["a"; 51]), "APIGW-AUTH-002/too-many");
    audience(json!([""]), "APIGW-AUTH-002/empty");

    let request = json!({ "ApiId": "a", "Name": "own", "AuthorizerType": "REQUEST", "IdentitySource": [HEADER],
        "AuthorizerUri": "arn", "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": true,
        "AuthorizerResultTtlInSeconds": 300 });
    let own = Table::of("apigatewayv2:CreateAuthorizer", request);
    own.names("/IdentitySource", json!([]), "APIGW-AUTH-010/no-source");
    own.names("/AuthorizerPayloadFormatVersion", json!("3.0"), "APIGW-AUTH-010/unknown-choice");
    own.names("/AuthorizerPayloadFormatVersion", json!("1.0"), "APIGW-AUTH-010/simple-answers");
    let bare =
        json!({ "ApiId": "a", "Name": "own", "AuthorizerType": "REQUEST", "IdentitySource": [HEADER] });
    let twice = "APIGW-AUTH-010/required APIGW-AUTH-010/required";
    own.from(bare).names("/Name", json!("a"), twice);
}

#[test]
fn integration_breaks_its_cases() {
    let public = integration();
    let http = json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "HTTP" } });
    public.beside(http).names("/IntegrationType", json!("MOCK"), "APIGW-INT-004/not-on-http");
    public.names("/IntegrationType", json!("MOCK"), "APIGW-API-007/unknown-kind");
    public.names("/IntegrationType", json!("mock"), "APIGW-INT-004/unknown-choice");
    public.names("/IntegrationUri", json!("example.com"), "APIGW-INT-041/not-a-url");
    public.names("/PayloadFormatVersion", json!("2.0"), "APIGW-INT-002/other-version");
    public.names("/TlsConfig", json!({}), "APIGW-INT-040/not-private");
    let bare = json!({ "ApiId": "a", "IntegrationType": "HTTP_PROXY" });
    let bare = public.from(bare);
    bare.names(
        "/ConnectionType",
        json!("INTERNET"),
        "APIGW-INT-002/not-set APIGW-INT-003/required APIGW-INT-041/required",
    );
    let private =
        "APIGW-INT-020/required APIGW-INT-002/not-set APIGW-INT-003/required APIGW-INT-021/required";
    bare.names("/ConnectionType", json!("VPC_LINK"), private);

    let service = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-a";
    let request = json!({ "ApiId": "a", "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY",
        "ConnectionType": "VPC_LINK", "ConnectionId": "a", "IntegrationUri": service,
        "PayloadFormatVersion": "1.0" });
    let private = public.from(request);
    private.names("/IntegrationUri", json!("srv-a"), "APIGW-INT-021/not-a-target");
    private.names("/IntegrationUri", json!("https://example.com"), "APIGW-API-007/unknown-kind");
    let beside = private.beside(json!({ "servicediscovery:CreateService": {},
        "apigatewayv2:CreateStage": { "StageName": "prod" } }));
    beside.names("/Description", json!("a"), "APIGW-INT-020/no-srv APIGW-INT-050/stage-in-path");
}

#[test]
fn mapping_breaks_its_cases() {
    let table = integration();
    let request = |key: &str, value: &str, want: &str| {
        table.names("/RequestParameters", json!({ key: value }), want);
    };
    request("set:path", "a", "APIGW-INT-030/not-a-parameter");
    request("overwrite:path", "", "APIGW-INT-030/too-short");
    request("overwrite:path", &"a".repeat(513), "APIGW-INT-030/too-long");
    request("append:header.via", "a", "APIGW-INT-032/reserved");
    let response = |status: &str, key: &str, want: &str| {
        table.names("/ResponseParameters", json!({ status: { key: "a" } }), want);
    };
    response("600", "append:header.a", "APIGW-INT-031/not-a-status");
    response("200", "overwrite:path", "APIGW-INT-031/not-a-parameter");

    let operation = json!({ "ApiId": "a", "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-PurgeQueue",
        "PayloadFormatVersion": "2.0" });
    let want = "APIGW-INT-043/required APIGW-INT-002/of-an-operation APIGW-INT-043/no-parameter";
    table.from(operation.clone()).names("/Description", json!("a"), want);
    table.from(operation).names("/IntegrationSubtype", json!("SQS-Purge"), "APIGW-INT-043/unknown-operation");
}

#[test]
fn stage_breaks_its_cases() {
    let stage = stage();
    stage.names("/StageName", json!("a b"), "APIGW-STAGE-001/invalid-name");
    stage.names("/AutoDeploy", json!(false), "APIGW-STAGE-003/neither");
    stage.names("/DeploymentId", json!("a"), "APIGW-STAGE-003/both");
    let log = |member: &str, value: &str, want: &str| {
        stage.names("/AccessLogSettings", json!({ member: value }), want);
    };
    log("DestinationArn", "/aws/a", "APIGW-STAGE-013/not-a-log-group");
    let arn = "arn:aws:logs:eu-west-1:123456789012:log-group:a:*";
    log("DestinationArn", arn, "APIGW-STAGE-013/ends-with-star");
    log("Format", "$context.status", "APIGW-STAGE-010/no-request-id");
    log("Format", "$context.requestId\n", "APIGW-STAGE-010/several-lines");
    log("Format", "$context.requestId $context.a", "APIGW-STAGE-012/unknown-variable");
    for (length, want) in [(1025, "perhaps-too-long"), (3073, "too-long")] {
        let format = format!("$context.requestId {}", "a".repeat(length - 19));
        log("Format", &format, &format!("APIGW-STAGE-011/{want}"));
    }
    let settings = |settings: Value, want: &str| stage.names("/DefaultRouteSettings", settings, want);
    settings(json!({ "ThrottlingRateLimit": -0.5 }), "APIGW-STAGE-020/negative");
    settings(json!({ "ThrottlingBurstLimit": 0 }), "APIGW-STAGE-020/zero");
    let of_http = stage.beside(json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "HTTP" } }));
    of_http.names(
        "/DefaultRouteSettings",
        json!({ "LoggingLevel": "INFO" }),
        "APIGW-STAGE-021/web-socket-only",
    );
    stage.names("/RouteSettings", json!({ "GET": {} }), "APIGW-STAGE-022/not-a-key");
    let beside = json!({ "apigatewayv2:CreateRoute": { "ApiId": "a", "RouteKey": "GET /a" } });
    let beside = stage.beside(beside);
    beside.names("/RouteSettings", json!({ "GET /b": {} }), "APIGW-STAGE-022/unknown-route");
    let variables = |variables: Value, want: &str| stage.names("/StageVariables", variables, want);
    let many: serde_json::Map<_, _> = (0..101).map(|number| (format!("v{number}"), json!("a"))).collect();
    variables(many.into(), "APIGW-STAGE-030/too-many");
    variables(json!({ "a-b": "a" }), "APIGW-STAGE-030/invalid-name");
    variables(json!({ "a": "a b" }), "APIGW-STAGE-030/invalid-value");
}

#[test]
fn cloud_map_service_breaks_its_cases() {
    let dns = json!({ "DnsRecords": [{ "Type": "SRV", "TTL": 60 }] });
    let request = json!({ "Name": "orders", "NamespaceId": "ns-a", "DnsConfig": dns });
    let service = Table::of("servicediscovery:CreateService", request.clone());
    service.names("/Type", json!("HTTP"), "CM-SVC-014/beside-records");
    service.names("/HealthCheckCustomConfig", json!({ "FailureThreshold": 2 }), "CM-SVC-021/idle");
    let check = |check: Value, more: &str| {
        let want = format!("CM-SVC-020/perhaps-private {more}");
        service.names("/HealthCheckConfig", check, want.trim_end());
    };
    check(json!({ "Type": "TCP" }), "");
    check(json!({ "Type": "TCP", "ResourcePath": "/" }), "CM-SVC-023/path-of-tcp");
    let namespace = json!({ "Name": "a.internal", "Vpc": "vpc-0a1b2c3d" });
    let private = service.beside(json!({ "servicediscovery:CreatePrivateDnsNamespace": namespace }));
    private.names("/HealthCheckConfig", json!({ "Type": "TCP" }), "CM-SVC-020/private");
    let both = json!({ "Name": "a", "NamespaceId": "b", "HealthCheckCustomConfig": {} });
    let want = "CM-SVC-020/perhaps-private CM-SVC-022/both";
    service.from(both).names("/HealthCheckConfig", json!({ "Type": "TCP" }), want);
    let cname = json!([{ "Type": "CNAME", "TTL": 300 }]);
    service.names("/DnsConfig/DnsRecords", cname.clone(), "CM-SVC-011/not-weighted");
    let mut weighted = request;
    weighted["DnsConfig"] = json!({ "RoutingPolicy": "WEIGHTED", "DnsRecords": cname });
    let want = "CM-SVC-020/perhaps-private CM-SVC-011/health-check";
    service.from(weighted).names("/HealthCheckConfig", json!({ "Type": "TCP" }), want);
}

#[test]
fn vpc_link_breaks_its_cases() {
    let request = json!({ "Name": "a", "SubnetIds": ["subnet-0a1b2c3d4e5f60001"] });
    let link = Table::of("apigatewayv2:CreateVpcLink", request);
    link.names("/SubnetIds", json!([]), "APIGW-VL-000/too-few");
    let many: Vec<String> = (0..11).map(|number| format!("subnet-{number:08x}")).collect();
    link.names("/SubnetIds", json!(many), "APIGW-VL-001/too-many");
    for name in long([0]) {
        link.names("/Name", name, "APIGW-VL-003/too-short");
    }
}
