//! `apply --yes` of a new image on many services, which begins before the plan is complete.

use std::{collections::BTreeSet, fs};

use super::{Exit, Folder, linear::stack_file};

/// More than are read before the first step.
const SERVICES: u16 = 25;

/// Returns a folder with a stack of many services that run.
fn deployed() -> Folder {
    let folder = Folder::new();
    folder.write(&stack_file(SERVICES));
    let (exit, _, err) = folder.run("apply --sandbox --yes --no-verify");
    assert_eq!(exit, Exit::Done, "{err}");
    folder
}

#[test]
fn plan_that_has_begun_is_shown_whole() {
    let folder = deployed();
    let text = stack_file(SERVICES);
    folder.write(&text.replace("s:latest", "s:1.1"));
    let (exit, lines) = folder.json("apply --sandbox --yes --no-verify --json");
    assert_eq!(exit, Exit::Done);
    assert_eq!(lines[0]["event"], "planned", "{:#}", lines[0]);
    let steps = lines[0]["plan"]["steps"].as_array().expect("the steps").clone();
    let images = steps.iter().filter(|step| step["changes"][0]["after"] == "example.com/s:1.1").count();
    assert_eq!((steps.len(), images), (2 * usize::from(SERVICES), usize::from(SERVICES)));

    let named = |event: &str| -> Vec<String> {
        let lines = lines.iter().filter(|line| line["event"] == event);
        lines.map(|line| line["id"].to_string()).collect()
    };
    for event in ["started", "done"] {
        let all: BTreeSet<String> = steps.iter().map(|step| step["id"].to_string()).collect();
        let told = named(event);
        assert_eq!((told.len(), told.into_iter().collect::<BTreeSet<_>>()), (steps.len(), all), "{event}");
    }
    assert_eq!(folder.run("plan --sandbox --detailed-exitcode").0, Exit::Done);

    folder.write(&text);
    let (exit, _, err) = folder.run("apply --sandbox --yes --no-verify");
    assert_eq!(exit, Exit::Done, "{err}");
    assert!(err.contains("~ 25 services (s0, "), "{err}");
    assert!(err.contains("): image 1.1 → latest (back to revision 1, rolling)\n"), "{err}");
}

#[test]
fn plan_begins_only_after_a_sound_verification() {
    let folder = deployed();
    let text = stack_file(SERVICES);
    let missing = "public.ecr.aws/docker/library/httpd:does-not-exist";
    folder.write(&text.replace("example.com/s:latest", missing));
    let (exit, _, err) = folder.run("apply --sandbox --yes");
    assert_eq!(exit, Exit::Refused, "{err}");
    let account = fs::read_to_string(folder.0.path().join("sss.sandbox.json")).expect("the sandbox");
    assert!(!account.contains(missing), "nothing was registered");
}
