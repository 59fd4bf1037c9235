//! A stack whose name has changed: its first plan would create everything a second time.

use sss_aws::{Action, Deployer, Goal, Options, Reach};
use sss_model::Stack;

use crate::account::{Account, reference, writes};

fn deployer(account: &Account) -> Deployer {
    Deployer::new(&account.sandbox.sdk_config())
}

/// Returns the former name that the plan of a changed stack finds, in an account with the reference stack.
async fn former_name(change: impl FnOnce(&mut Stack)) -> Option<String> {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    change(&mut stack);
    deployer(&account).plan(&stack).await.expect("a plan").former_name()
}

fn rename(stack: &mut Stack) {
    "store".clone_into(&mut stack.name);
}

#[tokio::test(start_paused = true)]
async fn renamed_stack_is_refused_with_both_ways() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    rename(&mut stack);
    let planned = deployer(&account).plan(&stack).await.expect("a plan");
    assert!(planned.plan().steps.iter().all(|step| step.action == Action::Create), "{planned}");
    assert_eq!(planned.former_name().as_deref(), Some("mz-dev"));

    let (outcome, calls, _) = account.counted(planned.apply(Options::default())).await;
    assert_eq!(writes(&calls).len(), 0);
    let error = outcome.expect_err("a refusal");
    assert!(error.is_renamed(), "{error}");
    assert!(error.to_string().contains("a stack `mz-dev` with the same objects"), "{error}");
    let hint = error.hint().expect("a hint");
    assert!(hint.contains("`mz-dev`") && hint.contains("`store` is a second stack"), "{hint}");
}

#[tokio::test(start_paused = true)]
async fn second_stack_is_allowed_once() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    rename(&mut stack);
    let reach = Reach::of(Goal::Converge).new_stack(true);
    let planned = deployer(&account).plan_for(&stack, reach).await.expect("a plan");
    assert_eq!(planned.former_name(), None);
    let outcome = planned.apply(Options::default()).await.expect("an outcome");
    assert!(outcome.is_success(), "{outcome:#?}");
    let again = deployer(&account).plan(&stack).await.expect("a plan");
    assert!(again.is_empty() && again.former_name().is_none(), "the stack exists now");
}

#[tokio::test(start_paused = true)]
async fn recognition_makes_no_call_of_its_own() {
    let account = Account::new();
    let mut stack = reference(&account);
    "store".clone_into(&mut stack.name);
    let count = async |account: &Account, stack: &Stack| {
        let (_, calls, _) = account.counted(account.plan(stack)).await;
        calls.len()
    };
    let alone = count(&account, &stack).await;
    account.apply(&reference(&account)).await;
    assert_eq!(count(&account, &stack).await, alone);
}

#[tokio::test(start_paused = true)]
async fn another_stack_is_not_taken_for_a_renamed_one() {
    assert_eq!(former_name(rename).await.as_deref(), Some("mz-dev"));
    assert_eq!(former_name(|_| {}).await, None, "the stack itself");
    let with_another_service = |stack: &mut Stack| {
        rename(stack);
        let mut other = stack.services["app"].clone();
        other.name = "other".to_owned();
        other.routes.clear();
        stack.services.insert("other".to_owned(), other);
    };
    assert_eq!(former_name(with_another_service).await, None);
    let in_another_network = |stack: &mut Stack| {
        rename(stack);
        stack.network.private_subnet_ids = vec!["subnet-0a1b2c3d4e5f60999".to_owned()];
    };
    assert_eq!(former_name(in_another_network).await, None);
}

#[tokio::test(start_paused = true)]
async fn destroy_and_adopt_are_not_guarded() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    rename(&mut stack);
    for goal in [Goal::Destroy, Goal::Adopt, Goal::Release] {
        let planned = deployer(&account).plan_for(&stack, Reach::of(goal)).await.expect("a plan");
        assert!(planned.permitted().is_ok() && planned.is_empty());
    }
}
