mod api;
mod authorizer;
mod domain;
mod integration;
mod route;
mod stage;
mod vpc_link;

use serde_json::{Value, json};

use crate::{
    services::{apigateway, logs},
    world::World,
};

const SUBNET: &str = "subnet-0a1b2c3d4e5f60001";
const GROUP: &str = "sg-0a1b2c3d4e5f60000";
const SERVICE: &str = "arn:aws:servicediscovery:ap-northeast-1:123456789012:service/srv-0123456789abcdef";

fn account() -> World {
    World::new("123456789012", "ap-northeast-1", 1_700_000_000_000)
}

fn accepted(world: &mut World, operation: &str, input: Value) -> Value {
    apigateway::call(world, operation, &input)
        .unwrap_or_else(|refusal| panic!("{operation} {input}: {} {}", refusal.code, refusal.message))
}

/// Returns the status and the message of a refusal.
fn refused(world: &mut World, operation: &str, input: Value) -> (u16, String) {
    match apigateway::call(world, operation, &input) {
        Ok(answer) => panic!("{operation} {input} was accepted: {answer}"),
        Err(refusal) => {
            let code = match refusal.status {
                400 => "BadRequestException",
                404 => "NotFoundException",
                409 => "ConflictException",
                429 => "TooManyRequestsException",
                _ => "NotImplemented",
            };
            assert_eq!(refusal.code, code);
            (refusal.status, refusal.message)
        }
    }
}

/// Expects a refusal with this status for every input.
fn check_refused(world: &mut World, operation: &str, status: u16, inputs: &[Value]) {
    for input in inputs {
        assert_eq!(refused(world, operation, input.clone()).0, status, "{operation} {input}");
    }
}

/// Returns an object with members added or replaced.
fn with(mut object: Value, members: Value) -> Value {
    let members = members.as_object().unwrap().clone();
    object.as_object_mut().unwrap().extend(members);
    object
}

fn text(answer: &Value, member: &str) -> String {
    answer[member].as_str().unwrap_or_else(|| panic!("no {member} in {answer}")).to_owned()
}

fn pass(world: &mut World, milliseconds: u64) {
    world.advance(world.now + milliseconds);
}

fn with_api() -> (World, String) {
    let mut world = account();
    let api = accepted(&mut world, "CreateApi", json!({ "name": "shop", "protocolType": "HTTP" }));
    (world, text(&api, "apiId"))
}

fn link(world: &mut World) -> String {
    let input = json!({ "name": "link", "subnetIds": [SUBNET], "securityGroupIds": [GROUP] });
    text(&accepted(world, "CreateVpcLink", input), "vpcLinkId")
}

fn private_integration(api: &str, link: &str) -> Value {
    json!({
        "apiId": api, "integrationType": "HTTP_PROXY", "integrationMethod": "ANY", "connectionType": "VPC_LINK",
        "connectionId": link, "integrationUri": SERVICE, "payloadFormatVersion": "1.0",
    })
}

fn jwt_authorizer(api: &str) -> Value {
    json!({
        "apiId": api, "name": "jwt", "authorizerType": "JWT",
        "identitySource": ["$request.header.Authorization"],
        "jwtConfiguration": { "issuer": "https://idp.example.com/pool", "audience": ["app"] },
    })
}

/// Creates an API with a VPC link, an integration through it, and a route to the integration.
struct Routed {
    world: World,
    api: String,
    link: String,
    integration: String,
    route: String,
}

fn routed() -> Routed {
    let (mut world, api) = with_api();
    let link = link(&mut world);
    let integration = accepted(&mut world, "CreateIntegration", private_integration(&api, &link));
    let integration = text(&integration, "integrationId");
    let input = json!({
        "apiId": api, "routeKey": "GET /{proxy+}", "target": format!("integrations/{integration}"),
    });
    let route = text(&accepted(&mut world, "CreateRoute", input), "routeId");
    Routed { world, api, link, integration, route }
}

fn with_log_group(world: &mut World, name: &str) -> String {
    logs::call(world, "CreateLogGroup", &json!({ "logGroupName": name })).unwrap();
    format!("arn:aws:logs:ap-northeast-1:123456789012:log-group:{name}")
}
