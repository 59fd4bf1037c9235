//! The screens of all commands: no line is wider than the terminal.

use anstream::adapter::strip_str;
use insta::assert_snapshot;
use serde_json::json;

use super::Folder;

/// A second service, with a long name.
const SECOND: &str = r#"
[services.recommendations-of-the-season]
image = "public.ecr.aws/docker/library/httpd:2.4"
port = 80
stop_timeout = 60
routes = [{ path = "/recommendations/of-the-season/{proxy+}", methods = ["GET", "POST"] }]
"#;

/// The commands in the order in which a person enters them. `TASK` stands for the id of a running task.
const COMMANDS: [&str; 38] = [
    "validate",
    "cost",
    "plan",
    "plan --full",
    "verify",
    "apply --yes",
    "plan",
    "status",
    "status --all",
    "outputs",
    "tasks",
    "tasks --all",
    "task TASK",
    "task ffffffff",
    "history",
    "events",
    "images --check",
    "pin",
    "pin --undo",
    "stop TASK --reason test",
    "stop TASK",
    "scale app=2",
    "restart app",
    "restart recommendations-of-the-season --no-wait",
    "wait --until stable",
    "continue app",
    "abort app",
    "rollback app",
    "unlock",
    "exec app -- ls",
    "explain P8",
    "explain ECS-TD-010",
    "validate --explain ECS-TD-010",
    "adopt --dry-run",
    "compare",
    "release",
    "destroy",
    "tasks nobody",
];

/// Returns the lines of a text that are wider than the terminal, though they could be divided.
///
/// People copy words, texts in backticks and JSON, so these stay whole.
fn too_wide(text: &str, width: usize) -> Vec<String> {
    let is_whole = |line: &str| {
        let parts = line.split('`').enumerate();
        let words = parts.flat_map(|(index, part)| match index % 2 {
            0 => part.split(' ').collect::<Vec<_>>(),
            _ => vec![part],
        });
        // The rest of a line is indented by at most 8 columns.
        words.into_iter().any(|word| word.chars().count() + 8 > width)
    };
    let lines = text.lines().map(|line| strip_str(line).to_string());
    lines.filter(|line| line.chars().count() > width && !is_whole(line)).collect()
}

impl Folder {
    /// Returns a folder whose stack has two services.
    fn with_two_services() -> Self {
        let folder = Self::new();
        let text = std::fs::read_to_string(folder.file()).expect("the stack file");
        folder.write(&(text + SECOND));
        folder
    }

    /// Runs a task of the first service without the service, and another one.
    fn run_alone(&self) {
        self.meanwhile(|sandbox| {
            let subnets = json!({ "awsvpcConfiguration": { "subnets": sandbox.private_subnet_ids() } });
            let run = json!({ "cluster": "mz-dev-ecs-cluster", "taskDefinition": "mz-dev-site",
                "networkConfiguration": subnets, "count": 2 });
            sandbox.request("ecs", "RunTask", &run).expect("tasks");
            sandbox.advance(std::time::Duration::from_mins(2));
        });
    }
}

#[test]
fn no_line_of_a_screen_is_wider_than_the_terminal() {
    for (width, color) in [(60, "never"), (80, "never"), (80, "always"), (120, "always")] {
        let folder = Folder::with_two_services();
        let mut wide = Vec::new();
        for command in COMMANDS {
            if command == "tasks" {
                folder.run_alone();
            }
            let (_, tasks) = if command.contains("TASK") {
                folder.json("tasks --sandbox --json")
            } else {
                (crate::Exit::Done, Vec::new())
            };
            let id = tasks.first().and_then(|answer| answer["tasks"][0]["id"].as_str()).unwrap_or_default();
            let line = command.replace("TASK", &id.chars().take(8).collect::<String>());
            let (_, out, err) = match line.split_once(" -- ") {
                Some((line, words)) => {
                    folder.run(&format!("{line} --sandbox --width {width} --color {color} -- {words}"))
                }
                None => folder.run(&format!("{line} --sandbox --width {width} --color {color}")),
            };
            if std::env::var_os("SSS_SHOW_SCREENS").is_some() {
                println!("=== {width} {color} $ {line}\n{out}--- stderr\n{err}");
            }
            let of_terminal = |line: &String| !line.starts_with('|');
            wide.extend(
                too_wide(&format!("{out}\n{err}"), width)
                    .into_iter()
                    .filter(of_terminal)
                    .map(|wide| format!("{command}: {wide}")),
            );
        }
        assert!(wide.is_empty(), "{width} columns:\n{}", wide.join("\n"));
    }
}

#[test]
fn tasks_without_a_service_are_listed_and_stopped() {
    let folder = Folder::with_two_services();
    folder.run("apply --sandbox --yes");
    folder.run_alone();
    let (_, tasks) = folder.json("tasks --sandbox --json");
    let tasks = tasks[0]["tasks"].as_array().expect("tasks");
    assert_eq!(tasks.len(), 4);
    assert!(tasks[2..].iter().all(|task| task["service"].is_null()), "{tasks:#?}");
    let ids: Vec<String> =
        tasks.iter().map(|task| task["id"].as_str().expect("an id")[..8].to_owned()).collect();
    let seen = [
        "tasks --sandbox".to_owned(),
        format!("task {} --sandbox", ids[2]),
        format!("stop {} --sandbox --reason test", ids[2]),
        format!("stop {} {} --sandbox --reason test", ids[1], ids[3]),
        "tasks --sandbox --stopped".to_owned(),
        "tasks app --sandbox --all".to_owned(),
    ];
    assert_snapshot!(seen.map(|line| folder.seen(&format!("{line} --width 80"))).join("\n"));
    folder.answer(crate::Subject::Tasks, "tasks --all");
}
