//! The keys of the JSON Schema that hold values. Other test packages take this file by its path.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns the keys of a schema that hold values, and not only other keys.
///
/// `*` stands for a member of a map and `[]` for an item of a list.
pub(crate) fn keys(schema: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(schema, schema, &mut Vec::new(), &mut found);
    found
}

fn collect(root: &Value, place: &Value, path: &mut Vec<String>, found: &mut BTreeSet<String>) {
    if let Some(reference) = place["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
        collect(root, target, path, found);
    }
    for list in ["anyOf", "oneOf", "allOf"] {
        for place in place[list].as_array().into_iter().flatten() {
            collect(root, place, path, found);
        }
    }
    let mut within = |name: &str, place: &Value| {
        path.push(name.to_owned());
        let before = found.len();
        collect(root, place, path, found);
        if found.len() == before {
            found.insert(path.join("."));
        }
        path.pop();
    };
    for (name, place) in place["properties"].as_object().into_iter().flatten() {
        within(name, place);
    }
    // Lists and maps of objects have keys of their own; others are values.
    let parts = [("[]", &place["items"]), ("*", &place["additionalProperties"])];
    for (name, place) in parts.into_iter().filter(|(_, place)| holds_keys(root, place)) {
        within(name, place);
    }
}

fn holds_keys(root: &Value, place: &Value) -> bool {
    let target = place["$ref"].as_str().and_then(|reference| root.pointer(reference.trim_start_matches('#')));
    [Some(place), target].into_iter().flatten().any(|place| place["properties"].is_object())
}
