//! Everything that a person sees, compared as a whole: `CONTRIBUTING.md` says how to accept a change of words.

use insta::assert_snapshot;

use super::{Folder, Streams, Written, remark, run};

impl Folder {
    /// Runs a command and returns everything that it prints, with its exit code.
    fn seen(&self, arguments: &str) -> String {
        let (exit, out, err) = self.run(arguments);
        let seen = format!("$ sss-deploy {arguments}\n{out}--- stderr\n{err}--- exit code {}\n", exit.code());
        seen.replace(&self.0.path().display().to_string(), "FOLDER")
    }
}

#[test]
fn first_plan() {
    assert_snapshot!(Folder::new().seen("plan --sandbox"));
}

#[test]
fn plan_of_a_new_image() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_snapshot!(folder.seen("plan --sandbox"));
}

#[test]
fn plan_of_a_replacement_with_downtime() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("[services.app]\n", "[services.app]\nnames.cloud_map = \"mz-dev-app-2\"\n");
    assert_snapshot!(folder.seen("plan --sandbox"));
}

#[test]
fn plan_of_objects_without_an_owner() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    remark(&folder, "\"sss:stack\"", "\"somebody:stack\"");
    assert_snapshot!(folder.seen("plan --sandbox"));
}

#[test]
fn plan_and_apply_without_changes() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    assert_snapshot!(folder.seen("plan --sandbox") + &folder.seen("apply --sandbox --stats"));
}

#[test]
fn apply_in_a_pipe() {
    assert_snapshot!(Folder::new().seen("apply --sandbox --yes"));
}

#[test]
fn apply_that_nobody_confirms() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:2.5");
    assert_snapshot!(folder.seen("apply --sandbox"));
}

#[test]
fn destroy_in_a_pipe() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    assert_snapshot!(folder.seen("destroy --sandbox --yes"));
}

#[test]
fn failed_deployment() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    assert_snapshot!(folder.seen("apply --sandbox --yes") + &folder.seen("plan --sandbox"));
}

#[test]
fn validate_with_several_problems() {
    let folder = Folder::new();
    folder.edit("cpu = 256", "cpu = 257\ncolour = 1");
    folder.edit("desired_count = 1", "desired_count = \"3\"");
    assert_snapshot!(folder.seen("validate") + &folder.seen("apply --sandbox --yes"));
}

#[test]
fn status_with_drift() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("\"mamezou\"", "\"somebody\"");
    folder.edit("httpd:2.4", "httpd:does-not-exist");
    folder.run("apply --sandbox --yes");
    folder.edit("\"somebody\"", "\"somebody else\"");
    assert_snapshot!(folder.seen("status --sandbox"));
}

#[test]
fn help_of_every_command_fits_80_columns() {
    let commands = [
        "",
        "init ",
        "validate ",
        "plan ",
        "apply ",
        "destroy ",
        "adopt ",
        "status ",
        "outputs ",
        "unlock ",
        "explain ",
        "schema ",
        "sandbox ",
        "sandbox serve ",
    ];
    let help = commands.map(|command| {
        let out = Written::default();
        let line = format!("sss-deploy {command}--help");
        run(line.split(' '), Streams::new(out.clone(), std::io::sink()));
        format!("$ {line}\n{}", out.text())
    });
    let help = help.join("\n");
    let long: Vec<_> = help.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
    assert_snapshot!(help);
}
