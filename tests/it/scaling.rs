//! Autoscaling: targets, policies and scheduled actions, and the count that the stack then leaves to AWS.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::{Action, Mode, Plan};
use sss_model::{Backend, BackendKind, Scaling, ScalingProcess, ScheduledScaling, Stack};
use sss_sandbox::Call;

use crate::account::{Account, of_services, reference, writes};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const TARGET: &str = "application-autoscaling/scalable-target";
const POLICY: &str = "application-autoscaling/scaling-policy";
const CPU: &str = "ECSServiceAverageCPUUtilization";

fn bounds(min: u32, max: u32) -> Scaling {
    Scaling::builder().min(min).max(max).cpu(60).build().expect("valid autoscaling")
}

/// Returns the reference stack with autoscaling and without a count.
fn scaled(account: &Account, scaling: Scaling) -> Stack {
    let mut stack = reference(account);
    let app = stack.services.get_mut("app").expect("the service");
    (app.desired_count, app.scaling) = (None, Some(scaling));
    app.deployment.force_new_deployment = false;
    stack
}

fn change(stack: &mut Stack, change: impl FnOnce(&mut Scaling)) {
    change(stack.services.get_mut("app").and_then(|app| app.scaling.as_mut()).expect("autoscaling"));
}

fn count(account: &Account) -> Value {
    account.service(CLUSTER, "mz-dev-app")["desiredCount"].clone()
}

fn targets(account: &Account) -> Vec<Value> {
    account.inventory()["scalable_targets"].as_array().cloned().unwrap_or_default()
}

/// Calls Application Auto Scaling about the service.
fn by_hand(account: &Account, operation: &str, rest: &Value) {
    let mut input = json!({
        "ServiceNamespace": "ecs", "ResourceId": "service/mz-dev-ecs-cluster/mz-dev-app",
        "ScalableDimension": "ecs:service:DesiredCount",
    });
    input.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
    account.by_hand("application-autoscaling", operation, &input);
}

/// Returns the consequences of the steps of a plan, each behind its resource.
fn consequences(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter();
    steps.flat_map(|step| step.consequences.iter().map(|one| format!("{}: {one}", step.id))).collect()
}

/// Returns the steps of a plan.
fn of(plan: &Plan) -> Vec<(Action, String)> {
    plan.steps.iter().map(|step| (step.action, step.id.to_string())).collect()
}

/// Returns the writing calls of Application Auto Scaling, and those that change or delete the service.
fn told(calls: &[Call]) -> Vec<&str> {
    let is_told = |operation: &&str| {
        let parts = ["Scal", "Scheduled", "UpdateService", "DeleteService"];
        parts.iter().any(|part| operation.contains(part))
    };
    writes(calls).into_iter().filter(is_told).collect()
}

#[tokio::test(start_paused = true)]
async fn autoscaling_comes_and_goes_with_its_service() {
    let account = Account::new();
    let empty = account.inventory();
    let stack = scaled(&account, bounds(2, 4));
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(told(&calls), ["RegisterScalableTarget", "PutScalingPolicy"]);
    assert_eq!(count(&account), 2, "a new service begins with the lower bound");
    assert_eq!(targets(&account)[0]["Policies"][0]["PolicyName"], "cpu");

    let ((), calls, _) = account.counted(account.destroy(&stack)).await;
    assert!(
        told(&calls).iter().all(|call| *call == "DeleteService"),
        "AWS deletes the target with the service"
    );
    assert_eq!(account.inventory(), empty);
}

#[tokio::test(start_paused = true)]
async fn plan_with_autoscaling_makes_three_calls_more() {
    for (services, more) in [(1, 3), (3, 7), (12, 4)] {
        let account = Account::new();
        let mut stack = of_services(&account, services);
        account.apply(&stack).await;
        tokio::time::sleep(Duration::from_mins(5)).await;
        let (plan, before, _) = account.counted(account.plan(&stack)).await;
        assert!(plan.is_empty());
        for service in stack.services.values_mut() {
            (service.scaling, service.desired_count) = (Some(bounds(1, 3)), None);
        }
        account.apply(&stack).await;
        tokio::time::sleep(Duration::from_mins(5)).await;
        let (plan, after, _) = account.counted(account.plan(&stack)).await;
        assert!(plan.is_empty(), "{plan:#?}");
        assert_eq!(after.len() - before.len(), more, "{services} services");
    }
}

#[tokio::test(start_paused = true)]
async fn count_of_autoscaling_stays_in_a_deployment() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(1, 4));
    account.apply(&stack).await;
    account.sandbox.set_metric(CLUSTER, "mz-dev-app", CPU, 150.0);
    account.sandbox.advance(Duration::from_mins(30));
    assert_eq!(count(&account), 4);
    account.sandbox.set_metric(CLUSTER, "mz-dev-app", CPU, 58.0);
    assert!(account.plan(&stack).await.is_empty());

    let app = stack.services.get_mut("app").expect("the service");
    "public.ecr.aws/docker/library/httpd:2.5".clone_into(&mut app.task.image);
    let plan = account.plan(&stack).await;
    let paused = "autoscaling starts tasks during the deployment, and stops none";
    assert_eq!(consequences(&plan), [format!("ecs/service mz-dev-app: {paused}")]);
    account.apply(&stack).await;
    assert_eq!(count(&account), 4);
}

/// Sets the count of the service by hand, and waits until so many tasks run.
fn set_count(account: &Account, count: u32) {
    let input = json!({"cluster": CLUSTER, "service": "mz-dev-app", "desiredCount": count});
    account.by_hand("ecs", "UpdateService", &input);
    account.sandbox.advance(Duration::from_mins(5));
}

#[tokio::test(start_paused = true)]
async fn service_without_tasks_is_started() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(2, 4));
    account.apply(&stack).await;
    set_count(&account, 0);
    let plan = account.plan(&stack).await;
    assert_eq!(of(&plan), [(Action::Update, "ecs/service mz-dev-app".to_owned())]);
    account.apply(&stack).await;
    assert_eq!(count(&account), 2);

    set_count(&account, 1);
    assert!(account.plan(&stack).await.is_empty(), "AWS brings other counts back");
    let action = ScheduledScaling::builder().name("night").at("cron(0 22 * * ? *)").min(0);
    change(&mut stack, |scaling| scaling.schedule = vec![action.build().expect("a valid action")]);
    account.apply(&stack).await;
    set_count(&account, 0);
    assert!(account.plan(&stack).await.is_empty(), "a night without tasks stays");
}

#[tokio::test(start_paused = true)]
async fn service_without_tasks_starts_before_requests_come() {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    let routes = std::mem::take(&mut stack.services.get_mut("s001").expect("a service").routes);
    stack.services.get_mut("s001").expect("a service").desired_count = Some(0);
    account.apply(&stack).await;

    let moving = std::mem::replace(&mut stack.services.get_mut("s000").expect("a service").routes, routes);
    let heir = stack.services.get_mut("s001").expect("a service");
    (heir.desired_count, heir.scaling, heir.routes) = (None, Some(bounds(1, 3)), moving);
    let plan = account.plan(&stack).await;
    let told = consequences(&plan);
    assert!(!told.iter().any(|one| one.contains("at once")), "{told:#?}");
    let watched = account.apply_watched(&stack).await;
    assert!(watched.unanswered.iter().all(|found| found.route.contains("s001")), "{:#?}", watched.unanswered);
}

#[tokio::test(start_paused = true)]
async fn bounds_that_move_the_count_are_told() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(1, 2));
    account.apply(&stack).await;
    change(&mut stack, |scaling| (scaling.min, scaling.max) = (3, 5));
    let plan = account.plan(&stack).await;
    let target = format!("{TARGET} mz-dev-app");
    let more = format!("{target}: AWS starts 2 more tasks at once: 1 of at least 3 are wanted now");
    assert_eq!(consequences(&plan), [more]);
    account.apply(&stack).await;
    assert_eq!(count(&account), 3);

    change(&mut stack, |scaling| (scaling.min, scaling.max) = (0, 2));
    let plan = account.plan(&stack).await;
    let fewer = format!("{target}: AWS stops 1 task at once: 3 are wanted now, and 2 at most stay");
    assert_eq!(
        consequences(&plan),
        [fewer, format!("{target}: the service may scale in until no task runs")]
    );
    account.apply(&stack).await;
    assert_eq!(count(&account), 2);
}

#[tokio::test(start_paused = true)]
async fn count_stays_when_autoscaling_ends() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(3, 4));
    account.apply(&stack).await;
    stack.services.get_mut("app").expect("the service").scaling = None;
    let plan = account.plan(&stack).await;
    let target = format!("{TARGET} mz-dev-app");
    assert_eq!(consequences(&plan), [format!("{target}: the service keeps the 3 tasks of now")]);
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(told(&calls), ["DeregisterScalableTarget"], "its parts go with the target");
    assert_eq!((count(&account), targets(&account)), (json!(3), Vec::new()));

    stack.services.get_mut("app").expect("the service").desired_count = Some(1);
    account.apply(&stack).await;
    assert_eq!(count(&account), 1);
}

#[tokio::test(start_paused = true)]
async fn service_beside_others_takes_its_target_along() {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    for service in stack.services.values_mut() {
        service.scaling = Some(bounds(1, 3));
    }
    account.apply(&stack).await;
    stack.services.remove("s001");
    let plan = account.plan(&stack).await;
    let gone = plan.steps.iter().filter(|step| step.id.kind == TARGET || step.id.kind == POLICY);
    let with: Vec<_> = gone.map(|step| (step.action, step.with.is_some())).collect();
    assert_eq!(with, [(Action::Delete, true); 2]);
    let ((), calls, _) = account.counted(account.apply(&stack)).await;
    assert!(!told(&calls).iter().any(|call| call.contains("Scal")), "{calls:#?}");
    assert_eq!(targets(&account).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn service_in_another_cluster_gets_a_new_target() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(1, 3));
    account.apply(&stack).await;
    stack.names.cluster = Some("other".to_owned());
    let plan = account.plan(&stack).await;
    let steps = plan.steps.iter().filter(|step| step.id.kind == TARGET || step.id.kind == POLICY);
    assert_eq!(steps.map(|step| step.action).collect::<Vec<_>>(), [Action::Replace; 2]);
    account.apply(&stack).await;
    let found = targets(&account);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["ResourceId"], "service/other/mz-dev-app");
    account.destroy(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn bounds_of_a_scheduled_action_stay() {
    let account = Account::new();
    let mut scaling = bounds(1, 3);
    let busy = ScheduledScaling::builder().name("busy").at("rate(1 hour)").min(2).max(6).build();
    scaling.schedule = vec![busy.expect("a scheduled action")];
    let mut stack = scaled(&account, scaling);
    account.apply(&stack).await;
    account.sandbox.advance(Duration::from_hours(2));
    assert_eq!((targets(&account)[0]["MinCapacity"].clone(), count(&account)), (json!(2), json!(2)));
    assert!(account.plan(&stack).await.is_empty());

    change(&mut stack, |scaling| scaling.suspended = [ScalingProcess::ScaleIn].into());
    account.apply(&stack).await;
    assert_eq!(targets(&account)[0]["MinCapacity"], 2, "another member leaves the bounds");
    by_hand(&account, "RegisterScalableTarget", &json!({"MinCapacity": 4}));
    account.apply(&stack).await;
    assert_eq!(targets(&account)[0]["MinCapacity"], 1, "no action sets such a bound");
}

#[tokio::test(start_paused = true)]
async fn policy_of_others_in_a_target_of_the_stack_is_removed() {
    let account = Account::new();
    let stack = scaled(&account, bounds(1, 3));
    account.apply(&stack).await;
    let metric = json!({"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"});
    let configuration = json!({"TargetValue": 50.0, "PredefinedMetricSpecification": metric});
    let policy = json!({
        "PolicyName": "mine/1", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": configuration,
    });
    by_hand(&account, "PutScalingPolicy", &policy);
    let plan = account.plan(&stack).await;
    assert_eq!(of(&plan), [(Action::Delete, format!("{POLICY} mz-dev-app/mine/1"))]);
    account.apply(&stack).await;
    assert_eq!(targets(&account)[0]["Policies"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn target_of_others_is_adopted_with_its_parts() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(1, 3));
    let scaling = stack.services.get_mut("app").expect("the service").scaling.take();
    account.apply(&stack).await;
    by_hand(&account, "RegisterScalableTarget", &json!({"MinCapacity": 1, "MaxCapacity": 5}));
    let action = json!({
        "ScheduledActionName": "theirs", "Schedule": "cron(0 7 * * ? *)",
        "ScalableTargetAction": {"MinCapacity": 2},
    });
    by_hand(&account, "PutScheduledAction", &action);
    assert!(account.plan(&stack).await.is_empty(), "a stack without autoscaling leaves it alone");

    stack.services.get_mut("app").expect("the service").scaling = scaling;
    let plan = account.plan(&stack).await;
    assert_eq!(
        plan.refusals.iter().map(|one| one.id.to_string()).collect::<Vec<_>>(),
        [format!("{TARGET} mz-dev-app")]
    );
    let outcome = account.apply_as(&stack, Mode::Adopt).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    account.apply(&stack).await;
    let found = targets(&account);
    assert_eq!(
        (&found[0]["MaxCapacity"], &found[0]["Actions"][0]["ScheduledActionName"]),
        (&json!(3), &json!("theirs"))
    );
    account.destroy(&stack).await;
    assert_eq!(targets(&account), Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn requests_are_those_of_the_target_group() {
    let account = Account::new();
    let mut stack = scaled(&account, bounds(1, 3));
    stack.services.get_mut("app").expect("the service").task.stop_timeout = Some(60);
    account.apply(&stack).await;
    let behind = |stack: &mut Stack, kind: BackendKind| {
        let app = stack.services.get_mut("app").expect("the service");
        app.backend = Some(Backend::from(kind));
        app.scaling.as_mut().expect("autoscaling").requests = (kind == BackendKind::Alb).then_some(1000);
    };
    behind(&mut stack, BackendKind::Alb);
    account.apply(&stack).await;
    let metric = |account: &Account| {
        let policies = targets(account)[0]["Policies"].clone();
        let mut policies = policies.as_array().into_iter().flatten();
        let policy = policies.find(|policy| policy["PolicyName"] == "requests").cloned().unwrap_or_default();
        policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"].clone()
    };
    let group = account.inventory()["target_groups"][0]["TargetGroupArn"].clone();
    let balancer = account.inventory()["load_balancers"][0]["LoadBalancerArn"].clone();
    let end = |arn: &Value, part: &str| {
        arn.as_str().and_then(|arn| arn.split_once(part)).expect("an ARN").1.to_owned()
    };
    let label = format!("{}/targetgroup/{}", end(&balancer, ":loadbalancer/"), end(&group, ":targetgroup/"));
    assert_eq!(metric(&account)["ResourceLabel"], label);

    behind(&mut stack, BackendKind::CloudMap);
    account.apply(&stack).await;
    assert_eq!(metric(&account), Value::Null);
    account.destroy(&stack).await;
}
