//! Deployments that are paused at a lifecycle hook.

use std::time::Duration;

use serde_json::json;
use sss_aws::operate::{Target, change::Change};

use crate::account::{Account, reference};

const SERVICE: &str = "mz-dev-app";

#[tokio::test(start_paused = true)]
async fn paused_deployment_is_awaited_and_continued() {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let target = Target::of(&stack);
    let app = target.service("app").expect("the service");
    let change = Change::new(&account.aws, &target, |_| {});
    let late = change.paused(app, Duration::from_mins(1)).await.expect_err("nothing is paused");
    assert!(late.is_late(), "{late}");

    account.sandbox.pause_next_deployment(SERVICE, "hook-7");
    let forced = json!({ "cluster": "mz-dev-ecs-cluster", "service": SERVICE, "forceNewDeployment": true });
    account.by_hand("ecs", "UpdateService", &forced);
    assert_eq!(change.paused(app, Duration::from_mins(1)).await.expect("it waits"), "hook-7");
    tokio::time::sleep(Duration::from_mins(10)).await;
    let declined = change.proceed(app, Some("hook-8")).await.expect_err("another hook");
    assert!(declined.is_declined());
    assert_eq!(change.proceed(app, None).await.expect("it continues"), "hook-7");
    change.deployed(app, Duration::from_mins(5)).await.expect("it ends well");
}
