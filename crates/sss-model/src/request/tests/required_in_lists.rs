//! Members that AWS requires inside lists: absent, blank, and there.

use serde_json::{Value, json};

use super::table::Table;
use super::{ecs_service, task};
use crate::request::{Operation, Referred, check};
use crate::{Path, Severity};

/// A task definition on instances with an element in each list.
fn full() -> Value {
    let mut task = task::fine();
    task["requiresCompatibilities"] = json!(["EC2"]);
    task["volumes"] = json!([{ "name": "data" }]);
    task["tags"] = json!([{ "key": "team", "value": "shop" }]);
    task["proxyConfiguration"] = json!({ "containerName": "app", "properties": [
        { "name": "ProxyIngressPort", "value": "15000" }, { "name": "ProxyEgressPort", "value": "15001" },
        { "name": "AppPorts", "value": "80" }, { "name": "IgnoredUID", "value": "1337" },
        { "name": "EgressIgnoredIPs", "value": "169.254.170.2" }, { "name": "IgnoredGID", "value": "7" },
    ] });
    let app = &mut task["containerDefinitions"][0];
    app["environment"] = json!([{ "name": "LEVEL", "value": "debug" }]);
    app["secrets"] = json!([{ "name": "KEY", "valueFrom": "/orders/key" }]);
    app["logConfiguration"]["secretOptions"] = json!([{ "name": "a", "valueFrom": "/orders/key" }]);
    app["environmentFiles"] = json!([{ "value": "arn:aws:s3:::shop/orders.env", "type": "s3" }]);
    app["mountPoints"] = json!([{ "sourceVolume": "data", "containerPath": "/data" }]);
    app["volumesFrom"] = json!([{ "sourceContainer": "side" }]);
    app["dependsOn"] = json!([{ "containerName": "side", "condition": "START" }]);
    app["ulimits"] = json!([{ "name": "nofile", "softLimit": 1024, "hardLimit": 2048 }]);
    app["systemControls"] = json!([{ "namespace": "net.core.somaxconn", "value": "1" }]);
    app["linuxParameters"] = json!({
        "devices": [{ "hostPath": "/dev/a" }],
        "tmpfs": [{ "containerPath": "/tmp", "size": 16 }],
    });
    let side = json!({ "name": "side", "image": "busybox:1.36" });
    task["containerDefinitions"].as_array_mut().unwrap().push(side);
    task
}

/// The lists of a container or of the task, the members that AWS requires in each element, and the rule.
const REQUIRED: [(&str, &str, &str); 21] = [
    ("containerDefinitions[0].environment[0]", "name", "ECS-TD-091"),
    ("containerDefinitions[0].secrets[0]", "name", "ECS-TD-092"),
    ("containerDefinitions[0].secrets[0]", "valueFrom", "ECS-TD-092"),
    ("containerDefinitions[0].logConfiguration.secretOptions[0]", "name", "ECS-TD-092"),
    ("containerDefinitions[0].logConfiguration.secretOptions[0]", "valueFrom", "ECS-TD-092"),
    ("containerDefinitions[0].environmentFiles[0]", "value", "ECS-TD-090"),
    ("containerDefinitions[0].environmentFiles[0]", "type", "ECS-TD-090"),
    ("containerDefinitions[0].mountPoints[0]", "sourceVolume", "ECS-TD-100"),
    ("containerDefinitions[0].mountPoints[0]", "containerPath", "ECS-TD-100"),
    ("containerDefinitions[0].volumesFrom[0]", "sourceContainer", "ECS-TD-100"),
    ("containerDefinitions[0].dependsOn[0]", "containerName", "ECS-TD-080"),
    ("containerDefinitions[0].dependsOn[0]", "condition", "ECS-TD-080"),
    ("containerDefinitions[0].ulimits[0]", "name", "ECS-TD-087"),
    ("containerDefinitions[0].systemControls[0]", "namespace", "ECS-TD-043"),
    ("containerDefinitions[0].systemControls[0]", "value", "ECS-TD-043"),
    ("containerDefinitions[0].linuxParameters.devices[0]", "hostPath", "PARAM-003"),
    ("containerDefinitions[0].linuxParameters.tmpfs[0]", "containerPath", "PARAM-003"),
    ("volumes[0]", "name", "ECS-TD-100"),
    ("tags[0]", "key", "TAG-002"),
    ("proxyConfiguration", "containerName", "ECS-TD-107"),
    ("proxyConfiguration.properties[5]", "name", "ECS-TD-107"),
];

#[test]
fn member_of_an_element_is_there_and_not_blank() {
    let mut without_proxy = full();
    // A proxy is a warning by itself.
    without_proxy.as_object_mut().expect("a request").remove("proxyConfiguration");
    Table::of("ecs:RegisterTaskDefinition", without_proxy);
    for (element, member, rule) in REQUIRED {
        // The key of a tag may be a space.
        let blanks: &[Option<&str>] =
            if member == "key" { &[None, Some("")] } else { &[None, Some(""), Some(" "), Some("\n")] };
        for given in blanks {
            let mut task = full();
            let element: Path = element.parse().unwrap();
            let values = element.value_in_mut(&mut task).and_then(Value::as_object_mut).unwrap();
            match given {
                Some(blank) => values.insert(member.to_owned(), json!(*blank)),
                None => values.remove(member),
            };
            let problems = check(Operation::EcsRegisterTaskDefinition, &task, &Referred::default());
            let at = element.key(member);
            let here: Vec<&str> = problems
                .iter()
                .filter(|problem| problem.path == at && problem.severity == Severity::Error)
                .map(|problem| problem.rule)
                .collect();
            assert_eq!(here, [rule], "{at} {given:?}: {problems:#?}");
        }
    }
}

#[test]
fn alarm_and_provider_of_a_service_are_not_blank() {
    let mut request = ecs_service::fine();
    request["deploymentConfiguration"] =
        json!({ "alarms": { "alarmNames": ["orders"], "enable": true, "rollback": true } });
    request["tags"] = json!([{ "key": "team", "value": "shop" }]);
    let service = Table::of("ecs:CreateService", request);
    service.names("/deploymentConfiguration/alarms/alarmNames/0", json!(" "), "ECS-SVC-032/required");
    service.lacks("/tags/0/key", &["TAG-002 tags[0].key"]);
}
