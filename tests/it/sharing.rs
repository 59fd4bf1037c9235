//! Values that a stack leaves to others (`ignore_changes`).
//!
//! A plan neither reports nor changes them, every other change carries the live value along, and a failed
//! deployment of others is theirs.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::Mode;
use sss_model::{Ignored, Stack};
use sss_sandbox::BrokenImage;

use crate::account::{Account, reference, steps, writes};

const OTHER_IMAGE: &str = "public.ecr.aws/docker/library/httpd:2.4.62";

fn ignoring(account: &Account, ignored: impl IntoIterator<Item = Ignored>) -> Stack {
    let mut stack = reference(account);
    stack.services.get_mut("app").expect("the service").ignore_changes = ignored.into_iter().collect();
    stack
}

fn update(account: &Account, change: &Value) {
    let mut input = json!({"cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app"});
    let change = change.as_object().expect("members of the request").clone();
    input.as_object_mut().expect("a request").extend(change);
    account.by_hand("ecs", "UpdateService", &input);
}

/// Returns the service, and the revision that it runs.
fn running(account: &Account) -> (Value, Value) {
    let service = account.service("mz-dev-ecs-cluster", "mz-dev-app");
    let input = json!({"taskDefinition": service["taskDefinition"], "include": ["TAGS"]});
    let revision = account.by_hand("ecs", "DescribeTaskDefinition", &input);
    (service, revision)
}

/// Deploys another image like a pipeline: it takes the running revision, changes the image, and ignores tags.
async fn deploy_other_image(account: &Account) {
    let mut revision = running(account).1["taskDefinition"].take();
    revision["containerDefinitions"][0]["image"] = OTHER_IMAGE.into();
    let registered = account.by_hand("ecs", "RegisterTaskDefinition", &revision);
    update(account, &json!({"taskDefinition": registered["taskDefinition"]["taskDefinitionArn"]}));
    // A plan would wait for a running deployment.
    tokio::time::sleep(Duration::from_mins(5)).await;
}

async fn assert_no_changes(account: &Account, stack: &Stack) {
    let plan = account.plan(stack).await;
    assert!(plan.is_empty() && !plan.is_refused(), "{plan:#?}");
}

#[tokio::test(start_paused = true)]
async fn count_that_others_set_stays() {
    let account = Account::new();
    let mut stack = ignoring(&account, [Ignored::DesiredCount]);
    account.apply(&stack).await;
    assert_eq!(running(&account).0["desiredCount"], 1, "the stack's count is for the creation");
    update(&account, &json!({"desiredCount": 4}));
    assert_no_changes(&account, &stack).await;
    let app = stack.services.get_mut("app").expect("the service");
    app.deployment.maximum_percent = 300;
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    assert_eq!(steps(&plan).into_iter().collect::<Vec<_>>(), ["update ecs/service mz-dev-app"]);
    // The count changes again before the plan is applied.
    update(&account, &json!({"desiredCount": 3}));
    let outcome = account.carry_out(&graph, &world, &plan).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(running(&account).0["desiredCount"], 3);
    app_ignores_nothing(&mut stack);
    account.apply(&stack).await;
    assert_eq!(running(&account).0["desiredCount"], 1, "what is ignored no more is the stack's again");
}

fn app_ignores_nothing(stack: &mut Stack) {
    stack.services.get_mut("app").expect("the service").ignore_changes.clear();
}

#[tokio::test(start_paused = true)]
async fn image_that_others_deploy_stays_and_goes_along() {
    let account = Account::new();
    let mut stack = ignoring(&account, [Ignored::Image]);
    account.apply(&stack).await;
    let image = |revision: &Value| revision["taskDefinition"]["containerDefinitions"][0]["image"].clone();
    assert_eq!(
        image(&running(&account).1),
        stack.services["app"].task.image,
        "the stack's is for the creation"
    );
    deploy_other_image(&account).await;
    assert_no_changes(&account, &stack).await;
    stack
        .services
        .get_mut("app")
        .expect("the service")
        .task
        .environment
        .insert("LEVEL".into(), "debug".into());
    let plan = account.plan(&stack).await;
    let paths: Vec<&str> = plan.steps[0].changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["containers.mz-dev-app.environment.LEVEL"]);
    account.apply(&stack).await;
    let (_, revision) = running(&account);
    assert_eq!(image(&revision), OTHER_IMAGE);
    assert!(revision["tags"].to_string().contains("sss:stack"), "the new revision is marked: {revision}");
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(writes(&calls), Vec::<&str>::new());
    account.destroy(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn deployment_of_others_before_the_apply_stays() {
    let account = Account::new();
    let mut stack = ignoring(&account, [Ignored::Image]);
    account.apply(&stack).await;
    stack.services.get_mut("app").expect("the service").deployment.maximum_percent = 300;
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    deploy_other_image(&account).await;
    let revision = running(&account).0["taskDefinition"].clone();
    let outcome = account.carry_out(&graph, &world, &plan).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(running(&account).0["taskDefinition"], revision);
    assert_no_changes(&account, &stack).await;
}

#[tokio::test(start_paused = true)]
async fn image_that_is_not_left_to_others_is_the_stacks() {
    let account = Account::new();
    let mut stack = ignoring(&account, [Ignored::Image]);
    account.apply(&stack).await;
    deploy_other_image(&account).await;
    app_ignores_nothing(&mut stack);
    let plan = account.plan(&stack).await;
    let image = "task_definition.containers.mz-dev-app.image";
    let paths: Vec<&str> =
        plan.steps.iter().flat_map(|step| &step.changes).map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["task_definition", image], "a revision of somebody else's is not overruled silently");
    assert!(!plan.is_refused(), "{plan:#?}");
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn tags_that_others_set_stay_when_ours_change() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let tagged = |account: &Account| account.inventory()["tags"].as_array().cloned().unwrap_or_default();
    for resource in tagged(&account) {
        let input = json!({"ResourceARNList": [resource["ResourceARN"]], "Tags": {"CostCentre": "42"}});
        account.by_hand("tagging", "TagResources", &input);
    }
    assert_no_changes(&account, &stack).await;
    stack.tags.insert("Owner".to_owned(), "somebody".to_owned());
    account.apply(&stack).await;
    let resources = tagged(&account);
    assert!(resources.len() >= 8, "{resources:#?}");
    for resource in resources {
        let tags = resource["Tags"].to_string();
        assert!(tags.contains("CostCentre") && tags.contains("somebody"), "{resource}");
    }
}

#[tokio::test(start_paused = true)]
async fn failed_change_beside_values_of_others_is_held() {
    let account = Account::new();
    let mut stack = ignoring(&account, [Ignored::DesiredCount, Ignored::Image]);
    account.apply(&stack).await;
    deploy_other_image(&account).await;
    update(&account, &json!({"desiredCount": 2}));
    assert_no_changes(&account, &stack).await;
    // The deployment of others succeeds before the image is gone.
    tokio::time::sleep(Duration::from_mins(10)).await;
    account.sandbox.break_image(OTHER_IMAGE, BrokenImage::Missing);
    stack
        .services
        .get_mut("app")
        .expect("the service")
        .task
        .environment
        .insert("LEVEL".into(), "debug".into());
    assert!(!account.apply_as(&stack, Mode::Converge).await.is_success());
    let plan = account.plan(&stack).await;
    assert!(plan.is_held() && plan.is_empty(), "{plan:#?}");
}
