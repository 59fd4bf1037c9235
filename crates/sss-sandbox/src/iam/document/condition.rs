//! The condition block of a statement.

use std::net::IpAddr;

use serde_json::Value;

use super::{NO_VENDOR, SYNTAX_ERRORS, malformed};
use crate::refusal::Refusal;

/// What the values of an operator must look like.
#[derive(Clone, Copy)]
enum Operand {
    Any,
    Number,
    Date,
    Address,
    Arn,
    Binary,
}

const OPERATORS: [(&str, Operand); 27] = [
    ("StringEquals", Operand::Any),
    ("StringNotEquals", Operand::Any),
    ("StringEqualsIgnoreCase", Operand::Any),
    ("StringNotEqualsIgnoreCase", Operand::Any),
    ("StringLike", Operand::Any),
    ("StringNotLike", Operand::Any),
    ("NumericEquals", Operand::Number),
    ("NumericNotEquals", Operand::Number),
    ("NumericLessThan", Operand::Number),
    ("NumericLessThanEquals", Operand::Number),
    ("NumericGreaterThan", Operand::Number),
    ("NumericGreaterThanEquals", Operand::Number),
    ("DateEquals", Operand::Date),
    ("DateNotEquals", Operand::Date),
    ("DateLessThan", Operand::Date),
    ("DateLessThanEquals", Operand::Date),
    ("DateGreaterThan", Operand::Date),
    ("DateGreaterThanEquals", Operand::Date),
    ("Bool", Operand::Any),
    ("BinaryEquals", Operand::Binary),
    ("IpAddress", Operand::Address),
    ("NotIpAddress", Operand::Address),
    ("ArnEquals", Operand::Arn),
    ("ArnNotEquals", Operand::Arn),
    ("ArnLike", Operand::Arn),
    ("ArnNotLike", Operand::Arn),
    ("Null", Operand::Any),
];

pub(super) fn check(condition: &Value) -> Result<(), Refusal> {
    let Value::Object(operators) = condition else {
        return Err(malformed(SYNTAX_ERRORS));
    };
    for (operator, keys) in operators {
        let operand =
            operand(operator).ok_or_else(|| malformed(format!("Invalid Condition type : {operator}.")))?;
        let Value::Object(keys) = keys else {
            return Err(malformed(SYNTAX_ERRORS));
        };
        for (key, value) in keys {
            if !key.contains(':') {
                return Err(malformed(NO_VENDOR));
            }
            check_values(operator, operand, value)?;
        }
    }
    Ok(())
}

fn operand(operator: &str) -> Option<Operand> {
    let set = operator.strip_prefix("ForAnyValue:").or_else(|| operator.strip_prefix("ForAllValues:"));
    let operator = set.unwrap_or(operator);
    let plain = operator.strip_suffix("IfExists").unwrap_or(operator);
    if plain == "Null" && plain != operator {
        return None;
    }
    OPERATORS.iter().find(|(name, _)| *name == plain).map(|(_, operand)| *operand)
}

fn check_values(operator: &str, operand: Operand, value: &Value) -> Result<(), Refusal> {
    let values = match value {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    for value in values {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => return Err(malformed(SYNTAX_ERRORS)),
        };
        // A policy variable gets its value only when the policy is evaluated.
        if !text.contains("${") && !fits(operand, &text) {
            return Err(malformed(format!("The value {text} is not valid for the condition {operator}.")));
        }
    }
    Ok(())
}

fn fits(operand: Operand, text: &str) -> bool {
    match operand {
        Operand::Any => true,
        Operand::Number => text.parse::<f64>().is_ok(),
        Operand::Date => text.parse::<i64>().is_ok() || is_date(text),
        Operand::Address => is_address_range(text),
        Operand::Arn => text == "*" || (text.starts_with("arn:") && text.split(':').count() >= 6),
        Operand::Binary => {
            text.chars().all(|character| character.is_ascii_alphanumeric() || "+/=".contains(character))
        }
    }
}

fn is_date(text: &str) -> bool {
    let date = text.split('T').next().unwrap_or_default();
    let parts: Vec<&str> = date.split('-').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok())
}

fn is_address_range(text: &str) -> bool {
    let (address, mask) = text.split_once('/').map_or((text, None), |(address, mask)| (address, Some(mask)));
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let bits = if address.is_ipv4() { 32 } else { 128 };
    mask.is_none_or(|mask| mask.parse::<u8>().is_ok_and(|mask| mask <= bits))
}
