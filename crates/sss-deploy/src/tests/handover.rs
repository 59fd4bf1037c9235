//! Objects that change their owner: adopted, released, and those of a stack under another name.

use std::fs;

use super::Folder;
use crate::Exit;

/// Returns a folder with an applied and released stack.
fn released() -> Folder {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    assert_eq!(folder.run("release --sandbox --yes").0, Exit::Done);
    folder
}

#[test]
fn release_tells_what_follows_and_needs_consent() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let (exit, _, err) = folder.run("release --sandbox");
    assert_eq!(exit, Exit::Refused);
    assert!(err.contains("note: the objects stay as they are, and nobody manages them"), "{err}");
    assert!(err.contains("`sss-deploy --sandbox adopt` takes them back"), "{err}");
    assert_eq!(folder.run("plan --sandbox").0, Exit::Done, "nothing was released");
}

#[test]
fn released_stack_is_adopted_as_it_was() {
    let folder = released();
    assert_eq!(folder.run("plan --sandbox").0, Exit::Refused);
    let (exit, _, err) = folder.run("destroy --sandbox --yes");
    assert_eq!(exit, Exit::Done);
    assert!(err.contains("no changes"), "{err}");
    let (exit, out, err) = folder.run("adopt --sandbox --yes");
    assert_eq!((exit, out.as_str()), (Exit::Done, ""));
    assert!(err.contains("\nafter the adoption: no changes: the account matches the stack\n"), "{err}");
    assert_eq!(folder.run("plan --sandbox --detailed-exitcode").0, Exit::Done);
}

#[test]
fn dry_run_writes_nothing_and_takes_no_lock() {
    let folder = released();
    folder.edit("desired_count = 1", "desired_count = 3");
    let world = || std::fs::read_to_string(folder.0.path().join("sss.sandbox.json")).expect("the sandbox");
    let before = world();
    let (exit, _, err) = folder.run("adopt --sandbox --dry-run");
    assert_eq!(exit, Exit::Done);
    assert!(err.contains("\n~ app: desired_count 1 → 3 (rolling)\n"), "{err}");
    assert!(err.contains("\nafter the adoption: 1 to update\n"), "{err}");
    assert_eq!(world(), before);
}

#[test]
fn preview_as_json_is_the_plan_that_follows() {
    let folder = released();
    folder.edit("desired_count = 1", "desired_count = 3");
    let (_, lines) = folder.json("adopt --sandbox --dry-run --json");
    assert_eq!(lines.len(), 1);
    let next = &lines[0]["following"];
    assert_eq!(next["summary"]["update"], 1, "{next}");
    assert_eq!(next["steps"][0]["changes"][0]["path"], "desired_count", "{next}");
    folder.run("adopt --sandbox --yes");
    let (_, plans) = folder.json("plan --sandbox --json");
    assert_eq!(plans[0]["steps"], next["steps"]);
}

#[test]
fn stack_beside_the_file_of_another_is_a_second_one() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    let written = fs::read_to_string(folder.file()).expect("the stack file");
    folder.edit("name = \"mz-dev\"", "name = \"store\"");
    let other = folder.beside("other.toml", &written);
    assert_eq!(folder.run("plan --sandbox").0, Exit::Done);

    fs::remove_file(&other).expect("the file is there");
    assert_eq!(folder.run("apply --sandbox --yes").0, Exit::Refused);
}

#[test]
fn stack_named_by_the_environment_is_a_second_one() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("name = \"mz-dev\"", "name = \"${env:STAGE:-store}\"");
    assert_eq!(folder.run("plan --sandbox").0, Exit::Done);
}

#[test]
fn renamed_stack_is_refused_unless_it_is_a_second_one() {
    let folder = Folder::new();
    folder.run("apply --sandbox --yes");
    folder.edit("name = \"mz-dev\"", "name = \"store\"");
    let (exit, plans) = folder.json("plan --sandbox --json");
    assert_eq!((exit, &plans[0]["former_name"]), (Exit::Refused, &"mz-dev".into()));
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Refused);
    assert!(err.contains("write `name = \"mz-dev\"` again"), "{err}");
    assert!(err.contains("use `--new-stack`"), "{err}");
    assert_eq!(folder.run("plan --sandbox --new-stack").0, Exit::Done);
    assert_eq!(folder.run("apply --sandbox --yes --new-stack").0, Exit::Done);
    assert_eq!(folder.run("plan --sandbox --detailed-exitcode").0, Exit::Done);
}
