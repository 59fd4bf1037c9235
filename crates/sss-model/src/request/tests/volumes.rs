//! Volumes of two kinds, and the files of log routers.

use serde_json::{Value, json};

use super::table::{Table, each};
use super::task;

/// A task definition with a volume and a log router.
fn table(compatibility: &str, options: &Value) -> Table {
    let mut task = task::fine();
    task["requiresCompatibilities"] = json!([compatibility]);
    task["volumes"] = json!([{ "name": "data" }]);
    task["containerDefinitions"][0]["mountPoints"] =
        json!([{ "sourceVolume": "data", "containerPath": "/a" }]);
    let router = json!({ "name": "router", "image": "fluent:1",
        "firelensConfiguration": { "type": "fluentbit", "options": options } });
    task["containerDefinitions"].as_array_mut().unwrap().push(router);
    Table::of("ecs:RegisterTaskDefinition", task)
}

#[test]
fn volume_of_two_kinds_is_refused() {
    let table = table("EC2", &json!({}));
    let kinds = [
        ("host", json!({ "sourcePath": "/data" })),
        ("dockerVolumeConfiguration", json!({ "scope": "task" })),
        ("efsVolumeConfiguration", json!({ "fileSystemId": "fs-0123456789abcdef0" })),
        ("s3filesVolumeConfiguration", json!({ "fileSystemArn": "arn:aws:s3files:::a" })),
        (
            "fsxWindowsFileServerVolumeConfiguration",
            json!({ "fileSystemId": "fs-0123456789abcdef0", "rootDirectory": "a",
                "authorizationConfig": { "credentialsParameter": "a", "domain": "a" } }),
        ),
    ];
    for (first, one) in &kinds {
        let mut volume = json!({ "name": "data" });
        volume[*first] = one.clone();
        table.takes("/volumes/0", [volume.clone()]);
        for (second, other) in kinds.iter().filter(|(second, _)| second != first) {
            volume[*second] = other.clone();
            table.names("/volumes/0", volume.clone(), "ECS-TD-100/beside");
            volume.as_object_mut().unwrap().remove(*second);
        }
    }
    let two =
        json!({ "name": "data", "host": {}, "efsVolumeConfiguration": { "fileSystemId": "fs-0a1b2c3d" } });
    table.breaks("/volumes/0", [two], &["warning ECS-TD-100 volumes[0].efsVolumeConfiguration"]);
}

#[test]
fn file_of_a_log_router_is_told_by_type() {
    let options = |kind: Value, file: Value| json!({ "config-file-type": kind, "config-file-value": file });
    let table = table("EC2", &json!({}));
    let at = "/containerDefinitions/1/firelensConfiguration/options";
    table.takes(at, [options(json!("s3"), json!("arn:aws:s3:::conf/fluent.conf"))]);
    table.takes(at, [options(json!("s3"), json!("arn:aws-cn:s3:::conf/a/fluent.conf"))]);
    table.takes(at, [options(json!("file"), json!("/extra.conf"))]);
    table.takes(at, each(["true", "false"]).into_iter().map(|on| json!({ "enable-ecs-log-metadata": on })));
    for file in [
        "s3://conf/fluent.conf",
        "conf/fluent.conf",
        "",
        "arn:aws:s3:::conf",
        "arn:aws:sns:::conf/a",
        "https://conf.s3.amazonaws.com/fluent.conf",
    ] {
        table.names(at, options(json!("s3"), json!(file)), "ECS-TD-056/not-an-arn");
    }
    for file in ["s3://conf/fluent.conf", "arn:aws:s3:::conf/fluent.conf", "", " "] {
        table.names(at, options(json!("file"), json!(file)), "ECS-TD-056/not-a-path");
    }
    for kind in ["S3", "", "http"] {
        table.names(at, options(json!(kind), json!("/extra.conf")), "ECS-TD-056/unknown-choice");
    }
    table.names(at, json!({ "enable-ecs-log-metadata": "yes" }), "ECS-TD-056/unknown-choice");
    table.names(at, json!({ "config-file-type": "s3" }), "ECS-TD-056/incomplete");
    table.names(at, json!({ "config-file-value": "/extra.conf" }), "ECS-TD-056/incomplete");
    let at_option = "warning ECS-TD-056 containerDefinitions[1].firelensConfiguration.options.config-file";
    table.breaks(at, [json!({ "config-file": "/extra.conf" })], &[at_option]);
}

#[test]
fn file_of_a_log_router_on_fargate_is_in_the_image() {
    let table = table("FARGATE", &json!({}));
    let at = "/containerDefinitions/1/firelensConfiguration/options";
    let s3 = json!({ "config-file-type": "s3", "config-file-value": "s3://conf/fluent.conf" });
    table.names(at, s3, "ECS-TD-056/file-type");
    table.takes(at, [json!({ "config-file-type": "file", "config-file-value": "/extra.conf" })]);
}
