//! The truth about deployments: a step succeeds only if the deployment that it started is the one that runs.
//!
//! A failed deployment is reported with its causes. The next plan holds the same deployment back, together
//! with its dependents, and applies everything else.

use std::time::Duration;

use serde_json::{Value, json};
use sss_aws::{Error, Event, FailedDeployment, Mode, Outcome};
use sss_model::{Retention, Stack};

use crate::account::{Account, reference, steps};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const SERVICE: &str = "mz-dev-app";

/// Returns the reference stack with an image that cannot be pulled.
fn broken(account: &Account) -> Stack {
    let mut stack = reference(account);
    let image = &mut stack.services.get_mut("app").expect("the service").task.image;
    "public.ecr.aws/docker/library/httpd:does-not-exist".clone_into(image);
    stack
}

/// Returns the service's failure, which must be the only one.
fn failure(outcome: &Outcome) -> &Error {
    let failures: Vec<_> = outcome.failures().collect();
    assert_eq!(failures.len(), 1, "{outcome:#?}");
    assert_eq!(failures[0].0.to_string(), "ecs/service mz-dev-app");
    failures[0].1
}

fn report(outcome: &Outcome) -> &FailedDeployment {
    failure(outcome).deployment().expect("a report of the deployment")
}

#[tokio::test(start_paused = true)]
async fn rolled_back_deployment_reports_its_causes() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let outcome = account.apply_as(&broken(&account), Mode::Converge).await;
    let report = report(&outcome);
    assert_eq!(report.status.as_deref(), Some("ROLLBACK_SUCCESSFUL"));
    assert_eq!((report.wanted.as_str(), report.running.as_deref()), ("mz-dev-site:2", Some("mz-dev-site:1")));
    assert!(report.reason.as_deref().is_some_and(|reason| reason.contains("circuit breaker")), "{report:#?}");
    let breaker = report.circuit_breaker.expect("a circuit breaker");
    assert_eq!((breaker.failed_tasks, breaker.threshold), (3, 3));
    let [task] = report.tasks.as_slice() else { panic!("one fate, told once: {report:#?}") };
    assert_eq!(task.code.as_deref(), Some("TaskFailedToStart"));
    assert!(task.reason.as_deref().is_some_and(|reason| reason.starts_with("CannotPullContainerError")));
    assert_eq!((task.containers[0].name.as_str(), task.containers[0].exit_code), ("mz-dev-app", None));
    assert!(report.events.iter().any(|event| event.contains("rolling back to deployment")), "{report:#?}");
    assert!(report.unread.is_empty(), "{report:#?}");
    let text = failure(&outcome).to_string();
    assert!(text.contains("the deployment was rolled back: ECS deployment circuit breaker"), "{text}");
    let events = account.events.lock().expect("no listener panics");
    let told = events.iter().find_map(|event| match event {
        Event::Failed { deployment, .. } => deployment.as_deref(),
        _ => None,
    });
    assert_eq!(told, Some(report));
}

#[tokio::test(start_paused = true)]
async fn failed_first_deployment_has_no_earlier_revision() {
    let account = Account::new();
    let outcome = account.apply_as(&broken(&account), Mode::Converge).await;
    let report = report(&outcome);
    assert_eq!(report.status.as_deref(), Some("ROLLBACK_FAILED"));
    assert_eq!(report.wanted, "mz-dev-site:1");
    let text = failure(&outcome).to_string();
    assert!(
        text.contains("the deployment failed and could not be rolled back: No rollback candidate"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn deployment_without_a_circuit_breaker_times_out() {
    let account = Account::new();
    let mut stack = broken(&account);
    stack.services.get_mut("app").expect("the service").deployment.circuit_breaker = false;
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    assert!(failure(&outcome).is_late(), "{outcome:#?}");
    let report = report(&outcome);
    assert_eq!((report.status.as_deref(), report.circuit_breaker), (Some("IN_PROGRESS"), None));
    assert!(!report.tasks.is_empty(), "{report:#?}");
}

#[tokio::test(start_paused = true)]
async fn superseded_deployment_is_a_failure() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let mut stack = reference(&account);
    stack.services.get_mut("app").expect("the service").task.image =
        "public.ecr.aws/docker/library/httpd:2.5".to_owned();
    let by_another = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        let input = json!({"cluster": CLUSTER, "service": SERVICE, "forceNewDeployment": true});
        account.by_hand("ecs", "UpdateService", &input);
    };
    let (outcome, ()) = tokio::join!(account.apply_as(&stack, Mode::Converge), by_another);
    assert_eq!(report(&outcome).status.as_deref(), Some("STOPPED"));
    assert!(failure(&outcome).to_string().contains("the deployment was stopped: "), "{outcome:#?}");
}

/// Writes to the log of every task that has stopped so far.
fn write_logs(account: &Account) {
    let tasks = json!({"cluster": CLUSTER, "serviceName": SERVICE, "desiredStatus": "STOPPED"});
    let tasks = account.by_hand("ecs", "ListTasks", &tasks);
    for arn in tasks["taskArns"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let id = arn.rsplit('/').next().expect("an ARN");
        let stream = json!({
            "logGroupName": "/aws/ecs/fargate/mz-dev-app",
            "logStreamName": format!("mz-dev-app/mz-dev-app/{id}"),
        });
        let mut lines = stream.clone();
        let now = account.sandbox.now();
        let line = |number| json!({"timestamp": now + number, "message": format!("line {number}\n")});
        lines["logEvents"] = (1..=12).map(line).collect();
        // Tasks that stopped earlier already have one.
        drop(account.sandbox.request("logs", "CreateLogStream", &stream));
        account.by_hand("logs", "PutLogEvents", &lines);
    }
}

#[tokio::test(start_paused = true)]
async fn failed_container_is_reported_with_its_last_lines() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let logs = async {
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_secs(10)).await;
            write_logs(&account);
        }
    };
    let stack = broken(&account);
    let (outcome, ()) = tokio::join!(account.apply_as(&stack, Mode::Converge), logs);
    let log = &report(&outcome).tasks[0].containers[0].log;
    assert_eq!(log.len(), 10, "{log:?}");
    assert_eq!((log[0].as_str(), log[9].as_str()), ("line 3", "line 12"));
}

/// Returns the stack with a broken image after a failed apply, on an account that ran the reference stack
/// before.
async fn after_a_rollback(account: &Account) -> Stack {
    account.apply(&reference(account)).await;
    let stack = broken(account);
    assert!(!account.apply_as(&stack, Mode::Converge).await.is_success());
    stack
}

#[tokio::test(start_paused = true)]
async fn rolled_back_deployment_is_held() {
    let account = Account::new();
    let stack = after_a_rollback(&account).await;
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty(), "{plan:#?}");
    let [held] = plan.held.as_slice() else { panic!("one service is held: {plan:#?}") };
    assert_eq!(
        (held.id.to_string().as_str(), held.ending.as_str()),
        ("ecs/service mz-dev-app", "was rolled back")
    );
    assert_eq!((held.wanted.as_str(), held.running.as_str()), ("mz-dev-site:2", "mz-dev-site:1"));
    assert!(held.reason.as_deref().is_some_and(|reason| reason.contains("circuit breaker")), "{held:#?}");
}

#[tokio::test(start_paused = true)]
async fn held_deployment_is_retried_on_request_or_change() {
    let account = Account::new();
    let stack = after_a_rollback(&account).await;
    let (graph, world) = account.observe(&stack).await;
    let again = sss_aws::plan(&graph, &world.without_attempts(), Mode::Converge);
    // The revision exists, so only the service changes.
    assert_eq!(again.steps.len(), 1, "{again:#?}");
    let mut other = stack.clone();
    other.services.get_mut("app").expect("the service").desired_count = Some(2);
    let plan = account.plan(&other).await;
    assert!(plan.held.is_empty() && plan.steps.len() == 1, "{plan:#?}");
    // The stack of the earlier image already runs, so nothing changes.
    account.apply(&reference(&account)).await;
}

#[tokio::test(start_paused = true)]
async fn tags_change_beside_what_is_held() {
    let account = Account::new();
    let mut stack = after_a_rollback(&account).await;
    stack.tags.insert("Owner".to_owned(), "somebody".to_owned());
    account.sandbox.reset_calls();
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let deployed = account.sandbox.calls().into_iter().any(|call| call.operation == "UpdateService");
    assert!(!deployed);
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty() && plan.held.len() == 1, "{plan:#?}");
    assert_eq!(
        account.service(CLUSTER, SERVICE)["taskDefinition"].as_str().map(|arn| &arn[arn.len() - 2..]),
        Some(":1")
    );
}

#[tokio::test(start_paused = true)]
async fn step_without_a_held_dependency_is_applied() {
    let account = Account::new();
    let mut stack = after_a_rollback(&account).await;
    stack.log_retention_days = Retention::NEVER;
    let plan = account.plan(&stack).await;
    let expected = [
        "update logs/log-group /aws/api-gateway/mz-dev",
        "update logs/log-group /aws/ecs/fargate/mz-dev-app",
    ];
    assert_eq!(steps(&plan).into_iter().collect::<Vec<_>>(), expected);
    assert!(plan.is_held() && plan.held[0].with.is_empty(), "{plan:#?}");
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn setting_that_is_held_stays_when_tags_change() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let mut stack = broken(&account);
    stack.network.assign_public_ip = true;
    assert!(!account.apply_as(&stack, Mode::Converge).await.is_success());
    stack.tags.insert("Owner".to_owned(), "somebody".to_owned());
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let network = account.service(CLUSTER, SERVICE)["networkConfiguration"].take();
    assert_eq!(network["awsvpcConfiguration"]["assignPublicIp"], "DISABLED");
    assert!(account.plan(&stack).await.is_held());
}

#[tokio::test(start_paused = true)]
async fn dependent_of_a_service_that_never_ran_is_held() {
    let account = Account::new();
    let stack = broken(&account);
    drop(account.apply_as(&stack, Mode::Converge).await);
    let plan = account.plan(&stack).await;
    assert!(plan.is_empty(), "{plan:#?}");
    let with: Vec<_> = plan.held[0].with.iter().map(|id| id.kind.name()).collect();
    assert_eq!(with, ["apigatewayv2/integration", "apigatewayv2/route"]);
    // With a good image the next apply continues.
    account.apply(&reference(&account)).await;
}

#[tokio::test(start_paused = true)]
async fn world_remembers_what_was_given_up() {
    let account = Account::new();
    let stack = after_a_rollback(&account).await;
    let (graph, world) = account.observe(&stack).await;
    let saved = serde_json::to_string(&world).expect("a world is plain data");
    let loaded = serde_json::from_str(&saved).expect("a saved world");
    assert_eq!(world, loaded);
    assert!(sss_aws::plan(&graph, &loaded, Mode::Converge).is_held());
}
