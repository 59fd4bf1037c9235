//! Integrations of a new API with a VPC link that API Gateway still creates: accepted, or refused once.

use std::time::Duration;

use sss_aws::{Mode, Options};
use sss_sandbox::{Call, Faults, Sandbox};

use crate::account::{Account, of_services};

/// Returns an account in which API Gateway refuses such a link, or takes it.
fn account(refuses: bool) -> Account {
    if refuses { Account::of(Sandbox::new().refusing_pending_links()) } else { Account::new() }
}

/// Returns an account of each kind, with the number of refusals of a first apply.
fn accounts() -> [(Account, usize); 2] {
    [(account(false), 0), (account(true), 1)]
}

/// Returns the number of calls of an operation that were refused.
fn refused(calls: &[Call], operation: &str) -> usize {
    calls.iter().filter(|call| call.operation == operation && call.error.is_some()).count()
}

fn refused_writes(calls: &[Call]) -> usize {
    calls.iter().filter(|call| call.writes && call.error.is_some()).count()
}

#[tokio::test(start_paused = true)]
async fn first_apply_of_100_takes_as_long_as_its_link() {
    let account = Account::new();
    let stack = of_services(&account, 100);
    let (outcome, calls, elapsed) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let floor = Duration::from_secs(151);
    assert!(elapsed <= floor.mul_f64(1.02) + Duration::from_secs(2), "{elapsed:?}");
    assert_eq!(refused_writes(&calls), 0);
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn refused_link_is_tried_once_and_waited_for() {
    for (account, refusals) in accounts() {
        let stack = of_services(&account, 5);
        let (outcome, calls, elapsed) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        assert_eq!(refused(&calls, "CreateIntegration"), refusals);
        assert_eq!(refused_writes(&calls), refusals, "nothing else is refused");
        assert!(elapsed < Duration::from_secs(154), "{elapsed:?}");

        let routes: Vec<_> = calls.iter().filter(|call| call.operation == "CreateRoute").collect();
        let before = routes.iter().filter(|call| call.at < Duration::from_secs(150)).count();
        assert_eq!(before, if refusals == 0 { 5 } else { 0 });
        let events = account.events.lock().expect("no listener panics");
        let told = events.iter().filter(|event| format!("{event:?}").contains("refuses a VPC link"));
        assert_eq!(told.count(), if refusals == 0 { 0 } else { 5 }, "each step says why it waits");
    }
}

#[tokio::test(start_paused = true)]
async fn link_is_not_tried_if_the_options_say_so() {
    let account = Account::of(Sandbox::new().refusing_pending_links());
    let stack = of_services(&account, 3);
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let options = Options::default().wait_for_links(true);
    let (outcome, calls, _) = account.counted(account.carry_out_with(&graph, &world, &plan, options)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    assert_eq!(refused(&calls, "CreateIntegration"), 0);
}

#[tokio::test(start_paused = true)]
async fn apply_ends_when_its_link_is_available() {
    let account = Account::new();
    let stack = of_services(&account, 1);
    account.apply(&stack).await;
    let links = account.by_hand("apigateway", "GetVpcLinks", &serde_json::json!({}));
    assert_eq!(links["items"][0]["vpcLinkStatus"], "AVAILABLE");
}

#[tokio::test(start_paused = true)]
async fn api_that_exists_never_gets_a_pending_link() {
    for (account, _) in accounts() {
        let mut stack = of_services(&account, 2);
        account.apply(&stack).await;
        stack.network.private_subnet_ids.truncate(1);
        let (_, calls, _) = account.counted(Box::pin(account.apply_watched(&stack))).await;
        assert_eq!(refused(&calls, "UpdateIntegration"), 0);
        let created = calls.iter().find(|call| call.operation == "CreateVpcLink").expect("another link").at;
        let moved = calls.iter().find(|call| call.operation == "UpdateIntegration").expect("a move").at;
        assert!(moved >= created + Duration::from_secs(150), "{created:?} to {moved:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn failed_link_is_replaced_by_the_next_apply() {
    for (account, _) in accounts() {
        let stack = of_services(&account, 2);
        account.sandbox.fail_next_vpc_link("no room");
        let outcome = account.apply_as(&stack, Mode::Converge).await;
        assert!(!outcome.is_success());
        let failed: Vec<_> = outcome.failures().map(|(id, _)| id.kind.to_string()).collect();
        assert!(failed.contains(&"apigatewayv2/vpc-link".to_owned()), "{failed:?}");
        account.apply(&stack).await;
    }
}

/// Dies in each write of a first apply in turn, and continues with another run.
#[tokio::test(start_paused = true)]
async fn run_that_died_in_any_write_is_continued() {
    for (refuses, account) in [false, true].map(|refuses| (refuses, account(refuses))) {
        let stack = of_services(&account, 1);
        let (_, calls, _) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        for number in (0..calls.len()).filter(|number| calls[*number].writes) {
            let account = self::account(refuses);
            account.sandbox.set_faults(Faults::crash_within(number as u64 + 1));
            tokio::select! {
                () = account.sandbox.crashed() => {}
                outcome = account.apply_as(&stack, Mode::Converge) => drop(outcome),
            }
            account.sandbox.clear_faults();
            account.apply(&stack).await;
        }
    }
}
