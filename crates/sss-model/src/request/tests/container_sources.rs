use serde_json::{Value, json};

use super::absent;
use super::containers::{check, check_in, on_instances};
use super::task::fine;

#[test]
fn log_drivers() {
    let log = |driver: &str, options: Value| json!({ "logDriver": driver, "options": options });
    let awslogs = |option: &str, value: Value| {
        let mut options =
            json!({ "awslogs-group": "a", "awslogs-region": "b", "awslogs-stream-prefix": "c" });
        if value == absent() {
            options.as_object_mut().unwrap().remove(option);
        } else {
            options[option] = value;
        }
        json!({ "logDriver": "awslogs", "options": options })
    };
    let option = |rule: &str, name: &str| format!("{rule} logConfiguration.options.{name}");
    let checked = |configuration: Value, want: &[&str]| check(&[("logConfiguration", configuration, want)]);
    checked(json!({}), &["ECS-TD-050 logConfiguration.logDriver"]);
    checked(log("json-file", json!({})), &["ECS-TD-050 logConfiguration.logDriver"]);
    checked(log("AWSLOGS", json!({})), &["ECS-TD-050 logConfiguration.logDriver"]);
    for name in ["awslogs-group", "awslogs-region"] {
        checked(awslogs(name, absent()), &[&option("ECS-TD-051", name)]);
    }
    checked(awslogs("awslogs-stream-prefix", absent()), &[&option("ECS-TD-052", "awslogs-stream-prefix")]);
    checked(awslogs("awslogs-create-group", json!("true")), &[]);
    checked(
        awslogs("awslogs-create-group", json!("false")),
        &[&option("ECS-TD-053", "awslogs-create-group")],
    );
    checked(awslogs("log_key", json!("a")), &[&option("ECS-TD-053", "log_key")]);
    checked(awslogs("mode", json!("non-blocking")), &[]);
    checked(awslogs("mode", json!("Blocking")), &[&option("ECS-TD-054", "mode")]);
    checked(awslogs("max-buffer-size", json!("25m")), &[]);
    checked(awslogs("max-buffer-size", json!("25")), &[&option("warning ECS-TD-054", "max-buffer-size")]);
    checked(awslogs("max-buffer-size", json!("m")), &[&option("ECS-TD-054", "max-buffer-size")]);
    checked(awslogs("max-buffer-size", json!("25x")), &[&option("ECS-TD-054", "max-buffer-size")]);
    let mut both = awslogs("awslogs-datetime-format", json!("%b"));
    both["options"]["awslogs-multiline-pattern"] = json!("^a");
    checked(both, &[&option("warning ECS-TD-053", "awslogs-multiline-pattern")]);
    checked(log("splunk", json!({ "splunk-url": "a", "splunk-token": "b" })), &[]);
    checked(log("splunk", json!({ "splunk-url": "a" })), &[&option("ECS-TD-055", "splunk-token")]);
    let mut token = log("splunk", json!({ "splunk-url": "a" }));
    token["secretOptions"] = json!([{ "name": "splunk-token", "valueFrom": "/splunk/token" }]);
    checked(token, &[]);
    checked(
        log("awsfirelens", json!({ "Name": "es", "mode": "any" })),
        &["ECS-TD-056 logConfiguration.logDriver"],
    );
    check_in(
        &on_instances(),
        &[
            ("logConfiguration", log("json-file", json!({ "max-size": "10m" })), &[]),
            ("logConfiguration", awslogs("awslogs-stream-prefix", absent()), &[]),
            (
                "logConfiguration",
                awslogs("awslogs-region", absent()),
                &["ECS-TD-051 logConfiguration.options.awslogs-region"],
            ),
        ],
    );
}

#[test]
fn variables() {
    let secret = |source: &str| json!([{ "name": "KEY", "valueFrom": source }]);
    check(&[
        ("environment", json!([{ "name": "A", "value": "" }, { "name": "B", "value": "1" }]), &[]),
        (
            "environment",
            json!([{ "name": "A", "value": "1" }, { "name": "A", "value": "2" }]),
            &["warning ECS-TD-091 environment[1].name"],
        ),
        ("environment", json!([{ "name": "API_KEY", "value": "" }]), &[]),
        (
            "environment",
            json!([{ "name": "API_KEY", "value": "hunter2" }]),
            &["warning ECS-TD-093 environment[0].value"],
        ),
        ("environment", json!([{ "name": "A", "value": 1 }]), &["PARAM-002 environment[0].value"]),
        ("secrets", secret("arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-AbCdEf:key::"), &[]),
        ("secrets", secret("/a/b"), &[]),
        ("secrets", secret("arn:aws:s3:::bucket"), &["warning ECS-TD-092 secrets[0].valueFrom"]),
        ("secrets", secret(""), &["ECS-TD-092 secrets[0].valueFrom"]),
        ("secrets", json!([{ "name": "KEY" }]), &["ECS-TD-092 secrets[0].valueFrom"]),
        (
            "secrets",
            json!([{ "name": "A", "valueFrom": "a" }, { "name": "A", "valueFrom": "b" }]),
            &["ECS-TD-091 secrets[1].name"],
        ),
    ]);
    let mut task = fine();
    task["containerDefinitions"][0]["environment"] = json!([{ "name": "KEY", "value": "hunter2" }]);
    check_in(&task, &[("secrets", secret("a"), &["ECS-TD-091 secrets[0].name"])]);
    let file = |value: &str| json!([{ "type": "s3", "value": value }]);
    check(&[
        ("environmentFiles", file("arn:aws:s3:::bucket/a.env"), &[]),
        (
            "environmentFiles",
            file("arn:aws-cn:s3:::bucket/a"),
            &["warning ECS-TD-090 environmentFiles[0].value"],
        ),
        ("environmentFiles", file("s3://bucket/a.env"), &["ECS-TD-090 environmentFiles[0].value"]),
        ("environmentFiles", file("arn:aws:s3:::bucket"), &["ECS-TD-090 environmentFiles[0].value"]),
        ("environmentFiles", file("arn:aws:s3:::bucket/"), &["ECS-TD-090 environmentFiles[0].value"]),
        ("environmentFiles", file("arn:aws:s3:::/a.env"), &["ECS-TD-090 environmentFiles[0].value"]),
        (
            "environmentFiles",
            json!([{ "type": "S3", "value": "arn:aws:s3:::b/a.env" }]),
            &["ECS-TD-090 environmentFiles[0].type"],
        ),
        ("environmentFiles", json!(vec![file("arn:aws:s3:::b/a.env")[0].clone(); 10]), &[]),
        (
            "environmentFiles",
            json!(vec![file("arn:aws:s3:::b/a.env")[0].clone(); 11]),
            &["ECS-TD-090 environmentFiles"],
        ),
    ]);
}
