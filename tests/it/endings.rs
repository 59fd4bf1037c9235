//! A deployment that somebody ends by hand, while plans are made.
//!
//! Each plan must say what the service really does: a deployment under way, a rollback, or a deployment that
//! failed.

use std::time::Duration;

use serde_json::json;
use sss_aws::{Interrupt, Mode, Options};
use sss_model::Stack;

use crate::account::{Account, reference};

/// Returns the reference stack with an image that cannot be pulled.
fn broken(account: &Account) -> Stack {
    let mut stack = reference(account);
    let image = &mut stack.services.get_mut("app").expect("the service").task.image;
    "public.ecr.aws/docker/library/httpd:does-not-exist".clone_into(image);
    stack
}

/// Starts a deployment of the broken stack, and does not wait for it.
async fn start(account: &Account) {
    let (graph, world) = account.observe(&broken(account)).await;
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let interrupt = Interrupt::default();
    let options = Options::default().interrupt(interrupt.clone());
    let asked = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        interrupt.request();
    };
    drop(tokio::join!(account.carry_out_with(&graph, &world, &plan, options), asked));
}

fn stop(account: &Account, how: &str) {
    let service = json!({"cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app"});
    let listed = account.by_hand("ecs", "ListServiceDeployments", &service);
    let arn = &listed["serviceDeployments"][0]["serviceDeploymentArn"];
    let input = json!({"serviceDeploymentArn": arn, "stopType": how});
    account.by_hand("ecs", "StopServiceDeployment", &input);
}

/// Checks the words of the plans about the deployment, until it has ended.
async fn check(account: &Account, expected: &[&str]) {
    let mut told = Vec::new();
    for _ in 0..60 {
        let plan = account.plan(&broken(account)).await;
        told.extend(plan.held.first().map(|held| held.ending.clone()));
        told.dedup();
        if told.len() == expected.len() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    assert_eq!(told, expected);
}

#[tokio::test(start_paused = true)]
async fn rollback_by_others_is_a_failure() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    start(&account).await;
    stop(&account, "ROLLBACK");
    check(&account, &["is being rolled back", "was rolled back"]).await;
}

#[tokio::test(start_paused = true)]
async fn stop_by_others_is_a_failure() {
    let account = Account::new();
    account.apply(&reference(&account)).await;
    start(&account).await;
    stop(&account, "ABORT");
    check(&account, &["is being stopped", "was stopped"]).await;
}
