//! Inputs in JSON, as a `terraform.tfvars.json` has them.
//!
//! JSON is turned into expressions of HCL, so that one reader checks both. Strings stay literal: Terraform evaluates no
//! template in a variables file of JSON.
//!
//! Terraform reads `terraform.tfvars.json` like `terraform.tfvars`. Expressions made of JSON have no span, so problems
//! of values have no place; only the syntax error of the parser has one.

use hcl::edit::expr::{Array, Expression, Object, ObjectValue};
use serde_json::{Map, Value};

/// The reason why a text is not an object of JSON, and its place.
pub(super) struct NotJson {
    pub(super) message: String,
    pub(super) offset: usize,
}

/// Returns whether the text is JSON. HCL never begins with a brace.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

/// Returns the inputs by name, as expressions of HCL. They have no places in the text.
pub(super) fn attributes(text: &str) -> Result<Vec<(String, Expression)>, NotJson> {
    let object: Map<String, Value> = serde_json::from_str(text).map_err(|error| NotJson {
        message: error.to_string(),
        offset: offset(text, error.line(), error.column()),
    })?;
    Ok(object.into_iter().map(|(name, value)| (name, expression(value))).collect())
}

/// Returns a byte of the text by its line and its column in bytes, both from 1. A place behind the text is its end.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column.saturating_sub(1)).min(text.len())
}

/// Returns a value of JSON as an expression of HCL. A number that is not whole becomes a floating-point number.
fn expression(value: Value) -> Expression {
    match value {
        Value::Null => Expression::null(),
        Value::Bool(flag) => flag.into(),
        Value::String(text) => text.into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Value::Array(elements) => {
            Array::from(elements.into_iter().map(expression).collect::<Vec<_>>()).into()
        }
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (Expression::from(name), ObjectValue::from(expression(value))))
            .collect::<Object>()
            .into(),
    }
}
