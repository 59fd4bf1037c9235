//! The one comparison of desired and live state, for all kinds.
//!
//! States are JSON in normal form, so equal values are equal settings. Objects are compared member by member;
//! lists and single values as a whole, because their order matters or they have one value.
//!
//! Values that look secret are replaced by digests here, on both sides. Therefore no change, and nothing that
//! is made from one, can show them.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use sss_model::Path;

use crate::{secret, tags};

/// One path of a state that differs.
///
/// A change is either an added path (`before` is `None`), a removed path (`after` is `None`), or another
/// value. For an object that is created or deleted, each leaf of its state is a change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// The path, such as `containers.mz-dev-app.image`.
    pub path: Path,
    /// The live value. `None` if the path is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The desired value. `None` if the path is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl Change {
    /// Returns whether the path is a tag of the object, such as `tags.Owner` or `tags."Cost Centre"`.
    ///
    /// Tags change without an effect on requests or tasks, so a plan treats such changes apart.
    pub fn is_of_tags(&self) -> bool {
        self.path.starts_with(&tags::PATH)
    }

    /// Returns the same change of a value that is at this path.
    pub(crate) fn below(self, path: &Path) -> Self {
        Self { path: path.join(&self.path), ..self }
    }
}

/// Returns the changes that lead from one state to another, in the order of their paths.
pub(crate) fn diff(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&At { above: None, key: "" }, Some(before), Some(after), &mut changes);
    changes
}

/// A position in a state. Only a position that differs needs a path, so the path is built on demand.
struct At<'a> {
    /// The position of the object that contains it. `None` for the root of the state.
    above: Option<&'a At<'a>>,
    /// The key in that object.
    key: &'a str,
}

impl At<'_> {
    /// Returns the path from the root of the state.
    fn path(&self) -> Path {
        self.above.map_or(Path::root(), |above| above.path().key(self.key))
    }

    /// Returns the value as a plan may show it. The keys decide whether it looks secret.
    fn shown(&self, value: &Value) -> Value {
        secret::shown(self.above.map_or("", |above| above.key), self.key, value)
    }
}

/// Adds the changes at a position and below it.
fn compare(at: &At<'_>, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    let empty = Map::new();
    let (old, new) = match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => (old, new),
        (None, Some(Value::Object(new))) if !new.is_empty() => (&empty, new),
        (Some(Value::Object(old)), None) if !old.is_empty() => (old, &empty),
        _ => {
            // A digest and the value that it stands for are equal here.
            let (before, after) = (before.map(|value| at.shown(value)), after.map(|value| at.shown(value)));
            if before != after {
                changes.push(Change { path: at.path(), before, after });
            }
            return;
        }
    };

    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        compare(&At { above: Some(at), key }, old.get(key), new.get(key), changes);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: &Value, after: &Value, expected: &[(&str, Option<Value>, Option<Value>)]) {
        let changes = diff(before, after);
        let found =
            changes.iter().map(|change| (change.path.as_str(), change.before.clone(), change.after.clone()));
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn equal_states_do_not_differ() {
        check(&json!({"a": {"b": [1, 2]}}), &json!({"a": {"b": [1, 2]}}), &[]);
    }

    #[test]
    fn paths_lead_to_the_leaves() {
        check(
            &json!({"tags": {"Owner": "a", "Old": "x"}, "cpu": 256}),
            &json!({"tags": {"Owner": "b", "New": "y"}, "cpu": 256}),
            &[
                ("tags.New", None, Some(json!("y"))),
                ("tags.Old", Some(json!("x")), None),
                ("tags.Owner", Some(json!("a")), Some(json!("b"))),
            ],
        );
    }

    #[test]
    fn created_or_deleted_object_is_shown_by_its_leaves() {
        check(&json!({}), &json!({"cors": {"max_age": 5}}), &[("cors.max_age", None, Some(json!(5)))]);
        check(&json!({"cors": {"max_age": 5}}), &json!({}), &[("cors.max_age", Some(json!(5)), None)]);
    }

    #[test]
    fn empty_object_is_a_value() {
        check(&json!({}), &json!({"health_check": {}}), &[("health_check", None, Some(json!({})))]);
        check(&json!({"health_check": {}}), &json!({}), &[("health_check", Some(json!({})), None)]);
    }

    #[test]
    fn key_with_other_characters_is_quoted() {
        check(
            &json!({}),
            &json!({"ingress": {"tcp 80": 1}}),
            &[("ingress.\"tcp 80\"", None, Some(json!(1)))],
        );
    }

    #[test]
    fn tag_differs_from_field_with_same_beginning() {
        let is_of_tags =
            |path: &str| Change { path: path.parse().unwrap(), before: None, after: None }.is_of_tags();
        assert!(["tags", "tags.Owner", r#"tags."Cost Centre""#].into_iter().all(is_of_tags));
        assert!(!["tags_all.Owner", "tagsets", "labels.tags"].into_iter().any(is_of_tags));
    }

    #[test]
    fn plain_secret_is_not_shown() {
        let changes = diff(
            &json!({"environment": {"DB_PASSWORD": "hunter2", "MODE": "a", "api.token": "hunter4"}}),
            &json!({"environment": {"DB_PASSWORD": "hunter3", "MODE": "b"}}),
        );
        let printed = serde_json::to_string(&changes).expect("changes serialise");
        assert!(!printed.contains("hunter"), "{printed}");
        assert_ne!(changes[0].before, changes[0].after, "the difference itself is shown");
        assert_eq!(changes[1].after, Some(json!("b")));
    }
}
