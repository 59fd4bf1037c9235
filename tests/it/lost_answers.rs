//! Lost answers: nothing is created twice, and the apply continues.
//!
//! A call without an answer may have taken effect. The engine looks for the object before it asks again.

use std::collections::BTreeSet;

use serde_json::Value;
use sss_aws::{Event, Mode};
use sss_model::{Backend, CloudMapBackend};
use sss_sandbox::{Call, Fault, Faults, Rule};

use crate::account::{Account, reference, writes};

/// Lets a fault happen to the first call of each operation that wrote among these calls.
fn disturb(account: &Account, calls: &[Call], fault: Fault) {
    let writing = calls.iter().filter(|call| call.writes);
    let operations: BTreeSet<_> =
        writing.map(|call| (call.service.as_str(), call.operation.as_str())).collect();
    let rule =
        |(service, operation): (&str, &str)| Rule::new(fault).service(service).operation(operation).nth(1);
    let faults = operations.into_iter().map(rule).fold(Faults::default(), Faults::with);
    account.sandbox.set_faults(faults);
}

/// Returns the number of objects of each kind in the account.
fn counts(account: &Account) -> Vec<(String, usize)> {
    let inventory = account.inventory();
    let kinds = inventory.as_object().expect("an inventory");
    let count = |value: &Value| match value {
        Value::Array(items) => items.iter().map(|item| item.as_array().map_or(1, Vec::len)).sum(),
        _ => 0,
    };
    kinds.iter().map(|(kind, value)| (kind.clone(), count(value))).collect()
}

const FAULTS: [Fault; 4] = [Fault::LostAnswer, Fault::Before, Fault::Throttle, Fault::ServerError];

#[tokio::test(start_paused = true)]
async fn apply_without_first_answers_creates_nothing_twice() {
    let undisturbed = Account::new();
    undisturbed.apply(&reference(&undisturbed)).await;
    let (expected, calls) = (counts(&undisturbed), undisturbed.sandbox.calls());
    assert!(writes(&calls).len() > 15, "{calls:?}");
    for fault in FAULTS {
        let account = Account::new();
        disturb(&account, &calls, fault);
        let outcome = account.apply_as(&reference(&account), Mode::Converge).await;
        assert!(outcome.is_success(), "{fault:?}: {outcome:#?}");
        assert!(account.plan(&reference(&account)).await.is_empty(), "{fault:?}");
        assert_eq!(counts(&account), expected, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn destroy_without_first_answers_removes_the_stack() {
    let undisturbed = Account::new();
    let empty = undisturbed.inventory();
    undisturbed.apply(&reference(&undisturbed)).await;
    undisturbed.sandbox.reset_calls();
    undisturbed.destroy(&reference(&undisturbed)).await;
    let calls = undisturbed.sandbox.calls();
    for fault in FAULTS {
        let account = Account::new();
        account.apply(&reference(&account)).await;
        disturb(&account, &calls, fault);
        account.destroy(&reference(&account)).await;
        assert_eq!(account.inventory(), empty, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn cloud_map_change_without_an_answer_is_sent_again() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let backend = CloudMapBackend::builder().ttl(20).build().expect("a valid back end");
    stack.services.get_mut("app").expect("the service").backend = Some(Backend::CloudMap(backend));
    stack.namespace.description = Some("another".to_owned());
    for operation in ["UpdateService", "UpdatePrivateDnsNamespace"] {
        let rule = Rule::new(Fault::LostAnswer).service("servicediscovery").operation(operation).nth(1);
        account.sandbox.set_faults(Faults::default().with(rule));
        account.apply(&stack).await;
        stack.namespace.description = Some(operation.to_owned());
    }
}

#[tokio::test(start_paused = true)]
async fn creation_without_an_answer_is_looked_for() {
    let account = Account::new();
    let rule = Rule::new(Fault::LostAnswer).operation("CreateVpcLink").nth(1);
    account.sandbox.set_faults(Faults::default().with(rule));
    account.apply(&reference(&account)).await;
    let calls = account.sandbox.calls();
    let created = writes(&calls).into_iter().filter(|operation| *operation == "CreateVpcLink").count();
    assert_eq!(created, 1);
    let events = account.events.lock().expect("no listener panics");
    let told: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Retrying { id, again, error } => Some((id.kind.name(), *again, error.as_str())),
            _ => None,
        })
        .collect();
    let [(kind, again, error)] = told.as_slice() else { panic!("one event: {told:?}") };
    assert_eq!((*kind, *again), ("apigatewayv2/vpc-link", 1));
    assert!(error.starts_with("apigateway:CreateVpcLink got no answer: "), "{error}");
}

#[tokio::test(start_paused = true)]
async fn creation_without_any_answer_fails_after_retries() {
    let account = Account::new();
    let rule = Rule::new(Fault::Before).operation("CreateApi");
    account.sandbox.set_faults(Faults::default().with(rule));
    let outcome = account.apply_as(&reference(&account), Mode::Converge).await;
    let failed: Vec<_> =
        outcome.failures().map(|(id, error)| (id.kind.name(), error.is_unreachable())).collect();
    assert_eq!(failed, [("apigatewayv2/api", true)]);
    let calls = account.sandbox.calls();
    assert_eq!(calls.iter().filter(|call| call.operation == "CreateApi").count(), 6);
}

#[tokio::test(start_paused = true)]
async fn throttled_creation_is_retried_for_ten_minutes() {
    let account = Account::new();
    let rule = Rule::new(Fault::Throttle).operation("CreateApi");
    account.sandbox.set_faults(Faults::default().with(rule));
    let outcome = account.apply_as(&reference(&account), Mode::Converge).await;
    let failed: Vec<_> = outcome.failures().map(|(id, error)| (id.kind.name(), error.code())).collect();
    assert_eq!(failed, [("apigatewayv2/api", Some("TooManyRequestsException"))]);
    let calls = account.sandbox.calls();
    let asked = calls.iter().filter(|call| call.operation == "CreateApi");
    let seconds: Vec<_> = asked.map(|call| call.at.as_secs()).collect();
    let pauses: Vec<_> = seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(pauses.iter().zip([1, 2, 4, 8, 16, 16, 16]).all(|(pause, least)| *pause >= least), "{pauses:?}");
    assert_eq!(pauses.iter().sum::<u64>() / 60, 10, "{pauses:?}");
}
