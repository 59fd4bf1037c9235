//! The program, with everything that it prints and writes.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
};

use serde_json::Value;
use tempfile::TempDir;

/// Every planted value contains this text.
pub(super) const MARK: &str = "hunter2";

/// The program in its own folder, with secret credentials.
pub(super) struct Program {
    folder: TempDir,
    /// The files in which a test planted a value.
    planted: Mutex<BTreeSet<PathBuf>>,
}

/// The program in an environment.
pub(super) struct Placed<'a> {
    program: &'a Program,
    environment: Vec<(&'static str, String)>,
    sandbox: bool,
}

impl Program {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), planted: Mutex::default() }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file with a planted secret.
    pub(super) fn plant(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
        self.planted.lock().expect("no test has panicked here").insert(self.path(name));
    }

    /// Runs a command on the sandbox in the folder. See [`Placed::run`].
    pub(super) fn run(&self, arguments: &str, code: i32) -> String {
        Placed { program: self, environment: credentials(), sandbox: true }.run(arguments, code)
    }

    /// Returns the program on the account behind this endpoint.
    pub(super) fn at(&self, endpoint: &str) -> Placed<'_> {
        let mut environment = credentials();
        environment.push(("AWS_ENDPOINT_URL", endpoint.to_owned()));
        Placed { program: self, environment, sandbox: false }
    }

    /// Returns the program with a configuration file of the SDK.
    pub(super) fn with_config(&self, file: &Path) -> Placed<'_> {
        let environment = vec![("AWS_CONFIG_FILE", file.display().to_string())];
        Placed { program: self, environment, sandbox: false }
    }

    /// Returns the program on the sandbox with a variable of the environment.
    pub(super) fn with_variable(&self, name: &'static str, value: String) -> Placed<'_> {
        let mut environment = credentials();
        environment.push((name, value));
        Placed { program: self, environment, sandbox: true }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sss-deploy"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")])
            .envs([
                ("AWS_EC2_METADATA_DISABLED", "true"),
                ("HOME", "/nonexistent"),
                ("PATH", "/usr/bin:/bin"),
            ]);
        command
    }

    /// Notes that a command has saved the sandbox, which removes planted values.
    fn saved(&self) {
        let sandbox = self.path("sss.sandbox.json");
        self.planted.lock().expect("no test has panicked here").remove(&sandbox);
    }

    /// Checks that only the files of planted values contain them.
    fn check_files(&self, after: &str) {
        let planted = self.planted.lock().expect("no test has panicked here");
        for file in fs::read_dir(self.folder.path()).expect("the folder") {
            let path = file.expect("a file").path();
            let text = fs::read(&path).expect("the file");
            let text = String::from_utf8_lossy(&text);
            assert!(
                planted.contains(&path) || !text.contains(MARK),
                "{after}: {} holds {}",
                path.display(),
                around(&text)
            );
        }
    }
}

/// Credentials that must stay secret.
fn credentials() -> Vec<(&'static str, String)> {
    vec![
        ("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", format!("{MARK}-secret-key")),
        ("AWS_SESSION_TOKEN", format!("{MARK}-session-token")),
    ]
}

impl Placed<'_> {
    /// Runs a command at the highest verbosity, as text and then as JSON, and returns its output. A command that writes ends
    /// with `code` the first time only.
    pub(super) fn run(&self, arguments: &str, code: i32) -> String {
        let mut words: Vec<&str> = arguments.split(' ').chain(["-vv"]).collect();
        words.extend((self.sandbox && !arguments.contains("--sandbox")).then_some("--sandbox"));
        let (first, ended) = self.told(&words);
        assert_eq!(ended, Some(code), "{words:?}: {first}");
        words.push("--json");
        let (second, ended) = self.told(&words);
        assert!(ended == Some(code) || arguments.contains("--yes"), "{words:?}: {second}");
        first + &second
    }

    fn told(&self, words: &[&str]) -> (String, Option<i32>) {
        let answer = self.program.command(words).envs(self.environment.iter().cloned()).output();
        let answer = answer.expect("the program starts");
        let told = String::from_utf8_lossy(&answer.stdout) + String::from_utf8_lossy(&answer.stderr);
        assert!(!told.contains(MARK), "{words:?} tells {}", around(&told));
        if words.contains(&"--yes") {
            self.program.saved();
        }
        self.program.check_files(&words.join(" "));
        (told.into_owned(), answer.status.code())
    }
}

/// Returns the first secret and the text around it.
fn around(text: &str) -> String {
    let at = text.find(MARK).unwrap_or_default();
    let (start, end) = (text.floor_char_boundary(at.saturating_sub(200)), text.ceil_char_boundary(at + 100));
    text[start..end].to_owned()
}

/// A sandbox that is served over TCP until its test ends.
pub(super) struct Server(Child, String);

impl Server {
    pub(super) fn endpoint(&self) -> &str {
        &self.1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Serves a sandbox with these faults.
pub(super) fn served(program: &Program, faults: &Value) -> Server {
    fs::write(program.path("faults.json"), faults.to_string()).expect("a file");
    let mut command = program.command(&["sandbox", "serve", "--factor", "60", "--faults", "faults.json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("its output is piped");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    Server(child, line["endpoint"].as_str().expect("a URL").to_owned())
}
