use std::time::Duration;

use serde_json::{Value, json};

use super::{call, is_new, role_exists, trusts};
use crate::{Delays, clock::BEGINNING, refusal::Refusal, world::World};

mod partition;
mod policies;

const EXECUTION_POLICY: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn world() -> World {
    World::new("123456789012", "ap-northeast-1", 0)
}

/// Returns the answer to a valid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn check(world: &mut World, operation: &str, input: Value) -> Value {
    call(world, operation, &input).unwrap_or_else(|refusal| panic!("{operation} was refused: {refusal:?}"))
}

/// Returns the refusal of an invalid call.
#[expect(clippy::needless_pass_by_value, reason = "the input is written where the call stands")]
fn refused(world: &mut World, operation: &str, input: Value) -> Refusal {
    match call(world, operation, &input) {
        Err(refusal) => refusal,
        Ok(answer) => panic!("{operation} was taken: {answer}"),
    }
}

fn trust() -> String {
    trust_of(&json!({ "Service": "ecs-tasks.amazonaws.com" }))
}

fn trust_of(principal: &Value) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}

fn policy(action: &str, resource: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": { "Effect": "Allow", "Action": [action], "Resource": resource },
    })
    .to_string()
}

fn with_role(name: &str) -> World {
    let mut world = world();
    check(&mut world, "CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": trust() }));
    world
}

#[test]
fn new_role_has_its_members() {
    let mut world = world();
    let created = check(
        &mut world,
        "CreateRole",
        json!({
            "RoleName": "task-exec", "Path": "/stack/", "AssumeRolePolicyDocument": trust(),
            "Description": "for tasks", "MaxSessionDuration": "7200",
            "Tags": [{ "Key": "Owner", "Value": "mamezou" }],
        }),
    );

    assert_eq!(created["Role"]["Arn"], "arn:aws:iam::123456789012:role/stack/task-exec");
    assert_eq!(created["Role"]["CreateDate"], "1970-01-01T00:00:00Z");
    let id = created["Role"]["RoleId"].as_str().expect("an id");
    assert!(id.starts_with("AROA") && id.len() == 21, "{id}");
    let role = &check(&mut world, "GetRole", json!({ "RoleName": "task-exec" }))["Role"];
    assert_eq!(role["MaxSessionDuration"], 7200);
    assert_eq!(role["Description"], "for tasks");
    assert_eq!(role["Tags"], json!([{ "Key": "Owner", "Value": "mamezou" }]));
    let document = role["AssumeRolePolicyDocument"].as_str().expect("a document");
    assert!(document.starts_with("%7B%22Statement%22%3A%5B"), "{document}");
    let listed = check(&mut world, "ListRoles", json!({ "PathPrefix": "/stack/" }));
    assert_eq!(listed["Roles"][0]["RoleName"], "task-exec");
    assert_eq!(listed["Roles"][0].get("Tags"), None);
    assert_eq!(listed["Roles"][1], Value::Null);
}

#[test]
fn names_collide_without_case() {
    let mut world = with_role("app");
    let refusal =
        refused(&mut world, "CreateRole", json!({ "RoleName": "App", "AssumeRolePolicyDocument": trust() }));
    assert_eq!((refusal.status, refusal.code), (409, "EntityAlreadyExists"));
    let refusal = refused(&mut world, "GetRole", json!({ "RoleName": "other" }));
    assert_eq!((refusal.status, refusal.code), (404, "NoSuchEntity"));
}

#[test]
fn invalid_inputs_are_refused() {
    let mut world = with_role("app");
    for (member, value) in [
        ("RoleName", json!("a b")),
        ("RoleName", json!("x".repeat(65))),
        ("Path", json!("stack")),
        ("Path", json!("/aws-service-role/ecs.amazonaws.com/")),
        ("Description", json!("\u{65e5}\u{672c}")),
        ("MaxSessionDuration", json!("60")),
        ("MaxSessionDuration", json!("43201")),
        ("AssumeRolePolicyDocument", Value::Null),
    ] {
        let mut input = json!({ "RoleName": "new", "AssumeRolePolicyDocument": trust() });
        input[member] = value;
        assert_eq!(refused(&mut world, "CreateRole", input.clone()).code, "ValidationError", "{input}");
    }
    let mut input = json!({ "RoleName": "new", "AssumeRolePolicyDocument": trust() });

    input["Tags"] = json!([{ "Key": "a", "Value": "" }, { "Key": "A", "Value": "" }]);
    assert_eq!(refused(&mut world, "CreateRole", input.clone()).code, "InvalidInput");
    input["Tags"] = json!("");
    input["Description"] = json!("ë«Ç");
    check(&mut world, "CreateRole", input);
}

#[test]
fn account_details_contain_the_whole_role() {
    let mut world = with_role("app");
    let document = policy("cloudwatch:PutMetricData", "*");

    check(
        &mut world,
        "PutRolePolicy",
        json!({ "RoleName": "app", "PolicyName": "metrics", "PolicyDocument": document }),
    );
    check(&mut world, "AttachRolePolicy", json!({ "RoleName": "app", "PolicyArn": EXECUTION_POLICY }));
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    check(
        &mut world,
        "PutRolePermissionsBoundary",
        json!({ "RoleName": "app", "PermissionsBoundary": boundary }),
    );
    check(&mut world, "TagRole", json!({ "RoleName": "app", "Tags": [{ "Key": "Owner", "Value": "a" }] }));
    let details = json!({ "Filter": ["Role"], "MaxItems": "1" });
    let first = check(&mut world, "GetAccountAuthorizationDetails", details);
    let role = &first["RoleDetailList"][0];
    assert_eq!(role["RoleName"], "app");
    assert_eq!(role["RolePolicyList"][0]["PolicyName"], "metrics");
    let encoded = role["RolePolicyList"][0]["PolicyDocument"].as_str().expect("a document");
    assert!(encoded.contains("cloudwatch%3APutMetricData") && encoded.contains("%22%2A%22"), "{encoded}");
    assert_eq!(role["AttachedManagedPolicies"][0]["PolicyArn"], EXECUTION_POLICY);
    assert_eq!(role["Tags"], json!([{ "Key": "Owner", "Value": "a" }]));
    assert_eq!(role["PermissionsBoundary"]["PermissionsBoundaryArn"], boundary);
    assert_eq!(first["IsTruncated"], true);
    let next = json!({ "Filter": ["Role"], "Marker": first["Marker"] });
    let second = check(&mut world, "GetAccountAuthorizationDetails", next);
    assert_eq!(second["RoleDetailList"][0]["RoleName"], "AWSServiceRoleForECS");
    assert_eq!(second["IsTruncated"], false);
    let users = check(&mut world, "GetAccountAuthorizationDetails", json!({ "Filter": ["User"] }));
    assert_eq!(users["RoleDetailList"], json!([]));
    let refusal = refused(&mut world, "GetAccountAuthorizationDetails", json!({ "MaxItems": "1001" }));
    assert_eq!(refusal.code, "ValidationError");
}

#[test]
fn tags_and_descriptions_of_a_role_change() {
    let mut world = with_role("app");
    let tags = json!([{ "Key": "Owner", "Value": "a" }, { "Key": "Env", "Value": "dev" }]);

    check(&mut world, "TagRole", json!({ "RoleName": "app", "Tags": tags }));
    check(&mut world, "TagRole", json!({ "RoleName": "app", "Tags": [{ "Key": "owner", "Value": "b" }] }));
    check(&mut world, "UntagRole", json!({ "RoleName": "app", "TagKeys": ["ENV"] }));
    let left = check(&mut world, "ListRoleTags", json!({ "RoleName": "app" }));
    assert_eq!(left["Tags"], json!([{ "Key": "owner", "Value": "b" }]));
    let reserved = json!({ "RoleName": "app", "Tags": [{ "Key": "aws:x", "Value": "" }] });
    assert_eq!(refused(&mut world, "TagRole", reserved).code, "InvalidInput");
    let many: Vec<Value> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
    let refusal = refused(&mut world, "TagRole", json!({ "RoleName": "app", "Tags": many }));
    assert_eq!(refusal.code, "LimitExceeded");
    check(&mut world, "UpdateRole", json!({ "RoleName": "app", "Description": "new" }));
    check(&mut world, "UpdateRole", json!({ "RoleName": "app", "MaxSessionDuration": "3601" }));
    let role = check(&mut world, "GetRole", json!({ "RoleName": "app" }))["Role"].clone();
    assert_eq!((&role["Description"], &role["MaxSessionDuration"]), (&json!("new"), &json!(3601)));
    check(&mut world, "UpdateRole", json!({ "RoleName": "app" }));
    let role = &check(&mut world, "GetRole", json!({ "RoleName": "app" }))["Role"];
    assert_eq!((&role["Description"], &role["MaxSessionDuration"]), (&json!("new"), &json!(3600)));
}

#[test]
fn role_updates_keep_the_rules_of_the_creation() {
    let mut world = with_role("app");
    let boundary = "arn:aws:iam::123456789012:role/app";

    for (operation, member, value, code) in [
        ("UpdateRole", "Description", json!("\u{65e5}\u{672c}"), "ValidationError"),
        ("UpdateRole", "MaxSessionDuration", json!("60"), "ValidationError"),
        ("UpdateRole", "MaxSessionDuration", json!("an hour"), "MalformedInput"),
        ("PutRolePermissionsBoundary", "PermissionsBoundary", json!(boundary), "InvalidInput"),
        ("DetachRolePolicy", "PolicyArn", json!("policy"), "ValidationError"),
        ("DeleteRolePolicy", "PolicyName", json!("a b"), "ValidationError"),
        ("TagRole", "Tags", json!([{ "Key": "#", "Value": "" }]), "ValidationError"),
        ("GetRole", "RoleName", json!("a b"), "ValidationError"),
    ] {
        let mut input = json!({ "RoleName": "app" });
        input[member] = value;
        assert_eq!(refused(&mut world, operation, input.clone()).code, code, "{operation} {input}");
    }
}

#[test]
fn service_linked_roles_cannot_be_changed() {
    let mut world = world();
    let role = json!({ "RoleName": "AWSServiceRoleForECS" });
    let arn = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
    assert_eq!(check(&mut world, "GetRole", role.clone())["Role"]["Arn"], arn);
    assert_eq!(refused(&mut world, "DeleteRole", role).code, "UnmodifiableEntity");
    let again = json!({ "AWSServiceName": "ecs.amazonaws.com" });
    assert_eq!(refused(&mut world, "CreateServiceLinkedRole", again).code, "InvalidInput");
    let api = json!({ "AWSServiceName": "ops.apigateway.amazonaws.com" });
    let made = check(&mut world, "CreateServiceLinkedRole", api);
    assert_eq!(made["Role"]["RoleName"], "AWSServiceRoleForAPIGateway");
}

#[test]
fn role_is_found_by_name_and_arn() {
    let mut world = with_role("app");
    let arn = "arn:aws:iam::123456789012:role/app";
    assert!(role_exists(&world, arn) && role_exists(&world, "app"));
    assert!(!role_exists(&world, "arn:aws:iam::210987654321:role/app"));
    assert!(!role_exists(&world, "arn:aws:iam::123456789012:role/other/app"));
    world.advance(9_999);
    assert!(is_new(&world, arn) && !trusts(&world, arn, "ecs-tasks.amazonaws.com"), "it has not spread yet");
    world.advance(10_000);
    assert!(!is_new(&world, arn) && trusts(&world, arn, "ecs-tasks.amazonaws.com"));
    assert!(!trusts(&world, arn, "lambda.amazonaws.com"));
    let document = trust().replace("Allow", "Deny");
    check(&mut world, "UpdateAssumeRolePolicy", json!({ "RoleName": "app", "PolicyDocument": document }));
    assert!(!trusts(&world, arn, "ecs-tasks.amazonaws.com"));
}

#[test]
fn delayed_role_is_listed_later() {
    let mut world = World::new("123456789012", "ap-northeast-1", BEGINNING);
    world.set_delays(Delays { role_listed: Duration::from_secs(5), ..Delays::default() });
    let role = json!({ "RoleName": "app", "AssumeRolePolicyDocument": trust() });

    check(&mut world, "CreateRole", role.clone());
    let listed = |world: &mut World| {
        let roles = check(world, "ListRoles", json!({}))["Roles"].as_array().map_or(0, Vec::len);
        let details = check(world, "GetAccountAuthorizationDetails", json!({}));
        let details = details["RoleDetailList"].as_array().map_or(0, Vec::len);
        let found = call(world, "GetRole", &json!({ "RoleName": "app" })).map_err(|refusal| refusal.code);
        (roles, details, found.err())
    };
    world.advance(BEGINNING + 4_999);
    assert_eq!(listed(&mut world), (1, 1, Some("NoSuchEntity")));
    assert_eq!(
        refused(&mut world, "CreateRole", role).code,
        "EntityAlreadyExists",
        "its name is taken at once"
    );
    world.advance(BEGINNING + 5_000);
    assert_eq!(listed(&mut world), (2, 2, None));
}
