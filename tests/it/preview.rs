//! The plan that follows an adoption, before the adoption is carried out.

use sss_aws::{Action, Mode, Plan, plan_after_adoption};
use sss_model::Stack;

use crate::account::{Account, reference};

/// Returns the steps with everything that a person decides by.
fn seen(plan: &Plan) -> Vec<String> {
    let step =
        |step: &sss_aws::Step| format!("{} {} {:?} {:?}", step.action, step.id, step.changes, step.reasons);
    plan.steps.iter().map(step).collect()
}

/// Compares the preview with the plan after the adoption, for a stack that was changed meanwhile.
async fn check(change: impl FnOnce(&mut Stack), expected: &[(Action, usize)]) {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let _ = account.apply_as(&stack, Mode::Release).await;
    let before = account.inventory();
    change(&mut stack);

    let (graph, world) = account.observe(&stack).await;
    let adoption = sss_aws::plan(&graph, &world, Mode::Adopt);
    let preview = plan_after_adoption(&graph, &world, &adoption);
    assert_eq!(account.inventory(), before, "a preview writes nothing");
    for (action, count) in expected {
        assert_eq!(preview.count(*action), *count, "{action}: {preview}");
    }

    assert!(account.carry_out(&graph, &world, &adoption).await.is_success());
    let plan = account.plan(&stack).await;
    assert_eq!(seen(&preview), seen(&plan));
    assert_eq!(preview.refusals, plan.refusals);
}

#[tokio::test(start_paused = true)]
async fn preview_is_empty_for_the_same_stack() {
    check(|_| {}, &[(Action::Update, 0), (Action::Replace, 0), (Action::Create, 0)]).await;
}

#[tokio::test(start_paused = true)]
async fn preview_shows_settings_of_a_service() {
    let change = |stack: &mut Stack| {
        let service = stack.services.get_mut("app").expect("the service");
        service.desired_count = Some(3);
        service.task.image = "httpd:2.5".to_owned();
    };
    check(change, &[(Action::Update, 1), (Action::Revise, 1), (Action::Replace, 0)]).await;
}

#[tokio::test(start_paused = true)]
async fn preview_shows_a_replacement() {
    let change = |stack: &mut Stack| {
        stack.network.private_subnet_ids.pop();
    };
    check(change, &[]).await;
}

#[tokio::test(start_paused = true)]
async fn preview_shows_new_and_missing_objects() {
    let change = |stack: &mut Stack| {
        let mut other = stack.services["app"].clone();
        other.name = "other".to_owned();
        other.routes.clear();
        stack.services.insert("other".to_owned(), other);
        stack.services.get_mut("app").expect("the service").routes.pop();
    };
    check(change, &[(Action::Delete, 0)]).await;
}

#[tokio::test(start_paused = true)]
async fn preview_knows_the_tags_of_the_adoption() {
    let change = |stack: &mut Stack| {
        stack.tags.insert("Owner".to_owned(), "somebody".to_owned());
        stack.tags.insert("CostCentre".to_owned(), "42".to_owned());
    };
    check(change, &[(Action::Update, 0)]).await;
}
