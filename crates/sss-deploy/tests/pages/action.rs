//! The steps of `action.yml`, run as GitHub runs them, on the sandbox.
//!
//! A script in the place of `gh` keeps the comment of the pull request in a file. What GitHub itself does, such as the
//! expressions of `if`, is not simulated: a test chooses the steps.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A stack file with one service.
const STACK: &str = r#"
name = "shop"
region = "ap-northeast-1"
log_retention_days = 7

[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
vpc_link_security_group_ids = ["sg-0a1b2c3d4e5f60000"]

[services.worker]
image = "public.ecr.aws/docker/library/httpd:2.4"
"#;

/// Answers as `gh api` does for one pull request, and writes down its arguments.
const GH: &str = r#"#!/bin/sh
echo "$*" >> "$FOLDER/gh.log"
for argument in "$@"; do body=$argument; done
case "$*" in
    *--paginate*) if grep -qsF "$MARKER" "$FOLDER/comment.md"; then printf '11\n12\n'; fi ;;
    *) cp "${body#body=@}" "$FOLDER/comment.md" ;;
esac
"#;

/// A step of the action: the variables of its environment, and its command.
struct Step {
    variables: Vec<(String, String)>,
    command: String,
}

/// Returns the root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

/// Returns the inputs with their defaults, and the steps.
fn read() -> (BTreeMap<String, String>, Vec<Step>) {
    let text = fs::read_to_string(root().join("action.yml")).expect("the action");
    let (mut inputs, mut steps) = (BTreeMap::new(), Vec::new());
    let (mut input, mut variables) = (String::new(), Vec::new());
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim().split_once(':') else { continue };
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        let value = quoted.unwrap_or(value).to_owned();
        match (indent, key) {
            (2, name) => name.clone_into(&mut input),
            (4, "default") => drop(inputs.insert(input.clone(), value)),
            (6, "run") => {
                steps.push(Step { variables: std::mem::take(&mut variables), command: value });
            }
            (8, name) => variables.push((name.to_owned(), value)),
            _ => {}
        }
    }
    (inputs, steps)
}

/// A job on GitHub with the stack file, the program and `gh`.
struct Job(TempDir);

impl Job {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("sss.toml"), STACK).expect("the stack file");
        let gh = folder.path().join("gh");
        fs::write(&gh, GH).expect("the script");
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).expect("the permissions");
        Self(folder)
    }

    /// Runs a step with these inputs. Returns its exit code and its output.
    fn run(&self, number: usize, given: &[(&str, &str)]) -> (Option<i32>, String) {
        let (mut inputs, steps) = read();
        inputs.extend(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let step = &steps[number];
        let value = |text: &str| match text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}")) {
            Some("github.event.pull_request.number") => "7".to_owned(),
            Some(name) => inputs[name.strip_prefix("inputs.").expect("an input")].clone(),
            None => text.to_owned(),
        };

        let folder = self.0.path();
        let program = Path::new(env!("CARGO_BIN_EXE_sss-deploy")).parent().expect("a folder");
        let ran = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step.command])
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{}:/usr/local/bin:/usr/bin:/bin", folder.display(), program.display()))
            .env("GITHUB_ACTION_PATH", root())
            .env("GITHUB_OUTPUT", folder.join("output"))
            .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
            .env("GITHUB_REPOSITORY", "owner/shop")
            .env("RUNNER_TEMP", folder)
            .env("FOLDER", folder)
            .env("SSS_SANDBOX", folder.join("sandbox.json"))
            .envs(step.variables.iter().map(|(name, text)| (name, value(text))))
            .output()
            .expect("bash starts");
        let output = [ran.stdout, ran.stderr].concat();
        (ran.status.code(), String::from_utf8(output).expect("the output is text"))
    }

    /// Runs the first step and compares its exit code and its outputs.
    fn check(&self, given: &[(&str, &str)], exit: i32, outputs: &str) -> String {
        drop(fs::remove_file(self.0.path().join("output")));
        let (code, told) = self.run(0, given);
        assert_eq!(code, Some(exit), "{told}");
        assert_eq!(self.text("output"), outputs, "{told}");
        told
    }

    /// Returns the text of a file, which is empty without one.
    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap_or_default()
    }

    fn edit(&self, before: &str, after: &str) {
        fs::write(self.0.path().join("sss.toml"), STACK.replace(before, after)).expect("the stack file");
    }
}

#[test]
fn action_has_both_steps_and_its_inputs() {
    let (inputs, steps) = read();
    let names: Vec<&str> = inputs.keys().map(String::as_str).collect();
    assert_eq!(names, ["arguments", "command", "comment", "file", "token"]);
    let scripts = steps.iter().map(|step| step.command.rsplit('/').next().unwrap_or_default());
    assert_eq!(scripts.collect::<Vec<_>>(), ["run.sh\"", "comment.sh\""]);
}

#[test]
fn action_plans_comments_applies_and_finds_drift() {
    let job = Job::new();
    job.check(&[], 0, "changes=true\nexit-code=2\n");
    assert!(job.text("summary.md").contains("### Plan of `shop`"));

    let (code, told) = job.run(1, &[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(job.text("comment.md").starts_with("<!-- sss-deploy plan shop -->\n"));
    assert_eq!(job.run(1, &[]).0, Some(0));
    let log = job.text("gh.log");
    assert!(log.contains("api repos/owner/shop/issues/7/comments --field body=@"), "{log}");
    assert!(log.contains("api --method PATCH repos/owner/shop/issues/comments/11 --field body=@"), "{log}");

    job.check(&[("command", "apply")], 0, "changes=false\nexit-code=0\n");
    job.check(&[("command", "drift")], 0, "changes=false\nexit-code=0\n");
    job.edit("log_retention_days = 7", "log_retention_days = 14");
    let told = job.check(&[("command", "drift")], 2, "changes=true\nexit-code=2\n");
    assert!(told.contains("::error::the account differs from sss.toml"), "{told}");
}

#[test]
fn action_passes_arguments_on_several_lines() {
    let job = Job::new();
    let image = "--image worker=public.ecr.aws/docker/library/httpd:2.5\n--prune";
    job.check(&[("arguments", image)], 0, "changes=true\nexit-code=2\n");
    assert!(job.text("summary.md").contains("httpd:2.5"), "{}", job.text("summary.md"));
}

#[test]
fn action_fails_with_the_code_of_the_program() {
    let job = Job::new();
    let (code, told) = job.run(0, &[("command", "destroy")]);
    assert_eq!(code, Some(64));
    assert!(
        told.contains("::error::the input `command` must be plan, apply or drift, not destroy"),
        "{told}"
    );
    job.edit("httpd:2.4", "");
    job.check(&[], 3, "changes=false\nexit-code=3\n");
    let (code, told) = job.run(1, &[]);
    assert_eq!((code, told.as_str()), (Some(0), "no plan to comment\n"));
}
