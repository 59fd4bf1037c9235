//! Failures of steps: each is reported, and only its dependents are skipped.

use sss_aws::{Event, Mode, StepResult};

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
