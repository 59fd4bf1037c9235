use std::time::Duration;

use serde_json::{Value, json};

use super::{
    definition, described, done, newest_deployment, pass,
    rollout::{deploy, running},
};
use crate::{
    services::{
        ecs::{BrokenImage, break_image, mend_image},
        logs,
    },
    world::World,
};

/// Returns the first stopped task.
fn stopped(world: &mut World) -> Value {
    let listed = done(world, "ListTasks", &json!({ "cluster": "shop", "desiredStatus": "STOPPED" }));
    let asked = json!({ "cluster": "shop", "tasks": listed["taskArns"] });
    done(world, "DescribeTasks", &asked)["tasks"][0].clone()
}

/// Returns the log lines of a task.
fn log_of(world: &mut World, task: &Value) -> Vec<String> {
    let id = task["taskArn"].as_str().and_then(|arn| arn.rsplit('/').next()).expect("an ARN");
    let asked = json!({ "logGroupName": "/app", "logStreamName": format!("app/app/{id}") });
    let events = logs::call(world, "GetLogEvents", &asked).expect("the log is there")["events"].take();
    let events = events.as_array().expect("events").iter();
    events.map(|event| event["message"].as_str().expect("a line").to_owned()).collect()
}

#[test]
fn container_that_exits_at_once_never_runs() {
    let mut world = running();
    let log = vec!["reading the configuration".to_owned(), "no such file".to_owned()];
    break_image(&mut world, "httpd:2", BrokenImage::Exits { code: 3, after: Duration::ZERO, log });
    deploy(&mut world, "httpd:2");
    pass(&mut world, 45);
    let task = stopped(&mut world);
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    assert_eq!(task["stoppedReason"], "Essential container in task exited");
    assert_eq!(task["containers"][0]["exitCode"], 3);
    assert_eq!(log_of(&mut world, &task), ["started httpd:2", "reading the configuration", "no such file"]);
    assert_eq!(described(&mut world)["deployments"][0]["failedTasks"], 1);
    pass(&mut world, 300);
    let deployment = newest_deployment(&mut world);
    assert_eq!(deployment["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(deployment["deploymentCircuitBreaker"]["failureCount"], 3);
}

#[test]
fn image_tags_break_images() {
    for (tag, code, exit_code) in
        [("does-not-exist", "TaskFailedToStart", Value::Null), ("fail", "EssentialContainerExited", json!(1))]
    {
        let mut world = running();
        deploy(&mut world, &format!("httpd:{tag}"));
        pass(&mut world, 45);
        let task = stopped(&mut world);
        assert_eq!(
            (&task["stopCode"], &task["containers"][0]["exitCode"]),
            (&json!(code), &exit_code),
            "{tag}"
        );
    }
}

#[test]
fn mended_image_is_deployed() {
    let mut world = running();
    break_image(&mut world, "httpd:2", BrokenImage::Missing);
    deploy(&mut world, "httpd:2");
    pass(&mut world, 45);
    mend_image(&mut world, "httpd:2");
    pass(&mut world, 120);
    assert_eq!(newest_deployment(&mut world)["status"], "SUCCESSFUL");
}

#[test]
fn container_that_exits_later_restarts_for_ever() {
    let mut world = running();
    let how = BrokenImage::Exits { code: 1, after: Duration::from_secs(5), log: Vec::new() };
    break_image(&mut world, "httpd:2", how);
    deploy(&mut world, "httpd:2");
    pass(&mut world, 1_800);
    let row = described(&mut world)["deployments"][0].clone();
    assert_eq!((&row["rolloutState"], &row["failedTasks"]), (&json!("IN_PROGRESS"), &json!(0)));
    let task = stopped(&mut world);
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    assert!(task["startedAt"].is_number());
}

/// Deploys an image whose container has a health check.
fn deploy_checked(world: &mut World, image: &str) {
    let mut next = definition();
    next["containerDefinitions"][0]["image"] = json!(image);
    next["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["CMD-SHELL", "curl -f http://localhost/"], "interval": 10, "retries": 2, "startPeriod": 5 });
    done(world, "RegisterTaskDefinition", &next);
    done(world, "UpdateService", &json!({ "cluster": "shop", "service": "app", "taskDefinition": "app" }));
}

#[test]
fn failing_health_check_fails_the_deployment() {
    let mut world = running();
    deploy_checked(&mut world, "httpd:unhealthy");
    pass(&mut world, 60);
    let rows = described(&mut world)["deployments"].clone();

    assert_eq!(
        (&rows[0]["runningCount"], &rows[1]["runningCount"]),
        (&json!(1), &json!(1)),
        "the old one stays"
    );
    // The task runs after 40 s, and the check fails 25 s later.
    pass(&mut world, 30);
    let task = stopped(&mut world);
    assert_eq!(task["stoppedReason"], "Task failed container health checks");
    assert_eq!(
        (&task["healthStatus"], &task["containers"][0]["healthStatus"]),
        (&json!("UNHEALTHY"), &json!("UNHEALTHY"))
    );
    assert_eq!(described(&mut world)["deployments"][0]["failedTasks"], 1);
    pass(&mut world, 600);
    assert_eq!(newest_deployment(&mut world)["status"], "ROLLBACK_SUCCESSFUL");
}

#[test]
fn health_needs_a_container_with_a_check() {
    let mut world = running();
    for (image, expected) in [("httpd:2", "HEALTHY"), ("httpd:unhealthy", "UNKNOWN")] {
        if expected == "HEALTHY" {
            deploy_checked(&mut world, image);
        } else {
            deploy(&mut world, image);
        }
        pass(&mut world, 120);
        assert_eq!(newest_deployment(&mut world)["status"], "SUCCESSFUL", "{image}");
        let listed = done(&mut world, "ListTasks", &json!({ "cluster": "shop" }));
        let asked = json!({ "cluster": "shop", "tasks": listed["taskArns"] });
        let task = done(&mut world, "DescribeTasks", &asked)["tasks"][0].clone();
        assert_eq!(task["healthStatus"], expected, "{image}");
    }
}

#[test]
fn rollback_can_fail() {
    let mut world = running();
    let old = "public.ecr.aws/docker/library/httpd:latest";
    // No task of the old revision is left.
    let none = json!({ "minimumHealthyPercent": 0, "maximumPercent": 100 });
    let change = json!({
        "cluster": "shop", "service": "app", "deploymentConfiguration": none,
        "availabilityZoneRebalancing": "DISABLED",
    });

    done(&mut world, "UpdateService", &change);
    break_image(&mut world, old, BrokenImage::Missing);
    deploy(&mut world, "httpd:fail");
    pass(&mut world, 150);
    assert_eq!(newest_deployment(&mut world)["status"], "ROLLBACK_IN_PROGRESS");
    pass(&mut world, 600);
    assert_eq!(newest_deployment(&mut world)["status"], "ROLLBACK_FAILED");
    let service = described(&mut world);
    assert_eq!(
        (&service["runningCount"], &service["deployments"][0]["rolloutState"]),
        (&json!(0), &json!("FAILED"))
    );
}
