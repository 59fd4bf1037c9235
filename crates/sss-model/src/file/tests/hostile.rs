//! Wrong values at every key: each is refused with words, and none of them stops the reader.

use serde_json::{Map, Value, json};

use super::{EVERYTHING, HEAD};
use crate::stack::Stack;
use crate::text::printable;

/// Collects the paths of the values that are no tables, as JSON pointers.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut within = |key: &str, value: &Value| {
        leaves(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| within(key, member)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, element)| within(&index.to_string(), element));
        }
        _ => found.push(at.to_owned()),
    }
}

/// Returns the smallest stack file with a value at a path: the keys of the other services and tables are absent.
fn alone(whole: &Value, pointer: &str, wrong: &Value) -> Value {
    let mut file = whole.clone();
    *file.pointer_mut(pointer).expect("a value") = wrong.clone();
    let first = pointer.split('/').nth(1).expect("a key");
    let root = file.as_object_mut().expect("a table");
    root.retain(|key, _| key == first || ["name", "region", "network"].contains(&key.as_str()));
    if let Some(services) = root.get_mut("services").and_then(Value::as_object_mut) {
        let service = pointer.split('/').nth(2).expect("a service");
        services.retain(|name, _| name == service);
    }
    file
}

/// A value of characters that a terminal obeys.
const OBEYED: &str = "a\nb\r\u{1b}[31m\u{9b}2J\u{202e}";

/// Values that are almost right for a value, and values of other types.
fn wrong(right: &Value) -> Vec<Value> {
    let mut values = vec![json!(99_999_999_999_i64), json!(-1), json!(true), json!([]), json!(Map::new())];
    let text = right.as_str().unwrap_or("1");
    let shorter = text.char_indices().last().map_or(text, |(end, _)| &text[..end]);
    for word in [shorter, &format!("{text}1"), &text.to_lowercase(), &text.to_uppercase(), "", "x y", OBEYED]
    {
        values.push(json!(word));
    }
    values
}

#[test]
fn wrong_value_at_each_key_has_words() {
    let whole: Value = toml::from_str(&format!("{HEAD}{EVERYTHING}")).expect("a stack file");
    let mut pointers = Vec::new();
    leaves(&whole, "", &mut pointers);
    assert!(pointers.len() > 200, "{}", pointers.len());
    let mut refused = 0;
    for pointer in pointers {
        for wrong in wrong(whole.pointer(&pointer).expect("a value")) {
            let text = toml::to_string(&alone(&whole, &pointer, &wrong)).expect("a table");
            let Err(problems) = Stack::from_toml(&text) else { continue };
            refused += 1;
            for located in problems {
                let problem = located.problem;
                assert!(!problem.message.is_empty() && !problem.fix.is_empty(), "{pointer} {wrong}");
                let words = format!("{problem}{}", problem.fix);
                assert_eq!(words, printable(&words), "{pointer} {wrong}");
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}

#[test]
fn almost_right_platform_version_names_the_right_one() {
    let text = format!("{HEAD}[services.app]\nimage = \"a:1\"\nplatform_version = \"1.4.1\"\n");
    let problems = Stack::from_toml(&text).unwrap_err();
    let problem = &problems[0].problem;
    assert_eq!(
        (problem.rule, problem.case, problem.fix.as_str()),
        ("ECS-SVC-040", "near-choice", "did you mean `1.4.0`?")
    );
}

#[test]
fn huge_value_is_shortened_in_a_message() {
    let name = "é".repeat(100_000);
    let problems = Stack::from_toml(&HEAD.replace("mz-dev", &name)).unwrap_err();
    assert!(problems.iter().all(|located| located.problem.message.len() < 5000));
    assert!(problems[0].problem.message.contains('…'), "{}", problems[0].problem);
}
