//! Messages and fixes of the form of a stack file, as people read them.

use super::HEAD;
use crate::file::misfit;
use crate::stack::Stack;

/// Checks what the one problem of a file says, and its fix.
fn said(rest: &str, message: &str, fix: &str) {
    let text = format!("{HEAD}{rest}");
    let problems = Stack::from_toml(&text).unwrap_err();
    let said: Vec<(&str, &str)> = problems
        .iter()
        .map(|located| (located.problem.message.as_str(), located.problem.fix.as_str()))
        .collect();
    assert_eq!(said, [(message, fix)], "{rest}");
}

#[test]
fn unknown_keys_suggest_the_nearest_key() {
    let app = "[services.app]\nimage = \"a:1\"\n";
    said(&format!("{app}imge = 1"), "unknown key `imge`", "did you mean `image`?");
    said(&format!("{app}env = {{}}"), "unknown key `env`", "did you mean `environment`?");
    said(&format!("{app}desired = 2"), "unknown key `desired`", "did you mean `desired_count`?");
    said(
        &format!("{app}size = 3"),
        "unknown key `size`",
        "remove `size`, or look for another key in the JSON Schema of the stack file",
    );
    said(
        "[namespace]\nx = 1",
        "unknown key `x`",
        "remove `x`, or use one of `description`, `existing`, `tags`",
    );
}

#[test]
fn keys_beyond_fargate_are_refused_with_the_way_around() {
    let keys = ["hostname", "extraHosts", "extra_hosts", "dns_servers", "credential_specs"];
    let of_services =
        ["service_connect_configuration", "launch_type", "scheduling_strategy", "execution_role_arn"];
    for key in keys.into_iter().chain(of_services) {
        let text = format!("{HEAD}[services.app]\nimage = \"a:1\"\n{key} = [\"a\"]");
        let problems = Stack::from_toml(&text).unwrap_err();
        assert_eq!((problems[0].problem.rule, problems[0].problem.case), ("FILE-002", "left-out"), "{key}");
    }
    said(
        "[services.app]\nimage = \"a:1\"\nlinks = [\"db\"]",
        "a stack has no key `links`: the containers of a Fargate task share one network",
        "remove `links`, and reach the other container at `localhost`",
    );
}

/// ECS has integers of 32 bits.
#[test]
fn size_beyond_the_integers_of_ecs_is_refused() {
    let app = "[services.app]\nimage = \"a:1\"\nmemory = 512\n";
    let role = "role_arn = \"arn:aws:iam::123456789012:role/disks\"";
    for (section, key) in [
        ("linux.tmpfs.\"/cache\"", "size"),
        ("volumes.data.ebs", "size_in_gib"),
        ("volumes.data.ebs", "iops"),
        ("volumes.data.ebs", "throughput"),
    ] {
        let role = if section.ends_with("ebs") { role } else { "" };
        let text = format!("{HEAD}{app}[services.app.{section}]\n{role}\n{key} = 2147483648");
        let problems = Stack::from_toml(&text).unwrap_err();
        let path = format!("services.app.{section}.{key}");
        assert!(
            problems.iter().any(|located| located.problem.path.to_string() == path),
            "{path}: {problems:?}"
        );
    }
}

#[test]
fn wrong_types_say_what_can_be_typed() {
    let app = |line: &str| format!("[services.app]\nimage = \"a:1\"\n{line}");
    let key = |line: &str, message: &str, fix: &str| said(&app(line), message, fix);
    let count = "`desired_count` must be an integer, not ";
    key("desired_count = \"3\"", &format!("{count}a string"), "write `desired_count = 3`");
    key("desired_count = 2.0", &format!("{count}a float"), "write `desired_count = 2`");
    key("desired_count = [2]", &format!("{count}an array"), "write `desired_count = 1`");
    key("desired_count = \"many\"", &format!("{count}a string"), "write `desired_count = 1`");
    key("port = \"70000\"", "`port` must be an integer, not a string", "write `port = 1`");
    key(
        "[services.app.environment]\nTOKEN = [5]",
        "`TOKEN` must be a boolean or a number or a string, not an array",
        "write `TOKEN = \"\"`",
    );
    key(
        "command = \"run\"",
        "`command` must be an array, not a string",
        "write the value of `command` in square brackets",
    );
    key(
        "command = [\"a\", true]",
        "`command[1]` must be a string, not a boolean",
        "write the value of `command[1]` in double quotes",
    );
    key(
        "[[services.app.containers]]\nname = \"b\"\nimage = \"b:1\"\nports = [\"80\"]",
        "`ports[0]` must be a table or an integer, not a string",
        "write `80`",
    );
    key(
        "log_retention_days = true",
        "`log_retention_days` must be a string or an integer, not a boolean",
        "write `log_retention_days = 1`",
    );
    said(
        "[services]\napp = 3",
        "`app` must be a table, not an integer",
        "write the keys of `app` under the header `[services.app]`",
    );
    key(
        "routes = [3]",
        "`routes[0]` must be a table, not an integer",
        "write the keys of `routes[0]` under the header `[[services.app.routes]]`",
    );
    said(
        "[api]\naccess_log = 3",
        "`access_log` must be a boolean or a table, not an integer",
        "write `access_log = true`",
    );
    key(
        "task_definition = 7",
        "`task_definition` must be a string, not an integer",
        "write the value of `task_definition` in double quotes",
    );
}

#[test]
fn sizes_say_what_can_be_typed() {
    let key = |line: &str, message: &str, fix: &str| {
        said(&format!("[services.app]\nimage = \"a:1\"\n{line}"), message, fix);
    };
    key(
        "cpu = \"1 CPU\"",
        "`cpu` must be a number, or a number with `vCPU`, not `1 CPU`",
        "write `cpu` as in `1024` or `1 vCPU`",
    );
    key(
        "memory = \"1 MB\"",
        "`memory` must be a number, or a number with `GB`, not `1 MB`",
        "write `memory` as in `1024` or `1 GB`",
    );
}

#[test]
fn unknown_choices_say_what_can_be_typed() {
    said(
        "[cluster]\ncapacity_providers = [\"SPOT\"]",
        "`capacity_providers[0]` must be one of `FARGATE`, `FARGATE_SPOT`, not `SPOT`",
        "write one of `FARGATE`, `FARGATE_SPOT` for `capacity_providers[0]`",
    );
    said(
        "[cluster]\ncapacity_providers = [\"FARGTE\"]",
        "`capacity_providers[0]` must be one of `FARGATE`, `FARGATE_SPOT`, not `FARGTE`",
        "did you mean `FARGATE`?",
    );
    said(
        "[services.app]\nimage = \"a:1\"\nport = 80\nstop_timeout = 30\nroutes = [{ path = \"/\", methods = \"fetch\" }]\n[api]",
        "`methods` must be one of `ANY`, `DELETE`, `GET`, `HEAD`, `OPTIONS`, `PATCH`, `POST`, `PUT`, not `fetch`",
        "write one of `ANY`, `DELETE`, `GET`, `HEAD`, `OPTIONS`, `PATCH`, `POST`, `PUT` for `methods`",
    );
}

#[test]
fn words_of_aws_are_other_spellings() {
    let read = |rest: &str| {
        let text = format!("{HEAD}[services.app]\nimage = \"a:1\"\n{rest}");
        Stack::from_toml(&text).unwrap_or_else(|problems| panic!("{rest}: {problems:?}")).stack
    };
    for (other, one) in [
        ("cpu = \"0.5 vCPU\"\nmemory = \"1 GB\"", "cpu = 512\nmemory = 1024"),
        ("cpu = \".5vcpu\"\nmemory = \"1024\"", "cpu = 512\nmemory = 1024"),
        (
            "environment = { PORT = 8080, RATIO = 0.5, DEBUG = true }",
            "environment = { PORT = \"8080\", RATIO = \"0.5\", DEBUG = \"true\" }",
        ),
        (
            "log_options = { awslogs-create-group = true }",
            "log_options = { awslogs-create-group = \"true\" }",
        ),
    ] {
        assert_eq!(read(other), read(one), "{other}");
        let json =
            |rest: &str| serde_json::from_str::<Stack>(&serde_json::to_string(&read(rest)).unwrap()).unwrap();
        assert_eq!(json(other), read(one), "{other}");
    }
    let routed = |methods: &str| {
        read(&format!("port = 80\nroutes = [{{ path = \"/a\", methods = {methods} }}]\n[api]"))
    };
    let one = routed("[\"GET\"]");
    for methods in ["\"GET\"", "\"get\"", "[\"get\", \"GET\"]"] {
        assert_eq!(routed(methods), one, "{methods}");
    }
}

#[test]
fn file_beyond_the_types_is_a_misfit() {
    // The schema follows from the types, so no text leads here.
    let problem = misfit();
    assert_eq!((problem.rule, problem.case), ("FILE-003", "misfit"));
}

#[test]
fn kind_of_a_backend_stands_for_its_table() {
    let service = |backend: &str| {
        let text = format!("{HEAD}[services.app]\nimage = \"a:1\"\nport = 80\nbackend = {backend}\n");
        let stack = Stack::from_toml(&text).unwrap_or_else(|problems| panic!("{problems:#?}")).stack;
        stack.services["app"].backend.clone()
    };
    for kind in ["cloud_map", "alb", "nlb"] {
        assert_eq!(service(&format!("\"{kind}\"")), service(&format!("{{ kind = \"{kind}\" }}")), "{kind}");
    }
}
