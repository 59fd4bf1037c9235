use serde_json::{Value, json};

use super::{SUBNET, account, definition, done, pass, refused, service, with};
use crate::world::World;

/// Returns a valid request for tasks of the task definition `app`.
fn wanted() -> Value {
    json!({
        "cluster": "shop",
        "taskDefinition": "app",
        "networkConfiguration": service()["networkConfiguration"],
    })
}

/// Returns the tasks of the cluster with a desired status.
fn tasks(world: &mut World, status: &str) -> Vec<Value> {
    let listed = done(world, "ListTasks", &json!({ "cluster": "shop", "desiredStatus": status }));
    if listed["taskArns"] == json!([]) {
        return Vec::new();
    }
    let asked = json!({ "cluster": "shop", "tasks": listed["taskArns"] });
    done(world, "DescribeTasks", &asked)["tasks"].as_array().expect("tasks").clone()
}

#[test]
fn tasks_without_a_service_run_and_are_not_replaced() {
    let mut world = account();
    let run = with(wanted(), &json!({ "count": 2, "startedBy": "nightly" }));
    let started = done(&mut world, "RunTask", &run);
    assert_eq!((started["tasks"].as_array().map(Vec::len), &started["failures"]), (Some(2), &json!([])));
    assert_eq!(started["tasks"][0]["lastStatus"], "PROVISIONING");
    pass(&mut world, 41);
    for task in tasks(&mut world, "RUNNING") {
        let told = [&task["lastStatus"], &task["group"], &task["startedBy"]];
        assert_eq!(told, [&json!("RUNNING"), &json!("family:app"), &json!("nightly")]);
    }
    refused(&mut world, "DeleteCluster", &json!({ "cluster": "shop" }), "ClusterContainsTasksException", "");

    let arn = tasks(&mut world, "RUNNING")[0]["taskArn"].clone();
    done(&mut world, "StopTask", &json!({ "cluster": "shop", "task": arn, "reason": "done" }));
    pass(&mut world, 30);
    assert_eq!(tasks(&mut world, "RUNNING").len(), 1);
    assert_eq!(tasks(&mut world, "STOPPED")[0]["stoppedReason"], "done");
}

#[test]
fn unhealthy_task_without_a_service_runs_on() {
    let mut world = account();
    let mut next = definition();
    next["containerDefinitions"][0]["image"] = json!("httpd:unhealthy");
    next["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["CMD", "true"] });
    done(&mut world, "RegisterTaskDefinition", &next);
    done(&mut world, "RunTask", &wanted());
    pass(&mut world, 3_600);
    let running = tasks(&mut world, "RUNNING");
    assert_eq!(
        (&running[0]["healthStatus"], &running[0]["lastStatus"]),
        (&json!("UNHEALTHY"), &json!("RUNNING"))
    );
}

#[test]
fn requests_that_ecs_refuses_start_nothing() {
    let mut world = account();
    let mut check = |changes: Value, code: &str, message: &str| {
        refused(&mut world, "RunTask", &with(wanted(), &changes), code, message);
    };
    check(json!({ "cluster": "other" }), "ClusterNotFoundException", "");
    check(json!({ "taskDefinition": "other" }), "ClientException", "TaskDefinition not found");
    check(json!({ "count": 11 }), "InvalidParameterException", "between 1 and 10");
    check(json!({ "networkConfiguration": null }), "InvalidParameterException", "Network Configuration must");
    let elsewhere = json!({ "awsvpcConfiguration": { "subnets": [format!("{SUBNET}0")] } });
    check(json!({ "networkConfiguration": elsewhere }), "InvalidParameterException", "does not exist");
    assert!(tasks(&mut world, "RUNNING").is_empty());
}
