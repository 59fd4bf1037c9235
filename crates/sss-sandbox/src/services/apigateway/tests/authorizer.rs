use serde_json::{Value, json};

use super::{accepted, check_refused, jwt_authorizer, text, with, with_api};

#[test]
fn new_authorizer_has_its_members() {
    let (mut world, api) = with_api();
    let made = accepted(&mut world, "CreateAuthorizer", jwt_authorizer(&api));
    let id = text(&made, "authorizerId");
    let mut expected = with(jwt_authorizer(&api), json!({ "authorizerId": id }));
    expected.as_object_mut().unwrap().remove("apiId");
    assert_eq!(made, expected);
    let name = json!({ "apiId": api, "authorizerId": id });
    assert_eq!(accepted(&mut world, "GetAuthorizer", name.clone()), expected);
    assert_eq!(accepted(&mut world, "GetAuthorizers", json!({ "apiId": api }))["items"], json!([expected]));
    accepted(&mut world, "DeleteAuthorizer", name.clone());
    check_refused(&mut world, "GetAuthorizer", 404, &[name]);
}

#[test]
fn jwt_authorizer_against_the_rules_is_refused() {
    let (mut world, api) = with_api();
    let valid = jwt_authorizer(&api);
    let but = |members: Value| with(valid.clone(), members);
    let jwt = |issuer: &str, audience: Value| {
        with(valid.clone(), json!({ "jwtConfiguration": { "issuer": issuer, "audience": audience } }))
    };
    let inputs = [
        but(json!({ "name": null })),
        but(json!({ "authorizerType": null })),
        but(json!({ "authorizerType": "BASIC" })),
        but(json!({ "jwtConfiguration": null })),
        but(json!({ "identitySource": [] })),
        but(json!({ "identitySource": ["$context.path"] })),
        but(json!({ "identitySource": ["$request.header.a", "$request.header.b"] })),
        jwt("http://idp.example.com", json!(["a"])),
        jwt("https://", json!(["a"])),
        jwt("https://idp.example.com", json!([])),
        jwt("https://idp.example.com", json!(vec!["a"; 51])),
        with(valid.clone(), json!({ "authorizerType": "REQUEST" })),
    ];
    check_refused(&mut world, "CreateAuthorizer", 400, &inputs);
}

#[test]
fn update_keeps_members_that_it_does_not_name() {
    let (mut world, api) = with_api();
    let made = accepted(&mut world, "CreateAuthorizer", jwt_authorizer(&api));
    let change = json!({
        "apiId": api, "authorizerId": made["authorizerId"], "jwtConfiguration": { "audience": ["x", "y"] },
    });
    let updated = accepted(&mut world, "UpdateAuthorizer", change);
    assert_eq!(updated["jwtConfiguration"]["issuer"], "https://idp.example.com/pool");
    assert_eq!(updated["jwtConfiguration"]["audience"], json!(["x", "y"]));
}

#[test]
fn api_has_at_most_10_authorizers_with_any_names() {
    let (mut world, api) = with_api();
    for _ in 0..10 {
        accepted(&mut world, "CreateAuthorizer", jwt_authorizer(&api));
    }
    check_refused(&mut world, "CreateAuthorizer", 429, &[jwt_authorizer(&api)]);
}
