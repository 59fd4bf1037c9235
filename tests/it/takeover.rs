//! Task definitions as teams have them, taken over whole: an apply registers each member, and nothing is left to do.

use serde_json::{Value, json};
use sss_model::{Severity, Stack};

use crate::account::Account;

/// The name of the main container, the task definition, and its file.
const FILES: [(&str, &str, &str); 10] = [
    ("checkout", "datadog", include_str!("takeover/datadog.json")),
    ("app", "firelens", include_str!("takeover/firelens.json")),
    ("grafana", "grafana", include_str!("takeover/grafana.json")),
    ("jenkins", "jenkins", include_str!("takeover/jenkins.json")),
    ("nginx", "nginx-php-fpm", include_str!("takeover/nginx-php-fpm.json")),
    ("emitter", "otel-collector", include_str!("takeover/otel-collector.json")),
    ("portal", "private-registry", include_str!("takeover/private-registry.json")),
    ("billing", "splunk", include_str!("takeover/splunk.json")),
    ("wordpress", "wordpress-efs", include_str!("takeover/wordpress-efs.json")),
    ("scorekeep-api", "xray-daemon", include_str!("takeover/xray-daemon.json")),
];

/// The stack around a service that takes a task definition over.
const AROUND: &str = r#"
name = "shop"
region = "ap-northeast-1"

[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
"#;

/// Reads a task definition as the service of the given name. Nothing but a warning may be told.
fn taken(name: &str, file: &str) -> Stack {
    let text = format!("{AROUND}\n[services.{name}]\ntask_definition = \"taskdef.json\"\n");
    let parsed = Stack::from_toml_with(&text, |_| Ok(file.to_owned()));
    let parsed = parsed.unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
    let told = parsed.warnings.iter().map(|located| &located.problem);
    assert!(told.clone().all(|problem| problem.severity > Severity::Error), "{name}");
    parsed.stack
}

/// Returns the first path at which a described value lacks a part of the given one.
///
/// AWS adds its defaults and returns lists of structures in its own order. A member that says nothing may be absent.
fn lacks(described: &Value, given: &Value) -> Option<String> {
    let says_nothing =
        |value: &Value| [json!(null), json!(false), json!(0), json!([]), json!({})].contains(value);
    match (described, given) {
        (Value::Object(described), Value::Object(given)) => {
            given.iter().find_map(|(member, value)| match described.get(member) {
                None => (!says_nothing(value)).then(|| member.clone()),
                Some(found) => lacks(found, value).map(|path| format!("{member}.{path}")),
            })
        }
        (Value::Array(described), Value::Array(given)) => {
            given.iter().enumerate().find_map(|(index, value)| {
                let is_there = described.iter().any(|found| lacks(found, value).is_none());
                (!is_there || described.len() != given.len()).then(|| format!("[{index}] {value}"))
            })
        }
        (described, given) => (described != given).then(|| format!("{described} in place of {given}")),
    }
}

/// Returns the given task definition without what the stack decides by itself.
fn expected(file: &str, main: &str) -> Value {
    let mut given: Value = serde_json::from_str(file).expect("JSON");
    if given.get("taskDefinition").is_some() {
        given = given["taskDefinition"].take();
    }
    for member in ["executionRoleArn", "taskRoleArn", "cpu", "memory", "tags", "runtimePlatform"] {
        given.as_object_mut().expect("an object").remove(member);
    }
    for member in ["taskDefinitionArn", "revision", "registeredAt", "registeredBy", "requiresAttributes"] {
        given.as_object_mut().expect("an object").remove(member);
    }
    let containers = given["containerDefinitions"].as_array_mut().expect("containers");
    for container in containers {
        if container["name"] == main {
            for size in ["cpu", "memory", "memoryReservation"] {
                container.as_object_mut().expect("a container").remove(size);
            }
        }
        for mapping in container.get_mut("portMappings").and_then(Value::as_array_mut).into_iter().flatten() {
            mapping.as_object_mut().expect("a mapping").remove("hostPort");
        }
        if let Some(Value::String(create)) =
            container.pointer_mut("/logConfiguration/options/awslogs-create-group")
        {
            create.make_ascii_lowercase();
        }
    }
    // `DISABLED` is AWS's default, and so is the root of a file system.
    for volume in given.get_mut("volumes").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(config) = volume.pointer_mut("/efsVolumeConfiguration/authorizationConfig")
            && config["iam"] == "DISABLED"
        {
            config.as_object_mut().expect("a structure").remove("iam");
        }
    }
    given
}

#[tokio::test(start_paused = true)]
async fn real_task_definitions_are_taken_over_whole() {
    let mut wrong = Vec::new();
    for (name, label, file) in FILES {
        let stack = taken(name, file);
        let account = Account::new();
        account.apply(&stack).await;
        let plan = account.verified_plan(&stack).await;
        if !plan.is_empty() {
            wrong.push(format!("{label} has a second plan: {plan:#?}"));
        }
        let family = stack.family_name(name);
        let described =
            account.by_hand("ecs", "DescribeTaskDefinition", &json!({ "taskDefinition": family }));
        if let Some(path) = lacks(&described["taskDefinition"], &expected(file, name)) {
            wrong.push(format!("{label} lacks {path}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn task_definition_of_windows_is_taken_over() {
    let windows = json!({
        "family": "iis", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "1024", "memory": "2048",
        "runtimePlatform": { "operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "X86_64" },
        "containerDefinitions": [{
            "name": "iis", "image": "mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022",
            "entryPoint": ["powershell", "-Command"], "portMappings": [{ "containerPort": 80 }],
        }],
    });
    let stack = taken("iis", &windows.to_string());
    let account = Account::new();
    account.apply(&stack).await;
    assert!(account.verified_plan(&stack).await.is_empty());
    let named = json!({ "taskDefinition": "iis", "include": ["TAGS"] });
    let mut described = account.by_hand("ecs", "DescribeTaskDefinition", &named);
    assert_eq!(described["taskDefinition"]["runtimePlatform"], windows["runtimePlatform"]);

    let mut other = described["taskDefinition"].take();
    other["tags"] = described["tags"].take();
    other["runtimePlatform"]["operatingSystemFamily"] = json!("WINDOWS_SERVER_2019_CORE");
    account.by_hand("ecs", "RegisterTaskDefinition", &other);
    let run = json!({ "cluster": "shop-ecs-cluster", "service": "shop-iis", "taskDefinition": "iis" });
    account.by_hand("ecs", "UpdateService", &run);
    account.sandbox.advance(std::time::Duration::from_mins(10));
    let plan = account.plan(&stack).await;
    let paths: Vec<&str> =
        plan.steps.iter().flat_map(|step| &step.changes).map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["task_definition", "task_definition.operating_system_family"]);
    account.apply(&stack).await;
}

#[tokio::test(start_paused = true)]
async fn volume_at_launch_has_its_configuration_in_the_stack() {
    let database = json!({
        "family": "db", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "1024", "memory": "2048",
        "volumes": [{ "name": "data", "configuredAtLaunch": true }],
        "containerDefinitions": [{
            "name": "db", "image": "postgres:17.2",
            "mountPoints": [{ "sourceVolume": "data", "containerPath": "/var/lib/postgresql" }],
        }],
    });
    let read = |rest: &str| {
        let text = format!("{AROUND}\n[services.db]\ntask_definition = \"taskdef.json\"\n{rest}");
        Stack::from_toml_with(&text, |_| Ok(database.to_string()))
    };
    let problems = read("").expect_err("the configuration is missing");
    let paths: Vec<&str> = problems.iter().map(|located| located.problem.path.as_str()).collect();
    assert!(paths.contains(&"services.db.volumes.data.ebs.role_arn"), "{paths:?}");

    let disk =
        "[services.db.volumes.data.ebs]\nrole_arn = \"arn:aws:iam::123456789012:role/ecsInfrastructureRole\"";
    let stack = read(&format!("{disk}\nsize_in_gib = 50\n")).expect("a valid stack").stack;
    let account = Account::new();
    account.apply(&stack).await;
    assert!(account.verified_plan(&stack).await.is_empty());
    let named = json!({ "cluster": "shop-ecs-cluster", "services": ["shop-db"] });
    let described = account.by_hand("ecs", "DescribeServices", &named);
    let volume = &described["services"][0]["deployments"][0]["volumeConfigurations"][0];
    assert_eq!((&volume["name"], &volume["managedEBSVolume"]["sizeInGiB"]), (&json!("data"), &json!(50)));

    let larger = read(&format!("{disk}\nsize_in_gib = 60\n")).expect("a valid stack").stack;
    let plan = account.plan(&larger).await;
    let changes: Vec<&str> =
        plan.steps.iter().flat_map(|step| &step.changes).map(|change| change.path.as_str()).collect();
    assert_eq!(changes, ["volumes.data.size_in_gib"]);
    account.apply(&larger).await;
}
