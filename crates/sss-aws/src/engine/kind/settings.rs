//! Optional settings: members of a state that are left to others until the stack sets them.
//!
//! Operators set ECS Exec or Container Insights by hand, and a stack that says nothing about such a setting
//! must not undo that. A stack that sets it owns it, until it takes the setting out: then AWS's default comes
//! back. The account has to tell these two cases apart, so the object carries a record of the settings that
//! the stack sets, as the tag `sss:settings`.
//!
//! In the state, `None` or an absent member is AWS's default.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::tags::{self, Tags};

/// The optional settings of an object, and those of them that the stack sets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    set: BTreeSet<&'static str>,
    unset: Vec<&'static str>,
}

impl Settings {
    /// Returns the settings from the names of members, each with whether the stack sets it.
    pub(crate) fn of(members: impl IntoIterator<Item = (&'static str, bool)>) -> Self {
        let mut settings = Self::default();
        for (member, is_set) in members {
            if is_set {
                settings.set.insert(member);
            } else {
                settings.unset.push(member);
            }
        }
        settings
    }

    /// Adds the record of the settings that the stack sets to the tags of the object.
    ///
    /// An object without such settings has no record.
    pub(crate) fn record(&self, tags: &mut Tags) {
        if !self.set.is_empty() {
            let names: Vec<&str> = self.set.iter().copied().collect();
            tags.insert(tags::SETTINGS.to_owned(), names.join(" "));
        }
    }

    /// Returns the settings that the stack leaves to others.
    pub(crate) fn unset(&self) -> Vec<&'static str> {
        self.unset.clone()
    }
}

/// Returns whether an earlier version of the stack has set this member of an object in this state.
pub(crate) fn is_recorded(state: &Value, member: &str) -> bool {
    let record = state.pointer(&format!("/tags/{}", tags::SETTINGS)).and_then(Value::as_str);
    record.is_some_and(|record| record.split(' ').any(|name| name == member))
}
