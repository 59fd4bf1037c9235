//! Policies that are taken away from a role, and the permissions that tasks with the role need until they
//! have moved.
//!
//! While a plan replaces tasks, old and new ones use the same role. So an update that takes something away
//! first gives the role what both need. Of a policy that changes, only statements that allow something are
//! kept: a kept denial could block the new tasks.
//!
//! The comparison is by text. A statement covers another one if both differ in actions and resources only and
//! the lists of the first contain those of the second. It does not understand wildcards, so it may keep a
//! permission that is covered. It never drops one that is not.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sss_model::rules::limits::INLINE_POLICIES;

/// Returns the policies that allow what either side allows.
///
/// It returns `want` itself if it allows all that `live` does, or if IAM would refuse both as too long.
pub(super) fn together(
    live: &BTreeMap<String, Value>,
    want: &BTreeMap<String, Value>,
) -> BTreeMap<String, Value> {
    let mut both = want.clone();
    for (name, document) in live {
        let joined = want.get(name).map_or_else(|| document.clone(), |want| join(document, want));
        both.insert(name.clone(), joined);
    }
    let length: usize = both.values().map(|document| document.to_string().len()).sum();
    if length > INLINE_POLICIES { want.clone() } else { both }
}

/// Returns a document with the statements of both. It is `want` itself if its statements cover those of
/// `live`.
///
/// Kept statements lose their ids, because ids are unique in a document.
fn join(live: &Value, want: &Value) -> Value {
    let wanted = statements(want);
    let lost = statements(live).into_iter().filter(|statement| {
        statement["Effect"] == "Allow" && !wanted.iter().any(|wanted| covers(wanted, statement))
    });
    let lost: Vec<&Value> = lost.collect();
    if lost.is_empty() {
        return want.clone();
    }

    let mut joined = want.clone();
    // Ids of statements are unique in a document.
    let kept = lost.into_iter().cloned().map(|mut statement| {
        statement.as_object_mut().map(|members| members.remove("Sid"));
        statement
    });
    joined["Statement"] = json!(wanted.into_iter().cloned().chain(kept).collect::<Vec<_>>());
    joined
}

/// Returns the statements of a document. A single statement need not be a list.
fn statements(document: &Value) -> Vec<&Value> {
    match &document["Statement"] {
        Value::Array(all) => all.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

/// Returns whether a trust policy lets a service assume the role.
///
/// Conditions are not judged: a role may be for one account or one cluster.
pub(super) fn trusts(trust: &Value, service: &str) -> bool {
    let names = |statement: &Value| {
        let services = texts(&statement["Principal"]["Service"]);
        services.contains(service) || statement["Principal"] == "*"
    };
    let assumes = |statement: &Value| {
        let mut actions = texts(&statement["Action"]).into_iter();
        actions.any(|action| ["sts:assumerole", "sts:*", "*"].contains(&action.to_ascii_lowercase().as_str()))
    };
    let is_it = |statement: &&Value| statement["Effect"] == "Allow" && names(statement) && assumes(statement);
    statements(trust).iter().any(is_it)
}

/// Returns whether a statement allows all that another one does, as far as its text tells.
fn covers(statement: &Value, other: &Value) -> bool {
    const LISTS: [&str; 2] = ["Action", "Resource"];
    let rest = |statement: &Value| {
        let members = statement.as_object().cloned().unwrap_or_default().into_iter();
        members
            .filter(|(name, _)| name != "Sid" && !LISTS.contains(&name.as_str()))
            .collect::<BTreeMap<_, _>>()
    };
    rest(statement) == rest(other)
        && LISTS.iter().all(|list| texts(&other[list]).is_subset(&texts(&statement[list])))
}

/// Returns the values of a list, or a single value, as a set.
fn texts(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies(resources: &[&str]) -> BTreeMap<String, Value> {
        let statement = json!({"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": resources});
        BTreeMap::from([("secrets".to_owned(), json!({"Version": "2012-10-17", "Statement": [statement]}))])
    }

    #[test]
    fn trust_names_the_service() {
        let trust = |principal: Value, action: &str| json!({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": action}]});
        let ecs = "ecs-tasks.amazonaws.com";
        assert!(trusts(&trust(json!({"Service": [ecs, "ec2.amazonaws.com"]}), "sts:AssumeRole"), ecs));
        assert!(!trusts(&trust(json!({"Service": "ec2.amazonaws.com"}), "sts:AssumeRole"), ecs));
        assert!(!trusts(&trust(json!({"Service": ecs}), "sts:TagSession"), ecs));
        let denial = json!({"Statement": {"Effect": "Deny", "Principal": {"Service": ecs}, "Action": "sts:AssumeRole"}});
        assert!(!trusts(&denial, ecs));
    }

    #[test]
    fn growing_policy_equals_the_desired_one() {
        let want = policies(&["a", "b"]);
        assert_eq!(together(&policies(&["a"]), &want), want);
        assert_eq!(together(&BTreeMap::new(), &want), want);
    }

    #[test]
    fn removed_resource_stays_meanwhile() {
        let both = together(&policies(&["a"]), &policies(&["b"]));
        let text = both["secrets"].to_string();
        assert!(text.contains("\"a\"") && text.contains("\"b\""), "{text}");
        assert_eq!(together(&policies(&["a"]), &BTreeMap::new()), policies(&["a"]));
    }

    #[test]
    fn policies_too_long_together_are_the_desired() {
        let long = "x".repeat(6_000);
        let want = policies(&[&format!("{long}2")]);
        assert_eq!(together(&policies(&[&long]), &want), want);
    }
}
