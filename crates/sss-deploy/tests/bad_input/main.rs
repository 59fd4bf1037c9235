//! The program on bad input: one clear message, the right exit code, and no changes.

mod endpoints;
mod environment;
mod files;
mod server;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// A valid stack file, for the cases to break.
const STARTER: &str = "sss.toml";

/// Runs the program in this folder, without the user's own environment.
fn run(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sss-deploy"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
        .envs([("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nonexistent")])
        .envs(environment.iter().copied())
        .output()
        .expect("the program starts")
}

fn folder_with_stack() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = run(folder.path(), &[], &["init"]);
    assert!(made.status.success(), "{made:?}");
    folder
}

/// Replaces `from` in the stack file by `to`. Every command must then end with this exit code and this message, and
/// create no account.
fn check_stack(from: &str, to: &str, says: &[&str]) {
    let folder = folder_with_stack();
    let file = folder.path().join(STARTER);
    let text = fs::read_to_string(&file).expect("the stack file");
    assert!(text.contains(from), "the starter holds {from}:\n{text}");
    fs::write(&file, text.replacen(from, to, 1)).expect("the stack file");
    for arguments in [&["validate"][..], &["plan", "--sandbox"], &["apply", "--sandbox", "--yes"]] {
        let answer = run(folder.path(), &[], arguments);
        let told =
            String::from_utf8_lossy(&answer.stdout).into_owned() + &String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(3), "{arguments:?}: {told}");
        for part in says {
            assert!(told.contains(part), "{arguments:?} says {part}: {told}");
        }
    }
    assert!(!folder.path().join("sss.sandbox.json").exists(), "no account was touched");
}

#[test]
fn unknown_key_gets_a_suggestion() {
    check_stack("region = ", "regoin = ", &["FILE-002", "did you mean `region`?", "sss.toml:"]);
}

#[test]
fn missing_key_is_named() {
    check_stack("vpc_id = ", "# ", &["STACK-001", "network.vpc_id"]);
}

#[test]
fn wrong_type_is_named() {
    check_stack("memory = 512", "memory = [512]", &["FILE-003", "services."]);
}

#[test]
fn size_unknown_to_fargate_shows_the_sizes() {
    check_stack(
        "memory = 512",
        "memory = 700",
        &["ECS-TD-010", "set `memory` to one of `512`, `1024`, `2048`"],
    );
}

#[test]
fn missing_inputs_are_named_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("terraform.tfvars"), "vpc_id = 5\n").expect("a file");
    let answer = run(folder.path(), &[], &["init", "--from-tfvars", "terraform.tfvars"]);
    assert_eq!(answer.status.code(), Some(3), "{answer:?}");
    let told = String::from_utf8_lossy(&answer.stderr);
    for input in ["vpc_id", "private_subnet_ids", "cognito_user_pool_endpoint", "ecs_task", "ecs_service"] {
        assert!(told.contains(input), "{input}: {told}");
    }
    assert!(!folder.path().join(STARTER).exists(), "nothing was written");
}

/// Plans and applies without a sandbox in this environment. Both must fail with this message.
fn check_account(environment: &[(&str, &str)], says: &[&str]) {
    let folder = folder_with_stack();
    for arguments in [&["plan"][..], &["apply", "--yes"]] {
        let answer = run(folder.path(), environment, arguments);
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().filter(|line| line.starts_with("error")).count(), 1, "one message: {told}");
        for part in says {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}

#[test]
fn init_without_credentials_writes_placeholders() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = run(folder.path(), &[], &["init"]);
    let told = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{told}");
    let note = "note: the ids under [network] are placeholders: could not find AWS credentials\n";
    assert_eq!(told, format!("{note}wrote {STARTER}; `sss-deploy --sandbox plan` prints its plan\n"));
    let answer = run(folder.path(), &[], &["init", "-f", "other.toml"]);
    let told = String::from_utf8_lossy(&answer.stderr);
    assert!(told.ends_with("`sss-deploy -f other.toml --sandbox plan` prints its plan\n"), "{told}");
    let text = fs::read_to_string(folder.path().join(STARTER)).expect("the stack file");
    assert!(text.contains("# Replace the ids: "), "{text}");
}

#[test]
fn absent_credentials_get_a_hint() {
    check_account(&[], &["failed to find AWS credentials", "hint:", "AWS_PROFILE", "--sandbox"]);
}

#[test]
fn endpoint_without_a_listener_is_named() {
    // A port that was free a moment ago, so nothing listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("its address"));
    drop(listener);
    let environment = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00"),
        ("AWS_SECRET_ACCESS_KEY", "sandbox-secret-value"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    check_account(&environment, &["got no answer", "hint:", "AWS_ENDPOINT_URL"]);
}

#[test]
fn foreign_object_of_our_name_refuses_the_plan() {
    let folder = folder_with_stack();
    assert!(run(folder.path(), &[], &["apply", "--sandbox", "--yes"]).status.success());
    // The objects of another stack.
    let file = folder.path().join("sss.sandbox.json");
    let world = fs::read_to_string(&file)
        .expect("the sandbox")
        .replace("\"sss:stack\": \"", "\"sss:stack\": \"other-");
    fs::write(&file, &world).expect("the sandbox");
    let answer = run(folder.path(), &[], &["apply", "--sandbox", "--yes"]);
    assert_eq!(answer.status.code(), Some(4), "{answer:?}");
    let told = String::from_utf8_lossy(&answer.stderr);
    assert!(told.contains("cluster my-stack-ecs-cluster") && told.contains("other-"), "{told}");
}

#[test]
fn request_of_aws_is_checked_by_the_rules() {
    let folder = tempfile::tempdir().expect("a folder");
    let checked = |text: &str, code: i32, rules: &[&str]| {
        fs::write(folder.path().join("request.json"), text).expect("a file");
        let arguments = ["validate", "--as", "logs:PutRetentionPolicy", "request.json", "--json"];
        let answer = run(folder.path(), &[], &arguments);
        assert_eq!(answer.status.code(), Some(code), "{answer:?}");
        let document: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("one JSON document");
        let found: Vec<_> =
            document["problems"].as_array().into_iter().flatten().map(|problem| &problem["rule"]).collect();
        assert_eq!(found, rules, "{document}");
        assert_eq!(document["file"], "request.json");
    };
    checked(r#"{"logGroupName": "/ecs/orders", "retentionInDays": 7}"#, 0, &[]);
    checked(r#"{"logGroupName": "/ecs/orders", "retentionInDays": 8}"#, 3, &["LOG-003"]);
    checked("{", 3, &["FILE-001"]);
}

#[test]
fn task_definition_is_read_next_to_the_stack_file() {
    let folder = folder_with_stack();
    let inner = folder.path().join("deploy");
    fs::create_dir(&inner).expect("a folder");
    let text = fs::read_to_string(folder.path().join(STARTER)).expect("the stack file");
    let image = "image = \"public.ecr.aws/docker/library/httpd:2.4\"";
    assert!(text.contains(image), "{text}");
    fs::write(inner.join(STARTER), text.replace(image, "task_definition = \"taskdef.json\""))
        .expect("a file");
    let validate = || run(folder.path(), &[], &["validate", "--file", "deploy/sss.toml"]);

    let answer = validate();
    let told = String::from_utf8_lossy(&answer.stdout).into_owned();
    assert_eq!(answer.status.code(), Some(3), "{told}");
    assert!(told.contains("FILE-005") && told.contains("taskdef.json"), "{told}");

    let taskdef = r#"{ "family": "web", "containerDefinitions": [{ "name": "web", "image": "httpd:2.4", "links": ["db"] }] }"#;
    fs::write(inner.join("taskdef.json"), taskdef).expect("a file");
    let answer = validate();
    let told = String::from_utf8_lossy(&answer.stdout).into_owned();
    assert_eq!(answer.status.code(), Some(3), "{told}");
    assert!(told.contains("FILE-006") && told.contains("containerDefinitions[0].links"), "{told}");

    fs::write(inner.join("taskdef.json"), taskdef.replace(r#", "links": ["db"]"#, "")).expect("a file");
    let answer = validate();
    assert_eq!(answer.status.code(), Some(0), "{answer:?}");
}

#[test]
fn empty_endpoint_is_reported() {
    let folder = folder_with_stack();
    let credentials = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECS"] {
        let environment = [credentials[0], credentials[1], (name, "")];
        let answer = run(folder.path(), &environment, &["plan"]);
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!("{name} is empty")), "{told}");
    }
}

/// Validates this number of lines before a stack file.
fn validated(lines: impl Iterator<Item = String>, json: bool) -> Output {
    let folder = folder_with_stack();
    let file = folder.path().join(STARTER);
    let text = fs::read_to_string(&file).expect("the stack file");
    fs::write(&file, lines.collect::<String>() + &text).expect("the stack file");
    run(folder.path(), &[], if json { &["validate", "--json"] } else { &["validate"] })
}

/// In quadratic time each of these takes minutes. The bound is wide, for busy machines.
#[test]
fn many_problems_take_linear_time() {
    let start = std::time::Instant::now();
    let unknown = |n| format!("k{n} = 1\n");
    let in_a_line = |count: usize| {
        let keys: String = (0..count).map(|n| format!("k{n} = 1, ")).collect::<Vec<_>>().concat();
        std::iter::once(format!("tags = {{ {keys} }}\n"))
    };
    let silenced = |count: usize| {
        let rules: String = (0..count).map(|n| format!("X-{n} = \"\", ")).collect::<Vec<_>>().concat();
        std::iter::once(format!("silence = {{ {rules} }}\n"))
    };
    let twice = |n: usize| format!("k{} = 1\n", n / 2);
    let quotes = |count: usize| std::iter::once(format!("x = {}\n", "\"\\".repeat(count)));
    for answer in [
        validated((0..20_000).map(unknown), false),
        validated((0..20_000).map(unknown), true),
        validated(in_a_line(20_000), false),
        validated(silenced(20_000), false),
        validated((0..10_000).map(twice), false),
        validated(quotes(50_000), false),
    ] {
        assert_eq!(answer.status.code(), Some(3), "{}", String::from_utf8_lossy(&answer.stderr));
    }
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}
