use serde_json::{Value, json};

use super::{account, definition, done, refused, with};

/// Registers the valid definition with one changed value and expects AWS's refusal.
fn check(pointer: &str, value: Value, message: &str) {
    let mut wanted = definition();
    *wanted.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is in the definition")) = value;
    refused(&mut account(), "RegisterTaskDefinition", &wanted, "ClientException", message);
}

#[test]
fn task_that_fargate_cannot_run_is_refused() {
    check("/memory", json!("4096"), "No Fargate configuration exists");
    check("/networkMode", json!("bridge"), "network mode 'awsvpc'");
    check("/family", json!("my app"), "Family");
    check("/requiresCompatibilities", json!(["FARGATE", "Lambda"]), "requiresCompatibilities");
    check("/executionRoleArn", json!(null), "execution role ARN to support log driver awslogs");
    check("/taskRoleArn", json!("arn:aws:iam::123456789012:role/none"), "Role is not valid");
    check("/containerDefinitions", json!([]), "cannot be empty");
}

#[test]
fn invalid_containers_are_refused() {
    check("/containerDefinitions/0/name", json!("my.app"), "name");
    check("/containerDefinitions/0/image", json!(""), "null or empty");
    check("/containerDefinitions/0/image", json!("Docker/HTTPD:a b"), "image");
    check("/containerDefinitions/0/portMappings/0", json!({ "containerPort": 0 }), "containerPort");
    check(
        "/containerDefinitions/0/portMappings/0",
        json!({ "containerPort": 80, "hostPort": 8080 }),
        "must match",
    );
    check(
        "/containerDefinitions/0/portMappings",
        json!([{ "containerPort": 80 }, { "containerPort": 80 }]),
        "multiple",
    );
    check("/containerDefinitions/0/logConfiguration/logDriver", json!("syslog"), "awsfirelens");
    check(
        "/containerDefinitions/0/logConfiguration/options",
        json!({ "awslogs-group": "/app" }),
        "awslogs-region",
    );
}

/// Registers the valid definition with additional members in its container and expects AWS's refusal.
fn check_container(added: &Value, message: &str) {
    let mut wanted = definition();
    wanted["containerDefinitions"][0] = with(wanted["containerDefinitions"][0].clone(), added);
    refused(&mut account(), "RegisterTaskDefinition", &wanted, "ClientException", message);
}

#[test]
fn invalid_optional_members_are_refused() {
    check_container(&json!({ "essential": false }), "essential");
    check_container(&json!({ "cpu": 512 }), "cpu");
    check_container(&json!({ "memory": 1024 }), "memory");
    check_container(&json!({ "stopTimeout": 121 }), "stopTimeout");
    check_container(&json!({ "privileged": true }), "privileged");
    check_container(&json!({ "healthCheck": { "command": ["CMD"] } }), "healthCheck");
    check_container(&json!({ "healthCheck": { "command": ["CMD", "true"], "timeout": 61 } }), "healthCheck");
    check_container(
        &json!({ "dependsOn": [{ "containerName": "db", "condition": "START" }] }),
        "the task has no container `db`; it has `app`",
    );
    check_container(
        &json!({ "dependsOn": [{ "containerName": "app", "condition": "START" }] }),
        "waits for itself",
    );
    check_container(&json!({ "mountPoints": [{ "sourceVolume": "data" }] }), "Unknown volume");
    let secret = json!({ "name": "KEY", "valueFrom": "/app/key" });

    check_container(&json!({ "secrets": [secret, secret] }), "Duplicate secret");
    let variable = json!({ "name": "KEY", "value": "1" });
    check_container(&json!({ "secrets": [secret], "environment": [variable] }), "unique");
}

#[test]
fn new_revision_has_the_defaults_of_aws() {
    let mut world = account();
    let mut wanted = with(definition(), &json!({ "cpu": ".25 vCPU", "memory": "0.5GB" }));

    wanted["containerDefinitions"][0]["environment"] =
        json!([{ "name": "B", "value": "2" }, { "name": "A", "value": "1" }]);
    wanted["containerDefinitions"][0]["healthCheck"] = json!({ "command": ["CMD-SHELL", "true"] });
    let answer = done(&mut world, "RegisterTaskDefinition", &wanted);
    let registered = &answer["taskDefinition"];
    let container = &registered["containerDefinitions"][0];
    assert_eq!(registered["revision"], 2);
    assert_eq!((&registered["cpu"], &registered["memory"]), (&json!("256"), &json!("512")));
    assert_eq!(registered["compatibilities"], json!(["EC2", "FARGATE"]));
    assert_eq!(container["essential"], true);
    assert_eq!(
        container["portMappings"],
        json!([{ "containerPort": 80, "hostPort": 80, "protocol": "tcp" }])
    );
    assert_eq!(container["systemControls"], json!([]));
    assert_eq!(container["environment"][0]["name"], "A", "in an order of its own");
    assert_eq!(container["healthCheck"]["interval"], 30);
    assert_eq!(registered["registeredAt"], json!(10.0));
}

#[test]
fn revision_numbers_are_never_reused() {
    let mut world = account();
    let tagged = with(definition(), &json!({ "tags": [{ "key": "a", "value": "1" }] }));
    done(&mut world, "RegisterTaskDefinition", &tagged);
    let found = done(&mut world, "DescribeTaskDefinition", &json!({ "taskDefinition": "app" }));
    assert_eq!(found["taskDefinition"]["revision"], 2);
    assert_eq!(found.get("tags"), None, "tags were not asked for");

    let newest_first = json!({ "familyPrefix": "app", "sort": "DESC", "maxResults": 1 });
    let page = done(&mut world, "ListTaskDefinitions", &newest_first);
    assert!(page["taskDefinitionArns"][0].as_str().is_some_and(|arn| arn.ends_with("app:2")));
    let next = with(newest_first, &json!({ "nextToken": page["nextToken"] }));
    let page = done(&mut world, "ListTaskDefinitions", &next);
    assert!(page["taskDefinitionArns"][0].as_str().is_some_and(|arn| arn.ends_with("app:1")));
    assert_eq!(page.get("nextToken"), None);

    refused(
        &mut world,
        "DeregisterTaskDefinition",
        &json!({ "taskDefinition": "app" }),
        "ClientException",
        "revision",
    );
    let second = json!({ "taskDefinition": "app:2" });
    let answer = done(&mut world, "DeregisterTaskDefinition", &second);
    assert_eq!(answer["taskDefinition"]["status"], "INACTIVE");
    done(&mut world, "RegisterTaskDefinition", &definition());
    let found = done(&mut world, "DescribeTaskDefinition", &json!({ "taskDefinition": "app" }));
    assert_eq!(found["taskDefinition"]["revision"], 3);
}

#[test]
fn only_inactive_revisions_are_deleted() {
    let mut world = account();
    let named = json!({ "taskDefinitions": ["app:1"] });
    let answer = done(&mut world, "DeleteTaskDefinitions", &named);
    assert!(answer["failures"][0]["reason"].as_str().is_some_and(|reason| reason.contains("ACTIVE")));
    done(&mut world, "DeregisterTaskDefinition", &json!({ "taskDefinition": "app:1" }));
    let answer = done(&mut world, "DeleteTaskDefinitions", &named);
    assert_eq!(answer["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
    world.advance(120_000);
    refused(
        &mut world,
        "DescribeTaskDefinition",
        &json!({ "taskDefinition": "app:1" }),
        "ClientException",
        "Unable",
    );
}

/// Removes each revision from the listing as soon as it is read, and returns the read ones.
fn walked(sort: &str) -> Vec<String> {
    let mut world = account();
    for _ in 0..11 {
        done(&mut world, "RegisterTaskDefinition", &definition());
    }
    let mut asked = json!({ "familyPrefix": "app", "sort": sort, "maxResults": 5 });
    let mut read = Vec::new();

    loop {
        let page = done(&mut world, "ListTaskDefinitions", &asked);
        for arn in page["taskDefinitionArns"].as_array().expect("ARNs") {
            done(&mut world, "DeregisterTaskDefinition", &json!({ "taskDefinition": arn }));
            read.push(arn.as_str().and_then(|arn| arn.rsplit(':').next()).expect("a number").to_owned());
        }
        if page["nextToken"].is_null() {
            return read;
        }
        asked["nextToken"] = page["nextToken"].clone();
    }
}

#[test]
fn listing_continues_after_a_removed_item() {
    let numbers: Vec<String> = (1..=12).map(|number| number.to_string()).collect();
    assert_eq!(walked("ASC"), numbers);
    assert_eq!(walked("DESC"), numbers.into_iter().rev().collect::<Vec<_>>());
    let garbage = json!({ "nextToken": "garbage" });
    refused(&mut account(), "ListTaskDefinitions", &garbage, "InvalidParameterException", "Invalid token");
}
