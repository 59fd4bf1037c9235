//! How one live object refers to another: by the strings of its state.

use std::collections::HashSet;

use serde_json::Value;

use crate::engine::world::Live;

/// Returns whether the state of an object contains one of the strings that AWS names another one by.
pub(super) fn refers(from: &Live, to: &Live) -> bool {
    let mut names = HashSet::new();
    strings(&to.output, &mut |text| {
        names.insert(text);
    });
    let mut found = false;
    strings(&from.state, &mut |text| found |= names.contains(text));
    found
}

/// Calls `take` with each string within a value.
pub(crate) fn strings<'a>(value: &'a Value, take: &mut dyn FnMut(&'a str)) {
    match value {
        Value::String(text) => take(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, take)),
        Value::Object(members) => members.values().for_each(|member| strings(member, take)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
