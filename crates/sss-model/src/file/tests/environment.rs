//! Variables of the environment in stack files.

use std::env::VarError;
use std::ffi::OsString;

use super::HEAD;
use crate::file::{Located, StackFiles};
use crate::fixture::reference;
use crate::stack::Stack;

fn variable(name: &str) -> Result<String, VarError> {
    match name {
        "TAG" => Ok("1.5".to_owned()),
        "PORT" => Ok(" 8080 ".to_owned()),
        "YES" => Ok("True".to_owned()),
        "EMPTY" => Ok(String::new()),
        "NAMED" => Ok("${env:TAG}".to_owned()),
        "BROKEN" => Err(VarError::NotUnicode(OsString::new())),
        _ => Err(VarError::NotPresent),
    }
}

fn read(rest: &str) -> Result<Stack, Vec<Located>> {
    let text = format!("{HEAD}[services.app]\n{rest}");
    StackFiles::of([("sss.toml", text)]).environment(variable).read().map(|parsed| parsed.stack)
}

/// Returns the value of the variable `V` of a service.
fn value(text: &str) -> String {
    let stack = read(&format!("image = \"a:1\"\nenvironment.V = '{text}'")).expect("a valid stack");
    stack.services["app"].task.environment["V"].clone()
}

/// Checks the problems of a service: rule, case and path.
#[track_caller]
fn check(rest: &str, want: &[&str]) -> Vec<Located> {
    let problems = read(rest).expect_err("an invalid stack");
    let shown = problems.iter().map(|Located { problem, .. }| {
        let path = problem.path.as_str().trim_start_matches("services.app.");
        format!("{}/{} {path}", problem.rule, problem.case)
    });
    assert_eq!(shown.collect::<Vec<_>>(), want, "{problems:#?}");
    problems
}

#[test]
fn variable_is_replaced_by_its_value() {
    assert_eq!(read("image = \"a:${env:TAG}\"").unwrap().services["app"].task.image, "a:1.5");
    assert_eq!(value("<${env:TAG}${env:TAG}>"), "<1.51.5>");
    assert_eq!(value("${env:EMPTY}"), "");
    assert_eq!(value("${env:NAMED}"), "${env:TAG}", "a value is not read again");
}

#[test]
fn default_is_for_an_unset_or_empty_variable() {
    assert_eq!(value("${env:TAG:-2}"), "1.5");
    assert_eq!(value("${env:NONE:-2}"), "2");
    assert_eq!(value("${env:EMPTY:-2}"), "2");
    assert_eq!(value("${env:NONE:-}"), "");
    assert_eq!(value("${env:NONE:-{\"a\":{}}} end"), "{\"a\":{}} end");
}

#[test]
fn other_dollar_signs_stay() {
    for text in ["$", "$$", "${HOME}", "$TAG", "${env}", "$(env:TAG)", "$${HOME}", "{env:TAG}"] {
        assert_eq!(value(text), text);
    }
    assert_eq!(value("$${env:TAG}"), "${env:TAG}");
    assert_eq!(value("$$${env:TAG} ${env:TAG}"), "$${env:TAG} 1.5");
    assert_eq!(value("$${env:"), "${env:");
}

#[test]
fn text_is_converted_where_its_key_needs_it() {
    let text = "image = \"a:1\"\nport = \"${env:PORT}\"\nstop_timeout = \"${env:NONE:-60}\"\n\
                read_only_root_filesystem = \"${env:YES}\"\nlog_retention_days = \"${env:NONE:-never}\"\n";
    match read(&text.replace("read_only_root_filesystem = \"${env:YES}\"\n", "")) {
        Ok(stack) => {
            let task = &stack.services["app"].task;
            assert_eq!((task.port, task.stop_timeout), (Some(8080), Some(60)));
            assert_eq!(task.log_retention_days.and_then(crate::Retention::in_days), None);
        }
        Err(problems) => panic!("{problems:#?}"),
    }
    let stack = read("image = \"a:1\"\ndeployment = { force_new_deployment = \"${env:YES}\" }").unwrap();
    assert!(stack.services["app"].deployment.force_new_deployment);
}

#[test]
fn unset_variable_is_an_error_at_its_key() {
    let text = format!("{HEAD}[services.app]\nimage = \"a:${{env:NONE}}\"");
    let problems = Stack::from_toml(&text).expect_err("an invalid stack");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(&text[problems[0].span.clone().expect("a place")], "\"a:${env:NONE}\"");
    assert_eq!(
        problems[0].to_string(),
        "error[FILE-010]: services.app.image: the variable `NONE` of the environment is not set"
    );
    assert_eq!(problems[0].problem.fix, "set `NONE`, or write `${env:NONE:-default}` with a default");
    check("image = \"a:1\"\ncommand = [\"a\", \"${env:NONE}\"]", &["FILE-010/unset command[1]"]);
}

#[test]
fn malformed_reference_is_an_error() {
    check("image = \"a:${env:BROKEN}\"", &["FILE-010/not-unicode image"]);
    check("image = \"a:${env:TAG\"", &["FILE-010/no-end image"]);
    for name in ["", "1", "A-B", "A B", ":-a"] {
        check(&format!("image = \"a:${{env:{name}}}\""), &["FILE-010/not-a-name image"]);
    }
    let problems = check(
        "image = \"a:1\"\nenvironment.DB_PASSWORD = \"${env:X-hunter2}\"",
        &["FILE-010/not-a-name environment.DB_PASSWORD"],
    );
    assert!(!problems[0].to_string().contains("hunter2"));
}

#[test]
fn text_that_cannot_be_converted_is_an_error() {
    let problems = check("image = \"a:1\"\nport = \"${env:TAG}\"", &["FILE-010/other-type port"]);
    assert_eq!(problems[0].problem.message, "`port` must be an integer, and the text with `TAG` is not");
    assert_eq!(problems[0].problem.fix, "set `TAG` so that the text is an integer");
    check("image = \"a:1\"\nport = \"9${env:PORT}\"", &["FILE-010/other-type port"]);
    check("image = \"a:1\"\nport = \"${env:NONE:-70000}\"", &["ECS-TD-031/out-of-range port"]);
    check("image = \"a:1\"\nport = \"80\"", &["FILE-003/wrong-type port"]);
    check("image = \"a:1\"\ncommand = \"${env:TAG}\"", &["FILE-010/other-type command"]);
}

#[test]
fn replaced_value_needs_no_variable() {
    let base = format!("{HEAD}[services.app]\nimage = \"a:${{env:NONE}}\"");
    let files =
        |upper: &'static str| StackFiles::of([("a", base.as_str()), ("b", upper)]).environment(variable);
    assert!(files("services.app.image = \"a:2\"").read().is_ok());
    assert!(files("remove = [\"services.app.image\"]\nservices.app.image = \"b:${env:TAG}\"").read().is_ok());
    assert!(files("").image("app=a:2".parse().unwrap()).read().is_ok());
    assert!(files("").read().is_err());
    let removed = files("remove = [\"services.${env:NONE:-app}\"]").read().expect("a valid stack");
    assert!(removed.stack.services.is_empty());
    assert!(files("remove = [\"services.${env:NONE}\"]").read().is_err());
}

#[test]
fn written_stack_reads_back_as_it_is() {
    let mut stack = reference();
    let app = stack.services.get_mut("app").expect("the service");
    app.task.command = vec!["echo ${env:TAG} $${env:TAG} ${env:".to_owned()];
    let text = stack.to_toml();
    assert_eq!(Stack::from_toml(&text).expect("a valid stack").stack, stack, "{text}");
}
