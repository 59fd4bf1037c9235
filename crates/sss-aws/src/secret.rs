//! Values that look secret, and what stands for them in everything that is kept or shown.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hash;

/// The members of states whose keys are names that others chose, and may promise a secret.
const NAMED: [&str; 2] = ["environment", "log_options"];

/// What stands for a value: itself, or a part of its hash where the name promises a secret.
///
/// What stands for a value stands for itself. So an account that was kept without its secret values still compares as
/// it did.
///
/// ```
/// assert_eq!(sss_aws::concealed("LOG_LEVEL", "debug"), "debug");
/// let hidden = sss_aws::concealed("DB_PASSWORD", "hunter2");
/// assert!(hidden.starts_with("(hidden, ") && !hidden.contains("hunter2"));
/// assert_eq!(sss_aws::concealed("DB_PASSWORD", &hidden), hidden);
/// ```
pub fn concealed(name: &str, value: &str) -> String {
    if sss_model::looks_secret(name) { hidden(value) } else { value.to_owned() }
}

/// What stands for a value that may be secret whatever its name is.
pub(crate) fn hidden(value: &str) -> String {
    if stands_for_another(value) {
        return value.to_owned();
    }
    format!("(hidden, {})", hash::short(&Value::from(value)))
}

fn stands_for_another(value: &str) -> bool {
    let digest = value.strip_prefix("(hidden, ").and_then(|rest| rest.strip_suffix(')'));
    digest.is_some_and(|digest| digest.len() == hash::SHORT && digest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Conceals what has to be among values by their names.
pub(crate) fn conceal(values: &mut BTreeMap<String, String>) {
    for (name, value) in values {
        *value = concealed(name, value);
    }
}

/// The value of a state as it may be shown, by its key and the key of the member that it stands in.
pub(crate) fn shown(member: &str, key: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if NAMED.contains(&member) => Value::from(concealed(key, text)),
        other => other.clone(),
    }
}
