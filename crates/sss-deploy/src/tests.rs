//! The whole program over the sandbox, in a folder of its own.
//!
//! Tests run the library's [`run`] with arguments and writers, so they see the exit code and both streams of
//! the program. `tests/snapshots` has the output of whole commands.

mod confirmed;
mod cost;
mod data;
mod day_two;
mod dependents;
mod domains;
mod empty;
mod format;
mod graph;
mod handover;
mod init;
mod lease;
mod linear;
mod permissions;
mod picture;
mod pipeline;
mod saved_plan;
mod screens;
mod snapshots;
mod verify;

use std::{
    fs,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::Value;
use sss_model::{Network, Stack, tfvars};
use tempfile::TempDir;

use crate::{Exit, Streams, run, run_for};

const INPUTS: &str = r#"
    vpc_id = "vpc-0a1b2c3d4e5f60718"
    private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
    default_security_group_id = "sg-0a1b2c3d4e5f60000"
    cognito_user_pool_endpoint = "cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_example01"
    user_pool_client_ids = ["1example23456789abcdefghij"]
    allow_origins = ["https://example.com"]
    ecs_task = {}
    ecs_service = {}
"#;

/// The text that was written to one stream.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no test panics while it writes").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no test panics while it writes").clone()).expect("text")
    }
}

/// A folder with the stack file of the reference stack. Its image has a fixed tag, which gives no warning.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        let inputs = tfvars::read(INPUTS).expect("the inputs of the reference stack");
        folder.write(&inputs.to_stack_file().replace("httpd:latest", "httpd:2.4"));
        folder
    }

    fn file(&self) -> String {
        self.0.path().join("sss.toml").display().to_string()
    }

    fn write(&self, text: &str) {
        fs::write(self.file(), text).expect("a stack file");
    }

    fn edit(&self, before: &str, after: &str) {
        let text = fs::read_to_string(self.file()).expect("the stack file");
        assert!(text.contains(before), "{text}");
        self.write(&text.replace(before, after));
    }

    /// Runs a command. Returns its exit code, standard output and standard error.
    ///
    /// The stack file is named instead of the working folder, which all tests share. So hints do not repeat it here.
    fn run(&self, arguments: &str) -> (Exit, String, String) {
        self.run_words(&arguments.split(' ').collect::<Vec<_>>())
    }

    /// Runs a command of these words.
    fn run_words(&self, words: &[&str]) -> (Exit, String, String) {
        let (out, err) = (Written::default(), Written::default());
        let file = self.file();
        let words = ["sss-deploy", "-f", &file].into_iter().chain(words.iter().copied());
        let exit = run(words.map(str::to_owned), Streams::new(out.clone(), err.clone()));
        let given = format!(" -f {file}");
        (exit, out.text().replace(&given, ""), err.text().replace(&given, ""))
    }

    fn json(&self, arguments: &str) -> (Exit, Vec<Value>) {
        let (exit, out, err) = self.run(arguments);
        assert_eq!(err, "");
        let values = serde_json::Deserializer::from_str(&out).into_iter();
        (exit, values.collect::<Result<_, _>>().expect("JSON"))
    }
}

#[test]
fn control_characters_never_reach_a_terminal() {
    let folder = Folder::new();
    let file = folder.0.path().join("re\u{1b}[31mquest.json");
    let image = "a:1\n\u{7}\u{1b}[2J";
    let container = serde_json::json!({ "name": "app", "image": image, "co\u{1b}[31m": 1 });
    let request = serde_json::json!({ "family": "a", "containerDefinitions": [container] });
    fs::write(&file, request.to_string()).expect("a request");
    let (file, form) = (file.to_str().expect("a path"), "ecs:RegisterTaskDefinition");

    let (exit, out, _) = folder.run_words(&["validate", "--as", form, file]);
    assert_eq!(exit, Exit::Invalid);
    assert!(out.contains("`a:1\\n\\u0007\\u001B[2J` is not a reference to an image\n"), "{out}");
    assert!(out.contains("AWS has no parameter `co\\u001B[31m` here\n"), "{out}");
    assert!(out.contains("re\\u001B[31mquest.json: "), "{out}");

    let (_, out, _) = folder.run_words(&["--json", "validate", "--as", form, file]);
    let answer: Value = serde_json::from_str(&out).expect("JSON");
    let problems = answer["problems"].as_array().expect("problems");
    assert!(problems.iter().any(|problem| problem["arguments"]["image"] == image), "{answer:#}");

    let (_, _, err) = folder.run_words(&["validate", "--as", form, "no\u{1b}[2Jfile"]);
    assert!(err.contains("failed to read no\\u001B[2Jfile: "), "{err}");
}

#[test]
fn stack_is_created_changed_and_deleted() {
    let folder = Folder::new();
    let (exit, out, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(out.starts_with("apigateway_endpoint = https://"), "{out}");
    assert!(err.contains("\n16 to create, about 2.5 min (VPC link)\n"), "{err}");
    assert!(err.contains("done  + ecs/service mz-dev-app\n"), "{err}");
    let (exit, out, _) = folder.run("plan --sandbox --detailed-exitcode");
    assert_eq!(exit, Exit::Done);
    assert!(out.ends_with("\nno changes: the account matches the stack\n"), "{out}");
    folder.edit("\"mamezou\"", "\"somebody\"");
    let (exit, out, _) = folder.run("plan --sandbox --detailed-exitcode");
    assert_eq!(exit, Exit::Pending);
    assert!(out.contains("~ tags: Owner of 13 objects\n"), "{out}");
    let (_, out, _) = folder.run("plan --sandbox --full");
    assert!(out.contains("    ~ tags.Owner: mamezou → somebody\n"), "{out}");
    let (exit, _, err) = folder.run("destroy --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
    let (_, out, err) = folder.run("outputs --sandbox");
    assert_eq!(out, "");
    assert!(err.ends_with("note: the stack has no objects in the account\n"), "{err}");
}

#[test]
fn apply_as_json_is_lines_of_events() {
    let folder = Folder::new();
    let (exit, lines) = folder.json("apply --sandbox --yes --json");
    assert_eq!(exit, Exit::Done);
    let elapsed = lines.iter().map(|line| line["elapsed_ms"].as_u64().expect("a number"));
    assert!(elapsed.is_sorted());
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!((&first["event"], &first["plan"]["summary"]["create"]), (&"planned".into(), &16.into()));
    assert_eq!((&last["event"], &last["success"]), (&"finished".into(), &true.into()));
    let steps = last["steps"].as_array().expect("a list");
    assert!(steps.len() == 16 && steps.iter().all(|step| step["result"] == "done"));
    assert!(last["outputs"]["ecs_cluster_arn"].is_string());
}

#[test]
fn status_shows_missing_and_drifted_objects() {
    let folder = Folder::new();
    let (_, before) = folder.json("status --sandbox --json");
    assert_eq!(before[0]["missing"].as_array().map(Vec::len), Some(16));
    folder.run("apply --sandbox --yes");
    folder.edit("\"mamezou\"", "\"somebody\"");
    let (exit, out, _) = folder.run("status --sandbox");
    assert_eq!(exit, Exit::Done);
    assert!(out.contains("\ndifferent from sss.toml: network, tasks, api, app (13 objects)\n"), "{out}");
    let (exit, out, _) = folder.run("status --sandbox --all --exit-code");
    assert_eq!(exit, Exit::Pending);
    assert!(out.contains("  differs  service mz-dev-app  1 of 1 running"), "{out}");
}

#[test]
fn apply_without_confirmation_is_refused() {
    let folder = Folder::new();
    let (exit, out, err) = folder.run("apply --sandbox");
    assert_eq!((exit, out.as_str()), (Exit::Refused, ""));
    assert!(
        err.contains("error: failed to apply: nobody confirmed\nhint: there is no terminal for the question"),
        "{err}"
    );
    let (_, lines) = folder.json("destroy --sandbox --json");
    assert_eq!(lines[1]["success"], true, "nothing to destroy needs no confirmation");
    let (exit, lines) = folder.json("apply --sandbox --json");
    assert_eq!(exit, Exit::Refused);
    assert_eq!(lines[1]["error"], "failed to apply: nobody confirmed");
}

/// Replaces a mark in the saved sandbox.
fn remark(folder: &Folder, before: &str, after: &str) {
    let path = folder.0.path().join("sss.sandbox.json");
    let world = fs::read_to_string(&path).expect("the sandbox");
    assert!(world.contains(before), "{world}");
    fs::write(path, world.replace(before, after)).expect("the sandbox");
}

#[test]
fn object_without_owner_is_refused_until_adopted() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    remark(&folder, "\"sss:stack\"", "\"somebody:stack\"");
    let (exit, out, err) = folder.run("plan --sandbox");
    assert_eq!(exit, Exit::Refused);
    assert!(
        out.contains("already and are not managed by this stack\n") && out.contains("    service mz-dev-app"),
        "{out}"
    );
    assert!(
        err.ends_with("hint: `sss-deploy --sandbox adopt` takes over objects without an owner\n"),
        "{err}"
    );
    let (exit, lines) = folder.json("apply --sandbox --yes --json");
    assert_eq!((exit, &lines[1]["success"]), (Exit::Refused, &false.into()));
    let (exit, _, err) = folder.run("adopt --sandbox --yes");
    assert_eq!(exit, Exit::Done, "{err}");
    let (_, documents) = folder.json("plan --sandbox --json");
    assert_eq!(documents[0]["changes"], false, "{}", documents[0]);
}

#[test]
fn objects_of_another_stack_are_not_adopted() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    remark(&folder, "\"sss:stack\": \"mz-dev\"", "\"sss:stack\": \"other\"");
    let (exit, _, err) = folder.run("adopt --sandbox --yes");
    assert_eq!(exit, Exit::Refused);
    assert!(err.contains("error: 16 objects are refused (see above); nothing was changed\n"), "{err}");
    let (_, out, _) = folder.run("status --sandbox");
    assert!(out.contains("16 objects of these names not managed by this stack"), "{out}");
    let (_, out, _) = folder.run("status --sandbox --all");
    assert!(out.contains("  foreign  service mz-dev-app  managed by the stack other"), "{out}");
}

#[test]
fn invalid_stack_is_reported_with_all_problems() {
    let folder = Folder::new();
    folder.edit("cpu = 256", "cpu = 257\ncolour = 1");
    let (exit, out, _) = folder.run("validate");
    assert_eq!(exit, Exit::Invalid);
    assert!(out.contains(&format!("{}: 2 errors", folder.file())), "{out}");
    let (exit, documents) = folder.json("plan --sandbox --json");
    assert_eq!(exit, Exit::Invalid);
    let errors = documents[0]["problems"].as_array().into_iter().flatten();
    assert_eq!(errors.filter(|problem| problem["severity"] == "error").count(), 2);
    assert!(!folder.0.path().join("sss.sandbox.json").exists());
}

#[test]
fn invalid_stack_in_code_is_shown_like_by_validate() {
    let problems = |command: &str| {
        let built = Stack::builder().name("shop").network(Network::default()).build();
        let (out, err) = (Written::default(), Written::default());
        let exit = run_for(built, ["shop", command], Streams::new(out.clone(), err.clone()));
        assert_eq!(exit, Exit::Invalid);
        out.text() + &err.text()
    };
    let (validated, applied) = (problems("validate"), problems("apply"));
    let list = validated.rsplit_once("\n\n").expect("problems and a conclusion").0;
    assert!(list.contains("region"), "{list}");
    assert_eq!(applied.rsplit_once("\n\n").expect("problems and a conclusion").0, list);
    assert!(applied.contains("\n\nerror: the stack has "), "{applied}");
}

#[test]
fn missing_stack_file_fails_with_a_hint() {
    let folder = Folder::new();
    fs::remove_file(folder.file()).expect("the stack file");
    let (exit, out, err) = folder.run("plan --sandbox");
    assert_eq!((exit, out.as_str()), (Exit::Failed, ""));
    assert!(err.contains("hint: `sss-deploy --sandbox init` writes a stack file"), "{err}");
    assert_eq!(folder.run("init --sandbox").0, Exit::Done);
    assert_eq!(folder.run("init --sandbox").0, Exit::Refused);
    assert_eq!(folder.run("validate").0, Exit::Done);
}

#[test]
fn wrong_arguments_are_a_matter_of_usage() {
    let folder = Folder::new();
    assert_eq!(folder.run("plan --frobnicate").0, Exit::Usage);
    let (exit, out, err) = folder.run("--help");
    assert_eq!((exit, err.as_str()), (Exit::Done, ""));
    assert!(out.contains("Exit codes:"), "{out}");
}

#[test]
fn stack_in_code_is_applied_by_default() {
    let folder = Folder::new();
    let text = tfvars::read(INPUTS).expect("the inputs of the reference stack").to_stack_file();
    let stack = Stack::from_toml(&text).expect("the reference stack").stack;
    let world = folder.0.path().join("world.json");
    let sandbox = format!("--sandbox={}", world.display());
    let out = Written::default();
    let arguments = ["target/debug/xtask", "deploy", &sandbox, "--yes"];
    let exit = run_for(stack, arguments.map(str::to_owned), Streams::new(out.clone(), io::sink()));
    assert_eq!(exit, Exit::Done);
    assert!(out.text().contains("ecs_cluster_arn = "), "{}", out.text());
    assert!(world.exists());
}

#[test]
fn failed_deployment_is_reported_and_not_retried() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let (exit, _, err) = folder.run("apply --sandbox --yes --no-verify");
    assert_eq!(exit, Exit::Failed);
    for told in [
        "the deployment was rolled back: ECS deployment circuit breaker: tasks failed to start.\n",
        "    tried mz-dev-site:2, still running mz-dev-site:1\n",
        "    circuit breaker: 3 tasks failed; the limit is 3\n",
        ": TaskFailedToStart: CannotPullContainerError: ",
        "    last events of the service, newest first:\n",
        "hint: change the stack and run `sss-deploy --sandbox apply`, or retry with `sss-deploy --sandbox apply --retry`\n",
    ] {
        assert!(err.contains(told), "{told:?} in {err}");
    }
    let (exit, out, _) = folder.run("plan --sandbox --detailed-exitcode");
    assert_eq!(exit, Exit::Pending);
    assert!(out.contains("not retried: service mz-dev-app stays at mz-dev-site:1\n"), "{out}");
    assert!(out.contains("    the deployment of mz-dev-site:2 was rolled back\n"), "{out}");
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Failed);
    assert!(
        err.contains("error: failed to apply: 1 service is behind the stack: its last deployment failed\n"),
        "{err}"
    );
    let (_, out, _) = folder.run("status --sandbox");
    assert!(out.contains("rolled back from does-not-exist (rev 2)"), "{out}");
    let (exit, lines) = folder.json("apply --sandbox --yes --json --retry --no-verify");
    let last = &lines[lines.len() - 1];
    let steps = last["steps"].as_array().expect("a list");
    let failed = steps.iter().find(|step| step["result"] == "failed").expect("a failed step");
    assert_eq!((exit, &failed["deployment"]["status"]), (Exit::Failed, &"ROLLBACK_SUCCESSFUL".into()));
    assert_eq!(failed["deployment"]["circuit_breaker"]["threshold"], 3);
}
