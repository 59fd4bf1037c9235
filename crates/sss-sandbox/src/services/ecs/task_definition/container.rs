//! The containers of a task definition.
//!
//! ECS returns other content than a caller registered: empty members disappear, some lists always exist, and
//! several members have defaults. People meet this as a difference between their file and the account
//! (tfp#11526, ecspresso#123).

use serde_json::{Map, Value, json};

/// The lists that a description always has.
const LISTS: [&str; 5] = ["portMappings", "environment", "mountPoints", "volumesFrom", "systemControls"];

/// Returns the definition of a container with ECS's defaults.
///
/// The defaults are `cpu` 0, `essential` true, TCP for ports, and for a health check an interval of 30 s, a
/// timeout of 5 s and 3 retries. With `is_awsvpc`, each host port is the container port, as the network mode
/// requires.
pub(super) fn content(definition: &Value, is_awsvpc: bool) -> Value {
    let mut content: Map<String, Value> = definition.as_object().cloned().unwrap_or_default();
    content.retain(|_, value| !value.is_null() && *value != json!({}) && *value != json!([]));
    for member in LISTS {
        content.entry(member).or_insert_with(|| json!([]));
    }
    content.entry("cpu").or_insert_with(|| json!(0));
    content.entry("essential").or_insert_with(|| json!(true));
    for member in ["environment", "secrets"] {
        // ECS returns variables in its own order.
        if let Some(Value::Array(variables)) = content.get_mut(member) {
            variables.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
        }
    }

    if let Some(Value::Array(mappings)) = content.get_mut("portMappings") {
        for mapping in mappings.iter_mut().filter_map(Value::as_object_mut) {
            mapping.entry("protocol").or_insert_with(|| json!("tcp"));
            if is_awsvpc && let Some(port) = mapping.get("containerPort").cloned() {
                mapping.insert("hostPort".to_owned(), port);
            }
        }
    }
    if let Some(Value::Object(check)) = content.get_mut("healthCheck") {
        for (member, default) in [("interval", 30), ("timeout", 5), ("retries", 3)] {
            check.entry(member).or_insert_with(|| json!(default));
        }
    }
    Value::Object(content)
}
