//! What an apply leads to, and that a second one has nothing to do.

use crate::account::{Account, LATENCY, of_services, reference, writes};

#[tokio::test(start_paused = true)]
async fn a_second_apply_writes_nothing() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let (_, calls, _) = account.counted(account.apply(&stack)).await;
    assert_eq!(writes(&calls), Vec::<&str>::new());
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_changes_takes_few_calls() {
    for (services, most_calls, most_trips) in [(1, 20, 3), (10, 20, 3), (100, 40, 3)] {
        let account = Account::new();
        let stack = of_services(&account, services);
        account.apply(&stack).await;
        let (plan, calls, elapsed) = account.counted(account.plan(&stack)).await;
        assert!(plan.is_empty());
        let trips = elapsed.as_millis().div_ceil(LATENCY.as_millis());
        println!("{services} services: {} calls, {trips} round trips", calls.len());
        assert!(calls.len() <= most_calls, "{services} services: {} calls: {calls:#?}", calls.len());
        assert!(trips <= most_trips, "{services} services: {trips} round trips");
    }
}

#[tokio::test(start_paused = true)]
async fn destroy_leaves_nothing() {
    let account = Account::new();
    let before = account.saved();
    let stack = reference(&account);
    account.apply(&stack).await;
    account.destroy(&stack).await;
    let after = account.saved();
    for service in ["apigateway", "cloudmap", "ec2", "ecs", "iam", "logs"] {
        println!("{service}: {}", serde_json::to_string_pretty(&after[service]).expect("json"));
        assert_eq!(after[service], before[service], "{service}");
    }
}
