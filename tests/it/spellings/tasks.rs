//! Spellings of task definitions.

use serde_json::{Value, json};

use super::{Row, remove, reverse, set};
use crate::fields::container;

fn content(world: &mut Value) -> &mut Value {
    &mut world["ecs"]["families"]["all-web"]["revisions"]["1"]["content"]
}

fn worker(world: &mut Value) -> &mut Value {
    &mut world["ecs"]["families"]["all-worker"]["revisions"]["1"]["content"]
}

fn efs(world: &mut Value) -> &mut Value {
    &mut content(world)["volumes"][0]["efsVolumeConfiguration"]
}

fn web(world: &mut Value) -> &mut Value {
    container(content(world), "all-web")
}

fn agent(world: &mut Value) -> &mut Value {
    container(content(world), "agent")
}

pub(super) const ROWS: &[Row] = &[
    Row {
        evidence: "ecspresso diff.go: sizes with units",
        same: |w| set(content(w), json!({"cpu": "1 vCPU", "memory": "3GB"})),
        other: |w| set(content(w), json!({"cpu": ".5 vCPU"})),
        path: "cpu",
    },
    Row {
        evidence: "ecspresso diff.go: sizes with units",
        same: |w| set(content(w), json!({"cpu": "1.0 vcpu", "memory": "3 gb"})),
        other: |w| set(content(w), json!({"memory": "4 GB"})),
        path: "memory",
    },
    Row {
        evidence: "tfp PR#36029: containers in another order",
        same: |w| reverse(&mut content(w)["containerDefinitions"]),
        other: |w| web(w)["image"] = json!("httpd:2.2"),
        path: "containers.all-web.image",
    },
    Row {
        evidence: "tfp#2336, PR#11463: variables in another order",
        same: |w| reverse(&mut web(w)["environment"]),
        other: |w| web(w)["environment"][0]["value"] = json!("3"),
        path: "containers.all-web.environment.A",
    },
    Row {
        evidence: "tfp PR#35792: secrets in another order",
        same: |w| reverse(&mut web(w)["secrets"]),
        other: |w| web(w)["secrets"][0]["valueFrom"] = json!("other"),
        path: "containers.all-web.secrets.DB",
    },
    Row {
        evidence: "tfp#2336, terraform#17737: empty lists left out",
        same: |w| remove(agent(w), &["environment", "mountPoints", "volumesFrom", "systemControls"]),
        other: |w| agent(w)["environment"] = json!([{"name": "A", "value": "1"}]),
        path: "containers.agent.environment.A",
    },
    Row {
        evidence: "terraform-aws-ecs PR#336: empty lists and objects said",
        same: |w| {
            set(
                agent(w),
                json!({
                    "command": [], "entryPoint": [], "secrets": [], "links": [], "ulimits": [], "dnsServers": [],
                    "dnsSearchDomains": [], "extraHosts": [], "dockerSecurityOptions": [], "environmentFiles": [],
                    "resourceRequirements": [], "credentialSpecs": [], "dockerLabels": {},
                }),
            );
        },
        other: |w| set(agent(w), json!({"dockerLabels": {"a": "b"}})),
        path: "containers.agent.docker_labels.a",
    },
    Row {
        evidence: "TerraConstructs/base PR#158: Linux parameters without anything",
        same: |w| agent(w)["linuxParameters"] = json!({"capabilities": {"add": [], "drop": []}, "devices": [], "tmpfs": [], "initProcessEnabled": false}),
        other: |w| agent(w)["linuxParameters"] = json!({"initProcessEnabled": true}),
        path: "containers.agent.linux.init_process_enabled",
    },
    Row {
        evidence: "ecspresso diff.go: switches that are off",
        same: |w| {
            set(
                agent(w),
                json!({"privileged": false, "readonlyRootFilesystem": false, "interactive": false, "pseudoTerminal": false, "disableNetworking": false}),
            );
        },
        other: |w| agent(w)["readonlyRootFilesystem"] = json!(true),
        path: "containers.agent.readonly_root_filesystem",
    },
    Row {
        evidence: "ansible#22547: `essential` defaults to true",
        same: |w| remove(web(w), &["essential"]),
        other: |w| agent(w)["essential"] = json!(true),
        path: "containers.agent.essential",
    },
    Row {
        evidence: "ansible#22547: a host port of 0",
        same: |w| web(w)["portMappings"][0]["hostPort"] = json!(0),
        other: |w| web(w)["portMappings"][0]["containerPort"] = json!(81),
        path: "containers.all-web.ports.81",
    },
    Row {
        evidence: "terraform#17737, ansible#22547: host port and protocol absent",
        same: |w| remove(&mut web(w)["portMappings"][0], &["hostPort", "protocol"]),
        other: |w| web(w)["portMappings"][0]["protocol"] = json!("udp"),
        path: "containers.all-web.ports.8080",
    },
    Row {
        evidence: "tfp container_definitions.go: no CPU units are 0 of them",
        same: |w| remove(web(w), &["cpu"]),
        other: |w| web(w)["cpu"] = json!(1),
        path: "containers.all-web.cpu",
    },
    Row {
        evidence: "terraform#30081: defaults of a health check",
        same: |w| remove(&mut web(w)["healthCheck"], &["retries", "timeout"]),
        other: |w| web(w)["healthCheck"]["retries"] = json!(1),
        path: "containers.all-web.health_check.retries",
    },
    Row {
        evidence: "ECS API reference: a start period of 0 is none",
        same: |w| web(w)["healthCheck"]["startPeriod"] = json!(0),
        other: |w| web(w)["healthCheck"]["startPeriod"] = json!(10),
        path: "containers.all-web.health_check.start_period",
    },
    Row {
        evidence: "ecspresso diff.go: members that ECS adds",
        same: |w| {
            set(
                worker(w),
                json!({"placementConstraints": [], "enableFaultInjection": false, "compatibilities": ["FARGATE"]}),
            );
        },
        other: |w| worker(w)["enableFaultInjection"] = json!(true),
        path: "enable_fault_injection",
    },
    Row {
        evidence: "ECS API reference: X86_64 is the default",
        same: |w| {
            set(
                worker(w),
                json!({"runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}}),
            );
        },
        other: |w| content(w)["runtimePlatform"] = json!({"operatingSystemFamily": "LINUX"}),
        path: "cpu_architecture",
    },
    Row {
        evidence: "tfp aws_ecs_task_definition: `root_directory` defaults to `/`",
        same: |w| remove(efs(w), &["rootDirectory"]),
        other: |w| efs(w)["rootDirectory"] = json!("/web"),
        path: "volumes.content.efs.root_directory",
    },
    Row {
        evidence: "ECS API reference: transit encryption and IAM are DISABLED by default",
        same: |w| content(w)["volumes"][1] = json!({"name": "scratch"}),
        other: |w| efs(w)["transitEncryption"] = json!("DISABLED"),
        path: "volumes.content.efs.transit_encryption",
    },
    Row {
        evidence: "tfp PR#35792: volumes, mounts and limits in another order",
        same: |w| {
            reverse(&mut content(w)["volumes"]);
            reverse(&mut web(w)["mountPoints"]);
        },
        other: |w| web(w)["mountPoints"][1]["containerPath"] = json!("/var/tmp"),
        path: "containers.all-web.mounts.\"/var/tmp\".volume",
    },
    Row {
        evidence: "ECS API reference: `readOnly` is false by default",
        same: |w| remove(&mut web(w)["mountPoints"][1], &["readOnly"]),
        other: |w| remove(&mut web(w)["mountPoints"][0], &["readOnly"]),
        path: "containers.all-web.mounts.\"/content\".read_only",
    },
    Row {
        evidence: "ECS API reference: a restart policy that is off, and its period of 300 s",
        same: |w| agent(w)["restartPolicy"] = json!({"enabled": false, "restartAttemptPeriod": 60}),
        other: |w| remove(&mut web(w)["restartPolicy"], &["restartAttemptPeriod"]),
        path: "containers.all-web.restart_policy.restart_attempt_period",
    },
    Row {
        evidence: "ECS API reference: version consistency is enabled by default",
        same: |w| agent(w)["versionConsistency"] = json!("enabled"),
        other: |w| remove(web(w), &["versionConsistency"]),
        path: "containers.all-web.version_consistency",
    },
    Row {
        evidence: "ecspresso diff.go: texts and options that are empty",
        same: |w| set(agent(w), json!({"user": "", "workingDirectory": ""})),
        other: |w| set(agent(w), json!({"user": "root"})),
        path: "containers.agent.user",
    },
    Row {
        evidence: "tfp PR#36029: capabilities, mount options and labels in another order",
        same: |w| {
            reverse(&mut web(w)["linuxParameters"]["capabilities"]["drop"]);
            reverse(&mut web(w)["linuxParameters"]["tmpfs"][0]["mountOptions"]);
            reverse(&mut content(w)["proxyConfiguration"]["properties"]);
        },
        other: |w| web(w)["linuxParameters"]["capabilities"]["drop"] = json!(["MKNOD"]),
        path: "containers.all-web.linux.capabilities.drop",
    },
    Row {
        evidence: "terraform#17737: the ports of a range without a protocol, and with a port of the host",
        same: |w| reverse(&mut web(w)["portMappings"]),
        other: |w| remove(&mut web(w)["portMappings"][1], &["protocol"]),
        path: "containers.all-web.ports.9000-9010",
    },
    Row {
        evidence: "ECS API reference: LINUX is the default",
        same: |w| remove(&mut content(w)["runtimePlatform"], &["operatingSystemFamily"]),
        other: |w| {
            worker(w)["runtimePlatform"] = json!({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"});
        },
        path: "operating_system_family",
    },
];

/// The members that a revision can have and a stack cannot: place, name and value.
pub(super) fn unmanaged() -> Vec<(&'static str, &'static str, Value)> {
    let pair = json!([{"name": "a", "value": "1", "namespace": "a", "type": "GPU", "hostname": "a", "ipAddress": "10.0.0.1"}]);
    let text = json!(["10.0.0.2"]);
    vec![
        ("", "volumes", json!([{"name": "data", "host": {"sourcePath": "/data"}}])),
        ("", "placementConstraints", json!([{"type": "memberOf"}])),
        ("", "networkMode", json!("bridge")),
        ("", "pidMode", json!("host")),
        ("", "ipcMode", json!("none")),
        ("all-web", "linuxParameters", json!({"swappiness": 60})),
        ("all-web", "resourceRequirements", pair.clone()),
        ("all-web", "extraHosts", pair),
        ("all-web", "links", text.clone()),
        ("all-web", "dnsServers", text.clone()),
        ("all-web", "dnsSearchDomains", text.clone()),
        ("all-web", "dockerSecurityOptions", text.clone()),
        ("all-web", "credentialSpecs", text),
        ("all-web", "hostname", json!("a")),
        ("all-web", "privileged", json!(true)),
        ("all-web", "disableNetworking", json!(true)),
    ]
}

/// Returns the revision, or one of its containers.
pub(super) fn place<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    if name.is_empty() { content(world) } else { container(content(world), name) }
}
