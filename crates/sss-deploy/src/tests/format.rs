//! JSON output against its published schemas, and the promises of `docs/json.md`.

use serde_json::Value;

use super::{Folder, remark};
use crate::{Exit, Subject};

/// Checks documents or lines against a schema.
fn check(subject: Subject, documents: &[Value]) {
    let validator = jsonschema::validator_for(&subject.schema()).expect("the schema is sound");
    assert!(!documents.is_empty());
    for document in documents {
        let errors: Vec<_> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {document:#}", errors.join("\n"));
        assert_eq!(document["format"], "sss/1", "{document:#}");
    }
}

impl Folder {
    /// Runs a command with `--json`, checks its answer against a schema, and returns it.
    pub(super) fn answer(&self, subject: Subject, arguments: &str) -> Vec<Value> {
        let (_, documents) = self.json(&format!("{arguments} --sandbox --json"));
        check(subject, &documents);
        documents
    }
}

#[test]
fn answers_of_a_stack_fit_their_schemas() {
    let folder = Folder::new();
    assert_eq!(folder.answer(Subject::Plan, "plan")[0]["changes"], true);
    folder.answer(Subject::Status, "status");
    folder.answer(Subject::Events, "apply --yes");
    assert_eq!(folder.answer(Subject::Plan, "plan --stats")[0]["changes"], false);
    assert!(folder.answer(Subject::Outputs, "outputs")[0]["outputs"]["ecs_cluster_arn"].is_string());
    assert!(folder.answer(Subject::Outputs, "open /a")[0]["outputs"]["url"].is_string());
    folder.answer(Subject::Status, "status");

    folder.edit("[services.app]\n", "[services.app]\nnames.cloud_map = \"mz-dev-app-2\"\n");
    folder.answer(Subject::Plan, "plan");
    folder.answer(Subject::Events, "apply --yes");
    folder.answer(Subject::Events, "destroy --yes");
}

#[test]
fn answers_after_a_failure_fit_their_schemas() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let lines = folder.answer(Subject::Events, "apply --yes");
    assert!(lines[0]["verification"]["checks"].is_array(), "{lines:?}");
    let lines = folder.answer(Subject::Events, "apply --yes --no-verify");
    assert!(lines.iter().any(|line| line["event"] == "failed" && line["deployment"].is_object()));
    let plan = &folder.answer(Subject::Plan, "plan")[0];
    assert_eq!((&plan["changes"], plan["steps"].as_array().map(Vec::len)), (&true.into(), Some(0)), "{plan}");
    assert!(plan["held"][0]["id"]["name"].is_string(), "{plan}");
    folder.answer(Subject::Status, "status");
    folder.answer(Subject::Events, "apply --yes");
}

#[test]
fn answers_of_a_refused_plan_fit_their_schemas() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    remark(&folder, "\"sss:stack\"", "\"somebody:stack\"");
    let plan = &folder.answer(Subject::Plan, "plan")[0];
    assert_eq!(plan["changes"], true, "a refusal is something to do");
    assert!(plan["refusals"][0]["id"]["kind"].is_string(), "{plan}");
    folder.answer(Subject::Events, "apply --yes");
    folder.answer(Subject::Status, "status");
    folder.answer(Subject::Events, "adopt --yes");
    folder.answer(Subject::Events, "release --yes");
    folder.edit("desired_count = 1", "desired_count = 3");
    folder.answer(Subject::Events, "adopt --dry-run");
}

#[test]
fn answers_of_daily_operation_fit_their_schemas() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:ends-memory");
    folder.run("apply --sandbox --yes");
    for (subject, line) in [
        (Subject::Tasks, "tasks --all"),
        (Subject::Timeline, "events"),
        (Subject::History, "history"),
        (Subject::Logs, "logs"),
        (Subject::Events, "restart app"),
        (Subject::Events, "scale app=2"),
        (Subject::Events, "wait --until stable"),
    ] {
        folder.answer(subject, line);
    }
    let tasks = folder.answer(Subject::Tasks, "tasks --stopped");
    let id = tasks[0]["tasks"][0]["id"].as_str().expect("an id").to_owned();
    folder.answer(Subject::Task, &format!("task {id}"));
    let running = folder.answer(Subject::Tasks, "tasks");
    let id = running[0]["tasks"][0]["id"].as_str().expect("an id").to_owned();
    folder.answer(Subject::Stop, &format!("stop {id}"));
    for text in
        ["P8", "ECS-TD-010", "Scaling activity initiated by (deployment ecs-svc/1)", "a text of tomorrow"]
    {
        let (_, out, _) = folder.run_words(&["explain", "--json", text]);
        check(Subject::Explain, &[serde_json::from_str(&out).expect("JSON")]);
    }
}

#[test]
fn cause_stands_in_events_and_in_the_status() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:ends-memory");
    let lines = folder.answer(Subject::Events, "apply --yes");
    let failed = lines.iter().find(|line| line["event"] == "failed").expect("a failed step");
    assert_eq!(failed["cause"]["cause"], "K3");
    assert_eq!(failed["deployment"]["cause"]["confidence"], "sure");
    let finished = lines.last().expect("a last line");
    let step =
        finished["steps"].as_array().and_then(|steps| steps.iter().find(|step| step["result"] == "failed"));
    assert_eq!(step.expect("the failed step")["cause"]["cause"], "K3");
    let status = &folder.answer(Subject::Status, "status")[0];
    let service = &status["services"][0];
    assert_eq!(
        (&service["cause"]["cause"], &service["not_checked"]),
        (&"K3".into(), &Value::Null),
        "{service}"
    );
    let wait = folder.answer(Subject::Events, "wait");
    assert_eq!(wait[wait.len() - 1]["cause"]["cause"], "K3", "{wait:?}");
}

#[test]
fn validate_fits_its_schema() {
    let folder = Folder::new();
    check(Subject::Validate, &folder.json("validate --json").1);
    folder.edit("cpu = 256", "cpu = 257\ncolour = 1");
    check(Subject::Validate, &folder.json("validate --json").1);
    let request = folder.0.path().join("request.json");
    std::fs::write(&request, "{}").expect("a file");
    let line = format!("validate --as ecs:CreateService {} --json", request.display());
    check(Subject::Validate, &folder.json(&line).1);
}

#[test]
fn errors_of_all_commands_are_events() {
    let folder = Folder::new();
    for (arguments, exit) in [
        ("plan --sandbox --rate 7 --json", Exit::Failed),
        ("apply missing.json --sandbox --json", Exit::Failed),
        ("open --sandbox --json", Exit::Failed),
        ("init --json", Exit::Refused),
        ("validate --explain NO-1 --json", Exit::Failed),
    ] {
        let (code, lines) = folder.json(arguments);
        check(Subject::Events, &lines);
        let last = &lines[lines.len() - 1];
        assert_eq!((&last["event"], &last["exit_code"]), (&"error".into(), &exit.code().into()), "{last}");
        assert_eq!(code, exit);
    }
    folder.edit("cpu = 256", "cpu = 257");
    let (_, lines) = folder.json("status --sandbox --json");
    check(Subject::Events, &lines);
    let mut problems = lines[0]["problems"].as_array().expect("a list").iter();
    assert!(problems.any(|problem| problem["path"] == "services.app.cpu"), "{}", lines[0]);
}

#[test]
fn ids_have_one_shape_everywhere() {
    let folder = Folder::new();
    let plan = &folder.answer(Subject::Plan, "plan")[0];
    let lines = folder.answer(Subject::Events, "apply --yes");
    let status = &folder.answer(Subject::Status, "status")[0];
    let events = lines.iter().filter(|line| line["event"] == "done");
    let lists = [&plan["steps"], &lines[lines.len() - 1]["steps"], &status["objects"]];
    let entries = lists.into_iter().flat_map(|list| list.as_array().expect("a list"));
    for entry in entries.chain(events) {
        assert!(entry["id"]["kind"].is_string() && entry["id"]["name"].is_string(), "{entry}");
        assert!(entry.get("kind").is_none(), "{entry}");
    }
}

#[test]
fn numbers_of_calls_are_detailed_only_on_request() {
    let folder = Folder::new();
    let report = |arguments: &str| folder.answer(Subject::Plan, arguments)[0]["report"].clone();
    assert!(report("plan").get("by_operation").is_none());
    assert!(report("plan --stats")["by_operation"].is_object());
}

#[test]
fn quiet_leaves_answers_and_errors() {
    let folder = Folder::new();
    let (exit, out, err) = folder.run("apply --sandbox --yes --quiet");
    assert_eq!((exit, err.as_str()), (Exit::Done, ""));
    assert!(out.starts_with("apigateway_endpoint = "), "{out}");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    let (exit, _, err) = folder.run("apply --sandbox --quiet --no-verify");
    assert_eq!(exit, Exit::Refused);
    assert!(err.contains("does-not-exist") && err.contains("nobody confirmed"), "{err}");
    let (exit, _, err) = folder.run("apply --sandbox --yes -q --no-verify");
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("failed to update ecs/service") && err.contains("CannotPull"), "{err}");
    assert!(!err.contains("start ") && !err.contains("calls:"), "{err}");
}

#[test]
fn manual_and_completions_know_all_commands() {
    let folder = Folder::new();
    let (exit, page, _) = folder.run("man");
    assert_eq!(exit, Exit::Done);
    assert!(page.starts_with(".ie") && page.contains("sss\\-deploy\\-adopt"), "{page}");
    let (_, page, _) = folder.run("man plan");
    assert!(page.contains("detailed\\-exitcode") && page.contains("\\-\\-sandbox"), "{page}");
    assert_eq!(folder.run("man frobnicate").0, Exit::Failed);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (exit, script, _) = folder.run(&format!("completions {shell}"));
        assert_eq!(exit, Exit::Done);
        assert!(script.contains("adopt") && script.contains("detailed-exitcode"), "{shell}");
    }
}

#[test]
fn verb_of_another_tool_is_noted() {
    let folder = Folder::new();
    let (exit, _, err) = folder.run("diff --sandbox");
    assert_eq!(exit, Exit::Done);
    assert!(err.starts_with("note: `diff` is `sss-deploy plan`\n"), "{err}");
    let (exit, _, err) = folder.run("down --sandbox --yes");
    assert_eq!(exit, Exit::Usage);
    assert!(err.contains("`down` is not a command; `sss-deploy destroy` deletes"), "{err}");
}
