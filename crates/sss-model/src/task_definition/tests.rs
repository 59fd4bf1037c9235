mod lists;
mod members;

use serde_json::{Value, json};

use super::{Taken, read, take};
use crate::service::Service;

/// A task definition as the console of AWS makes it.
fn request() -> Value {
    json!({
        "family": "orders",
        "taskRoleArn": "arn:aws:iam::123456789012:role/orders",
        "executionRoleArn": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": ".5 vCPU",
        "memory": "1024",
        "runtimePlatform": { "operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64" },
        "ephemeralStorage": { "sizeInGiB": 30 },
        "tags": [{ "key": "Team", "value": "shop" }],
        "volumes": [],
        "placementConstraints": [],
        "containerDefinitions": [
            {
                "name": "app",
                "image": "orders:1.4",
                "cpu": 0,
                "portMappings": [
                    { "containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "name": "app-8080-tcp", "appProtocol": "http" }
                ],
                "essential": true,
                "command": ["serve"],
                "entryPoint": ["/bin/orders"],
                "environment": [{ "name": "LOG", "value": "info" }],
                "secrets": [{ "name": "PASSWORD", "valueFrom": "arn:aws:ssm:eu-central-1:123456789012:parameter/p" }],
                "environmentFiles": [],
                "mountPoints": [],
                "volumesFrom": [],
                "ulimits": [],
                "systemControls": [],
                "readonlyRootFilesystem": false,
                "stopTimeout": 60,
                "dependsOn": [{ "containerName": "init", "condition": "SUCCESS" }],
                "healthCheck": { "command": ["CMD", "true"], "interval": 10, "timeout": 3, "retries": 2, "startPeriod": 5 },
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": "/ecs/orders",
                        "awslogs-create-group": "true",
                        "awslogs-region": "eu-central-1",
                        "awslogs-stream-prefix": "ecs"
                    },
                    "secretOptions": []
                }
            },
            { "name": "init", "image": "init:1", "essential": false, "cpu": 64, "memory": 128, "memoryReservation": 64,
              "portMappings": [{ "containerPort": 9000, "hostPort": 0 }] }
        ]
    })
}

fn problems(taken: &Taken) -> Vec<String> {
    let mut problems: Vec<String> =
        taken.problems.iter().map(|problem| format!("{} {}", problem.rule, problem.path)).collect();
    problems.sort();
    problems
}

const LEFT_OUT: [&str; 2] = ["FILE-007 executionRoleArn", "FILE-007 taskRoleArn"];

#[test]
fn members_of_a_stack_are_taken_over() {
    let taken = take(request(), "orders");
    assert_eq!(problems(&taken), LEFT_OUT);
    let want = json!({
        "image": "orders:1.4",
        "port": 8080,
        "ports": [{ "port": 8080, "name": "app-8080-tcp", "app_protocol": "http" }],
        "operating_system_family": "LINUX",
        "cpu": 512,
        "memory": 1024,
        "cpu_architecture": "ARM64",
        "ephemeral_storage": 30,
        "command": ["serve"],
        "entry_point": ["/bin/orders"],
        "environment": { "LOG": "info" },
        "secrets": { "PASSWORD": "arn:aws:ssm:eu-central-1:123456789012:parameter/p" },
        "health_check": { "command": ["CMD", "true"], "interval": 10, "timeout": 3, "retries": 2, "start_period": 5 },
        "depends_on": { "init": "SUCCESS" },
        "stop_timeout": 60,
        "tags": { "Team": "shop" },
        "log_options": { "awslogs-create-group": "true", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "ecs" },
        "names": { "family": "orders", "container": "app", "log_group": "/ecs/orders" },
        "containers": [{ "name": "init", "image": "init:1", "essential": false, "cpu": 64, "memory": 128,
            "memory_reservation": 64, "ports": [9000] }],
    });
    assert_eq!(Value::Object(taken.keys), want);
}

#[test]
fn described_task_definition_is_taken_over() {
    let mut described = request();
    for (member, value) in [("revision", json!(3)), ("status", json!("ACTIVE")), ("ipcMode", Value::Null)] {
        described[member] = value;
    }
    let taken = take(json!({ "taskDefinition": described, "tags": [] }), "orders");
    assert_eq!(problems(&taken), LEFT_OUT);
    assert_eq!(taken.keys, take(request(), "orders").keys);
}

#[test]
fn main_container_has_the_name_or_is_essential() {
    let image = |main: &str| take(request(), main).keys["image"].clone();
    assert_eq!(image("app"), "orders:1.4");
    assert_eq!(image("other"), "orders:1.4");
    let mut swapped = request();
    swapped["containerDefinitions"].as_array_mut().unwrap().swap(0, 1);
    assert_eq!(take(swapped.clone(), "app").keys["image"], "orders:1.4");
    assert_eq!(take(swapped.clone(), "other").keys["image"], "orders:1.4");
    swapped["containerDefinitions"][0]["essential"] = json!(true);
    assert_eq!(take(swapped, "other").keys["image"], "init:1");
}

/// Returns changes of the request, a pointer and a value each, and the problem of each.
fn changes() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/networkMode", json!("bridge"), "FILE-006 networkMode"),
        ("/requiresCompatibilities", json!(["EC2"]), "FILE-006 requiresCompatibilities"),
        (
            "/runtimePlatform/operatingSystemFamily",
            json!("WINDOWS_SERVER_2016_FULL"),
            "FILE-006 runtimePlatform.operatingSystemFamily",
        ),
        ("/pidMode", json!("host"), "FILE-006 pidMode"),
        ("/ipcMode", json!("task"), "FILE-006 ipcMode"),
        (
            "/volumes",
            json!([{ "name": "data", "host": { "sourcePath": "/data" } }]),
            "FILE-006 volumes[0].host.sourcePath",
        ),
        ("/cpu", json!("a lot"), "ECS-TD-010 cpu"),
        ("/memory", json!("1 MB"), "ECS-TD-010 memory"),
        ("/containerDefinitions/0/essential", json!(false), "FILE-006 containerDefinitions[0].essential"),
        ("/containerDefinitions/0/memory", json!(512), "FILE-007 containerDefinitions[0].memory"),
        ("/containerDefinitions/0/cpu", json!(128), "FILE-007 containerDefinitions[0].cpu"),
        ("/containerDefinitions/0/hostname", json!("app"), "FILE-006 containerDefinitions[0].hostname"),
        ("/containerDefinitions/1/privileged", json!(true), "FILE-006 containerDefinitions[1].privileged"),
        (
            "/containerDefinitions/0/portMappings/0/protocol",
            json!("sctp"),
            "FILE-006 containerDefinitions[0].portMappings[0].protocol",
        ),
        (
            "/containerDefinitions/0/portMappings/0/hostPort",
            json!(80),
            "FILE-006 containerDefinitions[0].portMappings[0].hostPort",
        ),
        (
            "/containerDefinitions/0/linuxParameters",
            json!({ "devices": [{ "hostPath": "/dev/fuse" }] }),
            "FILE-006 containerDefinitions[0].linuxParameters.devices",
        ),
        (
            "/containerDefinitions/0/logConfiguration/logDriver",
            json!("syslog"),
            "FILE-006 containerDefinitions[0].logConfiguration.logDriver",
        ),
        (
            "/containerDefinitions/0/logConfiguration/options/tag",
            json!("a"),
            "FILE-006 containerDefinitions[0].logConfiguration.options.tag",
        ),
        ("/containerDefinitions/0/imag", json!("a"), "PARAM-001 containerDefinitions[0].imag"),
        ("/containerDefinitions/0/image", json!([7]), "PARAM-002 containerDefinitions[0].image"),
    ]
}

#[test]
fn members_without_a_place_are_refused() {
    for (pointer, value, want) in changes() {
        let mut changed = request();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        match changed.pointer_mut(parent).unwrap() {
            Value::Array(list) => list.push(value),
            object => object[name] = value,
        }
        let found = problems(&take(changed, "orders"));
        assert!(found.iter().any(|problem| problem == want), "{pointer}: {found:?}");
        assert!(
            found.iter().all(|problem| problem == want || LEFT_OUT.contains(&problem.as_str())),
            "{found:?}"
        );
    }
}

#[test]
fn value_in_another_type_is_taken_with_a_word() {
    let others = [
        ("/cpu", json!(512), "cpu"),
        ("/ephemeralStorage/sizeInGiB", json!("30"), "ephemeralStorage.sizeInGiB"),
        ("/containerDefinitions/0/essential", json!("True"), "containerDefinitions[0].essential"),
        (
            "/containerDefinitions/0/portMappings/0/containerPort",
            json!(" 8080"),
            "containerDefinitions[0].portMappings[0].containerPort",
        ),
        (
            "/containerDefinitions/0/environment/0/value",
            json!(7),
            "containerDefinitions[0].environment[0].value",
        ),
        ("/containerDefinitions/0/command/0", json!(true), "containerDefinitions[0].command[0]"),
        (
            "/containerDefinitions/0/logConfiguration/options/awslogs-create-group",
            json!(true),
            "containerDefinitions[0].logConfiguration.options.awslogs-create-group",
        ),
    ];
    for (pointer, value, path) in &others {
        let mut changed = request();
        *changed.pointer_mut(pointer).expect("a member") = value.clone();
        let taken = take(changed, "app");
        let spelled = format!("FILE-008 {path}");
        assert_eq!(problems(&taken), [LEFT_OUT[0], LEFT_OUT[1], spelled.as_str()]);
        let text = value.as_str().map_or(value.to_string(), |text| text.trim().to_lowercase());
        let keys = Value::Object(taken.keys).to_string();
        assert!(keys.contains(&text), "{pointer}: {keys}");
    }

    let mut many = request();
    for (pointer, value, _) in others {
        *many.pointer_mut(pointer).expect("a member") = value;
    }
    let taken = take(many, "app");
    let spelled: Vec<_> = taken.problems.iter().filter(|problem| problem.rule == "FILE-008").collect();
    assert_eq!((spelled.len(), spelled[0].also.len()), (1, 6), "one warning for a file: {spelled:#?}");
    assert!(taken.is_whole());

    for wrong in [json!("80a"), json!("99999999999"), json!("")] {
        let mut changed = request();
        changed["containerDefinitions"][0]["portMappings"][0]["containerPort"] = wrong.clone();
        assert!(!take(changed, "app").is_whole(), "{wrong}");
    }
}

#[test]
fn byte_order_mark_is_skipped() {
    let text = format!("\u{feff}{}", request());
    assert_eq!(read(&text, "app").keys, take(request(), "app").keys);
    let problems = read("\u{feff}{", "app").problems;
    assert_eq!((problems[0].rule, problems[0].case), ("FILE-001", "not-json"));
    assert_eq!(problems[0].message, "the text is not JSON: EOF while parsing an object at line 1 column 1");
}

#[test]
fn value_beyond_the_type_of_a_service_is_refused() {
    let mut negative = request();
    negative["containerDefinitions"][0]["stopTimeout"] = json!(-1);
    let invalid = Service::from_task_definition("orders", &negative).expect_err("no seconds are negative");
    let problem = &invalid.problems[0];
    assert_eq!((problem.rule, problem.case), ("FILE-003", "not-a-service"));
    assert!(problem.message.ends_with("cannot have: invalid value: integer `-1`, expected u32"), "{problem}");
}

#[test]
fn message_of_serde_quotes_no_text() {
    assert_eq!(
        super::without_texts("invalid value: integer `-1`, expected u32"),
        "invalid value: integer `-1`, expected u32"
    );
    let quoted = "invalid type: string \"hunter\\\"2\", expected u32";
    assert_eq!(super::without_texts(quoted), "invalid type: string …, expected u32");
}
