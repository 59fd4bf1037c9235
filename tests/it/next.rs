//! A failed deployment says what the next plan does, and that plan does it.

use std::time::Duration;

use serde_json::json;
use sss_aws::{FailedDeployment, Mode, Next, Outcome, Workload};
use sss_model::{Service, Stack};
use sss_sandbox::BrokenImage;

use crate::account::{Account, reference};

const CLUSTER: &str = "mz-dev-ecs-cluster";

fn app(stack: &mut Stack) -> &mut Service {
    stack.services.get_mut("app").expect("the service")
}

fn report(outcome: &Outcome) -> &FailedDeployment {
    let (_, error) = outcome.failures().next().expect("the deployment fails");
    error.deployment().expect("a report")
}

/// Applies the stack, which fails. Checks the failure's statement about the next plan, and that plan.
async fn check_next(account: &Account, stack: &Stack, expected: Next) {
    let outcome = account.apply_as(stack, Mode::Converge).await;
    assert_eq!(report(&outcome).next, expected, "{outcome:#?}");
    let plan = account.plan(stack).await;
    let tasks = plan.steps.iter().find(|step| step.id.kind == "ecs/service").and_then(|step| step.workload);
    match expected {
        Next::Held => assert!(plan.is_held() && plan.is_empty(), "{plan:#?}"),
        Next::Awaited => assert_eq!(tasks, Some(Workload::Awaited), "{plan:#?}"),
        Next::Nothing => assert!(plan.is_empty() && !plan.is_held(), "{plan:#?}"),
        _ => assert!(!plan.is_held(), "{plan:#?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn failure_says_what_the_next_plan_does() {
    for (breaker, rollback, is_first, expected) in [
        (true, true, false, Next::Held),
        (true, false, false, Next::Held),
        (true, true, true, Next::Held),
        (true, false, true, Next::Held),
        (false, false, true, Next::Awaited),
        (false, true, false, Next::Awaited),
    ] {
        let account = Account::new();
        let mut stack = reference(&account);
        let deployment = &mut app(&mut stack).deployment;
        (deployment.circuit_breaker, deployment.rollback) = (breaker, rollback);
        if !is_first {
            account.apply(&stack).await;
        }
        "public.ecr.aws/docker/library/httpd:does-not-exist".clone_into(&mut app(&mut stack).task.image);
        check_next(&account, &stack, expected).await;
    }
}

#[tokio::test(start_paused = true)]
async fn superseded_deployment_is_not_said_to_be_held() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    "public.ecr.aws/docker/library/httpd:2.5".clone_into(&mut app(&mut stack).task.image);
    let by_another = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        let old = json!({"cluster": CLUSTER, "service": "mz-dev-app", "taskDefinition": "mz-dev-site:1"});
        account.by_hand("ecs", "UpdateService", &old);
    };
    tokio::join!(check_next(&account, &stack, Next::Compared), by_another);
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn count_that_is_not_reached_leaves_nothing_to_do() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    account.sandbox.break_image(&stack.services["app"].task.image, BrokenImage::Missing);
    app(&mut stack).desired_count = Some(2);
    check_next(&account, &stack, Next::Nothing).await;
}
