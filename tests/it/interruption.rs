//! An apply that is asked to end before it is done.
//!
//! No further step starts, calls under way are awaited, and the next apply continues.

use std::time::Duration;

use serde_json::json;
use sss_aws::{Error, Event, Interrupt, Mode, Next, OnInterrupt, Options, Outcome, StepResult};
use sss_model::Stack;

use crate::account::{Account, LATENCY, reference, writes};

/// Applies a stack and asks the apply to end after some time. Returns the outcome and the time from the
/// request to the end.
async fn interrupted(
    account: &Account,
    stack: &Stack,
    after: Duration,
    on_interrupt: OnInterrupt,
) -> (Outcome, Duration) {
    let (graph, world) = account.observe(stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let interrupt = Interrupt::default();
    let options = Options::default().interrupt(interrupt.clone()).on_interrupt(on_interrupt);
    let asked = async {
        tokio::time::sleep(after).await;
        interrupt.request();
        tokio::time::Instant::now()
    };
    let work = account.carry_out_with(&graph, &world, &plan, options);
    let (outcome, asked) = tokio::join!(work, asked);
    assert!(outcome.is_interrupted() && !outcome.is_success(), "{outcome:#?}");
    (outcome, asked.elapsed())
}

/// Returns the reference stack with another image.
fn changed(account: &Account) -> Stack {
    let mut stack = reference(account);
    let image = &mut stack.services.get_mut("app").expect("the service").task.image;
    "public.ecr.aws/docker/library/httpd:2.5".clone_into(image);
    stack
}

/// Returns the number of events that end a step.
fn ends(account: &Account) -> usize {
    let events = account.events.lock().expect("no listener panics");
    let is_end = |event: &&Event| {
        matches!(
            event,
            Event::Done { .. }
                | Event::Failed { .. }
                | Event::Interrupted { .. }
                | Event::Skipped { .. }
                | Event::NotStarted { .. }
        )
    };
    events.iter().filter(is_end).count()
}

fn count(outcome: &Outcome, is: fn(&StepResult) -> bool) -> usize {
    outcome.steps.iter().filter(|step| is(&step.result)).count()
}

#[tokio::test(start_paused = true)]
async fn interrupted_wait_is_left_to_aws() {
    let account = Account::new();
    let stack = reference(&account);
    // The VPC link takes minutes, and the namespace half of one.
    let (outcome, took) = interrupted(&account, &stack, Duration::from_secs(10), OnInterrupt::Leave).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(count(&outcome, |result| matches!(result, StepResult::Interrupted(_))), 2, "{outcome:#?}");
    assert!(count(&outcome, |result| matches!(result, StepResult::NotStarted)) > 3, "{outcome:#?}");
    assert_eq!(outcome.failures().count(), 0);
    assert_eq!(ends(&account), outcome.steps.len(), "each step ends with one event");
    account.sandbox.reset_calls();
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert!(account.sandbox.calls().is_empty(), "nothing is called any more");
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn interrupted_apply_awaits_its_calls() {
    let account = Account::new();
    let stack = reference(&account);
    // At this time the first calls wait for their answers.
    let (outcome, _) = interrupted(&account, &stack, LATENCY / 2, OnInterrupt::Leave).await;
    let calls = account.sandbox.calls();
    assert!(writes(&calls).contains(&"CreateApi"));
    assert!(!writes(&calls).contains(&"CreateStage"), "the API was ready for it");
    assert!(count(&outcome, |result| matches!(result, StepResult::Done)) > 3, "{outcome:#?}");
    account.apply(&stack).await;
}

fn left_in_the_middle(outcome: &Outcome) -> &Error {
    let mut errors = outcome.steps.iter().rev().filter_map(|step| match &step.result {
        StepResult::Interrupted(error) => Some(error),
        _ => None,
    });
    errors.next().expect("a step that was left in the middle")
}

fn deployment(account: &Account) -> String {
    let input = json!({"cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app"});
    let listed = account.by_hand("ecs", "ListServiceDeployments", &input);
    listed["serviceDeployments"][0]["status"].as_str().expect("a status").to_owned()
}

#[tokio::test(start_paused = true)]
async fn running_deployment_is_left() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let (outcome, _) =
        interrupted(&account, &changed(&account), Duration::from_secs(10), OnInterrupt::Leave).await;
    assert_eq!(count(&outcome, |result| matches!(result, StepResult::Interrupted(_))), 1, "{outcome:#?}");
    assert_eq!(deployment(&account), "IN_PROGRESS");
    assert_eq!(left_in_the_middle(&outcome).deployment().map(|report| report.next), Some(Next::Awaited));
    // The next apply waits for the running deployment, and starts no other one.
    account.sandbox.reset_calls();
    account.apply(&changed(&account)).await;
    assert_eq!(deployment(&account), "SUCCESSFUL");
    assert!(writes(&account.sandbox.calls()).is_empty());
}

#[tokio::test(start_paused = true)]
async fn running_deployment_is_stopped_on_request() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let (outcome, _) =
        interrupted(&account, &changed(&account), Duration::from_secs(10), OnInterrupt::Stop).await;
    let error = left_in_the_middle(&outcome);
    assert!(error.to_string().ends_with("rolls back to the previous revision, if there is one"), "{error}");
    assert_eq!(error.deployment().map(|report| report.next), Some(Next::Held));
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(deployment(&account), "ROLLBACK_SUCCESSFUL");
    let plan = account.plan(&changed(&account)).await;
    assert!(plan.is_empty() && plan.is_held(), "{plan:#?}");
}
