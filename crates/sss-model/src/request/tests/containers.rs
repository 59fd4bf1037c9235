use serde_json::{Value, json};

use super::task::fine;
use super::{absent, check_cases, repeat};
use crate::request::Operation::EcsRegisterTaskDefinition;

/// Checks changes of the only container of a fine task definition; paths are below the container.
pub(super) fn check(cases: &[(&str, Value, &[&str])]) {
    check_in(&fine(), cases);
}

pub(super) fn check_in(base: &Value, cases: &[(&str, Value, &[&str])]) {
    for (member, value, want) in cases {
        let want: Vec<String> = want.iter().map(|problem| below(problem)).collect();
        let want: Vec<&str> = want.iter().map(String::as_str).collect();
        let pointer = format!("/containerDefinitions/0/{member}");
        check_cases(EcsRegisterTaskDefinition, base, &json!({}), &[(&pointer, value.clone(), &want)]);
    }
}

fn below(problem: &str) -> String {
    let (rule, path) = problem.rsplit_once(' ').unwrap();
    format!("{rule} containerDefinitions[0].{path}")
}

pub(super) fn on_instances() -> Value {
    let mut task = fine();
    task["requiresCompatibilities"] = json!(["EC2"]);
    task["networkMode"] = json!("bridge");
    task
}

#[test]
fn names_and_images() {
    check(&[
        ("name", absent(), &["ECS-TD-071 name"]),
        ("name", json!(""), &["ECS-TD-071 name"]),
        ("name", json!(repeat("a", 255)), &[]),
        ("name", json!(repeat("a", 256)), &["ECS-TD-071 name"]),
        ("name", json!("a.b"), &["ECS-TD-071 name"]),
        ("image", absent(), &["ECS-TD-110 image"]),
        ("image", json!(""), &["ECS-TD-110 image"]),
        ("image", json!("Httpd"), &["ECS-TD-110 image"]),
        ("image", json!("localhost:5000/a:1"), &[]),
        ("image", json!("httpd:latest"), &["warning ECS-TD-113 image"]),
        ("image", json!("latest"), &["warning ECS-TD-113 image"]),
        ("image", json!("a#b"), &["warning ECS-TD-110 image"]),
        ("image", json!("A#b"), &["ECS-TD-110 image"]),
        ("image", json!(repeat("a", 255)), &["warning ECS-TD-113 image"]),
        ("image", json!(repeat("a", 256)), &["ECS-TD-111 image"]),
    ]);
}

#[test]
fn sizes_and_times() {
    check(&[
        ("cpu", json!(0), &[]),
        ("cpu", json!(256), &[]),
        ("cpu", json!(-1), &["ECS-TD-075 cpu"]),
        ("memory", json!(512), &[]),
        ("memory", json!(513), &["ECS-TD-076 memory"]),
        ("memory", json!(6), &[]),
        ("memory", json!(5), &["warning ECS-TD-078 memory"]),
        ("memory", json!(4), &["warning ECS-TD-078 memory"]),
        ("memory", json!(3), &["ECS-TD-078 memory"]),
        ("memoryReservation", json!(512), &[]),
        ("memoryReservation", json!(513), &["ECS-TD-076 memoryReservation"]),
        ("startTimeout", json!(1), &["warning ECS-TD-082 startTimeout"]),
        ("startTimeout", json!(2), &[]),
        ("startTimeout", json!(120), &[]),
        ("startTimeout", json!(121), &["ECS-TD-082 startTimeout"]),
        ("stopTimeout", json!(0), &["warning ECS-TD-082 stopTimeout"]),
        ("stopTimeout", json!(121), &["ECS-TD-082 stopTimeout"]),
        ("stopTimeout", json!(-1), &["ECS-TD-082 stopTimeout"]),
        ("restartPolicy", json!({}), &["ECS-TD-088 restartPolicy.enabled"]),
        ("restartPolicy", json!({ "enabled": true, "restartAttemptPeriod": 60 }), &[]),
        (
            "restartPolicy",
            json!({ "enabled": true, "restartAttemptPeriod": 59 }),
            &["ECS-TD-088 restartPolicy.restartAttemptPeriod"],
        ),
        ("restartPolicy", json!({ "enabled": true, "restartAttemptPeriod": 1800 }), &[]),
        (
            "restartPolicy",
            json!({ "enabled": true, "restartAttemptPeriod": 1801 }),
            &["ECS-TD-088 restartPolicy.restartAttemptPeriod"],
        ),
        ("restartPolicy", json!({ "enabled": true, "ignoredExitCodes": vec![1; 50] }), &[]),
        (
            "restartPolicy",
            json!({ "enabled": true, "ignoredExitCodes": vec![1; 51] }),
            &["ECS-TD-088 restartPolicy.ignoredExitCodes"],
        ),
    ]);
    check_in(
        &on_instances(),
        &[("stopTimeout", json!(1), &[]), ("stopTimeout", json!(600), &[]), ("cpu", json!(1024), &[])],
    );
    let mut task = fine();
    task["containerDefinitions"][0]["memory"] = json!(256);
    check_in(
        &task,
        &[
            ("memoryReservation", json!(256), &[]),
            ("memoryReservation", json!(257), &["ECS-TD-077 memoryReservation"]),
        ],
    );
}

#[test]
fn health_checks() {
    let health = |member: &str, value: Value| {
        let mut check = json!({ "command": ["CMD-SHELL", "true"] });
        check[member] = value;
        check
    };
    check(&[("healthCheck", json!({}), &["ECS-TD-085 healthCheck.command"])]);
    for (command, want) in [
        (json!([]), "ECS-TD-085 healthCheck.command"),
        (json!(["CMD"]), "ECS-TD-085 healthCheck.command"),
        (json!(["true"]), "warning ECS-TD-085 healthCheck.command"),
    ] {
        check(&[("healthCheck", health("command", command), &[want])]);
    }
    check(&[("healthCheck", health("command", json!(["CMD", "true"])), &[])]);
    for (member, least, most) in
        [("interval", 5, 300), ("timeout", 2, 60), ("retries", 1, 10), ("startPeriod", 0, 300)]
    {
        let want = format!("ECS-TD-086 healthCheck.{member}");
        for (value, taken) in [(least - 1, false), (least, true), (most, true), (most + 1, false)] {
            let want: &[&str] = if taken { &[] } else { &[&want] };
            check(&[("healthCheck", health(member, json!(value)), want)]);
        }
    }
}

#[test]
fn ports() {
    check(&[
        ("portMappings", json!([]), &[]),
        ("portMappings", json!([{ "containerPort": 1 }, { "containerPort": 65535 }]), &[]),
        ("portMappings", json!([{ "containerPort": 0 }]), &["ECS-TD-031 portMappings[0].containerPort"]),
        ("portMappings", json!([{ "containerPort": 65536 }]), &["ECS-TD-031 portMappings[0].containerPort"]),
        ("portMappings", json!([{}]), &["ECS-TD-031 portMappings[0]"]),
        (
            "portMappings",
            json!([{ "containerPort": 80, "hostPort": 8080 }]),
            &["ECS-TD-030 portMappings[0].hostPort"],
        ),
        (
            "portMappings",
            json!([{ "containerPort": 80, "hostPort": 0 }]),
            &["ECS-TD-030 portMappings[0].hostPort"],
        ),
        (
            "portMappings",
            json!([{ "containerPort": 80, "hostPort": 65536 }]),
            &["ECS-TD-031 portMappings[0].hostPort"],
        ),
        ("portMappings", json!([{ "containerPort": 80, "protocol": "udp" }]), &[]),
        (
            "portMappings",
            json!([{ "containerPort": 80, "protocol": "TCP" }]),
            &["warning ECS-TD-032 portMappings[0].protocol"],
        ),
    ]);
}

#[test]
fn ports_together() {
    check(&[
        (
            "portMappings",
            json!([{ "containerPort": 80 }, { "containerPort": 80, "protocol": "tcp" }]),
            &["ECS-TD-033 portMappings[1]"],
        ),
        (
            "portMappings",
            json!([{ "containerPort": 53 }, { "containerPort": 53, "protocol": "udp" }]),
            &["warning ECS-TD-033 portMappings[1]"],
        ),
        (
            "portMappings",
            json!([{ "containerPortRange": "80-90" }, { "containerPort": 90 }]),
            &["ECS-TD-033 portMappings[1]"],
        ),
        ("portMappings", json!([{ "containerPortRange": "80-90" }, { "containerPort": 91 }]), &[]),
        (
            "portMappings",
            json!([{ "containerPortRange": "80-90" }, { "containerPortRange": "90-100" }]),
            &["ECS-TD-033 portMappings[1]"],
        ),
        (
            "portMappings",
            json!([{ "containerPort": 1, "name": "a" }, { "containerPort": 2, "name": "a" }]),
            &["ECS-TD-036 portMappings[1].name"],
        ),
    ]);
}

#[test]
fn port_names() {
    check(&[
        ("portMappings", json!([{ "containerPort": 1, "name": repeat("a", 64) }]), &[]),
        ("portMappings", json!([{ "containerPort": 1, "name": "_a-b" }]), &[]),
        ("portMappings", json!([{ "containerPort": 1, "appProtocol": "grpc", "name": "a" }]), &[]),
        (
            "portMappings",
            json!([{ "containerPort": 1, "appProtocol": "http" }]),
            &["warning ECS-TD-037 portMappings[0].appProtocol"],
        ),
        (
            "portMappings",
            json!([{ "containerPort": 1, "appProtocol": "HTTP", "name": "a" }]),
            &["ECS-TD-037 portMappings[0].appProtocol"],
        ),
    ]);
    for name in ["", "A", "-a", "a.b", &repeat("a", 65)] {
        check(&[(
            "portMappings",
            json!([{ "containerPort": 1, "name": name }]),
            &["ECS-TD-035 portMappings[0].name"],
        )]);
    }
}

#[test]
fn ports_behind_a_bridge() {
    let bridge = [
        (
            "portMappings",
            json!([{ "containerPort": 80, "hostPort": 0 }, { "containerPort": 80, "hostPort": 81 }]),
            &[] as &[&str],
        ),
        ("portMappings", json!([{ "containerPort": 80, "hostPort": 65535 }]), &[]),
    ];
    check_in(&on_instances(), &bridge);
}

#[test]
fn port_ranges() {
    for range in ["1-2", "1-65535", "8000-8010"] {
        check(&[("portMappings", json!([{ "containerPortRange": range }]), &[])]);
    }
    for range in
        ["", "80", "80-80", "81-80", "0-80", "80-65536", "a-b", "80-", "-80", "80-81-82", "80 - 81", "+1-2"]
    {
        let want: &[&str] = &["ECS-TD-034 portMappings[0].containerPortRange"];
        check(&[("portMappings", json!([{ "containerPortRange": range }]), want)]);
    }
    let many = |count: i64| {
        (0..count)
            .map(|index| json!({ "containerPortRange": format!("{}-{}", 10 * index + 1, 10 * index + 2) }))
            .collect::<Vec<_>>()
    };
    check(&[
        ("portMappings", json!(many(100)), &[]),
        ("portMappings", json!(many(101)), &["ECS-TD-034 portMappings"]),
        (
            "portMappings",
            json!([{ "containerPortRange": "1-2", "containerPort": 1 }]),
            &["ECS-TD-034 portMappings[0].containerPortRange"],
        ),
        (
            "portMappings",
            json!([{ "containerPortRange": "1-2", "hostPort": 1 }]),
            &["ECS-TD-034 portMappings[0].hostPort"],
        ),
    ]);
    let mut host = on_instances();
    host["networkMode"] = json!("host");
    check_in(
        &host,
        &[(
            "portMappings",
            json!([{ "containerPortRange": "1-2" }]),
            &["ECS-TD-034 portMappings[0].containerPortRange"],
        )],
    );
    check_in(&on_instances(), &[("portMappings", json!([{ "containerPortRange": "1-2" }]), &[])]);
}

#[test]
fn limits_and_capabilities() {
    let limit =
        |name: &str, soft: i64, hard: i64| json!([{ "name": name, "softLimit": soft, "hardLimit": hard }]);
    let capability = |member: &str, name: &str| json!({ "capabilities": { member: [name] } });
    check(&[
        ("ulimits", limit("nofile", 1024, 1024), &[]),
        ("ulimits", limit("nofile", 1024, -1), &[]),
        ("ulimits", limit("nofile", 1025, 1024), &["ECS-TD-087 ulimits[0].softLimit"]),
        ("ulimits", limit("files", 1, 2), &["ECS-TD-087 ulimits[0].name"]),
        ("ulimits", json!([{ "name": "core", "softLimit": 1 }]), &["ECS-TD-087 ulimits[0].hardLimit"]),
        ("linuxParameters", capability("add", "SYS_PTRACE"), &[]),
        (
            "linuxParameters",
            capability("add", "NET_ADMIN"),
            &["ECS-TD-045 linuxParameters.capabilities.add[0]"],
        ),
        ("linuxParameters", capability("drop", "NET_RAW"), &[]),
        ("linuxParameters", capability("drop", "ALL"), &[]),
        ("linuxParameters", capability("drop", "NET"), &["ECS-TD-045 linuxParameters.capabilities.drop[0]"]),
    ]);
    check_in(
        &on_instances(),
        &[
            ("linuxParameters", capability("add", "NET_ADMIN"), &[]),
            (
                "linuxParameters",
                capability("add", "NET"),
                &["ECS-TD-045 linuxParameters.capabilities.add[0]"],
            ),
        ],
    );
}
