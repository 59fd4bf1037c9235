use serde_json::{Value, json};

use super::{account, definition, described, done, newest_deployment, pass, service, with};
use crate::{services::logs, world::World};

/// Creates an account with a running service whose circuit breaker rolls back.
pub(super) fn running() -> World {
    let mut world = account();
    let breaker = json!({ "deploymentCircuitBreaker": { "enable": true, "rollback": true } });
    done(&mut world, "CreateService", &with(service(), &json!({ "deploymentConfiguration": breaker })));
    pass(&mut world, 60);
    world
}

/// Registers a revision with this image and deploys it.
pub(super) fn deploy(world: &mut World, image: &str) {
    let mut next = definition();
    next["containerDefinitions"][0]["image"] = json!(image);
    done(world, "RegisterTaskDefinition", &next);
    done(world, "UpdateService", &json!({ "cluster": "shop", "service": "app", "taskDefinition": "app" }));
}

fn states(service: &Value) -> Vec<(String, String, u64)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = service["deployments"].as_array().expect("rows").iter();
    rows.map(|row| {
        (text(&row["status"]), text(&row["rolloutState"]), row["runningCount"].as_u64().expect("a number"))
    })
    .collect()
}

#[test]
fn old_tasks_stop_after_the_new_ones_run() {
    let mut world = running();
    deploy(&mut world, "httpd:2");
    let state = |status: &str, rollout: &str, running| (status.to_owned(), rollout.to_owned(), running);
    pass(&mut world, 39);
    let (new, old) = (state("PRIMARY", "IN_PROGRESS", 0), state("ACTIVE", "COMPLETED", 1));
    assert_eq!(states(&described(&mut world)), [new, old]);
    pass(&mut world, 2);
    let (new, old) = (state("PRIMARY", "IN_PROGRESS", 1), state("ACTIVE", "COMPLETED", 1));
    assert_eq!(states(&described(&mut world)), [new, old], "the old task is stopping");
    pass(&mut world, 40);
    assert_eq!(states(&described(&mut world)), [state("PRIMARY", "COMPLETED", 1)]);
    assert_eq!(newest_deployment(&mut world)["status"], "SUCCESSFUL");
}

#[test]
fn deployment_that_cannot_start_is_rolled_back() {
    let mut world = running();
    let before = described(&mut world);
    deploy(&mut world, "httpd:does-not-exist");
    pass(&mut world, 30);
    let stopped = json!({ "cluster": "shop", "desiredStatus": "STOPPED" });
    let stopped = done(&mut world, "ListTasks", &stopped);
    let asked = json!({ "cluster": "shop", "tasks": stopped["taskArns"] });
    let task = done(&mut world, "DescribeTasks", &asked)["tasks"][0].clone();
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    assert!(task["stoppedReason"].as_str().is_some_and(|why| why.starts_with("CannotPullContainerError")));

    pass(&mut world, 300);
    let after = described(&mut world);
    assert_eq!(after["taskDefinition"], before["taskDefinition"]);
    assert_eq!(after["runningCount"], 1);
    assert_eq!(after["deployments"][0]["rolloutState"], "COMPLETED");
    let deployment = newest_deployment(&mut world);
    assert_eq!(deployment["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(deployment["deploymentCircuitBreaker"]["failureCount"], 3);
    let tasks = done(&mut world, "ListTasks", &json!({ "cluster": "shop" }));
    let asked = json!({ "cluster": "shop", "tasks": tasks["taskArns"] });
    let task = done(&mut world, "DescribeTasks", &asked)["tasks"][0].clone();
    assert_eq!(task["startedBy"], before["deployments"][0]["id"], "the old task runs on");
}

#[test]
fn failed_first_deployment_has_no_rollback() {
    let mut world = account();
    logs::call(&mut world, "DeleteLogGroup", &json!({ "logGroupName": "/app" })).expect("it is there");
    let breaker = json!({ "deploymentCircuitBreaker": { "enable": true, "rollback": true } });
    done(&mut world, "CreateService", &with(service(), &json!({ "deploymentConfiguration": breaker })));
    pass(&mut world, 300);
    let row = described(&mut world)["deployments"][0].clone();
    assert_eq!((&row["rolloutState"], &row["failedTasks"]), (&json!("FAILED"), &json!(3)));
    assert_eq!(newest_deployment(&mut world)["status"], "ROLLBACK_FAILED");
    let stopped = json!({ "cluster": "shop", "desiredStatus": "STOPPED" });
    assert_eq!(done(&mut world, "ListTasks", &stopped)["taskArns"].as_array().map(Vec::len), Some(3));
}

#[test]
fn deployment_without_a_breaker_retries_for_ever() {
    let mut world = account();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole",
    }]});
    let other = json!({ "RoleName": "execution", "PolicyDocument": trust.to_string() });
    crate::services::iam::call(&mut world, "UpdateAssumeRolePolicy", &other).expect("the role is there");
    done(&mut world, "CreateService", &service());
    pass(&mut world, 300);
    let app = described(&mut world);
    assert_eq!(app["deployments"][0]["rolloutState"], "IN_PROGRESS");
    assert!(app["deployments"][0]["failedTasks"].as_u64().is_some_and(|failed| failed > 10));
    assert!(
        app["events"][0]["message"].as_str().is_some_and(|text| text.contains("unable to assume the role"))
    );
}
