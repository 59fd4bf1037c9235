//! Objects that exist and are not managed by the stack.
//!
//! A plan refuses them by name, and only an adoption marks them. Afterwards the stack manages them like its
//! own, except for parts of an API that were there before.

use serde_json::{Value, json};
use sss_aws::{Action, Bound, Mode, Options, Outcome, Rates};
use sss_sandbox::Sandbox;

use crate::account::{Account, reference, steps, writes};

const MARKS: [&str; 3] = ["sss:stack", "sss:managed-by", "sss:tags"];

/// Returns an account in which Terraform created the reference stack: the names and the default tags, without
/// our marks.
async fn made_by_terraform() -> Account {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    unmark(&account);
    account
}

/// Removes our marks from all objects.
fn unmark(account: &Account) {
    let inventory = account.inventory();
    for entry in inventory["tags"].as_array().into_iter().flatten() {
        let keys: Vec<&str> = entry["Tags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| tag["Key"].as_str())
            .filter(|key| key.starts_with("sss:"))
            .collect();
        let input = json!({"ResourceARNList": [entry["ResourceARN"]], "TagKeys": keys});
        account.by_hand("tagging", "UntagResources", &input);
    }
    for role in inventory["roles"].as_array().into_iter().flatten() {
        let keys: Vec<&str> = role["Tags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|tag| tag["Key"].as_str())
            .filter(|key| key.starts_with("sss:"))
            .collect();
        if !keys.is_empty() {
            account.by_hand("iam", "UntagRole", &json!({"RoleName": role["RoleName"], "TagKeys": keys}));
        }
    }
    assert!(!account.inventory().to_string().contains("sss:"));
}

fn assert_success(outcome: &Outcome) {
    assert!(outcome.is_success(), "{outcome:#?}");
}

#[tokio::test(start_paused = true)]
async fn foreign_objects_are_named_and_not_touched() {
    let account = made_by_terraform().await;
    let before = account.inventory();
    let stack = reference(&account);
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let refused: Vec<_> = plan.refusals.iter().map(|refused| refused.id.clone()).collect();
    assert_eq!(refused, graph.ids().cloned().collect::<Vec<_>>(), "every object is named");
    let (outcome, calls, _) = account.counted(account.carry_out(&graph, &world, &plan)).await;
    assert_eq!(calls.len(), 0);
    assert!(outcome.steps.is_empty());
    assert_eq!(account.inventory(), before);
}

#[tokio::test(start_paused = true)]
async fn adoption_changes_tags_only() {
    let account = made_by_terraform().await;
    let stack = reference(&account);
    let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Adopt)).await;
    assert_success(&outcome);
    let tagging = ["TagResource", "TagRole", "CreateTags"];
    assert!(writes(&calls).iter().all(|call| tagging.contains(call)), "{:?}", writes(&calls));
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty() && !plan.is_refused(), "{plan:#?}");
    let again = account.plan_as(&stack, Mode::Adopt).await;
    assert!(again.is_empty(), "{again:#?}");
    for mark in MARKS {
        assert!(account.inventory().to_string().contains(mark));
    }
    account.destroy(&stack).await;
    assert!(!account.inventory().to_string().contains("mz-dev"));
}

#[tokio::test(start_paused = true)]
async fn adoption_leaves_settings_and_foreign_tags() {
    const GROUP: &str = "/aws/ecs/fargate/mz-dev-app";
    let account = made_by_terraform().await;
    account.by_hand("logs", "PutRetentionPolicy", &json!({"logGroupName": GROUP, "retentionInDays": 30}));
    let arn = format!("arn:aws:logs:ap-northeast-1:123456789012:log-group:{GROUP}");
    let input = json!({"resourceArn": arn, "tags": {"CostCentre": "42"}});
    account.by_hand("logs", "TagResource", &input);
    let stack = reference(&account);
    let plan = account.plan_as(&stack, Mode::Adopt).await;
    let step = plan.steps.iter().find(|step| step.id.name == GROUP).expect("the group is adopted");
    let paths: Vec<_> = step.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, [r#"tags."sss:managed-by""#, r#"tags."sss:stack""#, r#"tags."sss:tags""#]);
    assert_success(&account.apply_as(&stack, Mode::Adopt).await);
    assert!(account.inventory().to_string().contains("CostCentre"));
    let changed: Vec<_> = account.plan(&stack).await.steps.iter().map(|step| step.id.name.clone()).collect();
    assert_eq!(changed, [GROUP], "the rest is for the next apply");
}

#[tokio::test(start_paused = true)]
async fn adoption_is_forecast_with_its_calls() {
    let account = made_by_terraform().await;
    let (graph, world) = account.observe(&reference(&account)).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Adopt);
    let forecast = sss_aws::forecast(&graph, &world, &plan, &Options::default(), &Rates::default());
    let (outcome, calls, _) = account.counted(account.carry_out(&graph, &world, &plan)).await;
    assert_success(&outcome);
    assert_eq!(forecast.least_calls, writes(&calls).len() as u64);
    assert_eq!((forecast.bound, forecast.floor.as_secs()), (Bound::Nothing, 0));
}

#[tokio::test(start_paused = true)]
async fn parts_of_an_adopted_api_stay_until_pruned() {
    let account = made_by_terraform().await;
    let route = account.api_part("GetRoutes", "routeKey", "GET /{proxy+}");
    let api = &account.by_hand("apigateway", "GetApis", &json!({}))["items"][0]["apiId"];
    let input = json!({"apiId": api, "routeKey": "GET /older", "target": route["target"]});
    account.by_hand("apigateway", "CreateRoute", &input);
    let stack = reference(&account);
    assert_success(&account.apply_as(&stack, Mode::Adopt).await);
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty());
    let left: Vec<_> = plan.left_alone.iter().map(|left| left.id.to_string()).collect();
    assert_eq!(left, ["apigatewayv2/route GET /older"]);
    let plan = account.plan_as(&stack, Mode::Prune).await;
    assert_eq!(plan.count(Action::Delete), 1);
    assert_success(&account.apply_as(&stack, Mode::Prune).await);
    assert_eq!(account.api_part("GetRoutes", "routeKey", "GET /older"), Value::Null);
    // A part that somebody adds after the adoption is drift.
    let input = json!({"apiId": api, "routeKey": "GET /newer", "target": route["target"]});
    account.by_hand("apigateway", "CreateRoute", &input);
    assert_eq!(account.plan(&stack).await.count(Action::Delete), 1);
}

#[tokio::test(start_paused = true)]
async fn another_stacks_object_is_refused_with_its_owner() {
    let account = Account::new();
    let mut other = reference(&account);
    account.apply(&other).await;
    other.name = "other".to_owned();
    other.names.cluster = Some("mz-dev-ecs-cluster".to_owned());
    for mode in [Mode::Converge, Mode::Adopt] {
        let plan = account.plan_as(&other, mode).await;
        let refused: Vec<_> =
            plan.refusals.iter().map(|refused| (refused.id.to_string(), refused.owner.clone())).collect();
        assert_eq!(refused, [("ecs/cluster mz-dev-ecs-cluster".to_owned(), Some("mz-dev".to_owned()))]);
    }
}

#[tokio::test(start_paused = true)]
async fn dependent_of_a_refused_object_is_compared() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let tagged = account.inventory()["tags"].clone();
    let mut arns = tagged.as_array().into_iter().flatten().map(|entry| &entry["ResourceARN"]);
    let link = arns.find(|arn| arn.as_str().is_some_and(|arn| arn.contains("/vpclinks/")));
    let input = json!({"ResourceARNList": [link.expect("the VPC link")], "TagKeys": MARKS});
    account.by_hand("tagging", "UntagResources", &input);
    // If the link were the stack's, it would be replaced, and the integration would move.
    stack.network.private_subnet_ids.pop();
    let plan = account.plan(&stack).await;
    let refused: Vec<_> = plan.refusals.iter().map(|refused| refused.id.kind.name()).collect();
    assert_eq!(refused, ["apigatewayv2/vpc-link"]);
    assert_eq!(steps(&plan).into_iter().collect::<Vec<_>>(), ["update ecs/service mz-dev-app"]);
}

/// Returns an account with a second VPC, and the id of that VPC.
fn with_another_vpc() -> (Account, &'static str) {
    const OTHER: &str = "vpc-0a1b2c3d4e5f60719";
    let account = Account::new();
    let mut world: Value = serde_json::from_slice(&account.sandbox.save()).expect("a saved account");
    let mut vpc = world["ec2"]["vpcs"][account.sandbox.vpc_id()].clone();
    vpc["id"] = json!(OTHER);
    world["ec2"]["vpcs"][OTHER] = vpc;
    let sandbox = Sandbox::load(world.to_string().as_bytes()).expect("a saved account");
    (Account::of(sandbox), OTHER)
}

#[tokio::test(start_paused = true)]
async fn group_of_our_name_in_another_vpc_is_no_obstacle() {
    let (account, vpc) = with_another_vpc();
    let group = json!({"GroupName": "mz-dev-ecs-sg", "GroupDescription": "theirs", "VpcId": vpc});
    let theirs = account.by_hand("ec2", "CreateSecurityGroup", &group)["groupId"].clone();
    let stack = reference(&account);
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert!(account.inventory()["security_groups"].to_string().contains(&theirs.to_string()));
}

#[tokio::test(start_paused = true)]
async fn namespace_of_our_name_in_another_vpc_is_refused() {
    for owner in [None, Some("other")] {
        let (account, vpc) = with_another_vpc();
        let tags: Value = owner.map(|name| json!({"Key": "sss:stack", "Value": name})).into_iter().collect();
        let namespace = json!({"Name": "mz-dev-application-service.internal", "Vpc": vpc, "Tags": tags});
        account.by_hand("servicediscovery", "CreatePrivateDnsNamespace", &namespace);
        account.sandbox.advance(std::time::Duration::from_mins(1));
        let plan = account.plan(&reference(&account)).await;
        let refused: Vec<_> =
            plan.refusals.iter().map(|refused| (refused.id.kind.name(), refused.owner.as_deref())).collect();
        assert_eq!(refused, [("servicediscovery/namespace", owner)]);
    }
}
