//! Spellings of task definitions.

use serde_json::{Value, json};

use super::{Row, remove, reverse, set};
use crate::fields::container;

fn content(world: &mut Value) -> &mut Value {
    &mut world["ecs"]["families"]["all-web"]["revisions"]["1"]["content"]
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
        path: "containers.agent.unmanaged.dockerLabels",
    },
    Row {
        evidence: "TerraConstructs/base PR#158: Linux parameters without anything",
        same: |w| web(w)["linuxParameters"] = json!({"capabilities": {"add": [], "drop": []}, "devices": [], "tmpfs": [], "initProcessEnabled": false}),
        other: |w| web(w)["linuxParameters"] = json!({"initProcessEnabled": true}),
        path: "containers.all-web.unmanaged.linuxParameters",
    },
    Row {
        evidence: "ecspresso diff.go: switches that are off",
        same: |w| {
            set(
                web(w),
                json!({"privileged": false, "readonlyRootFilesystem": false, "interactive": false, "pseudoTerminal": false, "disableNetworking": false}),
            );
        },
        other: |w| web(w)["readonlyRootFilesystem"] = json!(true),
        path: "containers.all-web.unmanaged.readonlyRootFilesystem",
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
                content(w),
                json!({"placementConstraints": [], "volumes": [], "enableFaultInjection": false, "compatibilities": ["FARGATE"]}),
            );
        },
        other: |w| content(w)["enableFaultInjection"] = json!(true),
        path: "unmanaged.enableFaultInjection",
    },
    Row {
        evidence: "ECS API reference: X86_64 is the default",
        same: |w| {
            let worker = &mut w["ecs"]["families"]["all-worker"]["revisions"]["1"]["content"];
            set(
                worker,
                json!({"runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}}),
            );
        },
        other: |w| content(w)["runtimePlatform"] = json!({"operatingSystemFamily": "LINUX"}),
        path: "cpu_architecture",
    },
];

/// The members that a revision can have and a stack cannot: place, name and value.
pub(super) fn unmanaged() -> Vec<(&'static str, &'static str, Value)> {
    let volume = json!([{"name": "data", "sourceVolume": "data", "sourceContainer": "agent"}]);
    let pair = json!([{"name": "a", "value": "1", "namespace": "a", "type": "GPU", "hostname": "a", "ipAddress": "10.0.0.1"}]);
    let text = json!(["10.0.0.2"]);
    vec![
        ("", "volumes", volume.clone()),
        ("", "placementConstraints", json!([{"type": "memberOf"}])),
        ("", "networkMode", json!("bridge")),
        ("", "pidMode", json!("task")),
        ("", "ipcMode", json!("none")),
        ("", "proxyConfiguration", json!({"containerName": "agent"})),
        ("", "enableFaultInjection", json!(true)),
        ("all-web", "mountPoints", volume.clone()),
        ("all-web", "volumesFrom", volume),
        ("all-web", "environmentFiles", json!([{"value": "arn:aws:s3:::bucket/a.env", "type": "s3"}])),
        ("all-web", "ulimits", json!([{"name": "nofile", "softLimit": 1, "hardLimit": 2}])),
        ("all-web", "systemControls", pair.clone()),
        ("all-web", "resourceRequirements", pair.clone()),
        ("all-web", "extraHosts", pair),
        ("all-web", "links", text.clone()),
        ("all-web", "dnsServers", text.clone()),
        ("all-web", "dnsSearchDomains", text.clone()),
        ("all-web", "dockerSecurityOptions", text.clone()),
        ("all-web", "credentialSpecs", text),
        ("all-web", "repositoryCredentials", json!({"credentialsParameter": "a"})),
        ("all-web", "firelensConfiguration", json!({"type": "fluentbit"})),
        ("all-web", "restartPolicy", json!({"enabled": true})),
        ("all-web", "hostname", json!("a")),
        ("all-web", "user", json!("a")),
        ("all-web", "workingDirectory", json!("/a")),
        ("all-web", "startTimeout", json!(5)),
        ("all-web", "privileged", json!(true)),
        ("all-web", "interactive", json!(true)),
        ("all-web", "pseudoTerminal", json!(true)),
        ("all-web", "disableNetworking", json!(true)),
    ]
}

/// Returns the revision, or one of its containers.
pub(super) fn place<'a>(world: &'a mut Value, name: &str) -> &'a mut Value {
    if name.is_empty() { content(world) } else { container(content(world), name) }
}
