use serde_json::{Value, json};

use super::{accepted, check_refused, jwt_authorizer, refused, routed, text, with};

#[test]
fn new_route_has_its_members_and_defaults() {
    let mut routed = routed();
    let expected = json!({
        "apiKeyRequired": false,
        "authorizationType": "NONE",
        "routeId": routed.route,
        "routeKey": "GET /{proxy+}",
        "target": format!("integrations/{}", routed.integration),
    });
    let listed = accepted(&mut routed.world, "GetRoutes", json!({ "apiId": routed.api }));
    assert_eq!(listed["items"], json!([expected]));
    let id = json!({ "apiId": routed.api, "routeId": routed.route });
    assert_eq!(accepted(&mut routed.world, "GetRoute", id.clone()), expected);
    accepted(&mut routed.world, "DeleteRoute", id.clone());
    check_refused(&mut routed.world, "GetRoute", 404, std::slice::from_ref(&id));
    check_refused(&mut routed.world, "DeleteRoute", 404, &[id]);
}

#[test]
fn keys_are_unique_and_well_formed() {
    let mut routed = routed();
    let key = |key: &str| json!({ "apiId": routed.api, "routeKey": key });
    let (status, message) = refused(&mut routed.world, "CreateRoute", key("GET /{proxy+}"));

    assert_eq!((status, message.as_str()), (409, "Route with key GET /{proxy+} already exists for this API"));
    let malformed = [
        "get /a",
        "TRACE /a",
        "GET a",
        "GET  /a",
        "GET /a/",
        "GET //a",
        "GET",
        "/a",
        "GET /{}",
        "GET /{a+}/b",
        "GET /{a",
        "GET /a?b",
    ];
    check_refused(&mut routed.world, "CreateRoute", 400, &malformed.map(key));
    for accepted_key in
        ["$default", "ANY /", "OPTIONS /{proxy+}", "GET /a/{b}", "GET /a/{b}/c", "GET /a.b_c-d:e"]
    {
        accepted(&mut routed.world, "CreateRoute", key(accepted_key));
    }
    check_refused(&mut routed.world, "CreateRoute", 409, &["GET /a/{x}", "POST /a/{x}/c"].map(key));
}

#[test]
fn route_needs_an_integration_of_its_api() {
    let mut routed = routed();
    let to = |target: &str| json!({ "apiId": routed.api, "routeKey": "GET /a", "target": target });
    check_refused(&mut routed.world, "CreateRoute", 400, &["integrations/nothing", "nothing"].map(to));
    check_refused(
        &mut routed.world,
        "CreateRoute",
        404,
        &[json!({ "apiId": "nothing", "routeKey": "GET /a" })],
    );
    check_refused(&mut routed.world, "CreateRoute", 400, &[json!({ "apiId": routed.api })]);
}

#[test]
fn route_with_jwt_needs_an_authorizer() {
    let mut routed = routed();
    let world = &mut routed.world;
    let authorizer = text(&accepted(world, "CreateAuthorizer", jwt_authorizer(&routed.api)), "authorizerId");
    let route = json!({ "apiId": routed.api, "routeKey": "GET /a", "authorizationType": "JWT" });
    let (status, message) = refused(world, "CreateRoute", route.clone());
    assert_eq!(status, 400);
    assert!(message.starts_with("Invalid authorizer ID specified."), "{message}");
    let scopes: Vec<String> = (0..11).map(|number| format!("scope-{number}")).collect();
    let named = with(route.clone(), json!({ "authorizerId": authorizer }));
    let inputs = [
        with(route.clone(), json!({ "authorizerId": "nothing" })),
        with(named.clone(), json!({ "authorizationType": "CUSTOM" })),
        with(named.clone(), json!({ "authorizationScopes": scopes })),
        with(route.clone(), json!({ "authorizationType": "NONE", "authorizationScopes": ["a"] })),
        with(named.clone(), json!({ "apiKeyRequired": true })),
    ];
    check_refused(world, "CreateRoute", 400, &inputs);
    let made = accepted(world, "CreateRoute", with(named, json!({ "authorizationScopes": ["read"] })));
    assert_eq!(made["authorizationScopes"], json!(["read"]));

    let (status, message) =
        refused(world, "DeleteAuthorizer", json!({ "apiId": routed.api, "authorizerId": authorizer }));
    assert_eq!(status, 409);
    assert!(message.contains(&text(&made, "routeId")), "{message}");
    let change = json!({
        "apiId": routed.api, "routeId": made["routeId"], "authorizationType": "NONE", "authorizerId": "",
        "authorizationScopes": [],
    });
    let open = accepted(world, "UpdateRoute", change);
    assert_eq!((&open["authorizerId"], &open["authorizationScopes"]), (&Value::Null, &Value::Null));
    accepted(world, "DeleteAuthorizer", json!({ "apiId": routed.api, "authorizerId": authorizer }));
}

#[test]
fn update_keeps_members_that_it_does_not_name() {
    let mut routed = routed();
    let change = json!({ "apiId": routed.api, "routeId": routed.route, "routeKey": "POST /{proxy+}" });
    let route = accepted(&mut routed.world, "UpdateRoute", change);
    assert_eq!(route["routeKey"], "POST /{proxy+}");
    assert_eq!(route["target"], format!("integrations/{}", routed.integration));
    let made =
        accepted(&mut routed.world, "CreateRoute", json!({ "apiId": routed.api, "routeKey": "GET /a" }));
    let taken = json!({ "apiId": routed.api, "routeId": made["routeId"], "routeKey": "POST /{proxy+}" });
    check_refused(&mut routed.world, "UpdateRoute", 409, &[taken]);
}

#[test]
fn api_has_at_most_300_routes() {
    let mut routed = routed();
    let key = |number: usize| json!({ "apiId": routed.api, "routeKey": format!("GET /{number}") });
    for number in 1..300 {
        accepted(&mut routed.world, "CreateRoute", key(number));
    }
    check_refused(&mut routed.world, "CreateRoute", 429, &[key(300)]);
    let first = accepted(&mut routed.world, "GetRoutes", json!({ "apiId": routed.api }));
    assert_eq!(first["items"].as_array().unwrap().len(), 100);
    let all = accepted(&mut routed.world, "GetRoutes", json!({ "apiId": routed.api, "maxResults": "500" }));
    assert_eq!(all["items"].as_array().unwrap().len(), 300);
}

#[test]
fn route_without_authorization_loses_its_authorizer() {
    let mut routed = routed();
    let authorizer = accepted(&mut routed.world, "CreateAuthorizer", jwt_authorizer(&routed.api));
    let id = json!({ "apiId": routed.api, "routeId": routed.route });
    let jwt = json!({
        "authorizationType": "JWT",
        "authorizerId": authorizer["authorizerId"],
        "authorizationScopes": ["orders/read"],
    });
    accepted(&mut routed.world, "UpdateRoute", with(id.clone(), jwt));
    let renamed = with(id.clone(), json!({ "operationName": "list" }));
    let kept = accepted(&mut routed.world, "UpdateRoute", renamed);
    assert_eq!(kept["authorizationScopes"], json!(["orders/read"]), "the update does not name them");

    let open = with(id.clone(), json!({ "authorizationType": "NONE" }));
    let opened = accepted(&mut routed.world, "UpdateRoute", open);
    for member in ["authorizerId", "authorizationScopes"] {
        assert_eq!(opened[member], Value::Null, "{member}");
    }
    assert_eq!(opened["operationName"], "list");
    let authorizer = json!({ "apiId": routed.api, "authorizerId": authorizer["authorizerId"] });
    accepted(&mut routed.world, "DeleteAuthorizer", authorizer);
}
