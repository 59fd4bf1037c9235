//! Images from outside of the files.

use super::HEAD;
use crate::file::{Located, StackFiles};
use crate::fixture::reference;
use crate::stack::Stack;

const SERVICE: &str =
    "[services.app]\nimage = \"a:1\"\n[[services.app.containers]]\nname = \"proxy\"\nimage = \"p:1\"\n";

fn read(rest: &str, images: &[&str]) -> Result<Stack, Vec<Located>> {
    let taken = |_: &str, _: &str| {
        Ok(r#"{ "family": "f", "cpu": "256", "memory": "512", "networkMode": "awsvpc", "containerDefinitions": [
            { "name": "main", "image": "m:1" }, { "name": "side", "image": "s:1", "essential": false }] }"#
            .to_owned())
    };
    let files = StackFiles::of([("sss.toml", format!("{HEAD}{rest}"))]).task_definitions(taken);
    let files = images.iter().fold(files, |files, image| files.image(image.parse().expect("an image")));
    files.read().map(|parsed| parsed.stack)
}

/// Checks the problems: file, rule, case, path, and the text of the image that the span points at.
#[track_caller]
fn check(rest: &str, images: &[&str], want: &[&str]) {
    let problems = read(rest, images).expect_err("an invalid stack");
    let shown = problems.iter().map(|located| {
        let place = located.span.clone().map_or("-", |span| &images[located.file - 1][span]);
        let problem = &located.problem;
        format!("{} {}/{} {} @ {place}", located.file, problem.rule, problem.case, problem.path)
    });
    assert_eq!(shown.collect::<Vec<_>>(), want, "{problems:#?}");
}

fn images(stack: &Stack) -> Vec<&str> {
    let task = &stack.services["app"].task;
    std::iter::once(&task.image)
        .chain(task.containers.iter().map(|one| &one.image))
        .map(String::as_str)
        .collect()
}

#[test]
fn image_replaces_the_one_of_the_file() {
    assert_eq!(images(&read(SERVICE, &["app=b:2"]).unwrap()), ["b:2", "p:1"]);
    assert_eq!(images(&read(SERVICE, &["app/proxy=q:2", "app/app=b:2"]).unwrap()), ["b:2", "q:2"]);
    assert_eq!(images(&read(SERVICE, &["app/mz-dev-app=r.io:5/b:3"]).unwrap()), ["r.io:5/b:3", "p:1"]);
    assert_eq!(images(&read("[services.app]\n", &["app=b:2"]).unwrap()), ["b:2"]);
}

#[test]
fn image_replaces_the_one_of_a_task_definition() {
    let rest = "[services.app]\ntask_definition = \"td.json\"\n";
    assert_eq!(images(&read(rest, &["app=b:2", "app/side=t:2"]).unwrap()), ["b:2", "t:2"]);
    assert_eq!(images(&read(rest, &["app/main=b:2"]).unwrap()), ["b:2", "s:1"]);
}

#[test]
fn unknown_target_suggests_the_nearest() {
    check(SERVICE, &["ap=b:2"], &["1 STACK-020/misspelled-service services @ ap"]);
    check(SERVICE, &["app=b:2", "other=b:2"], &["2 STACK-020/unknown-service services @ other"]);
    check("", &["app=b:2"], &["1 STACK-020/no-service services @ app"]);
    check(SERVICE, &["app/prxy=b:2"], &["1 STACK-020/misspelled-container services.app @ app/prxy"]);
    check(SERVICE, &["app/db=b:2"], &["1 STACK-020/unknown-container services.app @ app/db"]);
    check(SERVICE, &["app=b:2", "app/app=b:3"], &["2 STACK-020/named-twice services.app @ app/app"]);
}

#[test]
fn image_is_judged_by_the_same_rules() {
    check(SERVICE, &["app=B:2"], &["1 ECS-TD-110/invalid services.app.image @ B:2"]);
    check(SERVICE, &["app/proxy=b:"], &["1 ECS-TD-110/invalid services.app.containers[0].image @ b:"]);
    let broken = SERVICE.replace("image = \"a:1\"", "image = \"A:1\"");
    assert!(read(&broken, &["app=b:2"]).is_ok());
}

#[test]
fn service_that_is_refused_has_no_second_problem() {
    let rest = "[services.app]\ntask_definition = 3\n";
    let problems = read(rest, &["app/side=b:2"]).expect_err("an invalid stack");
    assert_eq!(problems.len(), 1, "{problems:#?}");
}

#[test]
fn image_that_is_left_to_others_is_a_warning() {
    let text = format!("{HEAD}[services.app]\nimage = \"a:1\"\nignore_changes = [\"image\"]");
    let files = StackFiles::of([("sss.toml", text)]).image("app=a:2".parse().unwrap());
    let warnings = files.read().expect("a valid stack").warnings;
    let shown: Vec<_> = warnings.iter().map(|located| (located.problem.rule, located.file)).collect();
    assert_eq!(shown, [("STACK-021", 1)]);
}

#[test]
fn images_of_a_stack_in_code_are_set() {
    let mut stack = reference();
    let before = stack.problems();
    let mut set = |images: &[&str]| {
        let images: Vec<_> = images.iter().map(|image| image.parse().expect("an image")).collect();
        let found = stack.set_images(&images).into_iter().filter(|problem| !before.contains(problem));
        found.map(|problem| format!("{}/{} {}", problem.rule, problem.case, problem.path)).collect::<Vec<_>>()
    };
    assert_eq!(set(&["app=b:2"]), [""; 0]);
    assert_eq!(set(&["app=B:2"]), ["ECS-TD-110/invalid services.app.image"]);
    assert_eq!(set(&["ap=b:2"])[0], "STACK-020/misspelled-service services");
    assert_eq!(set(&["app/x=b:2"])[0], "STACK-020/unknown-container services.app");
    assert_eq!(set(&["app=b:2", "app/mz-dev-app=b:3"]), ["STACK-020/named-twice services.app"]);
    assert_eq!(stack.services["app"].task.image, "b:2");
}

#[test]
fn text_without_a_target_is_no_image() {
    for text in ["", "app", "=b:1", "app=", "app/=b:1", "/a=b:1"] {
        assert!(text.parse::<crate::ImageOverride>().is_err(), "{text}");
    }
    let image: crate::ImageOverride = "a/b/c=d=e".parse().expect("an image");
    assert_eq!((image.target().as_str(), image.image.as_str()), ("a/b/c", "d=e"));
}
