//! The types of values: those that a schema names, with their nouns and their ranges.

use std::ops::RangeInclusive;

use serde_json::Value;

/// Returns the type of a schema. A schema without a type is that of a table.
pub(super) fn type_of(schema: &Value) -> &str {
    schema["type"].as_str().unwrap_or("object")
}

/// Returns whether a value has a type of the schema.
pub(super) fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}

/// The noun of strings, which have fixes of their own, as have lists and tables.
pub(super) const STRING: &str = "a string";
pub(super) const ARRAY: &str = "an array";
pub(super) const TABLE: &str = "a table";

/// Returns the noun of a type, with its article.
pub(super) fn noun(name: &str) -> &'static str {
    match name {
        "string" => STRING,
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => ARRAY,
        _ => TABLE,
    }
}

/// Returns the noun of a choice.
pub(super) fn noun_of(choice: &Value) -> &'static str {
    match choice {
        Value::String(_) => STRING,
        Value::Bool(_) => noun("boolean"),
        _ => noun("integer"),
    }
}

pub(super) fn same_type(left: &Value, right: &Value) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// Returns the numbers that the integer type behind a schema can hold.
///
/// The format comes from the Rust type of the field: a port is a `uint16`.
pub(super) fn width(schema: &Value) -> RangeInclusive<i64> {
    match schema["format"].as_str() {
        Some("uint16") => 0..=u16::MAX.into(),
        Some("uint32") => 0..=u32::MAX.into(),
        Some("int32") => i32::MIN.into()..=i32::MAX.into(),
        _ => i64::MIN..=i64::MAX,
    }
}

/// Returns the range that the schema gives a number, for the message.
pub(super) fn range_of(schema: &Value) -> RangeInclusive<i64> {
    let width = width(schema);
    let minimum = schema["minimum"].as_i64().unwrap_or(*width.start());
    let maximum = schema["maximum"].as_i64().unwrap_or(*width.end());
    minimum..=maximum
}
