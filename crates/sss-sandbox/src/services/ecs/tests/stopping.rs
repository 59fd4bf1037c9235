use serde_json::{Value, json};

use super::{
    described, done, newest_deployment, pass, refused,
    rollout::{deploy, running},
};
use crate::world::World;

/// Requests the end of the newest deployment.
fn stop(world: &mut World, kind: &Value) {
    let arn = newest_deployment(world)["serviceDeploymentArn"].clone();
    let asked = json!({ "serviceDeploymentArn": arn, "stopType": kind });
    assert_eq!(done(world, "StopServiceDeployment", &asked), json!({ "serviceDeploymentArn": arn }));
}

fn status(world: &mut World) -> String {
    newest_deployment(world)["status"].as_str().expect("a status").to_owned()
}

#[test]
fn deployment_is_pending_in_progress_and_successful() {
    let mut world = running();
    deploy(&mut world, "httpd:2");
    assert_eq!(status(&mut world), "PENDING");
    assert_eq!(newest_deployment(&mut world)["startedAt"], Value::Null);
    pass(&mut world, 1);
    assert_eq!(status(&mut world), "IN_PROGRESS");
    let started = newest_deployment(&mut world);
    assert_eq!(started["startedAt"].as_f64(), started["createdAt"].as_f64().map(|created| created + 1.0));
    pass(&mut world, 120);
    assert_eq!(status(&mut world), "SUCCESSFUL");
}

#[test]
fn stopped_deployment_returns_to_the_last_revision() {
    for kind in [json!("ROLLBACK"), Value::Null] {
        let mut world = running();
        let before = described(&mut world)["taskDefinition"].clone();
        deploy(&mut world, "httpd:2");
        pass(&mut world, 20);
        stop(&mut world, &kind);
        assert_eq!(status(&mut world), "ROLLBACK_REQUESTED");
        stop(&mut world, &json!("ABORT"));
        assert_eq!(status(&mut world), "ROLLBACK_REQUESTED", "it was said before what is to be done");
        pass(&mut world, 5);
        assert_eq!(status(&mut world), "ROLLBACK_IN_PROGRESS");
        assert!(newest_deployment(&mut world)["rollback"]["serviceRevisionArn"].is_string());
        pass(&mut world, 60);
        assert_eq!(status(&mut world), "ROLLBACK_SUCCESSFUL");
        let after = described(&mut world);
        assert_eq!((&after["taskDefinition"], &after["runningCount"]), (&before, &json!(1)));
    }
}

#[test]
fn deployment_can_be_aborted() {
    let mut world = running();
    deploy(&mut world, "httpd:2");
    pass(&mut world, 20);
    stop(&mut world, &json!("ABORT"));
    assert_eq!(status(&mut world), "STOP_REQUESTED");
    pass(&mut world, 60);
    assert_eq!(status(&mut world), "STOPPED");
    let rows = described(&mut world)["deployments"].clone();
    assert_eq!((&rows[0]["rolloutState"], &rows[0]["runningCount"]), (&json!("FAILED"), &json!(0)));
    assert_eq!(
        (&rows[1]["status"], &rows[1]["runningCount"]),
        (&json!("ACTIVE"), &json!(1)),
        "the old tasks run on"
    );
}

/// Returns the numbers of running tasks of the rows, the primary one first.
fn running_tasks(world: &mut World) -> Vec<u64> {
    let service = described(world);
    let rows = service["deployments"].as_array().expect("rows").iter();
    rows.map(|row| row["runningCount"].as_u64().expect("a number")).collect()
}

/// Creates an account in which the tasks of a new revision run, those of the old one are gone, and the
/// deployment is not completed yet.
fn replaced() -> World {
    let mut world = running();
    deploy(&mut world, "httpd:2");
    pass(&mut world, 42);
    assert_eq!(status(&mut world), "IN_PROGRESS");
    assert_eq!(running_tasks(&mut world)[0], 1);
    world
}

#[test]
fn rollback_keeps_the_minimum_of_tasks() {
    let mut world = replaced();
    stop(&mut world, &json!("ROLLBACK"));
    pass(&mut world, 35);
    assert_eq!(status(&mut world), "ROLLBACK_IN_PROGRESS");
    assert_eq!(running_tasks(&mut world), [0, 1], "the tasks of the failed revision run on");
    pass(&mut world, 12);
    assert_eq!(running_tasks(&mut world)[0], 1, "a task of the earlier revision runs");
    pass(&mut world, 60);
    assert_eq!(status(&mut world), "ROLLBACK_SUCCESSFUL");
    assert_eq!(running_tasks(&mut world), [1], "no other task is left");
}

#[test]
fn abort_keeps_the_minimum_of_tasks() {
    let mut world = replaced();
    stop(&mut world, &json!("ABORT"));
    pass(&mut world, 90);
    assert_eq!(status(&mut world), "STOPPED");
    assert_eq!(running_tasks(&mut world)[0], 1);
}

#[test]
fn finished_deployment_cannot_be_stopped() {
    let mut world = running();
    let arn = newest_deployment(&mut world)["serviceDeploymentArn"].as_str().expect("an ARN").to_owned();
    let call = |arn: &str, kind: &str| json!({ "serviceDeploymentArn": arn, "stopType": kind });
    refused(&mut world, "StopServiceDeployment", &call(&arn, "ROLLBACK"), "ConflictException", "SUCCESSFUL");
    refused(&mut world, "StopServiceDeployment", &call(&arn, "PAUSE"), "InvalidParameterException", "");
    let other = call(&format!("{arn}0"), "ROLLBACK");
    refused(&mut world, "StopServiceDeployment", &other, "ServiceDeploymentNotFoundException", "");
}

#[test]
fn newer_deployment_stops_the_earlier_one() {
    let mut world = running();
    deploy(&mut world, "httpd:2");
    pass(&mut world, 20);
    deploy(&mut world, "httpd:3");
    pass(&mut world, 120);
    let listed = done(&mut world, "ListServiceDeployments", &json!({ "cluster": "shop", "service": "app" }));
    let listed = listed["serviceDeployments"].as_array().expect("a list");
    let statuses: Vec<&str> = listed.iter().filter_map(|entry| entry["status"].as_str()).collect();
    assert_eq!(statuses, ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]);
    let asked = json!({ "cluster": "shop", "service": "app", "status": ["STOPPED"] });
    let stopped = done(&mut world, "ListServiceDeployments", &asked);
    assert_eq!(stopped["serviceDeployments"].as_array().map(Vec::len), Some(1));
}
