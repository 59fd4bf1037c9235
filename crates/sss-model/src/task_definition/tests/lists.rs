//! Lists with one name twice, and members that are null.

use serde_json::{Value, json};

use super::{problems, request};
use crate::problem::Severity;
use crate::service::Service;
use crate::task_definition::{Taken, take};

/// Returns the request with a member of the main container replaced.
fn with(member: &str, value: Value) -> Taken {
    let mut request = request();
    request["containerDefinitions"][0][member] = value;
    take(request, "app")
}

#[test]
fn name_that_stands_twice_is_told() {
    let twice = |key: &str, value: &str, values: [&str; 2]| json!([{ key: "init", value: values[0] }, { key: "init", value: values[1] }]);
    let environment = with("environment", twice("name", "value", ["1", "2"]));
    let told = environment.problems.iter().find(|problem| problem.case == "earlier-value").unwrap();
    assert_eq!(told.path, "containerDefinitions[0].environment[1].name");
    assert_eq!(told.severity, Severity::Warning);
    assert_eq!(environment.keys["environment"]["init"], "2");

    for (member, key, value, values) in [
        ("secrets", "name", "valueFrom", ["a", "b"]),
        ("dependsOn", "containerName", "condition", ["START", "SUCCESS"]),
    ] {
        let taken = with(member, twice(key, value, values));
        let at = format!("FILE-006 containerDefinitions[0].{member}[1].{key}");
        assert!(problems(&taken).contains(&at) && !taken.is_whole(), "{:?}", problems(&taken));
    }
    let mut tagged = request();
    tagged["tags"] = twice("key", "value", ["a", "b"]);
    assert!(problems(&take(tagged, "app")).contains(&"FILE-006 tags[1].key".to_owned()));
}

#[test]
fn null_is_dropped_at_every_level() {
    let mut nulls = request();
    nulls["volumes"] = Value::Null;
    nulls["runtimePlatform"]["operatingSystemFamily"] = Value::Null;
    for member in ["ulimits", "dependsOn", "command"] {
        nulls["containerDefinitions"][1][member] = Value::Null;
    }
    nulls["containerDefinitions"][0]["healthCheck"]["startPeriod"] = Value::Null;
    nulls["containerDefinitions"][0]["portMappings"][0]["containerPortRange"] = Value::Null;
    nulls["containerDefinitions"][0]["logConfiguration"]["options"]["mode"] = Value::Null;
    let taken = take(nulls, "app");
    assert!(taken.is_whole(), "{:?}", problems(&taken));
    assert!(taken.keys["log_options"].get("mode").is_none());
}

#[test]
fn blank_text_is_dropped_unless_it_is_a_value() {
    let mut blanks = request();
    blanks["pidMode"] = json!("");
    blanks["ipcMode"] = json!("");
    blanks["taskRoleArn"] = json!("");
    let main = &mut blanks["containerDefinitions"][0];
    main["repositoryCredentials"] = json!({ "credentialsParameter": "" });
    main["user"] = json!("");
    main["portMappings"][0]["name"] = json!("");
    main["portMappings"][0]["appProtocol"] = json!("");
    main["environment"][0]["value"] = json!("");
    main["dockerLabels"] = json!({ "com.example.note": "" });
    let taken = take(blanks, "app");
    assert_eq!(problems(&taken), ["FILE-007 executionRoleArn"]);
    let text = |key: &str| taken.keys[key].to_string();
    assert_eq!(text("environment"), r#"{"LOG":""}"#);
    assert_eq!(text("docker_labels"), r#"{"com.example.note":""}"#);
    assert!(
        ["user", "pid_mode", "repository_credentials", "ports"]
            .iter()
            .all(|key| !taken.keys.contains_key(*key))
    );

    let mut nameless = request();
    nameless["containerDefinitions"][0]["environment"][0]["name"] = json!("");
    let told = problems(&take(nameless, "app"));
    assert_eq!(told, ["ECS-TD-091 containerDefinitions[0].environment[0].name"]);
}

#[test]
fn other_compatibility_is_told() {
    let mut both = request();
    both["requiresCompatibilities"] = json!(["EC2", "FARGATE"]);
    let taken = take(both, "app");
    let told = taken.problems.iter().find(|problem| problem.case == "other-compatibility").unwrap();
    assert_eq!(told.path, "requiresCompatibilities[0]");
}

#[test]
fn tags_beside_the_described_are_taken() {
    let mut described = request();
    described.as_object_mut().unwrap().remove("tags");
    let tags = json!([{ "key": "Team", "value": "shop" }]);
    let taken = take(json!({ "taskDefinition": described, "tags": tags }), "app");
    assert_eq!(taken.keys["tags"], json!({ "Team": "shop" }));
}

/// Returns the log options of the main container and of the one beside it, and the problems of the stack.
fn logs(main: Value, side: &Value) -> (Service, Vec<String>) {
    let mut request = request();
    request["containerDefinitions"][0]["logConfiguration"]["options"] = main;
    request["containerDefinitions"][1]["logConfiguration"] =
        json!({ "logDriver": "awslogs", "options": side });
    let (mut service, _) = Service::from_task_definition("orders", &request).unwrap();
    service.task.image = "a:1".into();
    let mut stack = crate::fixture::reference();
    stack.services.insert("orders".into(), service.clone());
    let found = stack.problems().into_iter().filter(|problem| problem.rule.starts_with("ECS-TD-05"));
    (service, found.map(|problem| format!("{}/{} {}", problem.rule, problem.case, problem.path)).collect())
}

#[test]
fn options_of_the_console_are_taken() {
    let main = json!({ "awslogs-group": "/ecs/orders", "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "ecs", "awslogs-create-group": "True", "mode": "non-blocking",
        "max-buffer-size": "25m", "awslogs-multiline-pattern": "^INFO" });
    let (service, problems) = logs(
        main,
        &json!({ "awslogs-group": "/ecs/orders", "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "side-x", "awslogs-datetime-format": "%b" }),
    );
    assert_eq!(problems, [""; 0]);
    assert_eq!(service.names.log_group.as_deref(), Some("/ecs/orders"));
    let options = &service.task.log_options;
    assert_eq!((options["awslogs-create-group"].as_str(), options.len()), ("true", 6));
    let side = &service.task.containers[0].log_options;
    assert_eq!(side.get("awslogs-group"), None);
    assert_eq!(side["awslogs-stream-prefix"], "side-x");
}

#[test]
fn other_log_group_is_told_or_created() {
    let main = || {
        json!({ "awslogs-group": "/ecs/orders", "awslogs-region": "ap-northeast-1",
        "awslogs-stream-prefix": "ecs" })
    };
    let mut side = json!({ "awslogs-group": "/ecs/side", "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "side-x" });
    let (_, problems) = logs(main(), &side);
    let at = "services.orders.containers[0].log_options.awslogs-group";
    assert_eq!(problems, [format!("ECS-TD-057/not-created {at}")]);
    side["awslogs-create-group"] = json!("true");
    let (service, problems) = logs(main(), &side);
    assert_eq!(problems, [""; 0]);

    let mut stack = crate::fixture::reference();
    stack.services.insert("orders".into(), service);
    let statements = stack.secret_statements();
    let created = statements.iter().find(|statement| statement.actions == ["logs:CreateLogGroup"]).unwrap();
    assert_eq!(created.resources, ["arn:aws:logs:us-east-1:*:log-group:/ecs/side:*"]);
}
