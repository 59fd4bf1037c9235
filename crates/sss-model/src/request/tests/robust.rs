use serde_json::{Value, json};

use super::task;
use crate::request::{Operation, Referred, check};
use crate::text::printable;

/// The values that replace members.
fn odd() -> [Value; 14] {
    [
        Value::Null,
        json!(true),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("é:-/.@"),
        json!("a\nb\r\u{1b}[31m\u{9b}2J\u{202e}"),
        json!([]),
        json!([[null], {}]),
        json!({ "": null, "é": [] }),
        json!({ "a\nb\u{1b}[31m": 1 }),
    ]
}

/// Every place of a value.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), all));
        }
        Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), all)),
        _ => {}
    }
}

/// Nothing that stands where something else belongs ends the program, and whatever is no request is refused.
#[test]
fn odd_values_are_problems() {
    let fine = task::fine();
    let mut all = Vec::new();
    places(&fine, "", &mut all);
    for (place, value) in all.iter().flat_map(|place| odd().map(|value| (place, value))) {
        let mut input = fine.clone();
        *input.pointer_mut(place).unwrap() = value;
        for operation in Operation::ALL {
            let referred = json!({ operation.as_str(): json!({}) });
            let problems = check(*operation, &input, &Referred::from_value(referred).unwrap());
            for problem in &problems {
                let words = format!("{problem}{}", problem.fix);
                assert_eq!(words, printable(&words), "{operation} {input}");
            }
            let refused = !problems.is_empty();
            assert!(refused || *operation == Operation::EcsRegisterTaskDefinition, "{operation} {input}");
        }
        let referred = Referred::from_value(
            json!({ "ecs:RegisterTaskDefinition": if input.is_object() { input } else { fine.clone() } }),
        );
        let service = json!({ "serviceName": "a", "launchType": "FARGATE" });
        assert!(!check(Operation::EcsCreateService, &service, &referred.unwrap()).is_empty());
    }
}
