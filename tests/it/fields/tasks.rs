//! Task definitions: somebody registers another revision with all tags of the stack's own, and lets the
//! service run it.
//!
//! The service goes back, and its step names the content of the other revision.

use serde_json::{Value, json};
use sss_aws::Action::Update;

use super::{Hand::Calls, Row};
use crate::account::Account;

const KIND: &str = "ecs/task-definition";

/// Lets the service run a revision that differs from its own in this.
pub(super) fn revise(account: &Account, change: impl FnOnce(&mut Value)) {
    let input = json!({"taskDefinition": "all-web", "include": ["TAGS"]});
    let mut described = account.by_hand("ecs", "DescribeTaskDefinition", &input);
    let mut definition = described["taskDefinition"].take();
    definition["tags"] = described["tags"].take();
    change(&mut definition);
    account.by_hand("ecs", "RegisterTaskDefinition", &definition);
    let update = json!({"cluster": "all-ecs-cluster", "service": "all-web", "taskDefinition": "all-web"});
    account.by_hand("ecs", "UpdateService", &update);
}

/// A change of the container that serves.
pub(super) fn web(account: &Account, change: impl FnOnce(&mut Value)) {
    revise(account, |definition| change(container(definition, "all-web")));
}

/// A change of the container beside it.
pub(super) fn agent(account: &Account, change: impl FnOnce(&mut Value)) {
    revise(account, |definition| change(container(definition, "agent")));
}

pub(super) fn listed(value: &mut Value) -> &mut Vec<Value> {
    value.as_array_mut().expect("a list")
}

pub(in super::super) fn container<'a>(definition: &'a mut Value, name: &str) -> &'a mut Value {
    let containers = definition["containerDefinitions"].as_array_mut().expect("containers");
    containers.iter_mut().find(|container| container["name"] == name).expect("the container")
}

/// The ARN of another role of the stack.
const ROLE: &str = "arn:aws:iam::123456789012:role/all-worker-role";

pub(super) const fn row(field: &'static str, hand: fn(&Account), paths: &'static [&'static str]) -> Row {
    Row { kind: KIND, name: "all-web", field, hand: Calls(hand), action: Update, paths }
}

pub(super) const ROWS: &[Row] = &[
    row("cpu", |a| revise(a, |d| d["cpu"] = json!("512")), &["cpu"]),
    row("memory", |a| revise(a, |d| d["memory"] = json!("4 GB")), &["memory"]),
    row("execution_role", |a| revise(a, |d| d["executionRoleArn"] = json!(ROLE)), &["execution_role"]),
    row("task_role", |a| revise(a, |d| d["taskRoleArn"] = json!(ROLE)), &["task_role"]),
    row(
        "cpu_architecture",
        |a| revise(a, |d| d["runtimePlatform"]["cpuArchitecture"] = json!("X86_64")),
        &["cpu_architecture"],
    ),
    row(
        "ephemeral_storage",
        |a| revise(a, |d| d["ephemeralStorage"]["sizeInGiB"] = json!(40)),
        &["ephemeral_storage"],
    ),
    row(
        "unmanaged",
        |a| {
            revise(a, |d| {
                listed(&mut d["volumes"]).push(json!({"name": "media", "s3filesVolumeConfiguration": {"fileSystemArn": "arn:aws:s3files:ap-northeast-1:123456789012:file-system/fs-1"}}));
            });
        },
        &["unmanaged.volumes"],
    ),
    row(
        "containers.*.image",
        |a| web(a, |c| c["image"] = json!("public.ecr.aws/docker/library/httpd:2.2")),
        &["containers.all-web.image"],
    ),
    row(
        "containers.*.essential",
        |a| agent(a, |c| c["essential"] = json!(true)),
        &["containers.agent.essential"],
    ),
    row(
        "containers.*.ports",
        |a| agent(a, |c| c["portMappings"] = json!([{"containerPort": 4317, "protocol": "udp"}])),
        &["containers.agent.ports.4317"],
    ),
    row("containers.*.cpu", |a| agent(a, |c| c["cpu"] = json!(32)), &["containers.agent.cpu"]),
    row("containers.*.memory", |a| agent(a, |c| c["memory"] = json!(256)), &["containers.agent.memory"]),
    row(
        "containers.*.memory_reservation",
        |a| agent(a, |c| c["memoryReservation"] = json!(32)),
        &["containers.agent.memory_reservation"],
    ),
    row(
        "containers.*.entry_point",
        |a| web(a, |c| c["entryPoint"] = json!([])),
        &["containers.all-web.entry_point"],
    ),
    row(
        "containers.*.command",
        |a| web(a, |c| c["command"] = json!(["serve", "-v"])),
        &["containers.all-web.command"],
    ),
    row(
        "containers.*.environment",
        |a| web(a, |c| c["environment"] = json!([{"name": "A", "value": "2"}])),
        &["containers.all-web.environment.A", "containers.all-web.environment.B"],
    ),
    row(
        "containers.*.secrets",
        |a| web(a, |c| c["secrets"][1]["valueFrom"] = json!("other")),
        &["containers.all-web.secrets.KEY"],
    ),
    row(
        "containers.*.health_check.command",
        |a| web(a, |c| c["healthCheck"]["command"] = json!(["CMD-SHELL", "true"])),
        &["containers.all-web.health_check.command"],
    ),
    row(
        "containers.*.health_check.interval",
        |a| web(a, |c| c["healthCheck"]["interval"] = json!(30)),
        &["containers.all-web.health_check.interval"],
    ),
    row(
        "containers.*.health_check.timeout",
        |a| web(a, |c| c["healthCheck"]["timeout"] = json!(6)),
        &["containers.all-web.health_check.timeout"],
    ),
    row(
        "containers.*.health_check.retries",
        |a| web(a, |c| c["healthCheck"]["retries"] = json!(4)),
        &["containers.all-web.health_check.retries"],
    ),
    row(
        "containers.*.health_check.start_period",
        |a| web(a, |c| c["healthCheck"]["startPeriod"] = json!(1)),
        &["containers.all-web.health_check.start_period"],
    ),
    row(
        "containers.*.depends_on",
        |a| agent(a, |c| c["dependsOn"][0]["condition"] = json!("HEALTHY")),
        &["containers.agent.depends_on.all-web"],
    ),
    row(
        "containers.*.stop_timeout",
        |a| web(a, |c| c["stopTimeout"] = json!(61)),
        &["containers.all-web.stop_timeout"],
    ),
    row(
        "containers.*.log_options",
        |a| web(a, |c| c["logConfiguration"]["options"]["awslogs-stream-prefix"] = json!("mine")),
        &["containers.all-web.log_options.awslogs-stream-prefix"],
    ),
    row(
        "containers.*.log_driver",
        |a| {
            web(
                a,
                |c| c["logConfiguration"] = json!({"logDriver": "splunk", "options": {"splunk-url": "https://splunk.example.com", "splunk-token": "token"}}),
            );
        },
        &[
            "containers.all-web.log_driver",
            "containers.all-web.log_options.awslogs-group",
            "containers.all-web.log_options.awslogs-region",
            "containers.all-web.log_options.awslogs-stream-prefix",
            "containers.all-web.log_options.max-buffer-size",
            "containers.all-web.log_options.mode",
            "containers.all-web.log_options.splunk-token",
            "containers.all-web.log_options.splunk-url",
        ],
    ),
    row(
        "containers.*.unmanaged",
        |a| web(a, |c| c["dnsSearchDomains"] = json!(["example.com"])),
        &["containers.all-web.unmanaged.dnsSearchDomains"],
    ),
    Row {
        kind: KIND,
        name: "all-web",
        field: "tags",
        hand: Calls(|a| {
            let arn = a.by_hand("ecs", "DescribeTaskDefinition", &json!({"taskDefinition": "all-web"}))["taskDefinition"]["taskDefinitionArn"].take();
            a.by_hand(
                "ecs",
                "TagResource",
                &json!({"resourceArn": arn, "tags": [{"key": "Team", "value": "mine"}]}),
            );
        }),
        action: Update,
        paths: &["tags.Team"],
    },
];
