//! Runs whose process was killed, and the run after each.
//!
//! AWS does not show every new object at once. The next run must find or await the objects of a dead one, and
//! create none twice.

use sss_aws::{Claim, Lease};
use sss_model::Stack;
use sss_sandbox::{Delays, Fault, Faults, Rule, Sandbox};

use crate::account::{Account, base, of_services, reference};

async fn lease(account: &Account) -> Lease {
    match Lease::acquire(&account.aws, "mz-dev", "somebody", &|_| ()).await.expect("an answer") {
        Claim::Ours(lease) => lease,
        Claim::Theirs(holder) => panic!("{holder:?} has it"),
    }
}

/// Applies a stack, and dies after this operation took effect.
async fn killed(account: &Account, stack: &Stack, operation: &str) {
    account.sandbox.set_faults(Faults::default().with(Rule::new(Fault::CrashAfter).operation(operation)));
    tokio::select! {
        () = account.sandbox.crashed() => {}
        outcome = account.apply_as(stack, sss_aws::Mode::Converge) => panic!("not killed: {outcome:#?}"),
    }
    account.sandbox.clear_faults();
}

fn count(account: &Account, list: &str) -> Option<usize> {
    account.inventory()[list].as_array().map(Vec::len)
}

#[tokio::test(start_paused = true)]
async fn revision_that_was_registered_is_used() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    stack
        .services
        .get_mut("app")
        .expect("the service")
        .task
        .environment
        .insert("LEVEL".into(), "debug".into());
    killed(&account, &stack, "RegisterTaskDefinition").await;
    account.apply(&stack).await;
    assert_eq!(count(&account, "revisions"), Some(2));
}

#[tokio::test(start_paused = true)]
async fn namespace_that_is_being_made_is_waited_for() {
    let account = Account::new();
    let stack = reference(&account);
    killed(&account, &stack, "CreatePrivateDnsNamespace").await;
    assert_eq!(count(&account, "namespaces"), Some(0), "it is not listed yet");
    account.apply(&stack).await;
    assert_eq!(count(&account, "namespaces"), Some(1));
}

#[tokio::test(start_paused = true)]
async fn namespace_that_is_being_made_is_removed() {
    let account = Account::new();
    let stack = reference(&account);
    killed(&account, &stack, "CreatePrivateDnsNamespace").await;
    account.destroy(&stack).await;
    account.sandbox.advance(std::time::Duration::from_mins(5));
    assert_eq!(count(&account, "namespaces"), Some(0));
}

#[tokio::test(start_paused = true)]
async fn role_that_is_not_shown_yet_is_waited_for() {
    let account = Account::of(Sandbox::new().with_delays(Delays::long()));
    let stack = reference(&account);
    killed(&account, &stack, "CreateRole").await;
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn unlisted_role_that_is_no_longer_desired_is_found() {
    let account = Account::of(Sandbox::new().with_delays(Delays::long()));
    let (before, after) = (base(&account).build().expect("a stack"), of_services(&account, 1));
    account.apply(&before).await;
    let roles = count(&account, "roles");
    let _dead = lease(&account).await;
    killed(&account, &after, "CreateRole").await;
    let _lease = lease(&account).await;
    account.apply(&before).await;
    assert_eq!(count(&account, "roles"), roles);
}
