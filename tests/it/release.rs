//! The reverse of an adoption: the marks go, and everything else stays.
//!
//! The released account is compared with itself before, without the tags that begin with `sss:`.

use serde_json::Value;
use sss_aws::{Bound, Mode, Options, Rates};
use sss_sandbox::{Fault, Faults, Rule, Sandbox};

use crate::account::{Account, of_services, reference, writes};

/// Returns the account without marks, in both forms in which AWS lists tags.
fn without_marks(value: &Value) -> Value {
    let is_mark = |tag: &Value| {
        let key = tag.get("Key").or_else(|| tag.get("key")).and_then(Value::as_str);
        key.is_some_and(|key| key.starts_with("sss:"))
    };
    match value {
        Value::Array(items) => items.iter().filter(|item| !is_mark(item)).map(without_marks).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| !key.starts_with("sss:"));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_marks(value))).collect())
        }
        other => other.clone(),
    }
}

#[tokio::test(start_paused = true)]
async fn release_removes_marks_and_nothing_else() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let before = account.inventory();
    let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Release)).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let untagging = ["UntagResource", "UntagRole", "DeleteTags"];
    assert!(writes(&calls).iter().all(|call| untagging.contains(call)), "{:?}", writes(&calls));
    let after = account.inventory();
    assert!(!after.to_string().contains("sss:"), "{after:#}");
    assert_eq!(without_marks(&before), after);
}

#[tokio::test(start_paused = true)]
async fn released_stack_is_refused_until_adopted() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let before = account.inventory();
    let _ = account.apply_as(&stack, Mode::Release).await;
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    assert_eq!((plan.refusals.len(), plan.steps.len()), (graph.ids().count(), 0), "{plan}");
    assert!(account.plan_as(&stack, Mode::Release).await.is_empty(), "nothing is left to release");

    assert!(account.apply_as(&stack, Mode::Adopt).await.is_success());
    assert!(account.plan(&stack).await.is_empty());
    assert_eq!(without_marks(&account.inventory()), without_marks(&before));
    account.destroy(&stack).await;
    assert!(!account.inventory().to_string().contains("mz-dev"));
}

#[tokio::test(start_paused = true)]
async fn objects_without_a_resource_are_released_too() {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    account.apply(&stack).await;
    let before = account.inventory();
    stack.services.pop_last();
    assert!(account.apply_as(&stack, Mode::Release).await.is_success());
    assert_eq!(without_marks(&before), account.inventory());
}

#[tokio::test(start_paused = true)]
async fn foreign_parts_of_an_adopted_api_are_forgotten() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let _ = account.apply_as(&stack, Mode::Release).await;
    let api = account.inventory()["apis"][0]["apiId"].clone();
    let input = serde_json::json!({"apiId": api, "routeKey": "GET /older"});
    account.by_hand("apigateway", "CreateRoute", &input);
    assert!(account.apply_as(&stack, Mode::Adopt).await.is_success());
    assert!(account.inventory().to_string().contains("sss:left-alone"));
    assert!(account.apply_as(&stack, Mode::Release).await.is_success());
    assert!(!account.inventory().to_string().contains("sss:"));
}

#[tokio::test(start_paused = true)]
async fn earlier_revisions_are_released_too() {
    let account = Account::new();
    let mut stack = of_services(&account, 2);
    for tag in ["1.0", "1.1", "1.2"] {
        for service in stack.services.values_mut() {
            service.task.image = format!("public.ecr.aws/docker/library/httpd:{tag}");
        }
        account.apply(&stack).await;
    }
    let before = account.inventory();
    let revisions = before["tags"].as_array().expect("a list").iter().filter(|one| {
        let arn = one["ResourceARN"].as_str().unwrap_or_default();
        arn.contains(":task-definition/") && one.to_string().contains("sss:stack")
    });
    assert_eq!(revisions.count(), 6, "{:#}", before["tags"]);
    assert!(account.apply_as(&stack, Mode::Release).await.is_success());
    assert_eq!(without_marks(&before), account.inventory());
}

#[tokio::test(start_paused = true)]
async fn release_is_forecast_with_its_calls() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let (graph, world) = account.observe(&stack).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Release);
    let forecast = sss_aws::forecast(&graph, &world, &plan, &Options::default(), &Rates::default());
    let (outcome, calls, _) = account.counted(account.carry_out(&graph, &world, &plan)).await;
    assert!(outcome.is_success());
    assert_eq!((forecast.least_calls, forecast.bound), (writes(&calls).len() as u64, Bound::Nothing));
}

/// Returns the saved account of the reference stack.
async fn applied() -> Vec<u8> {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    account.sandbox.save()
}

fn loaded(saved: &[u8]) -> Account {
    Account::of(Sandbox::load(saved).expect("a saved account"))
}

/// Kills a release in this account with these faults, and continues it.
async fn check_killed(saved: &[u8], faults: Faults) {
    let account = loaded(saved);
    let stack = reference(&account);
    let before = account.inventory();
    account.sandbox.set_faults(faults);
    tokio::select! {
        () = account.sandbox.crashed() => {}
        outcome = account.apply_as(&stack, Mode::Release) => panic!("not killed: {outcome:#?}"),
    }
    account.sandbox.clear_faults();
    assert!(account.apply_as(&stack, Mode::Release).await.is_success());
    assert_eq!(without_marks(&before), account.inventory());
}

#[tokio::test(start_paused = true)]
async fn killed_release_is_continued() {
    let saved = applied().await;
    for call in 1..=24 {
        for fault in [Fault::Crash, Fault::CrashAfter] {
            check_killed(&saved, Faults::default().with(Rule::new(fault).nth(call))).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn release_survives_one_fault_of_each_kind() {
    let saved = applied().await;
    for operation in ["UntagResource", "UntagRole", "DeleteTags"] {
        for fault in [Fault::LostAnswer, Fault::ServerError, Fault::Throttle] {
            let account = loaded(&saved);
            let stack = reference(&account);
            let before = account.inventory();
            let rule = Rule::new(fault).operation(operation).nth(1);
            account.sandbox.set_faults(Faults::default().with(rule));
            assert!(account.apply_as(&stack, Mode::Release).await.is_success(), "{operation}");
            assert_eq!(without_marks(&before), account.inventory());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn denied_release_names_the_call_and_is_continued() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let rule = Rule::new(Fault::AccessDenied).operation("UntagRole");
    account.sandbox.set_faults(Faults::default().with(rule));
    let outcome = account.apply_as(&stack, Mode::Release).await;
    let failures: Vec<_> = outcome.failures().map(|(_, error)| error.to_string()).collect();
    assert_eq!(failures.len(), 2, "both roles: {failures:#?}");
    assert!(failures.iter().all(|text| text.contains("iam:UntagRole")), "{failures:#?}");
    account.sandbox.clear_faults();
    let rest = account.plan_as(&stack, Mode::Release).await;
    let roles = rest.steps.iter().filter(|step| step.id.kind == "iam/role").count();
    assert_eq!(roles, 2, "{rest}");
    assert!(account.apply_as(&stack, Mode::Release).await.is_success());
    assert!(!account.inventory().to_string().contains("sss:"));
}
