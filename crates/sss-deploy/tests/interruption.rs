//! The program when it is asked to end, over a served sandbox whose time is real.
#![cfg(unix)]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A child that does not outlive its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended by itself is just what was wanted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Process {
    /// Starts the program with nothing of the user's own environment.
    fn start(folder: &Path, endpoint: &str, arguments: &[&str]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_sss-deploy"))
            .args(arguments)
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

    /// Its lines of JSON, as they come.
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

/// Sends the signal as soon as the apply waits for something. Its namespace takes the sandbox most of a minute.
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
}

#[test]
fn ctrl_c_and_sigterm_end_an_apply_in_order() {
    check("-INT");
    check("-TERM");
}
