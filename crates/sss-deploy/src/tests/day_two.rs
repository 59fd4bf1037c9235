//! The commands for running stacks.

use insta::assert_snapshot;

use super::Folder;
use crate::Exit;

impl Folder {
    /// Runs a command of these words and returns everything that it prints, with its exit code.
    fn says(&self, words: &[&str]) -> String {
        let (exit, out, err) = self.run_words(words);
        let line = words.join(" ");
        let seen = format!("$ sss-deploy {line}\n{out}--- stderr\n{err}--- exit code {}\n", exit.code());
        seen.replace(&self.0.path().display().to_string(), "FOLDER")
    }
}

#[test]
fn explain_of_texts_and_ids() {
    let folder = Folder::new();
    let seen = [
        "P8",
        "ECS-TD-010",
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
         public.ecr.aws/shop/web:9: public.ecr.aws/shop/web:9: not found",
        "exit code 137",
        "Scaling activity initiated by (deployment ecs-svc/1)",
        "CannotPullContainerError: a reason of tomorrow",
        "a text of tomorrow",
    ];
    assert_snapshot!(seen.map(|text| folder.says(&["explain", text])).join("\n"));
}

#[test]
fn explain_needs_neither_stack_nor_account() {
    let folder = Folder::new();
    folder.write("this is no stack file");
    let (exit, out, err) = folder.run_words(&["explain", "x12", "--json"]);
    assert_eq!((exit, err.as_str()), (Exit::Done, ""));
    let answer: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&answer["kind"], &answer["cause"]), (&"cause".into(), &"X12".into()));
    let (exit, out, _) = folder.run_words(&["explain", "--json", "a text of tomorrow"]);
    assert_eq!(exit, Exit::Failed);
    assert!(out.contains("\"kind\": \"unknown\""), "{out}");
}

impl Folder {
    /// Returns a folder whose stack is applied to its sandbox.
    fn applied() -> Self {
        let folder = Self::new();
        let (exit, _, err) = folder.run("apply --sandbox --yes");
        assert_eq!(exit, Exit::Done, "{err}");
        folder
    }

    /// Returns a folder whose stack is applied, and whose last deployment failed.
    fn failed() -> Self {
        let folder = Self::applied();
        folder.edit("httpd:2.4", "httpd:ends-memory");
        folder.run("apply --sandbox --yes");
        folder
    }
}

#[test]
fn tasks_that_run_and_that_stopped() {
    let folder = Folder::failed();
    assert_snapshot!(folder.seen("tasks --sandbox") + &folder.seen("tasks app --stopped --sandbox"));
}

#[test]
fn task_with_phases_and_last_lines() {
    let folder = Folder::failed();
    let (_, stopped) = folder.json("tasks --stopped --sandbox --json");
    let id = stopped[0]["tasks"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(stopped[0]["tasks"][0]["cause"]["cause"], "K3");
    assert_snapshot!(
        folder.seen(&format!("task {} --sandbox", &id[..8])) + &folder.seen("task ffffffff --sandbox")
    );
}

#[test]
fn history_and_events_of_a_rollback() {
    let folder = Folder::failed();
    assert_snapshot!(
        folder.seen("history --sandbox") + &folder.seen("events --sandbox --source deployment,service")
    );
    let (exit, lines) = folder.json("events --sandbox --json --source task");
    assert_eq!(exit, Exit::Done);
    assert!(lines.iter().all(|line| line["source"] == "task" && line["time"].is_string()), "{lines:?}");
}

#[test]
fn logs_of_services_tasks_and_the_api() {
    let folder = Folder::applied();
    folder.edit("httpd:2.4", "httpd:fail");
    folder.run("apply --sandbox --yes");
    let seen = [
        "logs --sandbox",
        "logs app --sandbox --raw --tail 2",
        "logs app --sandbox --raw --timestamps --tail 1",
        "logs --sandbox --raw --grep made",
        "logs --sandbox -p --raw",
        "logs --sandbox --api",
        "logs --sandbox -c other",
        "logs other --sandbox",
        "logs ffffffff --sandbox",
        "logs --sandbox --api --status 6xx",
    ];
    assert_snapshot!(seen.map(|line| folder.seen(line)).join("\n"));
    let (exit, lines) = folder.json("logs --sandbox --json --tail 1");
    assert_eq!(exit, Exit::Done);
    assert_eq!(
        (&lines[0]["service"], &lines[0]["container"]),
        (&"app".into(), &"mz-dev-app".into()),
        "{lines:?}"
    );
}

#[test]
fn interventions_say_what_the_next_plan_does() {
    let folder = Folder::applied();
    folder.edit("httpd:2.4", "httpd:2.5");
    folder.run("apply --sandbox --yes");
    let seen = ["restart app --sandbox", "scale app=2 --sandbox", "rollback --sandbox", "wait --sandbox"];
    assert_snapshot!(without_progress(&seen.map(|line| folder.seen(line)).join("\n")));
    let (_, tasks) = folder.json("tasks --sandbox --json");
    assert_eq!(tasks[0]["tasks"].as_array().map(Vec::len), Some(2));
    let id = tasks[0]["tasks"][0]["id"].as_str().expect("an id").to_owned();
    let (exit, stopped) = folder.json(&format!("stop {} --sandbox --json --reason test", &id[..10]));
    assert_eq!((exit, &stopped[0]["stopped"][0]), (Exit::Done, &id.into()));
}

#[test]
fn task_that_is_stopped_is_named() {
    let folder = Folder::applied();
    let (_, tasks) = folder.json("tasks --sandbox --json");
    let id = tasks[0]["tasks"][0]["id"].as_str().expect("an id").to_owned();
    assert_snapshot!(folder.seen(&format!("stop {} --sandbox --reason test", &id[..8])));
}

/// Returns what a person sees, without the lines of the progress, which have times of their own.
fn without_progress(seen: &str) -> String {
    seen.lines().filter(|line| !line.starts_with('[')).collect::<Vec<_>>().join("\n")
}

#[test]
fn interventions_without_waiting_are_not_verified() {
    let folder = Folder::applied();
    folder.edit("httpd:2.4", "httpd:2.5");
    folder.run("apply --sandbox --yes");
    let seen = [
        "scale app=2 --sandbox --no-wait",
        "wait --sandbox --until stable",
        "rollback --sandbox --no-wait",
        "wait --sandbox",
        "restart app --sandbox --no-wait",
        "wait --sandbox --until stage:scale-up",
        "wait --sandbox --until link",
        "wait --sandbox --until link:other",
        "wait --sandbox --until stage:somewhere",
        "wait --sandbox --until soon",
    ];
    assert_snapshot!(without_progress(&seen.map(|line| folder.seen(line)).join("\n")));
    folder.run("wait --sandbox");
    let (exit, lines) = folder.json("restart app --sandbox --no-wait --json");
    assert_eq!((exit, &lines[0]["verified"]), (Exit::Done, &false.into()), "{lines:?}");
}

#[test]
fn deployments_are_paused_continued_and_aborted() {
    let folder = Folder::applied();
    let pause = |id: &str| folder.meanwhile(|sandbox| sandbox.pause_next_deployment("mz-dev-app", id));
    pause("hook-1");
    let first = ["restart app --sandbox --no-wait", "wait --sandbox --until paused", "continue --sandbox"];
    let first = first.map(|line| folder.seen(line)).join("\n");
    let second = ["wait --sandbox", "restart app --sandbox --no-wait", "abort --sandbox", "wait --sandbox"];
    let second = second.map(|line| folder.seen(line)).join("\n");
    assert_snapshot!(without_progress(&(first + "\n" + &second)));

    pause("hook-2");
    for line in ["restart app --no-wait", "wait --until paused", "continue", "wait --until stage:clean-up"] {
        folder.answer(crate::Subject::Events, line);
    }
    for line in ["restart app --no-wait", "abort", "wait --until link"] {
        folder.answer(crate::Subject::Events, line);
    }
}

#[test]
fn scale_beside_an_autoscaler_keeps_to_its_bounds() {
    let folder = Folder::applied();
    let before = folder.seen("scale app --sandbox") + &folder.seen("scale app=2 --sandbox --max 4");
    folder.meanwhile(|sandbox| {
        let target = serde_json::json!({
            "ServiceNamespace": "ecs",
            "ResourceId": "service/mz-dev-ecs-cluster/mz-dev-app",
            "ScalableDimension": "ecs:service:DesiredCount",
            "MinCapacity": 1,
            "MaxCapacity": 4,
        });
        sandbox.request("application-autoscaling", "RegisterScalableTarget", &target).expect("a target");
    });
    let seen = [
        "scale app=9 --sandbox",
        "scale app=2 --sandbox",
        "scale app=6 --sandbox --max 6",
        "scale app --sandbox --suspend",
        "scale app=8 --sandbox --no-wait",
        "wait --sandbox --until stable",
        "scale app --sandbox --resume",
        "scale app=0 --sandbox",
        "scale app=0 --sandbox --suspend",
        "scale app=resume --sandbox --resume",
    ];
    let seen = before + &seen.map(|line| folder.seen(line)).join("\n");
    assert_snapshot!(without_progress(&seen));
}

#[test]
fn paused_service_returns_to_its_count() {
    let folder = Folder::applied();
    let seen = [
        "scale app=resume --sandbox",
        "scale app=3 --sandbox",
        "scale app=0 --sandbox",
        "tasks --sandbox",
        "scale app=0 --sandbox",
        "scale app=resume --sandbox",
        "scale app=resume --sandbox",
    ];
    let seen = without_progress(&seen.map(|line| folder.seen(line)).join("\n"));
    folder.run("scale app=0 --sandbox");
    let after = folder.seen("apply --sandbox --yes --quiet") + &folder.seen("plan --sandbox");
    assert_snapshot!(seen + "\n" + &after);
}

#[test]
fn rollback_to_each_of_its_targets() {
    let folder = Folder::applied();
    for (before, after) in [("httpd:2.4", "httpd:2.5"), ("httpd:2.5", "httpd:2.6")] {
        folder.edit(before, after);
        folder.run("apply --sandbox --yes");
    }
    let seen = [
        "rollback app --sandbox --to mz-dev-site:1",
        "rollback --sandbox --previous",
        "rollback --sandbox --previous --to mz-dev-site:1",
    ];
    assert_snapshot!(without_progress(&seen.map(|line| folder.seen(line)).join("\n")));
    let lines = folder.answer(crate::Subject::Events, "rollback --to mz-dev-site:2");
    let last = lines.last().expect("a line");
    assert_eq!((&last["event"], &last["done"]), (&"changed".into(), &"runs mz-dev-site:2".into()));
    let lines = folder.answer(crate::Subject::Events, "rollback --to mz-dev-site:9");
    assert_eq!(lines.last().expect("a line")["event"], "error");
}

#[test]
fn restart_that_takes_too_long_is_a_failure() {
    let folder = Folder::applied();
    let (exit, _, err) = folder.run("restart app --sandbox --timeout 10s");
    assert_eq!(exit, Exit::Failed, "{err}");
    assert!(err.contains("deployment"), "{err}");
    let (exit, _, err) = folder.run("restart app --sandbox --timeout soon");
    assert!(exit == Exit::Usage && err.contains("90s, 20m or 1h"), "{err}");
}

#[test]
fn status_exits_with_1_while_a_service_fails() {
    let folder = Folder::failed();
    assert_eq!(folder.run("status --sandbox --exit-code").0, Exit::Failed, "a deployment was rolled back");
    assert_eq!(folder.run("status --sandbox").0, Exit::Done);
    folder.edit("httpd:ends-memory", "httpd:2.4");
    folder.run("apply --sandbox --yes");
    assert_eq!(folder.run("status --sandbox --exit-code").0, Exit::Done);
    folder.meanwhile(|sandbox| {
        let scaled = serde_json::json!({
            "cluster": "mz-dev-ecs-cluster", "service": "mz-dev-app", "desiredCount": 2
        });
        sandbox.request("ecs", "UpdateService", &scaled).expect("an answer");
    });
    assert_eq!(folder.run("status --sandbox --exit-code").0, Exit::Failed, "one of two tasks runs");
}

#[test]
fn status_and_tasks_of_one_service_can_be_watched() {
    let folder = Folder::applied();
    let seen = [
        "status app --sandbox",
        "status app --sandbox --all --watch=10",
        "tasks app --sandbox --watch",
        "status other --sandbox",
        "tasks --sandbox --watch=0",
    ];
    assert_snapshot!(seen.map(|line| folder.seen(line)).join("\n"));
    let (exit, status) = folder.json("status app --sandbox --json");
    let objects = status[0]["objects"].as_array().expect("objects");
    assert!(exit == Exit::Done && objects.iter().all(|object| object["id"]["kind"] != "ecs/cluster"));
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_eq!(folder.run("status app --sandbox --exit-code").0, Exit::Pending);
    let (_, lines) = folder.json("tasks --sandbox --watch --json -q");
    assert!(lines[0]["tasks"].is_array(), "{lines:?}");
}

#[test]
fn outputs_name_each_service() {
    let folder = Folder::applied();
    assert_snapshot!(folder.seen("outputs --sandbox"));
}

#[test]
fn live_tail_in_a_sandbox_names_the_other_way() {
    let folder = Folder::applied();
    let seen = ["logs app --sandbox --live", "logs app --sandbox --live -f"];
    assert_snapshot!(seen.map(|line| folder.seen(line)).join("\n"));
}

#[test]
fn interventions_that_cannot_be_are_refused() {
    let folder = Folder::applied();
    let seen = [
        "rollback --sandbox",
        "rollback --sandbox --to mz-dev-site:9",
        "abort --sandbox",
        "continue --sandbox",
        "stop ffffffff --sandbox",
        "scale other=1 --sandbox",
        "scale app=many --sandbox",
    ];
    assert_snapshot!(seen.map(|line| folder.seen(line)).join("\n"));
}

/// Runs every command of daily operation that can end by itself, and checks how it ends.
fn check_every_verb(folder: &Folder) {
    let (_, tasks) = folder.json("tasks --sandbox --json");
    let id = tasks[0]["tasks"][0]["id"].as_str().expect("a running task").to_owned();
    for (line, expected) in [
        ("tasks --all", Exit::Done),
        (&format!("task {}", &id[..12]), Exit::Done),
        ("task ffffffff", Exit::Failed),
        ("events", Exit::Done),
        ("history", Exit::Done),
        ("logs", Exit::Done),
        ("logs -p", Exit::Failed),
        ("logs --api", Exit::Done),
        ("restart app", Exit::Done),
        ("scale app=2", Exit::Done),
        ("wait --until stable", Exit::Done),
        ("wait", Exit::Done),
        ("rollback", Exit::Refused),
        ("abort", Exit::Refused),
        ("continue", Exit::Refused),
        ("stop ffffffff", Exit::Refused),
        ("exec", Exit::Usage),
    ] {
        let (exit, out, err) = folder.run(&format!("{line} --sandbox"));
        assert_eq!(exit, expected, "{line}: {out}{err}");
    }
}

#[test]
fn refused_plan_does_not_hinder_any_verb() {
    let folder = Folder::applied();
    super::remark(&folder, "\"sss:stack\"", "\"somebody:stack\"");
    assert_eq!(folder.run("apply --sandbox --yes").0, Exit::Refused);
    check_every_verb(&folder);
}

#[test]
fn broken_stack_file_does_not_hinder_any_verb() {
    let folder = Folder::applied();
    folder.edit("cpu = 256", "cpu = 257\ncolour = 1");
    assert_eq!(folder.run("plan --sandbox").0, Exit::Invalid);
    check_every_verb(&folder);
    folder.edit("name = \"mz-dev\"", "name = \"MZ!\"");
    assert_eq!(folder.run("tasks --sandbox").0, Exit::Invalid);
}

#[test]
fn failed_rollback_begins_with_its_cause() {
    let folder = Folder::failed();
    let (exit, _, err) = folder.run("wait --sandbox");
    assert_eq!(exit, Exit::Failed);
    assert!(err.contains("cause: The container used more memory than it may [K3]"), "{err}");
    let (exit, _, _) = folder.run("wait --until stable --sandbox");
    assert_eq!(exit, Exit::Done);
}
