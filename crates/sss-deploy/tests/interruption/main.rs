//! The program under signals, over a served sandbox in real time.
#![cfg(unix)]

mod exec;

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A child process that ends with its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// Starts the program, without the user's own environment.
    fn start(folder: &Path, endpoint: &str, arguments: &[&str]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_sss-deploy")).args(arguments), folder, endpoint)
    }

    fn of(command: &mut Command, folder: &Path, endpoint: &str) -> Self {
        let child = command
            .current_dir(folder)
            .env_clear()
            .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
            .envs([("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00"), ("AWS_SECRET_ACCESS_KEY", "sandbox")])
            .envs([("AWS_ENDPOINT_URL", endpoint)])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("the program starts"))
    }

    /// Returns its JSON lines as they come.
    fn lines(&mut self) -> impl Iterator<Item = Value> + use<> {
        let lines = BufReader::new(self.0.stdout.take().expect("its output is piped")).lines();
        lines.map(|line| serde_json::from_str(&line.expect("text")).expect("JSON"))
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(sent.expect("`kill` runs").success());
    }

    fn exit_code(&mut self) -> Option<i32> {
        self.0.wait().expect("it ends").code()
    }
}

fn folder_with_stack() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let made = Process::start(folder.path(), "", &["init"]).exit_code();
    assert_eq!(made, Some(0));
    folder
}

/// Sends the signal as soon as the apply waits. The namespace takes the sandbox most of a minute.
fn check(signal: &str) {
    let folder = folder_with_stack();
    let arguments = ["sandbox", "serve", "--factor", "1"];
    let mut server = Process::start(folder.path(), "", &arguments);
    let endpoint = server.lines().next().expect("where it is")["endpoint"].clone();
    let endpoint = endpoint.as_str().expect("a URL");
    let mut apply = Process::start(folder.path(), endpoint, &["apply", "--yes", "--json"]);
    let mut lines = apply.lines();
    lines.find(|line| line["event"] == "waiting").expect("something to wait for");
    apply.signal(signal);
    let last = lines.last().expect("a last line");
    assert_eq!(apply.exit_code(), Some(130), "{last}");
    assert_eq!((&last["event"], &last["success"]), (&"finished".into(), &false.into()), "{last}");
    let results: Vec<&str> =
        last["steps"].as_array().into_iter().flatten().filter_map(|step| step["result"].as_str()).collect();
    for result in ["done", "interrupted", "not_started"] {
        assert!(results.contains(&result), "{result}: {last}");
    }
    let mut unlock = Process::start(folder.path(), endpoint, &["unlock", "--yes", "--json"]);
    let answer: Value = serde_json::from_reader(unlock.0.stdout.take().expect("its output")).expect("JSON");
    assert_eq!((&answer["unlocked"], &answer["holder"]), (&false.into(), &Value::Null), "the lock is free");
}

#[test]
fn ctrl_c_ends_following_with_130() {
    let folder = folder_with_stack();
    let arguments = ["sandbox", "serve", "--factor", "60"];
    let mut server = Process::start(folder.path(), "", &arguments);
    let endpoint = server.lines().next().expect("where it is")["endpoint"].clone();
    let endpoint = endpoint.as_str().expect("a URL");
    let mut apply = Process::start(folder.path(), endpoint, &["apply", "--yes", "--json"]);
    let last = apply.lines().last().expect("a last line");
    assert_eq!(apply.exit_code(), Some(0), "{last}");

    for (arguments, member) in [
        (["logs", "-f", "--tail", "10", "--json"].as_slice(), "message"),
        (&["events", "-f", "--json"], "text"),
    ] {
        let mut follow = Process::start(folder.path(), endpoint, arguments);
        let mut lines = follow.lines();
        let first = lines.next().expect("a line");
        assert!(first[member].is_string(), "{first}");
        follow.signal("-INT");
        // Each further line is whole, or it would be no JSON.
        lines.for_each(|line| assert!(line[member].is_string(), "{line}"));
        assert_eq!(follow.exit_code(), Some(130), "{arguments:?}");
    }
    for arguments in [["logs", "-f"].as_slice(), &["events", "-f"], &["tasks", "--watch=1"]] {
        let arguments = [arguments, &["--color", "always"]].concat();
        let arguments =
            if arguments[0] == "logs" { [&arguments[..], &["--tail", "10"]].concat() } else { arguments };
        let mut follow = Process::start(folder.path(), endpoint, &arguments);
        let mut output = BufReader::new(follow.0.stdout.take().expect("its output is piped"));
        let mut text = String::new();
        output.read_line(&mut text).expect("a line");
        follow.signal("-INT");
        output.read_to_string(&mut text).expect("text");
        assert_eq!(follow.exit_code(), Some(130), "{arguments:?}");
        assert_clean(&text);
    }
}

/// Asserts that output leaves a terminal as it was: whole lines, no style that goes on, and no other control sequence.
fn assert_clean(text: &str) {
    assert!(text.ends_with('\n') && text.contains("\u{1b}["), "{text:?}");
    for line in text.lines() {
        let sequences: Vec<&str> = line.split('\u{1b}').skip(1).collect();
        let is_style = |sequence: &&str| {
            let end = sequence
                .trim_start_matches('[')
                .trim_start_matches(|one: char| one.is_ascii_digit() || one == ';');
            end.starts_with('m')
        };
        assert!(sequences.iter().all(is_style), "{line:?}");
        assert!(sequences.last().is_none_or(|last| last.starts_with("[0m")), "{line:?}");
    }
}

#[test]
fn ctrl_c_ends_an_apply_in_order() {
    check("-INT");
}

#[test]
fn sigterm_ends_an_apply_in_order() {
    check("-TERM");
}

#[test]
fn sighup_ends_an_apply_in_order() {
    check("-HUP");
}

#[test]
fn sigquit_ends_an_apply_in_order() {
    check("-QUIT");
}

#[cfg(target_os = "linux")]
#[test]
fn server_under_nohup_outlives_its_terminal() {
    let folder = folder_with_stack();
    let script = "trap '' HUP; exec \"$0\" sandbox serve";
    let mut shell = Command::new("/bin/sh");
    let shell = shell.args(["-c", script, env!("CARGO_BIN_EXE_sss-deploy")]);
    let mut server = Process::of(shell, folder.path(), "");
    let endpoint = server.lines().next().expect("where it is")["endpoint"].clone();
    let endpoint = endpoint.as_str().expect("a URL");
    server.signal("-HUP");
    let plan = Process::start(folder.path(), endpoint, &["plan"]).exit_code();
    assert_eq!(plan, Some(0), "it still answers");
    server.signal("-TERM");
    assert_eq!(server.exit_code(), Some(0));
}

#[test]
fn served_sandbox_tells_its_counts_when_asked() {
    let folder = folder_with_stack();
    let arguments = ["sandbox", "serve", "--stats", "--json", "--without-conflicts"];
    let mut server = Process::start(folder.path(), "", &arguments);
    let mut lines = server.lines();
    let endpoint = lines.next().expect("where it is")["endpoint"].clone();
    let plan = Process::start(folder.path(), endpoint.as_str().expect("a URL"), &["plan"]).exit_code();
    assert_eq!(plan, Some(0));
    server.signal("-USR1");
    let asked = lines.next().expect("the counts so far");
    let plan = Process::start(folder.path(), endpoint.as_str().expect("a URL"), &["plan"]).exit_code();
    assert_eq!(plan, Some(0), "the sandbox goes on");
    server.signal("-INT");
    assert_eq!(server.exit_code(), Some(0));

    let counted = lines.next().expect("the counts");
    assert_eq!(asked["calls"].as_u64().map(|calls| 2 * calls), counted["calls"].as_u64(), "{asked:#}");
    assert_eq!((&counted["format"], &counted["throttled"]), (&"sss/1".into(), &0.into()));
    let operations = counted["operations"].as_array().expect("a list");
    let calls: u64 = operations.iter().filter_map(|one| one["calls"].as_u64()).sum();
    assert_eq!(counted["calls"], calls);
    assert!(operations.iter().any(|one| one["operation"] == "GetApis"), "{counted:#}");
    assert!(counted["quotas"].as_array().is_some_and(|quotas| !quotas.is_empty()), "{counted:#}");
    assert!(lines.next().is_none());
}

#[test]
fn reader_that_stops_early_is_no_failure() {
    let folder = folder_with_stack();
    let mut plan = Process::start(folder.path(), "", &["plan", "--sandbox", "--detailed-exitcode"]);
    drop(plan.0.stdout.take());
    assert_eq!(plan.exit_code(), Some(2), "the plan is told by the exit code");
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_reported() {
    let folder = folder_with_stack();
    for arguments in
        [&["plan", "--sandbox", "--json"][..], &["plan", "--sandbox"], &["validate", "--json"], &["--help"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
        let answer = Command::new(env!("CARGO_BIN_EXE_sss-deploy"))
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .stdout(full)
            .output()
            .expect("the program starts");
        let told = String::from_utf8_lossy(&answer.stderr);
        assert_eq!(answer.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(
            told.contains("failed to write the output: No space left on device"),
            "{arguments:?}: {told}"
        );
    }
}
