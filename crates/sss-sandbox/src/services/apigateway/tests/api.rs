use serde_json::{Value, json};

use super::{accepted, account, check_refused, jwt_authorizer, refused, routed, text, with, with_api};
use crate::world::World;

#[test]
fn new_api_has_its_members_and_defaults() {
    let mut world = account();
    let input = json!({ "name": "shop", "protocolType": "HTTP", "tags": { "owner": "us" } });
    let api = accepted(&mut world, "CreateApi", input);
    let id = text(&api, "apiId");

    assert_eq!(id.len(), 10);
    let expected = json!({
        "apiId": id,
        "apiEndpoint": format!("https://{id}.execute-api.ap-northeast-1.amazonaws.com"),
        "apiKeySelectionExpression": "$request.header.x-api-key",
        "createdDate": "2023-11-14T22:13:20Z",
        "disableExecuteApiEndpoint": false,
        "ipAddressType": "ipv4",
        "name": "shop",
        "protocolType": "HTTP",
        "routeSelectionExpression": "$request.method $request.path",
        "tags": { "owner": "us" },
    });
    assert_eq!(api, expected);
    assert_eq!(accepted(&mut world, "GetApi", json!({ "apiId": id })), expected);
    assert_eq!(accepted(&mut world, "GetApis", json!({}))["items"], json!([expected]));
}

#[test]
fn names_are_not_unique() {
    let (mut world, _) = with_api();
    accepted(&mut world, "CreateApi", json!({ "name": "shop", "protocolType": "HTTP" }));
    assert_eq!(accepted(&mut world, "GetApis", json!({}))["items"].as_array().unwrap().len(), 2);
}

#[test]
fn api_request_against_the_rules_is_refused() {
    let mut world = account();
    let api = json!({ "name": "shop", "protocolType": "HTTP" });
    let cors = |cors: Value| with(api.clone(), json!({ "corsConfiguration": cors }));
    let inputs = [
        json!({ "protocolType": "HTTP" }),
        json!({ "name": "shop" }),
        json!({ "name": "shop", "protocolType": "GRPC" }),
        with(api.clone(), json!({ "name": "x".repeat(129) })),
        with(api.clone(), json!({ "tags": { "AWS:x": "" } })),
        with(api.clone(), json!({ "routeSelectionExpression": "$request.body.action" })),
        with(api.clone(), json!({ "ipAddressType": "ipv6" })),
        cors(json!({ "allowCredentials": true, "allowOrigins": ["*"] })),
        cors(json!({ "allowOrigins": ["localhost:3000"] })),
        cors(json!({ "allowOrigins": ["https://a.example/path"] })),
        cors(json!({ "maxAge": 86401 })),
        cors(json!({ "maxAge": -2 })),
        cors(json!({ "allowMethods": ["G ET"] })),
    ];

    check_refused(&mut world, "CreateApi", 400, &inputs);
    let (_, message) = refused(&mut world, "CreateApi", inputs[7].clone());
    assert_eq!(message, "allow-credentials is not supported if 'allow-origin' is *");
    let websocket = json!({
        "name": "shop", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.action",
    });
    check_refused(&mut world, "CreateApi", 501, &[websocket]);
    let origins = ["*", "https://*", "HTTP://WWW.EXAMPLE.ORG", "http://localhost:3000"];
    accepted(&mut world, "CreateApi", cors(json!({ "allowOrigins": origins, "allowMethods": ["put", "*"] })));
}

#[test]
fn update_keeps_members_that_it_does_not_name() {
    let (mut world, id) = with_api();
    let update =
        |world: &mut World, change: Value| accepted(world, "UpdateApi", with(json!({ "apiId": id }), change));
    let cors =
        json!({ "allowHeaders": ["Authorization"], "allowOrigins": ["https://a.example"], "maxAge": 60 });
    update(&mut world, json!({ "description": "of the shop", "corsConfiguration": cors }));
    let api = update(&mut world, json!({ "name": "other" }));
    assert_eq!(api["name"], "other");
    assert_eq!(api["description"], "of the shop");
    let expected = json!({
        "allowCredentials": false, "allowHeaders": ["authorization"], "allowOrigins": ["https://a.example"],
        "maxAge": 60,
    });
    assert_eq!(api["corsConfiguration"], expected);
    let api = update(&mut world, json!({ "corsConfiguration": { "allowHeaders": [] }, "description": "" }));
    assert_eq!(api["corsConfiguration"]["allowHeaders"], Value::Null);
    assert_eq!(api["corsConfiguration"]["maxAge"], 60);
    assert_eq!(api["description"], Value::Null);

    let refusal =
        json!({ "apiId": id, "corsConfiguration": { "allowCredentials": true, "allowOrigins": ["*"] } });
    check_refused(&mut world, "UpdateApi", 400, &[refusal]);
    let unchanged = accepted(&mut world, "GetApi", json!({ "apiId": id }));
    assert_eq!(unchanged["corsConfiguration"]["allowOrigins"], json!(["https://a.example"]));
    accepted(&mut world, "DeleteCorsConfiguration", json!({ "apiId": id }));
    assert_eq!(accepted(&mut world, "GetApi", json!({ "apiId": id }))["corsConfiguration"], Value::Null);
}

#[test]
fn deletion_of_an_api_removes_its_parts() {
    let mut routed = routed();
    accepted(&mut routed.world, "DeleteApi", json!({ "apiId": routed.api }));
    let input = json!({ "apiId": routed.api });
    for operation in ["GetApi", "GetRoutes", "GetIntegrations", "GetAuthorizers", "GetStages", "DeleteApi"] {
        check_refused(&mut routed.world, operation, 404, std::slice::from_ref(&input));
    }
    accepted(&mut routed.world, "DeleteVpcLink", json!({ "vpcLinkId": routed.link }));
}

#[test]
fn listings_come_in_pages() {
    let (mut world, _) = with_api();
    accepted(&mut world, "CreateApi", json!({ "name": "two", "protocolType": "HTTP" }));
    let first = accepted(&mut world, "GetApis", json!({ "maxResults": "1" }));
    let input = json!({ "maxResults": 1, "nextToken": first["nextToken"] });
    let second = accepted(&mut world, "GetApis", input);
    assert_eq!(second["nextToken"], Value::Null);
    assert_ne!(first["items"][0]["apiId"], second["items"][0]["apiId"]);
    let inputs = [json!({ "maxResults": "0" }), json!({ "maxResults": "501" }), json!({ "maxResults": "x" })];
    check_refused(&mut world, "GetApis", 400, &inputs);
}

#[test]
fn tags_belong_to_apis_stages_and_links() {
    let mut routed = routed();
    let world = &mut routed.world;

    accepted(world, "CreateStage", json!({ "apiId": routed.api, "stageName": "$default" }));
    for resource in [
        format!("/apis/{}", routed.api),
        format!("/apis/{}/stages/$default", routed.api),
        format!("/vpclinks/{}", routed.link),
    ] {
        let arn = format!("arn:aws:apigateway:ap-northeast-1::{resource}");
        let tags = json!({ "a": "1", "b": "2" });
        accepted(world, "TagResource", json!({ "resourceArn": arn, "tags": tags }));
        accepted(world, "UntagResource", json!({ "resourceArn": arn, "tagKeys": ["a"] }));
        let left = accepted(world, "GetTags", json!({ "resourceArn": arn }));
        assert_eq!(left, json!({ "tags": { "b": "2" } }), "{arn}");
    }
    let route = format!("arn:aws:apigateway:ap-northeast-1::/apis/{}/routes/{}", routed.api, routed.route);
    check_refused(world, "GetTags", 404, &[json!({ "resourceArn": route })]);
}

#[test]
fn updates_keep_the_rules_of_the_creation() {
    let mut routed = routed();
    let world = &mut routed.world;
    let of_api = |members: Value| with(json!({ "apiId": routed.api }), members);
    let authorizer = accepted(world, "CreateAuthorizer", jwt_authorizer(&routed.api));
    let authorizer = text(&authorizer, "authorizerId");

    accepted(world, "CreateStage", of_api(json!({ "stageName": "one" })));
    for (operation, input) in [
        ("UpdateApi", of_api(json!({ "description": "x".repeat(1025) }))),
        ("UpdateApi", of_api(json!({ "ipAddressType": "ipv6" }))),
        ("UpdateStage", of_api(json!({ "stageName": "one", "stageVariables": { "a-b": "c" } }))),
        (
            "UpdateStage",
            of_api(json!({ "stageName": "one", "defaultRouteSettings": { "throttlingBurstLimit": -1 } })),
        ),
        ("UpdateAuthorizer", of_api(json!({ "authorizerId": authorizer, "identitySource": [] }))),
        ("UpdateIntegration", of_api(json!({ "integrationId": routed.integration, "timeoutInMillis": 49 }))),
        ("UpdateRoute", of_api(json!({ "routeId": routed.route, "routeKey": "TRACE /" }))),
        ("UpdateVpcLink", json!({ "vpcLinkId": routed.link, "name": "" })),
        (
            "TagResource",
            json!({
                "resourceArn": format!("arn:aws:apigateway:ap-northeast-1::/apis/{}", routed.api),
                "tags": { "aws:a": "b" },
            }),
        ),
    ] {
        check_refused(world, operation, 400, &[input]);
    }
}
