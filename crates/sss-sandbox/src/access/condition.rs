//! Conditions of statements: an operator, a key and values.
//!
//! `IfExists`, `ForAllValues:` and `ForAnyValue:` are read for every operator. Operators of dates, addresses and
//! binaries never hold; this is an assumption for an account in which nobody uses them.

use serde_json::{Map, Value};

use super::{Keys, pattern};

/// A condition. It holds if the values of its key fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    /// The operator without prefix and suffix, such as `StringEquals`.
    operator: String,
    /// Whether the condition holds for a request without the key.
    if_exists: bool,
    /// The values of the request that must fit.
    quantity: Quantity,
    /// The key in lower case.
    key: String,
    /// The values in the policy. One that fits is enough.
    values: Vec<String>,
}

/// The values of the request that must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    /// The only value, or one of them.
    Any,
    /// Each value. A request without the key fits.
    All,
}

impl Condition {
    /// Returns the conditions of a statement.
    pub(super) fn all(member: Option<&Value>) -> Vec<Self> {
        let operators = member.and_then(Value::as_object).into_iter().flatten();
        operators.flat_map(|(operator, keys)| Self::of(operator, keys.as_object())).collect()
    }

    /// Returns the conditions of an operator, one for each key.
    fn of(operator: &str, keys: Option<&Map<String, Value>>) -> Vec<Self> {
        let (quantity, operator) = match operator.split_once(':') {
            Some(("ForAllValues", operator)) => (Quantity::All, operator),
            Some((_, operator)) => (Quantity::Any, operator),
            None => (Quantity::Any, operator),
        };
        let (operator, if_exists) = match operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (operator, false),
        };
        let condition = |(key, values): (&String, &Value)| Self {
            operator: operator.to_owned(),
            if_exists,
            quantity,
            key: key.to_lowercase(),
            values: super::policy::texts(values),
        };
        keys.into_iter().flatten().map(condition).collect()
    }

    /// Returns the key, in lower case.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns whether the condition holds for a request with these keys.
    pub(super) fn holds(&self, keys: &Keys) -> bool {
        let found = keys.get(&self.key).filter(|values| !values.is_empty());
        if self.operator == "Null" {
            return self.values.iter().any(|wanted| wanted == if found.is_some() { "false" } else { "true" });
        }

        let (positive, is_negated) = positive(&self.operator);
        let Some(found) = found else {
            return self.if_exists || is_negated || self.quantity == Quantity::All;
        };
        let fits =
            |value: &String| self.values.iter().any(|wanted| compare(&positive, wanted, value)) != is_negated;
        match self.quantity {
            Quantity::Any if is_negated => found.iter().all(fits),
            Quantity::Any => found.iter().any(fits),
            Quantity::All => found.iter().all(fits),
        }
    }
}

/// Returns the operator without its `Not`, and whether it had one.
fn positive(operator: &str) -> (String, bool) {
    (operator.replacen("Not", "", 1), operator.contains("Not"))
}

/// Returns whether a value of a request fits a value of the policy.
fn compare(operator: &str, wanted: &str, value: &str) -> bool {
    match operator {
        "StringEquals" => wanted == value,
        "StringEqualsIgnoreCase" | "Bool" => wanted.eq_ignore_ascii_case(value),
        "StringLike" => pattern::matches(wanted, value),
        "ArnEquals" | "ArnLike" => pattern::matches_arn(wanted, value),
        "NumericEquals"
        | "NumericLessThan"
        | "NumericLessThanEquals"
        | "NumericGreaterThan"
        | "NumericGreaterThanEquals" => numbers(operator, wanted, value),
        _ => false,
    }
}

/// Compares two numbers. Texts that are no numbers do not fit.
fn numbers(operator: &str, wanted: &str, value: &str) -> bool {
    let (Ok(wanted), Ok(value)) = (wanted.parse::<f64>(), value.parse::<f64>()) else { return false };
    let Some(order) = value.partial_cmp(&wanted) else { return false };
    match operator {
        "NumericLessThan" => order.is_lt(),
        "NumericLessThanEquals" => order.is_le(),
        "NumericGreaterThan" => order.is_gt(),
        "NumericGreaterThanEquals" => order.is_ge(),
        _ => order.is_eq(),
    }
}
