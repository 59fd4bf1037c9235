//! Replacements for the plain values in revisions.
//!
//! A saved account must not contain values that look secret. The values of variables, options of logs and labels
//! can be such values; references to secrets are ARNs and stay.

use serde_json::Value;

use crate::world::World;

/// Replaces the values of variables, options of logs and labels of all revisions.
///
/// `conceal` gets the name and the value, and returns the replacement or the value itself.
pub(crate) fn conceal(world: &mut World, conceal: &dyn Fn(&str, &str) -> String) {
    let revisions = world.ecs.families.values_mut().flat_map(|family| family.revisions.values_mut());
    let definitions = revisions.filter_map(|revision| revision.content.get_mut("containerDefinitions"));

    for container in definitions.filter_map(Value::as_array_mut).flatten() {
        for variable in container.get_mut("environment").and_then(Value::as_array_mut).into_iter().flatten() {
            let name = variable["name"].as_str().unwrap_or_default().to_owned();
            if let Some(value) = variable.get_mut("value") {
                replace(&name, value, conceal);
            }
        }
        for members in ["/logConfiguration/options", "/firelensConfiguration/options", "/dockerLabels"] {
            let members = container.pointer_mut(members).and_then(Value::as_object_mut);
            for (name, value) in members.into_iter().flatten() {
                replace(name, value, conceal);
            }
        }
    }
}

/// Replaces a value that is a text.
fn replace(name: &str, value: &mut Value, conceal: &dyn Fn(&str, &str) -> String) {
    if let Value::String(text) = value {
        *text = conceal(name, text);
    }
}
