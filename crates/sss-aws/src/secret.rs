//! Digests in the place of values that look secret, in everything that is kept or shown.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hash;

/// The members of states with names and values that users chose.
const NAMED: [&str; 2] = ["environment", "log_options"];

/// Returns the value, or a part of its hash if it looks secret ([`sss_model::looks_secret`]).
///
/// # Guarantees
///
/// The digest of a digest is the digest itself. So an account that was saved without its secret values still compares
/// as before.
///
/// ```
/// assert_eq!(sss_aws::concealed("LOG_LEVEL", "debug"), "debug");
/// let hidden = sss_aws::concealed("DB_PASSWORD", "hunter2");
/// assert!(hidden.starts_with("(hidden, ") && !hidden.contains("hunter2"));
/// assert_eq!(sss_aws::concealed("DB_PASSWORD", &hidden), hidden);
/// ```
pub fn concealed(name: &str, value: &str) -> String {
    if sss_model::looks_secret(name, value) { hidden(value) } else { value.to_owned() }
}

/// Returns a part of the value's hash, whatever its name is.
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

/// Conceals the values that look secret.
pub(crate) fn conceal(values: &mut BTreeMap<String, String>) {
    for (name, value) in values {
        *value = concealed(name, value);
    }
}

/// Returns a value of a state as a plan may show it. `member` is the key of the map that contains `key`.
pub(crate) fn shown(member: &str, key: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if NAMED.contains(&member) => Value::from(concealed(key, text)),
        other => other.clone(),
    }
}
