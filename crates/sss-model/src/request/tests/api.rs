use serde_json::{Value, json};

use super::table::{Table, each, long};

/// Checks a text's bounds: what is longer or shorter breaks the rule.
fn lengths(table: &Table, member: &str, [shortest, longest]: [usize; 2], rule: &str) {
    let pointer = format!("/{}", member.replace('.', "/"));
    let want = format!("{rule} {member}");
    table.takes(&pointer, long([shortest, longest]));
    table.breaks(&pointer, long([longest + 1]), &[&want]);
    if let Some(shorter) = shortest.checked_sub(1) {
        table.breaks(&pointer, long([shorter]), &[&want]);
    }
}

fn http() -> Table {
    Table::of("apigatewayv2:CreateApi", json!({ "Name": "shop", "ProtocolType": "HTTP" }))
}

#[test]
fn apis() {
    let api = http();
    lengths(&api, "Name", [1, 128], "APIGW-API-001");
    api.lacks("/Name", &["APIGW-API-000 Name"]);
    lengths(&api, "Description", [0, 1024], "APIGW-API-002");
    lengths(&api, "Version", [1, 64], "APIGW-API-002");
    lengths(&api, "Target", [1, 2048], "APIGW-INT-041");
    api.lacks("/ProtocolType", &["APIGW-API-003 ProtocolType"]);
    api.breaks("/ProtocolType", each(["http", "REST", ""]), &["APIGW-API-003 ProtocolType"]);
    let expression = "/RouteSelectionExpression";
    api.takes(expression, each(["$request.method $request.path", "${request.method} ${request.path}"]));
    let refused = ["$request.body.action", "", "$request.method  $request.path"];
    api.breaks(expression, each(refused), &["APIGW-API-004 RouteSelectionExpression"]);
    api.takes("/IpAddressType", each(["ipv4", "dualstack"]));
    api.breaks("/IpAddressType", each(["ipv6", "IPV4"]), &["APIGW-API-006 IpAddressType"]);
    api.takes("/RouteKey", each(["$default", "GET /a"]));
    api.breaks("/RouteKey", each(["get /a"]), &["APIGW-ROUTE-001 RouteKey"]);
    let expression = "$request.body.action";
    let socket = json!({ "Name": "a", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": expression });
    let socket = api.from(socket);
    socket.is(&[]);
    socket.lacks("/RouteSelectionExpression", &["APIGW-API-004 RouteSelectionExpression"]);
    socket.breaks("/CorsConfiguration", [json!({})], &["APIGW-CORS-006 CorsConfiguration"]);
}

#[test]
fn cors() {
    let api = http();
    let cors = api.from(json!({ "Name": "shop", "ProtocolType": "HTTP",
        "CorsConfiguration": { "AllowOrigins": ["https://example.com"], "AllowCredentials": true } }));
    cors.is(&[]);
    let origin = "/CorsConfiguration/AllowOrigins/0";
    let taken =
        ["http://localhost:3000", "HTTP://WWW.EXAMPLE.ORG", "https://*", "http://*", "http://10.0.0.1:65535"];
    cors.takes(origin, each(taken));
    let place = "CorsConfiguration.AllowOrigins[0]";
    cors.breaks(origin, each(["*"]), &[&format!("APIGW-CORS-001 {place}")]);
    let refused = [
        "localhost:3000",
        "",
        "https://",
        "example.com",
        "https://a b",
        "https://a:0",
        "https://a:65536",
        "https://a/b",
        "https://*.example.com",
        "ws://*",
        "https://a@b",
    ];
    cors.breaks(origin, each(refused), &[&format!("APIGW-CORS-002 {place}")]);
    cors.breaks(origin, each(["https://example.com/"]), &[&format!("warning APIGW-CORS-002 {place}")]);
    let none = ["warning APIGW-CORS-005 CorsConfiguration.AllowOrigins"];
    cors.lacks("/CorsConfiguration/AllowOrigins", &none);
    cors.breaks("/CorsConfiguration/AllowOrigins", [json!([])], &none);
    let open = api.from(json!({ "Name": "shop", "ProtocolType": "HTTP",
        "CorsConfiguration": { "AllowOrigins": ["*"], "AllowMethods": ["*", "put"], "AllowHeaders": ["*"] } }));
    open.is(&[]);
    open.takes("/CorsConfiguration/AllowCredentials", [json!(false)]);
    let methods =
        |methods: Value, want: &[&str]| cors.breaks("/CorsConfiguration/AllowMethods", [methods], want);
    methods(json!(["*"]), &["warning APIGW-CORS-003 CorsConfiguration.AllowMethods[0]"]);
    methods(json!(["a".repeat(64), "GET"]), &[]);
    methods(json!(["a".repeat(65)]), &["APIGW-CORS-003 CorsConfiguration.AllowMethods[0]"]);
    methods(json!(["GET", ""]), &["APIGW-CORS-003 CorsConfiguration.AllowMethods[1]"]);
    methods(json!("GET"), &["PARAM-002 CorsConfiguration.AllowMethods"]);
    for member in ["AllowHeaders", "ExposeHeaders"] {
        let pointer = format!("/CorsConfiguration/{member}");
        cors.takes(&pointer, [json!(["a".repeat(65), "x-requested-with"]), json!([])]);
        cors.breaks(&pointer, [json!(["a b"])], &[&format!("APIGW-CORS-003 CorsConfiguration.{member}[0]")]);
    }
    cors.takes("/CorsConfiguration/MaxAge", each([-1, 0, 80000, 86400]));
    cors.breaks("/CorsConfiguration/MaxAge", each([-2, 86401]), &["APIGW-CORS-004 CorsConfiguration.MaxAge"]);
}

#[test]
fn vpc_links() {
    let request = json!({ "Name": "a", "SubnetIds": ["subnet-0a1b2c3d4e5f60001"] });
    let link = Table::of("apigatewayv2:CreateVpcLink", request);
    lengths(&link, "Name", [1, 128], "APIGW-VL-003");
    link.lacks("/Name", &["APIGW-VL-003 Name"]);
    link.lacks("/SubnetIds", &["APIGW-VL-000 SubnetIds"]);
    link.breaks("/SubnetIds", [json!([])], &["APIGW-VL-000 SubnetIds"]);
    let ids = |kind: &str, count: usize| -> [Value; 1] {
        [(0..count).map(|number| format!("{kind}-{number:08x}")).collect()]
    };
    link.takes("/SubnetIds", ids("subnet", 10));
    link.breaks("/SubnetIds", ids("subnet", 11), &["APIGW-VL-001 SubnetIds"]);
    link.breaks("/SubnetIds", ids("sg", 1), &["EC2-ID-001 SubnetIds[0]"]);
    link.takes("/SecurityGroupIds", ids("sg", 0));
    link.takes("/SecurityGroupIds", ids("sg", 5));
    link.breaks("/SecurityGroupIds", ids("sg", 6), &["warning APIGW-VL-002 SecurityGroupIds"]);
    link.breaks("/SecurityGroupIds", ids("sg", 16), &["warning APIGW-VL-002 SecurityGroupIds"]);
    link.breaks("/SecurityGroupIds", ids("sg", 17), &["APIGW-VL-002 SecurityGroupIds"]);
    link.breaks("/SecurityGroupIds", ids("subnet", 1), &["EC2-ID-001 SecurityGroupIds[0]"]);
}

#[test]
fn routes() {
    let route =
        Table::of("apigatewayv2:CreateRoute", json!({ "ApiId": "a1b2", "RouteKey": "GET /{proxy+}" }));
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"];
    route.takes("/RouteKey", each(methods.map(|method| format!("{method} /"))));
    route.takes("/RouteKey", each(["$default", "GET /a/{b}/c.d:e_f-g", "GET /{a.b}/{rest+}"]));
    let key = |key: &str, want: &[&str]| route.breaks("/RouteKey", each([key]), want);
    for refused in ["get /", "TRACE /", "GET", "/a", "GET a", "GET  /a", "", "GET/a", " /a", "ANY"] {
        key(refused, &["APIGW-ROUTE-001 RouteKey"]);
    }
    for refused in
        ["GET /{a+}/b", "GET /{a", "GET /{}", "GET /a b", "GET //a", "GET /a/x{b}", "GET /a ", "GET /é"]
    {
        key(refused, &["APIGW-ROUTE-002 RouteKey"]);
    }
    key("GET /a/", &["APIGW-ROUTE-010 RouteKey"]);
    route.lacks("/RouteKey", &["APIGW-ROUTE-000 RouteKey"]);
    route.lacks("/ApiId", &["PARAM-003 ApiId"]);
    route.takes("/ApiKeyRequired", [json!(false)]);
    route.breaks("/ApiKeyRequired", [json!(true)], &["APIGW-ROUTE-003 ApiKeyRequired"]);
    route.takes("/AuthorizationType", each(["NONE", "AWS_IAM"]));
    route.breaks("/AuthorizationType", each(["JWT", "CUSTOM"]), &["APIGW-ROUTE-004 AuthorizerId"]);
    route.breaks(
        "/AuthorizationType",
        each(["jwt", "COGNITO_USER_POOLS"]),
        &["APIGW-ROUTE-004 AuthorizationType"],
    );
    route.breaks("/AuthorizerId", each(["a"]), &["warning APIGW-ROUTE-004 AuthorizerId"]);
    route.takes("/AuthorizationScopes", [json!([])]);
    route.breaks("/AuthorizationScopes", [json!(["a"])], &["APIGW-ROUTE-004 AuthorizationScopes"]);
    route.takes("/Target", each(["integrations/a1"]));
    let target = |length: usize| [json!(format!("integrations/{}", "a".repeat(length - 13)))];
    route.takes("/Target", target(128));
    route.breaks("/Target", target(129), &["APIGW-ROUTE-006 Target"]);
    route.breaks(
        "/Target",
        each(["", "a1", "integrations/", "integrations/a/b"]),
        &["APIGW-ROUTE-006 Target"],
    );
    lengths(&route, "OperationName", [1, 64], "APIGW-ROUTE-007");
    let jwt = json!({ "ApiId": "a", "RouteKey": "GET /", "AuthorizationType": "JWT", "AuthorizerId": "b" });
    let jwt = route.from(jwt);
    jwt.takes("/AuthorizationScopes", [json!(vec!["a".repeat(64); 10])]);
    jwt.breaks("/AuthorizationScopes", [json!(vec!["a"; 11])], &["APIGW-ROUTE-005 AuthorizationScopes"]);
    for scope in ["a".repeat(65), String::new()] {
        jwt.breaks("/AuthorizationScopes", [json!([scope])], &["APIGW-ROUTE-005 AuthorizationScopes[0]"]);
    }
    let cors = json!({ "Name": "a", "ProtocolType": "HTTP", "CorsConfiguration": {} });
    let beside = jwt.beside(json!({ "apigatewayv2:CreateApi": cors }));
    beside.is(&[]);
    beside.breaks("/RouteKey", each(["ANY /", "$default"]), &["warning APIGW-CORS-007 RouteKey"]);
    jwt.takes("/RouteKey", each(["ANY /", "$default"]));
    let socket = json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "WEBSOCKET" } });
    route.beside(socket).takes("/RouteKey", each(["$connect", "send"]));
}

#[test]
fn jwt_authorizers() {
    let request = json!({ "ApiId": "a", "Name": "jwt", "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": { "Audience": ["a"], "Issuer": "https://cognito-idp.eu-west-1.amazonaws.com/pool" } });
    let jwt = Table::of("apigatewayv2:CreateAuthorizer", request);
    lengths(&jwt, "Name", [1, 128], "APIGW-AUTH-004");
    jwt.lacks("/Name", &["APIGW-AUTH-004 Name"]);
    jwt.lacks("/JwtConfiguration", &["APIGW-AUTH-000 JwtConfiguration"]);
    jwt.lacks("/JwtConfiguration/Issuer", &["APIGW-AUTH-000 JwtConfiguration.Issuer"]);
    jwt.breaks("/JwtConfiguration/Issuer", [json!(1)], &["PARAM-002 JwtConfiguration.Issuer"]);
    let issuer = |issuer: &str, want: &[&str]| {
        let place = |problem: &&str| format!("{problem} JwtConfiguration.Issuer");
        let want: Vec<String> = want.iter().map(place).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        jwt.breaks("/JwtConfiguration/Issuer", each([issuer]), &want);
    };
    issuer("https://example.com:8443/realms/a", &[]);
    issuer(&format!("https://a/{}", "a".repeat(2038)), &[]);
    issuer(&format!("https://a/{}", "a".repeat(2039)), &["APIGW-AUTH-001"]);
    for refused in ["http://example.com", "example.com", "https://", "", "https://a b", "HTTPS"] {
        issuer(refused, &["APIGW-AUTH-001"]);
    }
    issuer("https://example.com/", &["warning APIGW-AUTH-006"]);
    let audience = |count: usize| [json!(vec!["a"; count])];
    jwt.takes("/JwtConfiguration/Audience", audience(50));
    jwt.breaks("/JwtConfiguration/Audience", audience(51), &["APIGW-AUTH-002 JwtConfiguration.Audience"]);
    jwt.breaks("/JwtConfiguration/Audience", audience(0), &["APIGW-AUTH-002 JwtConfiguration.Audience"]);
    jwt.lacks("/JwtConfiguration/Audience", &["APIGW-AUTH-002 JwtConfiguration.Audience"]);
    jwt.takes("/IdentitySource/0", each(["$request.querystring.token"]));
    let refused = [
        "",
        "$request.header.",
        "$context.a",
        "$request.header.A,$request.header.B",
        "route.request.header.A",
    ];
    jwt.breaks("/IdentitySource/0", each(refused), &["APIGW-AUTH-003 IdentitySource[0]"]);
    let two = json!(["$request.header.A", "$request.header.B"]);
    jwt.breaks("/IdentitySource", [two, json!([])], &["APIGW-AUTH-003 IdentitySource"]);
    jwt.lacks("/IdentitySource", &["APIGW-AUTH-003 IdentitySource"]);
    jwt.breaks("/IdentitySource", each(["$request.header.A"]), &["PARAM-002 IdentitySource"]);
    jwt.lacks("/AuthorizerType", &["APIGW-AUTH-005 AuthorizerType"]);
    jwt.breaks("/AuthorizerType", each(["jwt", "TOKEN"]), &["APIGW-AUTH-005 AuthorizerType"]);
    let socket = json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "WEBSOCKET" } });
    jwt.beside(socket).is(&["APIGW-AUTH-005 AuthorizerType"]);
}

#[test]
fn request_authorizers() {
    let request = json!({ "ApiId": "a", "Name": "own", "AuthorizerType": "REQUEST",
        "IdentitySource": ["$request.header.A", "$request.querystring.b", "$context.c", "$stageVariables.d"],
        "AuthorizerUri": "arn:aws:apigateway:eu-west-1:lambda:path/a", "AuthorizerPayloadFormatVersion": "2.0",
        "EnableSimpleResponses": true, "AuthorizerResultTtlInSeconds": 300 });
    let own = Table::of("apigatewayv2:CreateAuthorizer", request);
    own.lacks("/AuthorizerUri", &["APIGW-AUTH-010 AuthorizerUri"]);
    lengths(&own, "AuthorizerUri", [1, 2048], "APIGW-AUTH-010");
    let version = "AuthorizerPayloadFormatVersion";
    own.lacks(&format!("/{version}"), &[&format!("APIGW-AUTH-010 {version}")]);
    own.breaks(&format!("/{version}"), each(["1", "3.0", ""]), &[&format!("APIGW-AUTH-010 {version}")]);
    own.breaks(&format!("/{version}"), each(["1.0"]), &["APIGW-AUTH-010 EnableSimpleResponses"]);
    own.takes("/AuthorizerResultTtlInSeconds", each([0, 3600]));
    let seconds = ["APIGW-AUTH-010 AuthorizerResultTtlInSeconds"];
    own.breaks("/AuthorizerResultTtlInSeconds", each([-1, 3601]), &seconds);
    own.breaks("/IdentitySource", [json!([])], &["APIGW-AUTH-010 IdentitySource"]);
    let open = json!({ "ApiId": "a", "Name": "own", "AuthorizerType": "REQUEST", "AuthorizerUri": "arn",
        "AuthorizerPayloadFormatVersion": "2.0", "IdentitySource": [] });
    own.from(open.clone()).takes("/AuthorizerResultTtlInSeconds", each([0]));
    own.from(open).breaks("/AuthorizerResultTtlInSeconds", each([1]), &["APIGW-AUTH-010 IdentitySource"]);
    own.breaks(
        "/IdentitySource/0",
        each(["$context.", "a", "route.request.header.A"]),
        &["APIGW-AUTH-003 IdentitySource[0]"],
    );
    let request = json!({ "ApiId": "a", "Name": "own", "AuthorizerType": "REQUEST",
        "IdentitySource": ["route.request.header.A"], "AuthorizerUri": "arn" });
    let socket = json!({ "apigatewayv2:CreateApi": { "Name": "a", "ProtocolType": "WEBSOCKET" } });
    own.from(request).beside(socket).is(&[]);
}
