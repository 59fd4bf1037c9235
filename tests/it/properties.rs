//! Whatever the model accepts, the account takes: random stacks come, leave nothing to do, and go.

#[path = "../../crates/sss-model/tests/properties/generate/mod.rs"]
mod generate;

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sss_model::Stack;
use sss_sandbox::Sandbox;

use crate::account::Account;

/// The stack in the sandbox's partition, with objects of others that are there: no rule of the model knows which.
fn at_home(mut stack: Stack, sandbox: &Sandbox) -> Stack {
    stack.region = sandbox.region();
    let group = vec![sandbox.default_security_group_id()];
    stack.network.vpc_id = sandbox.vpc_id();
    stack.network.private_subnet_ids = sandbox.private_subnet_ids();
    stack.network.vpc_link_security_group_ids.clone_from(&group);
    for rule in stack.security_group.ingress.iter_mut().chain(&mut stack.security_group.egress) {
        if !rule.security_groups.is_empty() {
            rule.security_groups.clone_from(&group);
        }
    }
    // The model warns of a last `/`, on which AWS's texts disagree; the sandbox refuses it.
    for route in stack.services.values_mut().flat_map(|service| &mut service.routes) {
        route.path.truncate(route.path.trim_end_matches('/').len().max(1));
    }
    stack.execution_role.managed_policies.clear();
    stack.services.values_mut().for_each(|service| service.task_role.managed_policies.clear());
    Stack::from_toml(&stack.to_toml()).map_or_else(|problems| panic!("{problems:#?}"), |parsed| parsed.stack)
}

async fn comes_and_goes(stack: Stack) {
    let sandbox = Sandbox::new();
    let stack = at_home(stack, &sandbox);
    let account = Account::of(sandbox);
    let before = account.inventory();
    account.apply(&stack).await;
    account.destroy(&stack).await;
    assert_eq!(account.inventory(), before, "{}", stack.to_toml());
}

#[test]
fn what_the_model_accepts_the_account_takes() {
    let config = Config { cases: 32, failure_persistence: None, max_shrink_iters: 64, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let ran = runner.run(&vec(any::<u8>(), 0..400), |bytes| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(comes_and_goes(generate::stack(&bytes, 0)));
        Ok(())
    });
    ran.expect("every stack that the model accepts comes and goes");
}
