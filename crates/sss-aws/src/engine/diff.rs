//! The one comparison of desired and live state, for all kinds.
//!
//! States are JSON in normal form, so equal values are equal settings. Objects are compared member by member;
//! lists and single values as a whole, because their order matters or they have one value. A path is the
//! member names with dots between them; a name with other characters stands in brackets: `tags["Cost
//! Centre"]`.
//!
//! Values that look secret are replaced by digests here, on both sides. Therefore no change, and nothing that
//! is made from one, can show them.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::secret;

/// One path of a state that differs.
///
/// A change is either an added path (`before` is `None`), a removed path (`after` is `None`), or another
/// value. For an object that is created or deleted, each leaf of its state is a change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The path, such as `containers.mz-dev-app.image`.
    pub path: String,
    /// The live value. `None` if the path is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The desired value. `None` if the path is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

impl Change {
    /// Returns whether the path is a tag of the object, such as `tags.Owner` or `tags["Cost Centre"]`.
    ///
    /// Tags change without an effect on requests or tasks, so a plan treats such changes apart.
    pub fn is_of_tags(&self) -> bool {
        let rest = self.path.strip_prefix("tags");
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }

    /// Returns the same change of a value that is at this path.
    pub(crate) fn below(self, path: &str) -> Self {
        Self { path: format!("{path}.{}", self.path), ..self }
    }
}

/// Returns the changes that lead from one state to another, in the order of their paths.
pub(crate) fn diff(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(&At::default(), Some(before), Some(after), &mut changes);
    changes
}

/// A position in a state.
#[derive(Default)]
struct At<'a> {
    /// The path from the root of the state.
    path: String,
    /// The key of the member that contains the position. With `key`, it decides whether a value looks secret.
    member: &'a str,
    /// The key of the position itself.
    key: &'a str,
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
            let shown = |value: Option<&Value>| value.map(|value| secret::shown(at.member, at.key, value));
            let (before, after) = (shown(before), shown(after));
            if before != after {
                changes.push(Change { path: at.path.clone(), before, after });
            }
            return;
        }
    };

    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let at = At { path: join(&at.path, key), member: at.key, key };
        compare(&at, old.get(key), new.get(key), changes);
    }
}

/// Returns the path of a member.
fn join(path: &str, key: &str) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':'));
    match (path, plain) {
        ("", true) => key.to_owned(),
        (_, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[{key:?}]"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: &Value, after: &Value, expected: &[(&str, Option<Value>, Option<Value>)]) {
        let changes = diff(before, after);
        let found: Vec<_> =
            changes.into_iter().map(|change| (change.path, change.before, change.after)).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, before, after)| ((*path).to_owned(), before.clone(), after.clone()))
            .collect();
        assert_eq!(found, expected);
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
            &[("ingress[\"tcp 80\"]", None, Some(json!(1)))],
        );
    }

    #[test]
    fn tag_differs_from_field_with_same_beginning() {
        let is_of_tags =
            |path: &str| Change { path: path.to_owned(), before: None, after: None }.is_of_tags();
        assert!(["tags", "tags.Owner", r#"tags["Cost Centre"]"#].into_iter().all(is_of_tags));
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
