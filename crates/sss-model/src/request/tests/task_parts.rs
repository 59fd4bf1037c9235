use serde_json::{Value, json};

use super::task::fine;
use super::{check_cases, repeat};
use crate::request::Operation::EcsRegisterTaskDefinition;

/// Checks containers of an otherwise fine task definition.
fn check(containers: &Value, want: &[&str]) {
    check_cases(
        EcsRegisterTaskDefinition,
        &fine(),
        &json!({}),
        &[("/containerDefinitions", containers.clone(), want)],
    );
}

fn check_volumes(volumes: Value, mounts: Value, want: &[&str]) {
    let mut task = fine();
    task["containerDefinitions"][0]["mountPoints"] = mounts;
    check_cases(EcsRegisterTaskDefinition, &task, &json!({}), &[("/volumes", volumes, want)]);
}

#[test]
fn counts_and_names() {
    let many = |count: usize| {
        (0..count).map(|index| json!({ "name": format!("c{index}"), "image": "a:1" })).collect::<Value>()
    };
    check(&json!([]), &["ECS-TD-070 containerDefinitions"]);
    check(&many(1), &[]);
    check(&many(10), &[]);
    check(&many(11), &["ECS-TD-070 containerDefinitions"]);
    check(
        &json!([{ "name": "a", "image": "a:1" }, { "name": "a", "image": "a:1" }]),
        &["ECS-TD-071 containerDefinitions[1].name"],
    );
    check(
        &json!([{ "name": "a", "image": "a:1", "essential": false }]),
        &["ECS-TD-074 containerDefinitions"],
    );
    check(
        &json!([{ "name": "a", "image": "a:1", "essential": false }, { "name": "b", "image": "a:1" }]),
        &[],
    );
    check(
        &json!([{ "name": "a", "image": "a:1", "cpu": 128 }, { "name": "b", "image": "a:1", "cpu": 128 }]),
        &[],
    );
    check(
        &json!([{ "name": "a", "image": "a:1", "cpu": 128 }, { "name": "b", "image": "a:1", "cpu": 129 }]),
        &["ECS-TD-075 cpu"],
    );
    check(
        &json!([{ "name": "a", "image": "a:1", "portMappings": [{ "containerPort": 80 }] }, { "name": "b", "image": "a:1", "portMappings": [{ "containerPort": 80 }] }]),
        &["ECS-TD-033 containerDefinitions[1].portMappings[0]"],
    );
}

#[test]
fn dependencies() {
    let waits = |on: &str, condition: &str, target: Value| {
        let mut target = target;
        (target["name"], target["image"]) = (json!("init"), json!("a:1"));
        json!([
            { "name": "app", "image": "a:1", "dependsOn": [{ "containerName": on, "condition": condition }] },
            target
        ])
    };
    let health = json!({ "healthCheck": { "command": ["CMD", "a"] } });
    let at = "containerDefinitions[0].dependsOn[0]";
    check(&waits("init", "START", json!({})), &[]);
    check(&waits("init", "SUCCESS", json!({ "essential": false })), &[]);
    check(&waits("init", "COMPLETE", json!({ "essential": false })), &[]);
    check(&waits("init", "HEALTHY", health), &[]);
    check(&waits("init", "SUCCESS", json!({})), &[&format!("ECS-TD-080 {at}")]);
    check(&waits("init", "COMPLETE", json!({ "essential": true })), &[&format!("ECS-TD-080 {at}")]);
    check(&waits("init", "HEALTHY", json!({})), &[&format!("ECS-TD-080 {at}")]);
    check(&waits("init", "STARTED", json!({})), &[&format!("ECS-TD-080 {at}.condition")]);
    check(&waits("other", "START", json!({})), &[&format!("ECS-TD-080 {at}")]);
    check(&waits("app", "START", json!({})), &[&format!("ECS-TD-081 {at}")]);
    let back = json!({ "dependsOn": [{ "containerName": "app", "condition": "START" }] });
    check(&waits("init", "START", back), &["ECS-TD-081 containerDefinitions[0].dependsOn"]);
}

#[test]
fn log_routers() {
    let log = json!({ "logDriver": "awsfirelens" });
    let router = |name: &str, options: Value| json!({ "name": name, "image": "a:1", "firelensConfiguration": { "type": "fluentbit", "options": options } });
    let app = json!({ "name": "app", "image": "a:1", "logConfiguration": log });
    check(&json!([app, router("r", json!({}))]), &[]);
    check(
        &json!([app, router("r", json!({})), router("s", json!({}))]),
        &["ECS-TD-056 containerDefinitions[0].logConfiguration.logDriver"],
    );
    check(&json!([app, router("r", json!({ "config-file-type": "file", "config-file-value": "/a" }))]), &[]);
    check(
        &json!([app, router("r", json!({ "config-file-type": "s3" }))]),
        &["ECS-TD-056 containerDefinitions[1].firelensConfiguration.options.config-file-type"],
    );
}

#[test]
fn shared_controls() {
    let app = |name: &str, value: &str| json!({ "name": name, "image": "a:1", "systemControls": [{ "namespace": "net.core.somaxconn", "value": value }] });
    check(&json!([app("a", "1"), app("b", "1")]), &[]);
    check(
        &json!([app("a", "1"), app("b", "2")]),
        &["warning ECS-TD-043 containerDefinitions[1].systemControls[0]"],
    );
}

#[test]
fn volumes() {
    let mount = json!([{ "sourceVolume": "a", "containerPath": "/a" }]);
    check_volumes(json!([{ "name": "a" }]), mount.clone(), &[]);
    check_volumes(
        json!([{ "name": "b" }]),
        mount.clone(),
        &["ECS-TD-100 containerDefinitions[0].mountPoints[0].sourceVolume"],
    );
    for (mount, rule) in [
        (json!({ "containerPath": "/a" }), "ECS-TD-100"),
        (json!({ "sourceVolume": 1, "containerPath": "/a" }), "PARAM-002"),
    ] {
        let want = format!("{rule} containerDefinitions[0].mountPoints[0].sourceVolume");
        check_volumes(json!([{ "name": "a" }]), json!([mount]), &[&want]);
    }
    check_volumes(json!([{ "name": "a" }, { "name": "a" }]), mount, &["ECS-TD-100 volumes[1].name"]);
    let misfit = ["PARAM-002 containerDefinitions[0].mountPoints[0]"];
    check_volumes(json!([{ "name": "a" }]), json!([["sourceVolume"]]), &misfit);
}

#[test]
fn volumes_of_file_systems() {
    let mount = json!([{ "sourceVolume": "a", "containerPath": "/a" }]);
    let volume = |efs: Value| json!([{ "name": "a", "efsVolumeConfiguration": efs }]);
    check_volumes(volume(json!({ "fileSystemId": "fs-1" })), mount.clone(), &[]);
    check_volumes(
        volume(json!({})),
        mount.clone(),
        &["ECS-TD-101 volumes[0].efsVolumeConfiguration.fileSystemId"],
    );
    let efs = |members: Value| {
        let mut efs = members;
        efs["fileSystemId"] = json!("fs-1");
        volume(efs)
    };
    let point = json!({ "accessPointId": "fsap-1" });
    let at = "volumes[0].efsVolumeConfiguration";
    for (members, want) in [
        (json!({ "authorizationConfig": point, "rootDirectory": "/", "transitEncryption": "ENABLED" }), None),
        (
            json!({ "authorizationConfig": point, "rootDirectory": "/a", "transitEncryption": "ENABLED" }),
            Some("rootDirectory"),
        ),
        (json!({ "authorizationConfig": { "iam": "ENABLED" }, "transitEncryption": "ENABLED" }), None),
        (json!({ "authorizationConfig": { "iam": "ENABLED" } }), Some("transitEncryption")),
        (json!({ "authorizationConfig": { "iam": "DISABLED" } }), None),
        (json!({ "transitEncryption": "ENABLED", "transitEncryptionPort": 65535 }), None),
        (
            json!({ "transitEncryption": "ENABLED", "transitEncryptionPort": 65536 }),
            Some("transitEncryptionPort"),
        ),
        (
            json!({ "transitEncryption": "DISABLED", "transitEncryptionPort": 2049 }),
            Some("transitEncryptionPort"),
        ),
        (json!({ "transitEncryption": "enabled" }), Some("transitEncryption")),
    ] {
        let want: Vec<String> = want.iter().map(|member| format!("ECS-TD-101 {at}.{member}")).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        check_volumes(efs(members), mount.clone(), &want);
    }
    check_volumes(
        efs(json!({ "authorizationConfig": point })),
        mount,
        &["warning ECS-TD-101 volumes[0].efsVolumeConfiguration.transitEncryption"],
    );
}

#[test]
fn volumes_at_launch() {
    let mount = json!([{ "sourceVolume": "a", "containerPath": "/a" }]);
    check_volumes(json!([{ "name": "a", "configuredAtLaunch": true }]), mount.clone(), &[]);
    check_volumes(
        json!([{ "name": "a", "configuredAtLaunch": true, "host": {} }]),
        mount.clone(),
        &["ECS-TD-102 volumes[0].host"],
    );
    check_volumes(
        json!([{ "name": "a", "configuredAtLaunch": true }]),
        json!([]),
        &["ECS-TD-102 volumes[0]"],
    );
    let two =
        json!([{ "name": "a", "configuredAtLaunch": true }, { "name": "b", "configuredAtLaunch": true }]);
    let both = json!([{ "sourceVolume": "a", "containerPath": "/a" }, { "sourceVolume": "b", "containerPath": "/b" }]);
    check_volumes(two, both, &["ECS-TD-102 volumes[1].configuredAtLaunch"]);
    check(
        &json!([{ "name": repeat("a", 3), "image": "a:1", "volumesFrom": [{ "sourceContainer": "b" }] }]),
        &["ECS-TD-100 containerDefinitions[0].volumesFrom[0].sourceContainer"],
    );
}
