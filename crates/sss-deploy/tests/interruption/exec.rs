//! `exec` over a sandbox, with a script in the place of the Session Manager plugin.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::Process;

/// A folder with a stack that is applied to its sandbox, and with the plugin.
struct Folder(TempDir);

/// What the program printed, and its exit code.
#[derive(Debug)]
struct Ran {
    out: String,
    err: String,
    code: Option<i32>,
}

impl Folder {
    /// Returns a folder whose service takes commands, or does not.
    fn new(takes_commands: bool) -> Self {
        let folder = Self(super::folder_with_stack());
        let file = folder.path("sss.toml");
        let text = fs::read_to_string(&file).expect("the stack file");
        let text = text.replace(
            "[services.web]\n",
            &format!("[services.web]\nenable_execute_command = {takes_commands}\n"),
        );
        fs::write(&file, text).expect("the stack file");
        fs::create_dir(folder.path("bin")).expect("a folder");
        let plugin = folder.path("bin/session-manager-plugin");
        fs::write(&plugin, include_str!("plugin.sh")).expect("the plugin");
        fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let applied = folder.run(&["apply", "--yes"], &[], "");
        assert_eq!(applied.code, Some(0), "{applied:?}");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn start(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_sss-deploy"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("SSS_SANDBOX", "shop.sandbox.json")
            .env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()))
            .env("PLUGIN_LOG", self.path("plugin.log"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
        let mut child = self.start(arguments, variables);
        let mut pipe = child.stdin.take().expect("its input is piped");
        // The program may end before it reads.
        drop(pipe.write_all(input.as_bytes()));
        drop(pipe);
        let ran = child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran { out: text(ran.stdout), err: text(ran.stderr), code: ran.status.code() }
    }

    /// Returns the arguments that the plugin got.
    fn plugin_arguments(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("plugin.log")).expect("the plugin ran");
        log.lines().map(str::to_owned).collect()
    }
}

#[test]
fn command_has_its_output_and_its_exit_code() {
    let folder = Folder::new(true);
    let ran = folder.run(&["exec", "--", "sh", "-c", "echo 'it''s' two; exit 7"], &[], "");
    assert_eq!((ran.out.as_str(), ran.err.as_str(), ran.code), ("its two\n", "", Some(7)), "{ran:?}");
    let ran = folder.run(&["exec", "web", "--", "printf", "no end"], &[], "");
    assert_eq!((ran.out.as_str(), ran.code), ("no end", Some(0)), "{ran:?}");
    let ran = folder.run(&["exec", "web", "-i", "--", "head", "-n", "1"], &[], "from outside\n");
    assert_eq!((ran.out.as_str(), ran.code), ("from outside\n", Some(0)), "{ran:?}");
    let ran = folder.run(&["exec", "web", "-c", "other", "--", "true"], &[], "");
    assert!(
        ran.code == Some(1) && ran.err.contains("has no container `other`; it has my-stack-web"),
        "{ran:?}"
    );
}

#[test]
fn exec_on_a_screen() {
    let folder = Folder::new(true);
    let seen = |folder: &Folder, words: &[&str], variables: &[(&str, &str)]| {
        let Ran { out, err, code } = folder.run(words, variables, "");
        let line = words.join(" ");
        let code = code.expect("no signal");
        let text = format!("$ sss-deploy {line}\n{out}--- stderr\n{err}--- exit code {code}\n");
        text.replace(&folder.0.path().display().to_string(), "FOLDER")
    };
    let on = [
        (&["exec", "web", "--", "printf", "one line\\n"][..], &[][..]),
        (&["exec", "--", "sh", "-c", "echo no; exit 3"], &[]),
        (&["exec", "other", "--", "true"], &[]),
        (&["exec", "ffffffff", "--", "true"], &[]),
        (&["exec", "web", "-c", "other", "--", "true"], &[]),
        (&["exec", "web", "--", "true"], &[("PATH", "/usr/bin:/bin")]),
    ];
    let on = on.map(|(words, variables)| seen(&folder, words, variables));
    let off = seen(&Folder::new(false), &["exec", "web", "--", "true"], &[]);
    insta::assert_snapshot!(on.join("\n") + "\n" + &off);

    let schema = folder.run(&["schema", "events"], &[], "").out;
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("a schema");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let refused = folder.run(&["exec", "web", "-c", "other", "--json", "--", "true"], &[], "");
    let answer: serde_json::Value = serde_json::from_str(&refused.out).expect("JSON");
    assert!(schema.is_valid(&answer), "{answer}");
}

#[test]
fn token_is_in_no_argument_of_a_new_plugin() {
    let folder = Folder::new(true);
    folder.run(&["exec", "--", "true"], &[], "");
    let arguments = folder.plugin_arguments();
    assert_eq!(arguments[0], "AWS_SSM_START_SESSION_RESPONSE");
    assert_eq!(arguments[1..4], ["ap-northeast-1", "StartSession", ""]);
    assert!(arguments[4].starts_with("{\"Target\":\"ecs:my-stack-ecs-cluster_"), "{arguments:?}");
    assert_eq!(arguments[5], "https://ssm.ap-northeast-1.amazonaws.com");
    assert!(!arguments.iter().any(|argument| argument.contains("tokenValue")), "{arguments:?}");

    let ran = folder.run(&["exec", "--", "true"], &[("PLUGIN_VERSION", "1.2.30.0")], "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(folder.plugin_arguments()[0].contains("tokenValue"), "an old plugin takes it as an argument");
}

#[test]
fn missing_or_broken_plugin_is_the_cause() {
    let folder = Folder::new(true);
    let ran = folder.run(&["exec", "--", "true"], &[("PATH", "/usr/bin:/bin")], "");
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.starts_with("cause: The Session Manager plugin is not installed on this machine [Z4]\n"),
        "{ran:?}"
    );
    assert!(ran.err.contains("hint: install `session-manager-plugin`"), "{ran:?}");
    let ran = folder.run(&["exec", "--json", "--", "true"], &[("PLUGIN_EXIT", "126")], "");
    assert!(ran.code == Some(1) && ran.out.contains("\"cause\":{\"cause\":\"Z5\""), "{ran:?}");
}

#[test]
fn service_without_ecs_exec_says_how_to_switch_it_on() {
    let folder = Folder::new(false);
    let ran = folder.run(&["exec", "--", "true"], &[], "");
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(1)), "{ran:?}");
    assert!(ran.err.starts_with("cause: ECS Exec is off for the task"), "{ran:?}");
    assert!(ran.err.contains("enable_execute_command = true"), "{ran:?}");
    let ran = folder.run(&["exec"], &[], "");
    assert!(ran.code == Some(64) && ran.err.contains("standard input is no terminal"), "{ran:?}");
}

#[test]
fn signal_ends_a_plugin_that_ignores_it() {
    let folder = Folder::new(true);
    let mut process = Process(folder.start(&["exec", "--", "true"], &[("PLUGIN_HANGS", "1")]));
    let mut first = String::new();
    let mut out = BufReader::new(process.0.stdout.take().expect("its output is piped"));
    out.read_line(&mut first).expect("a line");
    assert_eq!(first, "started\n");
    let start = Instant::now();
    process.signal("-TERM");
    assert_eq!(process.exit_code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    let mut err = String::new();
    process.0.stderr.take().expect("its errors are piped").read_to_string(&mut err).expect("text");
    assert_eq!(err, "interrupted\n");
}
