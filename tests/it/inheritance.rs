//! Settings of others on our objects, and names that differ only by case.
//!
//! A replacement takes along the tags that others set, and from a role also its boundary, description and
//! session length.

use serde_json::{Value, json};
use sss_aws::Action;
use sss_model::Stack;

use crate::account::{Account, reference, steps, writes};

const ROLE: &str = "mz-dev-app-role";
const BOUNDARY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";
const OTHER: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

fn boundary_of(account: &Account, role: &str) -> Value {
    let found = account.by_hand("iam", "GetRole", &json!({"RoleName": role}));
    found["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"].clone()
}

fn bounded(account: &Account, boundary: Option<&str>) -> Stack {
    let mut stack = reference(account);
    let app = stack.services.get_mut("app").expect("the service");
    app.task.task_role.permissions_boundary = boundary.map(str::to_owned);
    stack
}

fn bind(account: &Account, boundary: &str) {
    let input = json!({"RoleName": ROLE, "PermissionsBoundary": boundary});
    account.by_hand("iam", "PutRolePermissionsBoundary", &input);
}

#[tokio::test(start_paused = true)]
async fn replaced_role_keeps_what_others_set() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    bind(&account, BOUNDARY);
    let input = json!({"RoleName": ROLE, "Description": "theirs", "MaxSessionDuration": "7200"});
    account.by_hand("iam", "UpdateRole", &input);
    let input = json!({"RoleName": ROLE, "Tags": [{"Key": "CostCentre", "Value": "42"}]});
    account.by_hand("iam", "TagRole", &input);
    assert!(account.plan(&stack).await.is_empty(), "it is left to others");
    stack.services.get_mut("app").expect("the service").task.task_role.path = "/team/".to_owned();
    account.apply(&stack).await;
    let role = account.by_hand("iam", "GetRole", &json!({"RoleName": format!("{ROLE}-2")}))["Role"].clone();
    assert_eq!(role["PermissionsBoundary"]["PermissionsBoundaryArn"], BOUNDARY);
    assert_eq!((&role["Description"], &role["MaxSessionDuration"]), (&json!("theirs"), &json!(7200)));
    assert!(role["Tags"].to_string().contains("CostCentre"), "{role}");
    account.destroy(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn replaced_role_has_each_key_in_one_case() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let input = json!({"RoleName": ROLE, "Tags": [{"Key": "OWNER", "Value": "others"}]});
    account.by_hand("iam", "TagRole", &input);
    stack.services.get_mut("app").expect("the service").task.task_role.path = "/team/".to_owned();
    account.apply(&stack).await;
    let role = account.by_hand("iam", "GetRole", &json!({"RoleName": format!("{ROLE}-2")}))["Role"].clone();
    let tags = role["Tags"].to_string();
    assert!(tags.contains(r#"{"Key":"Owner","Value":"mamezou"}"#) && !tags.contains("OWNER"), "{tags}");
}

#[tokio::test(start_paused = true)]
async fn replaced_objects_keep_tags_of_others() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    for entry in account.inventory()["tags"].as_array().into_iter().flatten() {
        let input = json!({"ResourceARNList": [entry["ResourceARN"]], "Tags": {"CostCentre": "42"}});
        account.by_hand("tagging", "TagResources", &input);
    }
    stack.security_group.description = "tasks".to_owned();
    stack.network.private_subnet_ids.pop();
    let plan = account.plan(&stack).await;
    assert_eq!(plan.count(Action::Replace), 2, "{:?}", steps(&plan));
    account.apply(&stack).await;
    let inventory = account.inventory();
    let groups = inventory["security_groups"].as_array().expect("a listing");
    let group = groups.iter().find(|group| group["groupName"] == "mz-dev-ecs-sg-2").expect("the new group");
    for object in [group, &inventory["vpc_links"][0]] {
        assert!(object.to_string().contains("CostCentre"), "{object}");
    }
}

#[tokio::test(start_paused = true)]
async fn boundary_of_the_stack_is_set_and_removed() {
    let account = Account::new();
    account.apply(&bounded(&account, Some(BOUNDARY))).await;
    assert_eq!(boundary_of(&account, ROLE), BOUNDARY);
    let ((), calls, _) = account.counted(account.apply(&bounded(&account, Some(OTHER)))).await;
    assert_eq!(writes(&calls), ["TagRole", "PutRolePermissionsBoundary"]);
    assert_eq!(boundary_of(&account, ROLE), OTHER);
    bind(&account, BOUNDARY);
    account.apply(&bounded(&account, Some(OTHER))).await;
    assert_eq!(boundary_of(&account, ROLE), OTHER, "a change by hand is put back");
    account.apply(&bounded(&account, None)).await;
    assert_eq!(boundary_of(&account, ROLE), Value::Null, "it was the stack's");
    bind(&account, BOUNDARY);
    account.apply(&bounded(&account, None)).await;
    assert_eq!(boundary_of(&account, ROLE), BOUNDARY, "it is somebody else's");
    account.apply(&bounded(&account, Some(OTHER))).await;
    bind(&account, BOUNDARY);
    account.apply(&bounded(&account, None)).await;
    assert_eq!(boundary_of(&account, ROLE), BOUNDARY, "the last one was somebody else's");
}

#[tokio::test(start_paused = true)]
async fn names_of_others_without_case_are_refused() {
    let account = Account::new();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]});
    let role = json!({"RoleName": "MZ-dev-app-role", "AssumeRolePolicyDocument": trust.to_string()});
    account.by_hand("iam", "CreateRole", &role);
    let group = json!({"GroupName": "MZ-dev-ecs-SG", "GroupDescription": "theirs", "VpcId": account.sandbox.vpc_id()});
    account.by_hand("ec2", "CreateSecurityGroup", &group);
    // The role is listed some seconds after it was created.
    account.sandbox.advance(std::time::Duration::from_mins(1));
    let stack = reference(&account);
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, sss_aws::Mode::Converge);
    let told: Vec<_> = plan.refusals.iter().map(|one| (one.id.kind.name(), one.because.as_deref())).collect();
    let taken = |name| {
        format!("cannot be created: `{name}` has the same name, and AWS compares these names without case")
    };
    let (group, role) = (taken("MZ-dev-ecs-SG"), taken("MZ-dev-app-role"));
    assert_eq!(told, [("ec2/security-group", Some(group.as_str())), ("iam/role", Some(role.as_str()))]);
    let (_, calls, _) = account.counted(account.carry_out(&graph, &world, &plan)).await;
    assert_eq!(calls.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn name_that_changes_its_case_is_the_same() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.names.security_group = Some("MZ-dev-ecs-SG".to_owned());
    let app = stack.services.get_mut("app").expect("the service");
    app.names.task_role = Some("MZ-dev-app-role".to_owned());
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty() && !plan.is_refused(), "{plan:#?}");
    stack.services.get_mut("app").expect("the service").task.task_role.path = "/team/".to_owned();
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert!(!account.inventory().to_string().to_lowercase().contains("mz-dev"));
}
