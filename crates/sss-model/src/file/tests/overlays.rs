//! Files that lie over others.

use crate::file::{Located, StackFiles};
use crate::stack::Stack;

const BASE: &str = r#"name = "market"
region = "eu-central-1"
[network]
vpc_id = "vpc-0a1b2c3d4e5f60718"
private_subnet_ids = ["subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002"]
[services.app]
image = "app:1.4"
command = ["run", "fast"]
environment = { DEBUG = "1", MODE = "dev" }
[[services.app.containers]]
name = "proxy"
image = "proxy:1"
[[services.app.containers]]
name = "agent"
image = "Agent:1"
"#;

/// The base without its one error.
fn base() -> String {
    BASE.replace("Agent:1", "agent:1")
}

fn read(files: &[&str]) -> Result<Stack, Vec<Located>> {
    let named = files.iter().enumerate().map(|(number, text)| (number.to_string(), *text));
    StackFiles::of(named).read().map(|parsed| parsed.stack)
}

/// Checks the problems of an overlay: file, rule, path, and the text that the span points at.
#[track_caller]
fn check(files: &[&str], want: &[&str]) {
    let problems = read(files).expect_err("an invalid stack");
    let shown = problems.iter().map(|located| {
        let place = located.span.clone().map_or("-", |span| &files[located.file][span]);
        format!("{} {} {} @ {place}", located.file, located.problem.rule, located.problem.path)
    });
    assert_eq!(shown.collect::<Vec<_>>(), want, "{problems:#?}");
}

#[test]
fn tables_merge_and_other_values_replace() {
    let upper = "name = \"market-prod\"\n[services.app]\ncommand = [\"serve\"]\nenvironment.MODE = \"prod\"\n[tags]\nOwner = \"me\"";
    let stack = read(&[&base(), upper]).expect("a valid stack");
    let app = &stack.services["app"];
    assert_eq!((stack.name.as_str(), stack.tags["Owner"].as_str()), ("market-prod", "me"));
    assert_eq!(
        (app.task.image.as_str(), app.task.command.as_slice()),
        ("app:1.4", &["serve".to_owned()][..])
    );
    let environment: Vec<_> =
        app.task.environment.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!((environment.join(" ").as_str(), app.task.containers.len()), ("DEBUG=1 MODE=prod", 2));
}

#[test]
fn last_of_three_files_wins() {
    let [second, third] =
        ["[services.app]\ndesired_count = 2\ncpu = 512\nmemory = 1024", "services.app.desired_count = 3"];
    let stack = read(&[&base(), second, third]).expect("a valid stack");
    assert_eq!((stack.services["app"].desired_count, stack.services["app"].task.cpu), (Some(3), 512));
}

#[test]
fn files_over_one_another_equal_one_file() {
    let upper = "[services.app]\nenvironment.MODE = \"prod\"\n[services.other]\nimage = \"other:1\"";
    let one = base().replace("MODE = \"dev\"", "MODE = \"prod\"") + "[services.other]\nimage = \"other:1\"";
    assert_eq!(read(&[&base(), upper]).unwrap(), read(&[&one]).unwrap());
    assert_eq!(read(&[&base(), ""]).unwrap(), read(&[&base()]).unwrap());
    assert_eq!(read(&[&base(), &base()]).unwrap(), read(&[&base()]).unwrap());
}

#[test]
fn problem_names_the_file_that_has_the_value() {
    check(
        &[BASE, "services.app.image = \"app:2\""],
        &["0 ECS-TD-110 services.app.containers[1].image @ \"Agent:1\""],
    );
    check(
        &[&base(), "[services.app]\nimage = \"App:2\"\nprot = 80"],
        &["1 ECS-TD-110 services.app.image @ \"App:2\"", "1 FILE-002 services.app.prot @ prot"],
    );
    check(
        &[BASE, "regin = \"eu\"", "services.app.desired_count = \"3\""],
        &[
            "0 ECS-TD-110 services.app.containers[1].image @ \"Agent:1\"",
            "1 FILE-002 regin @ regin",
            "2 FILE-003 services.app.desired_count @ \"3\"",
        ],
    );
    check(&[&base(), "[services.web]\ndesired_count = 2"], &["1 STACK-001 services.web.image @ web"]);
}

#[test]
fn syntax_errors_of_all_files_are_shown() {
    let problems = read(&["a = ", &base(), "b"]).expect_err("no TOML");
    let files: Vec<usize> = problems.iter().map(|located| located.file).collect();
    assert_eq!((files.first(), files.last()), (Some(&0), Some(&2)));
    assert!(problems.iter().all(|located| located.problem.rule == "FILE-001"), "{problems:#?}");
}

#[test]
fn place_is_that_of_the_text_as_given() {
    check(
        &[&base(), "\u{feff}\r\n[services.app]\r\nimage = \"App:2\"\r\n"],
        &["1 ECS-TD-110 services.app.image @ \"App:2\""],
    );
}

#[test]
fn removed_value_is_absent() {
    let upper = "remove = [\"services.app.environment.DEBUG\", \"services.app.containers[0]\", 'services.\"app\".command']";
    let app = &read(&[&base(), upper]).expect("a valid stack").services["app"];
    assert_eq!(app.task.environment.keys().collect::<Vec<_>>(), ["MODE"]);
    assert_eq!((app.task.containers.len(), app.task.containers[0].name.as_str()), (1, "agent"));
    assert!(app.task.command.is_empty());
}

#[test]
fn removed_table_is_replaced_as_a_whole() {
    let upper = "remove = [\"services.app.environment\"]\n[services.app.environment]\nONLY = \"1\"";
    let app = &read(&[&base(), upper]).expect("a valid stack").services["app"];
    assert_eq!(app.task.environment.keys().collect::<Vec<_>>(), ["ONLY"]);
    let upper = "remove = [\"services.app\"]\n[services.app]\nimage = \"new:1\"";
    assert!(read(&[&base(), upper]).expect("a valid stack").services["app"].task.containers.is_empty());
}

#[test]
fn element_that_moves_up_keeps_its_place() {
    check(
        &[BASE, "remove = [\"services.app.containers[0]\"]"],
        &["0 ECS-TD-110 services.app.containers[0].image @ \"Agent:1\""],
    );
    read(&[BASE, "remove = [\"services.app.containers[0]\", \"services.app.containers[1]\"]"]).unwrap();
}

#[test]
fn required_value_that_is_removed_is_missing() {
    check(&[&base(), "remove = [\"region\"]"], &["0 STACK-001 region @ -"]);
}

#[test]
fn removal_of_an_absent_value_is_an_error() {
    let remove = |path: &str, case: &str, fix: &str| {
        let upper = format!("remove = [{path}]");
        let problems = read(&[&base(), &upper]).expect_err("an invalid stack");
        let problem = &problems[0].problem;
        assert_eq!((problems[0].file, problem.rule, problem.path.as_str()), (1, "FILE-011", "remove[0]"));
        assert_eq!((problem.case, problem.fix.as_str()), (case, fix), "{path}");
        assert_eq!(problems.len(), 1, "{problems:#?}");
    };
    remove(
        "\"services.app.enviroment.DEBUG\"",
        "misspelled",
        "did you mean `services.app.environment.DEBUG`?",
    );
    remove("\"services.ap\"", "misspelled", "did you mean `services.app`?");
    remove(
        "\"services.app.environment.TRACE\"",
        "absent-beside",
        "remove this path, or use one of `services.app.environment.DEBUG`, `services.app.environment.MODE`",
    );
    let absent = "remove this path, or write the path of a value of the files below";
    remove("\"services.app.containers[2]\"", "absent", absent);
    remove("\"name.first\"", "absent", absent);
    let path = "write a path such as `services.app.environment.DEBUG`";
    remove("\"services..app\"", "not-a-path", path);
    remove("\"\"", "not-a-path", path);
}

#[test]
fn removal_has_its_type_and_a_file_below() {
    check(&[&base(), "remove = \"region\""], &["1 FILE-003 remove @ \"region\""]);
    check(&[&base(), "remove = [\"region\", 3]"], &["0 STACK-001 region @ -", "1 FILE-003 remove[1] @ 3"]);
    let first = format!("remove = [\"region\"]\n{}", base());
    check(&[&first], &["0 FILE-011 remove @ [\"region\"]"]);
    let over = "remove = [\"services.app.command\", \"services.app.comand\"]";
    check(&[&base(), over], &["1 FILE-011 remove[1] @ \"services.app.comand\""]);
}
