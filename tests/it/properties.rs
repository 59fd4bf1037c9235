//! Random stacks: if the model accepts one, the account takes it, a second plan is empty, and a removal
//! leaves nothing.
//!
//! This holds the promise of the rules in both directions: an error of the model is a certain refusal, and a
//! stack without errors is never refused.

#[path = "../../crates/sss-model/tests/properties/generate/mod.rs"]
mod generate;
mod requests;

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sss_model::{Rule, Severity, Stack};
use sss_sandbox::Sandbox;

use crate::account::{Account, reference};

/// The stack in the sandbox's partition, with objects of others that are there: no rule of the model knows which.
///
/// # Errors
///
/// The errors that the model finds.
fn at_home(mut stack: Stack, sandbox: &Sandbox) -> Result<Stack, String> {
    stack.region = sandbox.region();
    generate::in_its_partition(&mut stack);
    let group = vec![sandbox.default_security_group_id()];
    stack.network.vpc_id = sandbox.vpc_id();
    stack.network.private_subnet_ids = sandbox.private_subnet_ids();
    stack.network.vpc_link_security_group_ids.clone_from(&group);
    stack.network.vpc_link_zone_ids.clear();
    for rules in stack.security_group.ingress.iter_mut().chain([&mut stack.security_group.egress]) {
        name_group(rules, &group);
    }
    stack.execution_role.managed_policies = Some(Vec::new());
    for service in stack.services.values_mut() {
        service.task.task_role.managed_policies.clear();
        if !service.security_group_ids.is_empty() {
            service.security_group_ids.clone_from(&group);
        }
    }
    let parsed = Stack::from_toml(&stack.to_toml()).map_err(|located| {
        let errors = located.iter().filter(|one| one.problem.severity == Severity::Error);
        errors.map(|one| one.problem.to_string()).collect::<Vec<_>>().join("\n")
    })?;
    Ok(parsed.stack)
}

/// Lets the first rule that names groups name this one, and no other rule: two rules may be the same then.
fn name_group(rules: &mut Vec<Rule>, group: &[String]) {
    let mut group = group.to_vec();
    for rule in &mut *rules {
        if !rule.security_groups.is_empty() {
            rule.security_groups = std::mem::take(&mut group);
        }
    }
    rules.retain(|rule| !rule.security_groups.is_empty() || !rule.cidrs.is_empty());
}

/// If the model accepts the stack: applies it, plans it again, and removes it.
async fn comes_and_goes(stack: Stack) -> Result<(), String> {
    let sandbox = Sandbox::new();
    let stack = at_home(stack, &sandbox)?;
    let account = Account::of(sandbox);
    let before = account.inventory();
    account.apply(&stack).await;
    requests::are_taken_over(&account, &stack);
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before, "{}", stack.to_toml());
    Ok(())
}

/// Runs this number of stacks, in which about `odd` of 256 values are such as a rule refuses. Returns the
/// errors of the stacks that the model refused.
fn run(cases: u32, odd: u8) -> Vec<String> {
    let refused = std::cell::RefCell::new(Vec::new());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let ran = runner.run(&vec(any::<u8>(), 0..400), |bytes| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let taken = runtime.expect("a runtime").block_on(comes_and_goes(generate::stack(&bytes, odd)));
        refused.borrow_mut().extend(taken.err());
        Ok(())
    });
    ran.expect("every stack that the model accepts comes and goes");
    refused.into_inner()
}

#[test]
fn account_takes_every_stack_of_the_model() {
    assert_eq!(run(32, 0), Vec::<String>::new());
}

/// Values at and beyond every bound. The account refuses no call of a first apply for a value that is only a
/// warning of the model.
#[test]
fn account_takes_every_stack_with_warnings() {
    let accepted = 96 - run(96, 3).len();
    assert!(accepted >= 8, "the model accepts {accepted} of 96 stacks");
}

/// Returns the largest number for which the model accepts a stack. The account must take that stack.
async fn largest_fits(most: usize, make: impl Fn(&Account, usize) -> Stack) {
    let account = Account::new();
    let numbers: Vec<usize> = (1..most).collect();
    let fitting = numbers.partition_point(|count| make(&account, *count).check().is_ok());
    assert!(0 < fitting && fitting < numbers.len(), "{fitting} of {most} fit");
    let largest = numbers[fitting - 1];
    account.apply(&make(&account, largest)).await;
}

#[tokio::test(start_paused = true)]
async fn as_many_tags_as_the_model_accepts_fit() {
    for (length, letter) in [(1, "a"), (100, "k"), (124, "k"), (60, " ")] {
        let tags = move |account: &Account, count: usize| {
            let mut stack = reference(account);
            let key = |n: usize| format!("{n:03}{}x", letter.repeat(length));
            stack.tags = (0..count).map(|n| (key(n), String::new())).collect();
            stack
        };
        largest_fits(60, tags).await;
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_secrets_as_the_model_accepts_fit() {
    let secrets = |account: &Account, count: usize| {
        let mut stack = reference(account);
        let arn = |n: usize| format!("arn:aws:ssm:ap-northeast-1:123456789012:parameter/some/path/{n:04}");
        let app = stack.services.get_mut("app").expect("the service");
        app.task.secrets = (0..count).map(|n| (format!("S{n}"), arn(n))).collect();
        stack
    };
    largest_fits(250, secrets).await;
}

#[tokio::test(start_paused = true)]
async fn as_large_a_task_as_the_model_accepts_fits() {
    let large = |account: &Account, length: usize| {
        let mut stack = crate::fields::stack();
        stack.region = account.sandbox.region();
        let web = stack.services.get_mut("web").expect("the service");
        web.task.environment.insert("TEXT".to_owned(), "\u{e9}\"x".repeat(length));
        stack
    };
    largest_fits(16_384, large).await;
}
