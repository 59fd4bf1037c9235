//! The events of an apply.
//!
//! Every step starts once and ends once. A step that cannot start because of another one names that one.

use std::time::Duration;

use sss_aws::{Event, Interrupt, Mode, Options};
use sss_model::Stack;
use sss_sandbox::{Fault, Faults, Rule};

use crate::account::{Account, reference};

/// Returns the starts and ends of steps, in the order of the events.
fn told(account: &Account) -> Vec<String> {
    let events = account.events.lock().expect("no listener panics");
    let step = |event: &Event| match event {
        Event::Started { id, action } => Some(format!("start {action} {id}")),
        Event::Done { id, action } => Some(format!("done {action} {id}")),
        Event::Failed { id, action, .. } => Some(format!("failed {action} {id}")),
        Event::Interrupted { id, action, .. } => Some(format!("interrupted {action} {id}")),
        Event::Skipped { id, action, because } => Some(format!("skipped {action} {id} because of {because}")),
        _ => None,
    };
    events.iter().filter_map(step).collect()
}

/// Returns the events of steps that did not succeed, in alphabetical order.
fn ended_early(account: &Account) -> Vec<String> {
    let mut told = told(account);
    told.retain(|text| !text.starts_with("start") && !text.starts_with("done"));
    told.sort();
    told
}

fn clear(account: &Account) {
    account.events.lock().expect("no listener panics").clear();
}

/// Returns the reference stack with its VPC link in fewer subnets, which requires another link.
fn moved(account: &Account) -> Stack {
    let mut stack = reference(account);
    stack.network.private_subnet_ids.pop();
    stack
}

fn deny(account: &Account, operation: &str) {
    let rule = Rule::new(Fault::AccessDenied).operation(operation);
    account.sandbox.set_faults(Faults::default().with(rule));
}

#[tokio::test(start_paused = true)]
async fn every_step_starts_once_and_is_done_once() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let mut stack = moved(&account);
    stack.api.as_mut().expect("an API").access_log = None;
    let plan = account.plan(&stack).await;
    assert_eq!(plan.steps.len(), 5, "a replacement, a removal, and what they touch: {plan:#?}");
    clear(&account);
    account.apply(&stack).await;
    let told = told(&account);
    let place = |text: String| {
        let places: Vec<_> = (0..told.len()).filter(|place| told[*place] == text).collect();
        let [place] = places[..] else { panic!("{text} is told once: {told:#?}") };
        place
    };
    for step in &plan.steps {
        let (action, id) = (step.action, &step.id);
        assert!(place(format!("start {action} {id}")) < place(format!("done {action} {id}")), "{told:#?}");
    }
    assert_eq!(told.len(), 2 * plan.steps.len(), "{told:#?}");
    assert!(
        place("done update apigatewayv2/integration mz-dev-app".to_owned())
            < place("done replace apigatewayv2/vpc-link mz-dev-vpc-link".to_owned()),
        "a replacement is done when the old object is gone: {told:#?}"
    );
}

#[tokio::test(start_paused = true)]
async fn dependent_of_a_failed_step_is_skipped_with_it() {
    let account = Account::new();
    deny(&account, "CreateVpcLink");
    drop(account.apply_as(&reference(&account), Mode::Converge).await);
    let link = "apigatewayv2/vpc-link mz-dev-vpc-link";
    let expected = [
        format!("failed create {link}"),
        format!("skipped create apigatewayv2/integration mz-dev-app because of {link}"),
        format!("skipped create apigatewayv2/route GET /{{proxy+}} because of {link}"),
    ];
    assert_eq!(ended_early(&account), expected);
}

#[tokio::test(start_paused = true)]
async fn impossible_replacement_fails_and_is_not_skipped() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    deny(&account, "CreateVpcLink");
    let outcome = account.apply_as(&moved(&account), Mode::Converge).await;
    let link = "apigatewayv2/vpc-link mz-dev-vpc-link";
    let failed: Vec<_> = outcome.failures().map(|(id, _)| id.to_string()).collect();
    assert_eq!(failed, [link]);
    let expected = [
        format!("failed replace {link}"),
        format!("skipped update apigatewayv2/integration mz-dev-app because of {link}"),
    ];
    assert_eq!(ended_early(&account), expected);
}

#[tokio::test(start_paused = true)]
async fn interrupted_step_has_not_failed() {
    let account = Account::new();
    let (graph, world) = account.observe(&reference(&account)).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let interrupt = Interrupt::default();
    let options = Options::default().interrupt(interrupt.clone());
    let asked = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        interrupt.request();
    };
    drop(tokio::join!(account.carry_out_with(&graph, &world, &plan, options), asked));
    let expected = [
        "interrupted create apigatewayv2/vpc-link mz-dev-vpc-link",
        "interrupted create servicediscovery/namespace mz-dev-application-service.internal",
    ];
    assert_eq!(ended_early(&account), expected);
}

#[tokio::test(start_paused = true)]
async fn long_wait_is_first_polled_after_a_second() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let calls = account.sandbox.calls();
    let first = |operation: &str| {
        let call = calls.iter().find(|call| call.operation == operation);
        call.expect("the call was made").at
    };
    let after = first("GetVpcLink").saturating_sub(first("CreateVpcLink"));
    assert!(after > Duration::from_secs(1) && after < Duration::from_secs(3), "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn message_of_aws_during_a_wait_is_emitted_once() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    let looks = account.sandbox.calls().iter().filter(|call| call.operation == "GetVpcLink").count();
    assert!(looks > 2, "{looks}");
    let events = account.events.lock().expect("no listener panics");
    let notes: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Waiting { id, note, .. } if id.kind == "apigatewayv2/vpc-link" => Some(note.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(notes, ["PENDING"]);
}
