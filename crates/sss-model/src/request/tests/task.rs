use serde_json::{Value, json};

use super::{absent, check_cases, repeat};
use crate::request::Operation::EcsRegisterTaskDefinition;

/// A task definition that keeps every rule.
pub(super) fn fine() -> Value {
    json!({
        "family": "orders",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "taskRoleArn": "arn:aws:iam::123456789012:role/orders",
        "containerDefinitions": [{
            "name": "app",
            "image": "public.ecr.aws/docker/library/httpd:2.4",
            "essential": true,
            "portMappings": [{ "containerPort": 80, "hostPort": 80, "protocol": "tcp", "name": "http" }],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/ecs/orders",
                    "awslogs-region": "eu-central-1",
                    "awslogs-stream-prefix": "app"
                }
            }
        }]
    })
}

pub(super) type Cases<'a> = &'a [(&'a str, Value, &'a [&'a str])];

/// Checks changes of the fine task definition: where, the value there, and what breaks.
pub(super) fn check(cases: Cases<'_>) {
    check_cases(EcsRegisterTaskDefinition, &fine(), &json!({}), cases);
}

/// The same on instances, with the network mode `bridge`.
pub(super) fn check_on_instances(cases: Cases<'_>) {
    let mut task = fine();
    task["requiresCompatibilities"] = json!(["EC2"]);
    task["networkMode"] = json!("bridge");
    check_cases(EcsRegisterTaskDefinition, &task, &json!({}), cases);
}

#[test]
fn shapes() {
    check(&[
        ("", json!([]), &["PARAM-002 "]),
        ("/family", absent(), &["ECS-TD-000 family"]),
        ("/containerDefinitions", absent(), &["ECS-TD-000 containerDefinitions"]),
        ("/family", json!(1), &["PARAM-002 family"]),
        ("/family", Value::Null, &["PARAM-002 family"]),
        ("/revision", json!(1), &["PARAM-001 revision"]),
        ("/Cpu", json!("256"), &["PARAM-001 Cpu"]),
        ("/enableFaultInjection", json!(true), &[]),
        ("/enableFaultInjection", json!("true"), &["PARAM-002 enableFaultInjection"]),
        ("/cpu", json!(256), &["PARAM-002 cpu"]),
        ("/containerDefinitions/1", Value::Null, &["PARAM-002 containerDefinitions[1]"]),
        ("/containerDefinitions/0/Image", json!("a"), &["PARAM-001 containerDefinitions[0].Image"]),
        ("/containerDefinitions/0/memory", json!("512"), &["PARAM-002 containerDefinitions[0].memory"]),
        ("/containerDefinitions/0/memory", json!(128.5), &["PARAM-002 containerDefinitions[0].memory"]),
        ("/containerDefinitions/0/cpu", json!(2_147_483_648_i64), &["PARAM-002 containerDefinitions[0].cpu"]),
        ("/containerDefinitions/0/command", json!("ls"), &["ECS-TD-073 containerDefinitions[0].command"]),
        ("/containerDefinitions/0/command", json!([1]), &["ECS-TD-073 containerDefinitions[0].command[0]"]),
        ("/containerDefinitions/0/entryPoint", json!(["sh", "-c"]), &[]),
        ("/containerDefinitions/0/dockerLabels", json!({ "a": "b" }), &[]),
        (
            "/containerDefinitions/0/dockerLabels",
            json!({ "a": 1 }),
            &["PARAM-002 containerDefinitions[0].dockerLabels.a"],
        ),
        (
            "/containerDefinitions/0/dockerLabels",
            json!([]),
            &["PARAM-002 containerDefinitions[0].dockerLabels"],
        ),
        ("/containerDefinitions/0/versionConsistency", json!("disabled"), &[]),
        (
            "/containerDefinitions/0/versionConsistency",
            json!("Disabled"),
            &["ECS-TD-112 containerDefinitions[0].versionConsistency"],
        ),
    ]);
}

#[test]
fn sizes() {
    check(&[
        ("/cpu", json!(".25 vCPU"), &[]),
        ("/memory", json!("0.5 GB"), &[]),
        ("/memory", json!("1024"), &[]),
        ("/memory", json!("1 gb"), &[]),
        ("/memory", json!("2048"), &[]),
        ("/memory", json!("511"), &["ECS-TD-010 memory"]),
        ("/memory", json!("2049"), &["ECS-TD-010 memory"]),
        ("/memory", json!("3072"), &["ECS-TD-010 memory"]),
        ("/memory", json!("1 MB"), &["ECS-TD-010 memory"]),
        ("/cpu", json!("257"), &["ECS-TD-010 cpu"]),
        ("/cpu", json!("0"), &["ECS-TD-010 cpu"]),
        ("/cpu", json!("one"), &["ECS-TD-010 cpu"]),
        ("/cpu", json!("512"), &["ECS-TD-010 memory"]),
        ("/cpu", absent(), &["ECS-TD-011 cpu"]),
        ("/memory", absent(), &["ECS-TD-011 memory"]),
        ("/cpu", json!("32768"), &["ECS-TD-012 memory"]),
    ]);
    let mut large = fine();
    large["cpu"] = json!("32 vCPU");
    check_cases(
        EcsRegisterTaskDefinition,
        &large,
        &json!({}),
        &[
            ("/memory", json!("61440"), &[]),
            ("/memory", json!("120 GB"), &[]),
            ("/memory", json!("249856"), &[]),
            ("/memory", json!("61441"), &["ECS-TD-012 memory"]),
            ("/memory", json!("69632"), &["ECS-TD-012 memory"]),
        ],
    );
    check_on_instances(&[
        ("/cpu", json!("300"), &[]),
        ("/cpu", absent(), &[]),
        ("/memory", absent(), &["ECS-TD-079 containerDefinitions[0].memory"]),
        ("/cpu", json!("1.5"), &["ECS-TD-010 cpu"]),
    ]);
}

#[test]
fn modes_and_compatibilities() {
    check(&[
        ("/networkMode", absent(), &["ECS-TD-020 networkMode"]),
        ("/networkMode", json!("bridge"), &["ECS-TD-020 networkMode"]),
        ("/networkMode", json!("AWSVPC"), &["ECS-TD-112 networkMode"]),
        ("/requiresCompatibilities", json!(["EC2", "FARGATE"]), &[]),
        ("/requiresCompatibilities", json!(["fargate"]), &["ECS-TD-021 requiresCompatibilities[0]"]),
        ("/requiresCompatibilities", json!(["FARGATE", "Foo"]), &["ECS-TD-021 requiresCompatibilities[1]"]),
        ("/requiresCompatibilities", absent(), &[]),
    ]);
    check_on_instances(&[
        ("/networkMode", absent(), &[]),
        ("/networkMode", json!("host"), &[]),
        ("/networkMode", json!("none"), &[]),
        ("/requiresCompatibilities", json!(["MANAGED_INSTANCES", "EXTERNAL"]), &[]),
        ("/requiresCompatibilities", json!(["EC2", "FARGATE"]), &["ECS-TD-020 networkMode"]),
    ]);
}

#[test]
fn families_tags_and_roles() {
    check(&[
        ("/family", json!(repeat("a", 255)), &[]),
        ("/family", json!(repeat("a", 256)), &["ECS-TD-072 family"]),
        ("/family", json!(""), &["ECS-TD-072 family"]),
        ("/family", json!("A_b-9"), &[]),
        ("/family", json!("a.b"), &["ECS-TD-072 family"]),
        ("/taskRoleArn", json!("arn:aws-us-gov:iam::123456789012:role/a/b"), &[]),
        ("/taskRoleArn", json!("orders"), &["warning ECS-TD-061 taskRoleArn"]),
        ("/taskRoleArn", json!("arn:aws:iam::12345678901:role/a"), &["ECS-TD-061 taskRoleArn"]),
        ("/taskRoleArn", json!("arn:aws:iam::123456789012:role/"), &["ECS-TD-061 taskRoleArn"]),
        ("/taskRoleArn", json!("arn:aws:iam::123456789012:user/a"), &["ECS-TD-061 taskRoleArn"]),
        ("/taskRoleArn", json!("arn:aws:iam:eu-central-1:123456789012:role/a"), &["ECS-TD-061 taskRoleArn"]),
        ("/taskRoleArn", json!("a role"), &["ECS-TD-061 taskRoleArn"]),
        ("/tags", json!([{ "key": "a", "value": "" }]), &[]),
        ("/tags", json!([{ "key": "aws:a", "value": "" }]), &["TAG-003 tags[0].key"]),
        ("/executionRoleArn", absent(), &["ECS-TD-060 executionRoleArn"]),
    ]);
    check_on_instances(&[
        ("/executionRoleArn", absent(), &[]),
        ("/ephemeralStorage", json!({ "sizeInGiB": 21 }), &["ECS-TD-103 ephemeralStorage"]),
    ]);
}

#[test]
fn execution_roles() {
    let mut without = fine();
    without.as_object_mut().unwrap().remove("executionRoleArn");
    without["containerDefinitions"][0].as_object_mut().unwrap().remove("logConfiguration");
    let secret = json!([{ "name": "KEY", "valueFrom": "arn:aws:ssm:eu-central-1:123456789012:parameter/a" }]);
    let log = |driver: &str, options: Value| json!({ "logDriver": driver, "options": options });
    let splunk = json!({ "splunk-url": "https://a", "splunk-token": "t" });
    check_cases(
        EcsRegisterTaskDefinition,
        &without,
        &json!({}),
        &[
            ("/executionRoleArn", absent(), &[]),
            ("/containerDefinitions/0/logConfiguration", log("splunk", splunk), &[]),
            (
                "/containerDefinitions/0/image",
                json!("123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1"),
                &["ECS-TD-060 executionRoleArn"],
            ),
            (
                "/containerDefinitions/0/image",
                json!("12345678901.dkr.ecr.eu-central-1.amazonaws.com/a:1"),
                &[],
            ),
            (
                "/containerDefinitions/0/repositoryCredentials",
                json!({ "credentialsParameter": "arn" }),
                &["ECS-TD-060 executionRoleArn"],
            ),
            ("/containerDefinitions/0/secrets", secret.clone(), &["ECS-TD-060 executionRoleArn"]),
            ("/containerDefinitions/0/secrets", json!([]), &[]),
        ],
    );
    without["requiresCompatibilities"] = json!(["EC2"]);
    check_cases(
        EcsRegisterTaskDefinition,
        &without,
        &json!({}),
        &[
            (
                "/containerDefinitions/0/image",
                json!("123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1"),
                &[],
            ),
            ("/containerDefinitions/0/secrets", secret, &["ECS-TD-060 executionRoleArn"]),
        ],
    );
}

#[test]
fn unsupported_on_fargate() {
    let container = |member: &str| format!("/containerDefinitions/0/{member}");
    let linux = json!({ "initProcessEnabled": true, "tmpfs": [{ "containerPath": "/a", "size": 1 }] });
    for (member, value, taken) in [
        ("privileged", json!(true), false),
        ("privileged", json!(false), true),
        ("disableNetworking", json!(true), false),
        ("links", json!(["a"]), false),
        ("links", json!([]), true),
        ("dnsServers", json!(["10.0.0.2"]), false),
        ("dockerSecurityOptions", json!(["no-new-privileges"]), false),
        ("extraHosts", json!([{ "hostname": "a", "ipAddress": "10.0.0.1" }]), false),
        ("hostname", json!("a"), false),
        ("linuxParameters", linux, true),
        ("systemControls", json!([{ "namespace": "net.core.somaxconn", "value": "1024" }]), true),
    ] {
        let want = [format!("ECS-TD-040 containerDefinitions[0].{member}")];
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        check(&[(&container(member), value, if taken { &[] } else { &want })]);
    }
}

#[test]
fn unsupported_parts_on_fargate() {
    check(&[
        (
            "/containerDefinitions/0/dnsSearchDomains",
            json!(["a"]),
            &["warning ECS-TD-040 containerDefinitions[0].dnsSearchDomains"],
        ),
        (
            "/containerDefinitions/0/resourceRequirements",
            json!([{ "type": "GPU", "value": "1" }]),
            &["ECS-TD-040 containerDefinitions[0].resourceRequirements[0]"],
        ),
        (
            "/containerDefinitions/0/linuxParameters",
            json!({ "devices": [{ "hostPath": "/dev/a" }] }),
            &["ECS-TD-040 containerDefinitions[0].linuxParameters.devices"],
        ),
        (
            "/containerDefinitions/0/linuxParameters",
            json!({ "maxSwap": 0 }),
            &["ECS-TD-040 containerDefinitions[0].linuxParameters.maxSwap"],
        ),
        (
            "/containerDefinitions/0/linuxParameters",
            json!({ "swappiness": 60 }),
            &["ECS-TD-040 containerDefinitions[0].linuxParameters.swappiness"],
        ),
        (
            "/containerDefinitions/0/linuxParameters",
            json!({ "sharedMemorySize": 64 }),
            &["ECS-TD-040 containerDefinitions[0].linuxParameters.sharedMemorySize"],
        ),
        (
            "/placementConstraints",
            json!([{ "type": "memberOf", "expression": "a" }]),
            &["ECS-TD-040 placementConstraints"],
        ),
        ("/placementConstraints", json!([]), &[]),
        (
            "/inferenceAccelerators",
            json!([{ "deviceName": "a", "deviceType": "b" }]),
            &["ECS-TD-040 inferenceAccelerators"],
        ),
    ]);
}

#[test]
fn unsupported_modes_on_fargate() {
    check(&[
        ("/ipcMode", json!("none"), &["ECS-TD-040 ipcMode"]),
        ("/ipcMode", json!("None"), &["ECS-TD-112 ipcMode"]),
        ("/pidMode", json!("task"), &[]),
        ("/pidMode", json!("host"), &["ECS-TD-041 pidMode"]),
        ("/pidMode", json!("Task"), &["ECS-TD-041 pidMode"]),
        ("/volumes", json!([{ "name": "a" }, { "name": "b", "host": {} }]), &[]),
        (
            "/volumes",
            json!([{ "name": "a", "host": { "sourcePath": "/a" } }]),
            &["ECS-TD-040 volumes[0].host.sourcePath"],
        ),
        (
            "/volumes",
            json!([{ "name": "a", "dockerVolumeConfiguration": {} }]),
            &["ECS-TD-040 volumes[0].dockerVolumeConfiguration"],
        ),
    ]);
}

#[test]
fn supported_on_instances() {
    check_on_instances(&[
        ("/containerDefinitions/0/privileged", json!(true), &[]),
        ("/containerDefinitions/0/links", json!(["a"]), &[]),
        ("/containerDefinitions/0/hostname", json!("a"), &[]),
        ("/ipcMode", json!("host"), &[]),
        ("/pidMode", json!("host"), &[]),
        ("/volumes", json!([{ "name": "a", "host": { "sourcePath": "/a" } }]), &[]),
    ]);
    let mut instances = fine();
    instances["requiresCompatibilities"] = json!(["EC2"]);
    check_cases(
        EcsRegisterTaskDefinition,
        &instances,
        &json!({}),
        &[
            ("/containerDefinitions/0/links", json!(["a"]), &["ECS-TD-040 containerDefinitions[0].links"]),
            (
                "/containerDefinitions/0/hostname",
                json!("a"),
                &["ECS-TD-040 containerDefinitions[0].hostname"],
            ),
            (
                "/containerDefinitions/0/dnsServers",
                json!(["10.0.0.2"]),
                &["warning ECS-TD-040 containerDefinitions[0].dnsServers"],
            ),
            ("/containerDefinitions/0/privileged", json!(true), &[]),
        ],
    );
}
