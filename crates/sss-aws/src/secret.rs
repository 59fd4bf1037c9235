//! Digests in the place of values that look secret, in everything that is kept or shown.
//!
//! The model takes secrets by reference only, but AWS also accepts plain values in the environment and in the
//! log options of a container. `sss_model::looks_secret` recognizes them by name and value.
//!
//! Values pass through here in two places. The observation conceals them before they enter the world, so a
//! saved world holds digests. The comparison conceals both sides of a change, so a plan, an event and a log
//! show digests only. The desired state inside the graph keeps the plain value, because the call that
//! registers a revision needs it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::hash;

/// The members of a state whose keys and values users choose; `options` are those of a log router, and `variables` those
/// of a stage. A value in any other member has a form that AWS defines.
const NAMED: [&str; 5] = ["environment", "log_options", "options", "docker_labels", "variables"];

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

/// Returns a part of the value's hash, whatever its name is. A digest stays as it is.
pub(crate) fn hidden(value: &str) -> String {
    if stands_for_another(value) {
        return value.to_owned();
    }
    format!("(hidden, {})", hash::short(&Value::from(value)))
}

/// Returns whether a value is a digest already. Only the exact form of a digest counts.
fn stands_for_another(value: &str) -> bool {
    let digest = value.strip_prefix("(hidden, ").and_then(|rest| rest.strip_suffix(')'));
    digest.is_some_and(|digest| digest.len() == hash::SHORT && digest.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Replaces the values of a map that look secret by their digests.
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
