//! The plan says whether a step replaces the tasks of a service, and the apply agrees.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use sss_aws::{Mode, Plan, Workload};
use sss_model::{CapacityProvider, CapacityStrategy, Service, Stack};
use sss_sandbox::BrokenImage;

use crate::account::{Account, reference};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const IMAGE: &str = "public.ecr.aws/docker/library/httpd:2.4";

/// Returns a stack whose service may run on both capacity providers.
fn stack(account: &Account) -> Stack {
    let mut stack = reference(account);
    stack.cluster.capacity_providers = vec![CapacityProvider::Fargate, CapacityProvider::FargateSpot];
    stack
}

fn app(stack: &mut Stack) -> &mut Service {
    stack.services.get_mut("app").expect("the service")
}

/// Returns the tasks that should run.
fn running(account: &Account) -> BTreeSet<String> {
    let tasks = account.by_hand("ecs", "ListTasks", &json!({"cluster": CLUSTER}));
    let arns = tasks["taskArns"].as_array().into_iter().flatten();
    arns.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the plan's statement about the service's tasks. `None` if the plan has no step for the service.
fn told(plan: &Plan) -> Option<Workload> {
    plan.steps.iter().find(|step| step.id.kind == "ecs/service")?.workload
}

/// Changes the stack, and checks that its tasks are replaced or kept, as expected and as the plan says.
async fn check(account: &Account, stack: &mut Stack, change: fn(&mut Stack), expected: Workload) {
    let before = running(account);
    change(stack);
    let stack = &*stack;
    let plan = account.plan(stack).await;
    assert_eq!(told(&plan), Some(expected), "{plan:#?}");
    account.apply(stack).await;
    let after = running(account);
    let count = usize::try_from(stack.services["app"].desired_count.unwrap_or(1)).expect("a few tasks");
    assert_eq!(after.len(), count, "{plan:#?}");
    match expected {
        Workload::Replaced => assert!(after.is_disjoint(&before), "{plan:#?}"),
        _ => assert!(after.is_subset(&before) || after.is_superset(&before), "{plan:#?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn timeout_of_an_integration_is_set_and_taken_out() {
    let account = Account::new();
    let mut stack = stack(&account);
    for (wanted, live) in [(Some(5000), 5000), (Some(50), 50), (None, 30_000)] {
        app(&mut stack).integration_timeout = wanted;
        account.apply(&stack).await;
        let integration = account.api_part("GetIntegrations", "connectionType", "VPC_LINK");
        assert_eq!(integration["timeoutInMillis"], live);
        assert!(account.plan(&stack).await.is_empty(), "the second plan is empty");
    }
}

#[tokio::test(start_paused = true)]
async fn settings_of_a_service_change_while_tasks_run() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    let changes: [fn(&mut Stack); 9] = [
        |stack| app(stack).desired_count = Some(3),
        |stack| app(stack).deployment.maximum_percent = 150,
        |stack| app(stack).deployment.minimum_healthy_percent = 50,
        |stack| app(stack).deployment.maximum_percent = 100,
        |stack| app(stack).deployment.maximum_percent = 200,
        |stack| app(stack).deployment.circuit_breaker = false,
        |stack| app(stack).deployment.rollback = false,
        |stack| app(stack).health_check_grace_period = Some(30),
        |stack| {
            app(stack).desired_count = Some(2);
            drop(app(stack).tags.insert("Team".to_owned(), "mine".to_owned()));
        },
    ];
    for change in changes {
        check(&account, &mut stack, change, Workload::Kept).await;
    }
    check(&account, &mut stack, |stack| app(stack).tags.clear(), Workload::Kept).await;
}

#[tokio::test(start_paused = true)]
async fn change_of_running_values_replaces_tasks() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    let changes: [fn(&mut Stack); 8] = [
        |stack| "public.ecr.aws/docker/library/httpd:2.5".clone_into(&mut app(stack).task.image),
        |stack| stack.network.assign_public_ip = true,
        |stack| drop(stack.network.private_subnet_ids.pop()),
        |stack| stack.network.private_subnet_ids.push("subnet-0a1b2c3d4e5f60003".to_owned()),
        |stack| {
            let share = CapacityStrategy::builder().provider(CapacityProvider::FargateSpot).weight(1);
            app(stack).capacity = vec![share.build().expect("a valid share")];
        },
        |stack| app(stack).capacity.clear(),
        |stack| app(stack).task.port = Some(8080),
        |stack| {
            IMAGE.clone_into(&mut app(stack).task.image);
            app(stack).desired_count = Some(3);
        },
    ];
    for change in changes {
        check(&account, &mut stack, change, Workload::Replaced).await;
    }
}

#[tokio::test(start_paused = true)]
async fn stack_can_ask_for_new_tasks_at_every_update() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    app(&mut stack).deployment.force_new_deployment = true;
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty(), "how an update is made is no update: {plan:#?}");
    check(&account, &mut stack, |stack| app(stack).desired_count = Some(2), Workload::Replaced).await;
    let percents: fn(&mut Stack) = |stack| app(stack).deployment.maximum_percent = 150;
    check(&account, &mut stack, percents, Workload::Replaced).await;
    let tags: fn(&mut Stack) = |stack| drop(app(stack).tags.insert("Team".to_owned(), "mine".to_owned()));
    check(&account, &mut stack, tags, Workload::Kept).await;
}

#[tokio::test(start_paused = true)]
async fn change_of_count_awaits_the_running_deployment() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    let force = json!({"cluster": CLUSTER, "service": "mz-dev-app", "forceNewDeployment": true});
    account.by_hand("ecs", "UpdateService", &force);
    app(&mut stack).desired_count = Some(3);
    let plan = account.plan(&stack).await;
    assert_eq!(told(&plan), Some(Workload::Awaited), "{plan:#?}");
    account.apply(&stack).await;
    let history = account.by_hand(
        "ecs",
        "ListServiceDeployments",
        &json!({"cluster": CLUSTER, "service": "mz-dev-app"}),
    );
    assert_eq!(history["serviceDeployments"].as_array().map(Vec::len), Some(2), "{history}");
}

#[tokio::test(start_paused = true)]
async fn change_of_percentages_waits_for_nothing() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    app(&mut stack).deployment.maximum_percent = 150;
    let (outcome, _, elapsed) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
    assert!(outcome.is_success() && elapsed < Duration::from_secs(2), "{elapsed:?}");
}

#[tokio::test(start_paused = true)]
async fn missing_tasks_are_reported() {
    let account = Account::new();
    let mut stack = stack(&account);
    account.apply(&stack).await;
    account.sandbox.break_image(IMAGE, BrokenImage::Missing);
    app(&mut stack).desired_count = Some(2);
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    let (_, error) = outcome.failures().next().expect("the image is gone");
    assert!(error.is_late(), "{error}");
    let report = error.deployment().expect("a report");
    assert!(
        report.tasks[0].reason.as_deref().is_some_and(|why| why.starts_with("CannotPull")),
        "{report:#?}"
    );
    assert!(account.plan(&stack).await.is_empty(), "the count is set, and ECS goes on");
    assert_eq!(running(&account).len(), 2, "the first task runs, and another is tried");
}

#[tokio::test(start_paused = true)]
async fn maximum_of_100_turns_rebalancing_off_in_one_update() {
    let account = Account::new();
    let mut stack = stack(&account);
    let percents = |stack: &mut Stack, least, most| {
        let deployment = &mut app(stack).deployment;
        (deployment.minimum_healthy_percent, deployment.maximum_percent) = (least, most);
    };
    percents(&mut stack, 0, 100);
    account.apply(&stack).await;
    let rebalancing = || account.service(CLUSTER, "mz-dev-app")["availabilityZoneRebalancing"].clone();
    assert_eq!(rebalancing(), "DISABLED");
    percents(&mut stack, 100, 200);
    account.apply(&stack).await;
    assert_eq!(rebalancing(), "ENABLED", "as it is for a service that is new");
    percents(&mut stack, 0, 100);
    let plan = account.plan(&stack).await;
    let paths: Vec<_> = plan.steps[0].changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["availability_zone_rebalancing", "maximum_percent", "minimum_healthy_percent"]);
    account.apply(&stack).await;
    assert_eq!(rebalancing(), "DISABLED");
    // Rebalancing that others have turned off stays off.
    percents(&mut stack, 100, 200);
    account.apply(&stack).await;
    let off = json!({"cluster": CLUSTER, "service": "mz-dev-app", "availabilityZoneRebalancing": "DISABLED"});
    account.by_hand("ecs", "UpdateService", &off);
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn plan_without_a_minimum_tells_the_gap() {
    let account = Account::new();
    let mut stack = stack(&account);
    app(&mut stack).deployment.minimum_healthy_percent = 0;
    account.apply(&stack).await;
    app(&mut stack).task.image = IMAGE.replace("2.4", "2.5");
    let plan = account.plan(&stack).await;
    let downtimes: Vec<_> = plan.downtimes().collect();
    assert!(matches!(downtimes[..], [(id, _)] if id.kind == "ecs/service"), "{plan:#?}");
    let watched = account.apply_watched(&stack).await;
    assert!(!watched.gaps.is_empty(), "ECS stops all tasks first");
}
