//! Failures of steps: each is reported, and only its dependents are skipped.

use std::time::Duration;

use sss_aws::{Event, Mode, StepResult};
use sss_sandbox::{Delays, Sandbox};

use crate::account::{Account, reference};

#[tokio::test(start_paused = true)]
async fn deployment_that_fails_is_a_failure() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack.services.get_mut("app").expect("the service").task.image =
        "public.ecr.aws/docker/library/httpd:does-not-exist".to_owned();
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    let failed: Vec<_> = outcome.failures().map(|(id, _)| id.to_string()).collect();
    assert_eq!(failed, ["ecs/service mz-dev-app"]);
    let events = account.events.lock().expect("no listener panics");
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Message { text, .. } if text.contains("mz-dev-app"))),
        "{events:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn failed_first_deployment_stops_only_its_dependents() {
    let account = Account::new();
    let mut stack = reference(&account);
    stack.services.get_mut("app").expect("the service").task.image =
        "public.ecr.aws/docker/library/httpd:does-not-exist".to_owned();
    let outcome = account.apply_as(&stack, Mode::Converge).await;
    let skipped: Vec<_> = outcome
        .steps
        .iter()
        .filter(|step| matches!(step.result, StepResult::Skipped(_)))
        .map(|step| step.id.kind.name())
        .collect();
    assert_eq!(skipped, ["apigatewayv2/integration", "apigatewayv2/route"]);
}

#[tokio::test(start_paused = true)]
async fn wait_for_a_role_ends_with_the_reason_of_ecs() {
    let delays = Delays { role_assumable: Duration::from_hours(1), ..Delays::default() };
    let account = Account::of(Sandbox::new().with_delays(delays));
    let outcome = account.apply_as(&reference(&account), Mode::Converge).await;
    let failures: Vec<_> = outcome.failures().map(|(id, error)| format!("{id}: {error}")).collect();
    let [failure] = failures.as_slice() else { panic!("{failures:#?}") };
    assert!(failure.contains("no success within 180 s; ecs:CreateService was refused: "), "{failure}");
    assert!(failure.contains("ECS was unable to assume the role"), "{failure}");
    let error = outcome.failures().next().expect("a failure").1;
    assert!(error.is_late());

    let events = account.events.lock().expect("no listener panics");
    let waited = events.iter().filter(|event| {
        matches!(event, Event::Waiting { note, .. } if note == "the new role is not known everywhere yet")
    });
    assert_eq!(waited.count(), 1, "a wait says once what it waits for");
}
