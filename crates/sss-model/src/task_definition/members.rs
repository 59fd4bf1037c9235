//! The members of a structure, until each of them is accounted for.

use serde_json::{Map, Value};

use crate::path::Path;
use crate::report::Report;
use crate::rules;
use crate::rules::worded;

/// What of a structure has not been looked at. What says nothing does not count.
pub(super) struct Members<'a> {
    left: Vec<(&'a str, &'a Value)>,
    at: Path,
}

impl<'a> Members<'a> {
    pub(super) fn new(structure: &'a Value, at: Path) -> Self {
        let members = structure.as_object().into_iter().flatten();
        let left =
            members.filter(|(_, value)| !says_nothing(value)).map(|(name, value)| (name.as_str(), value));
        Members { left: left.collect(), at }
    }

    pub(super) fn place(&self, name: &str) -> Path {
        self.at.key(name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<&'a Value> {
        let index = self.left.iter().position(|(known, _)| *known == name)?;
        Some(self.left.swap_remove(index).1)
    }

    /// A list of objects of two members, as a map from one to the other.
    pub(super) fn pairs(&mut self, name: &str, key: &str, value: &str) -> Map<String, Value> {
        let list = self.take(name).and_then(Value::as_array).into_iter().flatten();
        let text = |pair: &Value, name: &str| pair[name].as_str().unwrap_or_default().to_owned();
        list.map(|pair| (text(pair, key), text(pair, value).into())).collect()
    }

    /// A member that a stack has in one way only.
    pub(super) fn expect(
        &mut self,
        name: &str,
        fits: impl Fn(&Value) -> bool,
        why: &str,
        report: &mut Report,
    ) {
        if let Some(value) = self.take(name).filter(|value| !fits(value)) {
            report.add(&self.place(name), worded(&rules::FILE_006, format!("`{name}` is {value}: {why}")));
        }
    }

    /// A member that the stack sees to by itself.
    pub(super) fn leave(&mut self, name: &str, why: &str, report: &mut Report) {
        if self.take(name).is_some() {
            report.add(&self.place(name), worded(&rules::FILE_007, format!("`{name}` is left out: {why}")));
        }
    }

    /// What is left has no place in a stack.
    pub(super) fn finish(self, report: &mut Report) {
        for (name, _) in &self.left {
            report.add(
                &self.at.key(name),
                worded(&rules::FILE_006, format!("`{name}` has no place in a stack")),
            );
        }
    }
}

/// What AWS takes for absent.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.values().all(says_nothing),
    }
}
