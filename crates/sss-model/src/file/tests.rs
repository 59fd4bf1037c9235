mod cognito;
mod consequences;
mod environment;
mod hostile;
mod images;
mod overlays;
mod words;

use super::Located;
use crate::stack::Stack;

const HEAD: &str = r#"name = "mz-dev"
region = "ap-northeast-1"
[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
vpc_link_security_group_ids = ["sg-0a1b2c3d4e5f60000"]
"#;

fn shown(text: &str, located: &Located) -> String {
    let place = located.span.clone().map_or("-", |span| &text[span]);
    format!(
        "{} {} @ {}",
        located.problem.rule,
        located.problem.path,
        place.lines().next().unwrap_or_default()
    )
}

/// Returns the problems of a file: rule, path, and the text that the span points at.
fn check(rest: &str, want: &[&str]) {
    let text = format!("{HEAD}{rest}");
    let problems = match Stack::from_toml(&text) {
        Ok(parsed) => parsed.warnings,
        Err(problems) => problems,
    };
    let got: Vec<String> = problems.iter().map(|located| shown(&text, located)).collect();
    for p in &problems {
        println!("{p} :: {}", p.problem.fix);
    }
    assert_eq!(got, want, "{rest}");
}

#[test]
fn unknown_keys_are_shown_at_the_key() {
    check("[services.app]\nimge = \"a\"", &["FILE-002 services.app.imge @ imge"]);
    check("[services.app]\nimage = \"a:1\"\nsize = 3", &["FILE-002 services.app.size @ size"]);
    check("[srvices.app]\nimage = \"a:1\"", &["FILE-002 srvices @ srvices"]);
    check(
        "[services.app]\nimage = \"a:1\"\n[[services.app.containers]]\nname = \"b\"\nimage = \"c:1\"\nport = 1",
        &["FILE-002 services.app.containers[0].port @ port"],
    );
}

#[test]
fn wrong_types_are_shown_at_the_value() {
    check("[services.app]\nimage = 7", &["FILE-003 services.app.image @ 7"]);
    check("[services.app]\nimage = \"a:1\"\nport = \"80\"", &["FILE-003 services.app.port @ \"80\""]);
    check("[services.app]\nimage = \"a:1\"\ncpu = 256.0", &["FILE-003 services.app.cpu @ 256.0"]);
    check("[services.app]\nimage = \"a:1\"\ncommand = \"run\"", &["FILE-003 services.app.command @ \"run\""]);
    check(
        "[services.app]\nimage = \"a:1\"\ncommand = [\"run\", 1979-05-27]",
        &["FILE-003 services.app.command[1] @ 1979-05-27"],
    );
    check("[services]\napp = 3", &["FILE-003 services.app @ 3"]);
    check("[api]\naccess_log = 3", &["FILE-003 api.access_log @ 3"]);
}

#[test]
fn values_with_choices_are_one_of_them() {
    check(
        "[cluster]\ncapacity_providers = [\"FARGATE\", \"SPOT\"]",
        &["FILE-004 cluster.capacity_providers[1] @ \"SPOT\""],
    );
    check(
        "[services.app]\nimage = \"a:1\"\nlog_retention_days = 8",
        &["LOG-003 services.app.log_retention_days @ 8"],
    );
    check(
        "[services.app]\nimage = \"a:1\"\nlog_retention_days = \"ever\"",
        &["LOG-003 services.app.log_retention_days @ \"ever\""],
    );
    check(
        "[services.app]\nimage = \"a:1\"\nport = 1\nstop_timeout = 9\nbackend = { kind = \"elb\" }",
        &["FILE-004 services.app.backend.kind @ \"elb\""],
    );
    check(
        "[services.app]\nimage = \"a:1\"\nport = 1\nstop_timeout = 9\n[services.app.backend]\nttl = 5",
        &["STACK-001 services.app.backend.kind @ backend"],
    );
}

#[test]
fn value_that_no_type_holds_has_its_rule() {
    check("[services.app]\nimage = \"a:1\"\nport = 65536", &["ECS-TD-031 services.app.port @ 65536"]);
    check(
        "[services.app]\nimage = \"a:1\"\nstop_timeout = 9\nport = 0",
        &["ECS-TD-031 services.app.port @ 0"],
    );
    check(
        "[services.app]\nimage = \"a:1\"\ncpu = 1024\nmemory = 512",
        &["ECS-TD-010 services.app.memory @ 512"],
    );
    check("[services.app]\nimage = \"a:1\"\ncpu = 1024", &["ECS-TD-010 services.app.memory @ app"]);
    check(
        "[services.app]\nimage = \"a:1\"\ncpu = 1000\nmemory = 512",
        &["ECS-TD-010 services.app.cpu @ 1000"],
    );
    check(
        "[security_group]\ningress = [{ ports = \"80-90\", port = 7, cidrs = [\"10.0.0.0/8\"] }]",
        &["SG-010 security_group.ingress[0].ports @ \"80-90\""],
    );
    check(
        "[security_group]\ningress = [{ ports = \"80\", cidrs = [\"10.0.0.0/8\"] }]",
        &["SG-010 security_group.ingress[0].ports @ \"80\""],
    );
}

#[test]
fn all_kinds_of_problems_are_shown_at_once() {
    let file = r#"[services.app]
image = "UPPER"
prot = 80
cpu = "many"
memory = 8192
stop_timeout = 1
desired_count = -1
[services.app.environment]
TOKEN = [5]
[[services.app.containers]]
name = "side car"
memory = 1024
[api.cors]
allow_origins = ["*"]
allow_credentials = true
"#;
    let want = [
        "ECS-TD-110 services.app.image @ \"UPPER\"",
        "FILE-002 services.app.prot @ prot",
        "ECS-TD-010 services.app.cpu @ \"many\"",
        "ECS-TD-082 services.app.stop_timeout @ 1",
        "ECS-SVC-002 services.app.desired_count @ -1",
        "FILE-003 services.app.environment.TOKEN @ [5]",
        "STACK-001 services.app.containers[0].image @ [[services.app.containers]]",
        "ECS-TD-071 services.app.containers[0].name @ \"side car\"",
        "APIGW-CORS-001 api.cors.allow_origins[0] @ \"*\"",
    ];
    check(file, &want);
}

#[test]
fn missing_key_is_shown_at_the_nearest_table() {
    check("[services.app]", &["STACK-001 services.app.image @ app"]);
    check("[services]\napp = {}", &["STACK-001 services.app.image @ app"]);
    check(
        "[services.app]\nimage = \"a:1\"\ncapacity = [{ weight = 1 }]",
        &["STACK-001 services.app.capacity[0].provider @ { weight = 1 }"],
    );
    let problems = Stack::from_toml("").unwrap_err();
    let paths: Vec<&str> = problems.iter().map(|located| located.problem.path.as_str()).collect();
    assert_eq!(paths, ["name", "region", "network"]);
    assert!(problems.iter().all(|located| located.span.is_none()));
}

#[test]
fn every_syntax_error_is_shown() {
    let text = "name = \nregion = \"x\nz = 1";
    let problems = Stack::from_toml(text).unwrap_err();
    assert!(problems.len() >= 2, "{problems:?}");
    assert!(problems.iter().all(|located| located.problem.rule == "FILE-001" && located.span.is_some()));
}

#[test]
fn keys_that_are_not_bare_are_quoted_in_paths() {
    check(
        "[tags]\n\"aws:x y\" = \"a\"\n\"b.c\" = 1",
        &["TAG-003 tags.\"aws:x y\" @ \"a\"", "FILE-003 tags.\"b.c\" @ 1"],
    );
}

#[test]
fn warnings_do_not_refuse_a_stack() {
    let text = format!("{HEAD}[names]\nnamespace = \"mz_dev.internal\"");
    let parsed = Stack::from_toml(&text).unwrap();
    let got: Vec<String> = parsed.warnings.iter().map(|located| shown(&text, located)).collect();
    assert_eq!(got, ["CM-NS-007 names.namespace @ \"mz_dev.internal\""]);
}

#[test]
fn numbers_of_any_size_are_judged() {
    check(
        "[services.app]\nimage = \"a:1\"\nport = 99999999999999999999",
        &["FILE-003 services.app.port @ 99999999999999999999"],
    );
    check(
        "[services.app]\nimage = \"a:1\"\ndesired_count = 2147483648",
        &["ECS-SVC-002 services.app.desired_count @ 2147483648"],
    );
    check(
        "[services.app]\nimage = \"a:1\"\n[[services.app.containers]]\nname = \"b\"\nimage = \"b:1\"\nmemory = 4294967296",
        &["ECS-TD-078 services.app.containers[0].memory @ 4294967296"],
    );
    check(
        "[security_group]\ningress = [{ protocol = \"tcp\", port = 65536, cidrs = [\"10.0.0.0/16\"] }]",
        &["SG-010 security_group.ingress[0].port @ 65536"],
    );
    check(
        "[security_group]\ningress = [{ protocol = \"icmp\", icmp_type = 4294967296, icmp_code = 0, cidrs = [\"10.0.0.0/16\"] }]",
        &["SG-013 security_group.ingress[0].icmp_type @ 4294967296"],
    );
}

/// Keys with dots in tables in tables, of which TOML bounds each by itself only.
#[test]
fn deep_nesting_is_a_problem() {
    let keys = ["a"; 78].join(".");
    let text = format!("{keys} = {}1{}", format!("{{ {keys} = ").repeat(78), " }".repeat(78));
    let problems = Stack::from_toml(&text).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].problem.rule == "FILE-001" && problems[0].span.is_some(), "{problems:?}");
    let lists = |count: usize| format!("x = {}1{}", "[".repeat(count), "]".repeat(count));
    check(&lists(63), &["FILE-002 network.x @ x"]);
    check(&lists(64), &["FILE-001  @ [1]"]);
}

#[test]
fn file_written_from_a_stack_gives_an_equal_stack() {
    let text = format!("{HEAD}{EVERYTHING}");
    let stack = Stack::from_toml(&text).unwrap().stack;
    let written = stack.to_toml();
    assert_eq!(Stack::from_toml(&written).unwrap().stack, stack, "{written}");
    let json = serde_json::to_string(&stack).unwrap();
    assert_eq!(serde_json::from_str::<Stack>(&json).unwrap(), stack);
}

#[test]
fn deserialising_checks_the_rules() {
    let text = format!("{HEAD}[services.app]\nimage = \"UPPER\"\n");
    let message = toml::from_str::<Stack>(&text).unwrap_err().to_string();
    assert!(message.contains("ECS-TD-110"), "{message}");
    assert!(toml::from_str::<Stack>(&format!("{HEAD}[services.app]\nimage = \"a:1\"\nx = 1")).is_err());
}

#[test]
fn schema_takes_what_the_file_takes() {
    let validator = jsonschema::validator_for(&crate::schema()).unwrap();
    let check = |text: &str, want: bool| {
        let value: serde_json::Value = toml::from_str(text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert_eq!(errors.is_empty(), want, "{text}\n{errors:?}");
    };
    check(HEAD, true);
    check(&format!("{HEAD}{EVERYTHING}"), true);
    check(&Stack::from_toml(&format!("{HEAD}{EVERYTHING}")).unwrap().stack.to_toml(), true);
    check("name = \"x\"", false);
    for refused in [
        "[services.app]",
        "[services.app]\nimage = \"a:1\"\nsize = 1",
        "[services.app]\nimage = \"a:1\"\nport = 65536",
        "[services.app]\nimage = \"a:1\"\nport = 0",
        "[services.app]\nimage = \"a:1\"\nstop_timeout = 1",
        "[services.app]\nimage = \"a:1\"\ncpu = 1000",
        "[services.app]\nimage = \"a:1\"\nlog_retention_days = 8",
        "[services.app]\nimage = \"a:1\"\nbackend = { kind = \"elb\" }",
        "[services.app]\nimage = \"a:1\"\nroutes = [{ methods = [\"Get\"] }]",
        "[cluster]\ncapacity_providers = [\"SPOT\"]",
    ] {
        check(&format!("{HEAD}{refused}"), false);
    }
}

/// Every key of the file.
const EVERYTHING: &str = include_str!("everything.toml");

const TASK_DEFINITION: &str = r#"{
    "family": "orders", "cpu": "512", "memory": "1024", "networkMode": "awsvpc",
    "containerDefinitions": [
        { "name": "proxy", "image": "proxy:1", "essential": false },
        { "name": "app", "image": "orders:1.4", "portMappings": [{ "containerPort": 8080 }] }
    ]
}"#;

/// Returns the problems of a file that names `taskdef.json`.
fn check_with(taskdef: &str, rest: &str, want: &[&str]) -> Option<Stack> {
    let text = format!("{HEAD}{rest}");
    let files = |name: &str| {
        if name == "taskdef.json" { Ok(taskdef.to_owned()) } else { Err("it is not there".to_owned()) }
    };
    let (problems, stack) = match Stack::from_toml_with(&text, files) {
        Ok(parsed) => (parsed.warnings, Some(parsed.stack)),
        Err(problems) => (problems, None),
    };
    // Nobody reaches the port of these services, which does not matter here.
    let problems = problems.iter().filter(|located| located.problem.rule != "SG-040");
    let got: Vec<String> = problems.map(|located| shown(&text, located)).collect();
    assert_eq!(got, want, "{rest}");
    stack
}

#[test]
fn task_definition_stands_for_the_keys_of_a_service() {
    let rest = "[services.app]\nstop_timeout = 9\ntask_definition = \"taskdef.json\"\n";
    let stack = check_with(TASK_DEFINITION, rest, &[]).unwrap();
    let app = &stack.services["app"];
    assert_eq!((app.task.image.as_str(), app.task.port, app.task.cpu), ("orders:1.4", Some(8080), 512));
    assert_eq!((app.task.containers[0].name.as_str(), app.task.containers[0].essential), ("proxy", false));
    assert_eq!((stack.family_name("app"), stack.container_name("app")), ("orders".into(), "app".into()));
    let written = stack.to_toml();
    assert_eq!(Stack::from_toml(&written).unwrap().stack, stack);
}

#[test]
fn keys_beside_a_task_definition_win() {
    let rest = "[services.app]\nstop_timeout = 9\ntask_definition = \"taskdef.json\"\nimage = \"orders:2\"\n[services.app.names]\nfamily = \"mine\"\n";
    let stack = check_with(TASK_DEFINITION, rest, &[]).unwrap();
    assert_eq!(stack.services["app"].task.image, "orders:2");
    assert_eq!((stack.family_name("app"), stack.container_name("app")), ("mine".into(), "app".into()));
}

#[test]
fn image_that_a_task_definition_leaves_open_is_set_beside_it() {
    let rest = "[services.app]\nstop_timeout = 9\ntask_definition = \"taskdef.json\"\n";
    for open in ["\"image\": \"\"", "\"image\": null"] {
        let taskdef = TASK_DEFINITION.replace("\"image\": \"orders:1.4\"", open);
        let stack = check_with(&taskdef, &format!("{rest}image = \"orders:2\"\n"), &[]).unwrap();
        assert_eq!(stack.services["app"].task.image, "orders:2");
        check_with(&taskdef, rest, &["STACK-001 services.app.image @ app"]);
    }
}

#[test]
fn problems_of_a_task_definition_have_its_place() {
    let rest = "[services.app]\nstop_timeout = 9\ntask_definition = \"taskdef.json\"\n";
    let check = |taskdef: &str, want: &[&str]| drop(check_with(taskdef, rest, want));
    let changed = |from: &str, to: &str| TASK_DEFINITION.replace(from, to);
    check(&changed("1024", "512"), &["ECS-TD-010 services.app.memory @ \"taskdef.json\""]);
    check(&changed("proxy:1", "PROXY"), &["ECS-TD-110 services.app.containers[0].image @ \"taskdef.json\""]);
    check(
        &changed("\"family\"", "\"ipcMode\": \"task\", \"family\""),
        &["FILE-006 services.app.task_definition.ipcMode @ \"taskdef.json\""],
    );
    check(
        &changed("\"family\"", "\"taskRoleArn\": \"a\", \"family\""),
        &["FILE-007 services.app.task_definition.taskRoleArn @ \"taskdef.json\""],
    );
    check("{", &["FILE-001 services.app.task_definition @ \"taskdef.json\""]);
    check("[]", &["PARAM-002 services.app.task_definition @ \"taskdef.json\""]);
    let missing = "[services.app]\ntask_definition = \"other.json\"\n";
    check_with(TASK_DEFINITION, missing, &["FILE-005 services.app.task_definition @ \"other.json\""]);
    let number = "[services.app]\ntask_definition = 7\n";
    check_with(TASK_DEFINITION, number, &["FILE-003 services.app.task_definition @ 7"]);
}

#[test]
fn checkout_does_not_change_the_stack() {
    let text = format!(
        "{HEAD}[services.app]\nimage = \"a:1\"\ncommand = [\"sh\", \"-c\", \"\"\"\necho a\nsleep 9 \\\n  && echo b\n\"\"\", '''\nraw\n''']\n"
    );
    let stack = Stack::from_toml(&text).unwrap().stack;
    assert!(
        stack.services["app"].task.command[3].contains("raw\n"),
        "{:?}",
        stack.services["app"].task.command
    );
    let crlf = text.replace('\n', "\r\n");
    for other in [crlf.clone(), format!("\u{feff}{text}"), format!("\u{feff}{crlf}")] {
        assert_eq!(Stack::from_toml(&other).unwrap().stack, stack, "{other:?}");
    }
}

#[test]
fn escaped_carriage_return_stays() {
    let text = format!("{HEAD}[services.app]\nimage = \"a:1\"\ncommand = [\"a\\r\\nb\"]\n");
    let crlf = Stack::from_toml(&text.replace('\n', "\r\n")).unwrap().stack;
    assert_eq!(crlf.services["app"].task.command, ["a\r\nb"]);
}

#[test]
fn places_are_those_of_the_text_as_given() {
    let text = format!("\u{feff}{}", format!("{HEAD}[services.app]\nimge = \"ä:1\"\n").replace('\n', "\r\n"));
    let problems = Stack::from_toml(&text).unwrap_err();
    assert_eq!(
        problems.iter().map(|located| shown(&text, located)).collect::<Vec<_>>()[0],
        "FILE-002 services.app.imge @ imge"
    );
}
