//! Lines of a stack file for fixes: a key with a value of the type that it takes.
//!
//! The fix of a value of a wrong type is a line that can be copied, such as `desired_count = 3`. Where the given value
//! shows what its author meant (`"3"` for a number), the line has that value. Otherwise it has the default, the first
//! choice, or the least value of the type.

use serde_json::{Value, json};

use super::{type_of, width};
use crate::path::{Path, Segment};

/// Returns a line with a value that the key takes, or the value alone for an element of a list.
///
/// The value is the given one if it can be read as a number or as `true` or `false`. It is never another part of the
/// file, which may be a secret.
pub(super) fn line(open: &[&Value], choices: &[&Value], given: &Value, at: &Path) -> String {
    let read = open.iter().find_map(|schema| read(schema, given));
    let default = || open.iter().filter_map(|schema| schema.get("default")).find(|value| is_scalar(value));
    let value = read
        .or_else(|| default().cloned())
        .or_else(|| choices.first().map(|choice| (*choice).clone()))
        .or_else(|| open.first().map(|schema| plain(schema)))
        .unwrap_or_default();

    match at.last() {
        Some(Segment::Index(_)) | None => value.to_string(),
        Some(Segment::Key(_)) => format!("{} = {value}", at.name()),
    }
}

/// Returns the header of the table at a path, such as `[services.app]`, or `[[services.app.routes]]` for an element of
/// a list.
pub(super) fn header(at: &Path) -> String {
    let table = at.segments().fold(Path::root(), |table, segment| match segment {
        Segment::Key(key) => table.key(&key),
        Segment::Index(_) => table,
    });
    match at.last() {
        Some(Segment::Index(_)) => format!("[[{table}]]"),
        _ => format!("[{table}]"),
    }
}

/// Returns the value that somebody meant who wrote a number or a boolean as a string, or an integer with a fraction.
fn read(schema: &Value, given: &Value) -> Option<Value> {
    match (type_of(schema), given) {
        ("integer", Value::String(text)) => integer(schema, text),
        ("integer", Value::Number(number)) => integer(schema, &format!("{:.0}", number.as_f64()?)),
        ("boolean", Value::String(text)) => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    }
}

/// Returns a text as an integer that the type can hold.
fn integer(schema: &Value, text: &str) -> Option<Value> {
    let number = text.parse().ok()?;
    width(schema).contains(&number).then(|| number.into())
}

/// Returns whether a value fits on the line of its key.
fn is_scalar(value: &Value) -> bool {
    value.is_string() || value.is_i64() || value.is_boolean()
}

/// Returns a value of the type, or the least number that the schema allows.
fn plain(schema: &Value) -> Value {
    match type_of(schema) {
        "integer" => schema["minimum"].as_i64().unwrap_or(1).into(),
        "boolean" => json!(true),
        "string" => json!(""),
        "array" => json!([]),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, header};

    #[test]
    fn table_has_a_header() {
        let of = |path: &str| header(&path.parse::<Path>().expect("a path"));
        assert_eq!(of("services.app"), "[services.app]");
        assert_eq!(of("services.app.containers[1]"), "[[services.app.containers]]");
        assert_eq!(of("services.app.containers[1].health_check"), "[services.app.containers.health_check]");
    }
}
