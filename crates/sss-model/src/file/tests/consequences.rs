//! One wrong value is one problem: what follows from it is not reported.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::EVERYTHING;
use crate::{path::Path, problem::Severity, stack::Stack};

/// Rules whose warnings are joined.
const JOINED: [&str; 2] = ["ARN-002", "ECS-TD-113"];

/// Returns the problems of a tree, by rule and path.
///
/// A warning in several places stands at the first one, which may move.
fn problems(tree: &Value) -> BTreeSet<String> {
    let text = toml::to_string(tree).expect("a stack file");
    let located = match Stack::from_toml(&text) {
        Ok(parsed) => parsed.warnings,
        Err(located) => located,
    };
    let problems = located.iter().map(|located| &located.problem);
    let single =
        problems.filter(|problem| problem.severity == Severity::Error || !JOINED.contains(&problem.rule));
    single.map(|problem| format!("{} {}", problem.rule, problem.path)).collect()
}

/// Returns the paths of all values of a tree.
fn paths(value: &Value, at: &Path, paths: &mut Vec<Path>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            paths.push(at.key(key));
            self::paths(member, &at.key(key), paths);
        }),
        Value::Array(elements) => elements.iter().enumerate().for_each(|(index, element)| {
            paths.push(at.index(index));
            self::paths(element, &at.index(index), paths);
        }),
        _ => {}
    }
}

/// Returns a value that a key cannot have.
fn wrong(value: &Value) -> Value {
    match value {
        Value::String(_) => json!("a b\u{1}%"),
        Value::Number(_) => json!(-7),
        _ => json!(7),
    }
}

/// Values that others name, or that make others idle: a wrong one is wrong there, too.
const NAMED: [&str; 7] = [
    "services.app.containers[0].health_check",
    "services.app.containers[0].name",
    "services.app.containers[1].essential",
    "services.app.containers[1].name",
    "services.app.mounts.\"/disk\".volume",
    "services.app.names.container",
    "services.app.routes[2].path",
];

#[test]
fn wrong_value_has_no_consequences() {
    let tree: Value = toml::from_str(EVERYTHING).expect("a stack file");
    let fine = problems(&tree);
    let mut all = Vec::new();
    paths(&tree, &Path::root(), &mut all);
    let mut wrongs = Vec::new();
    for path in all {
        let mut tree = tree.clone();
        let value = path.value_in_mut(&mut tree).expect("a value");
        *value = wrong(value);
        let new: Vec<String> = problems(&tree).difference(&fine).cloned().collect();
        if new.len() > 1 && !NAMED.contains(&path.as_str()) {
            wrongs.push(format!("{path}: {new:?}"));
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}
