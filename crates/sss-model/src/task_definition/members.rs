//! The members of a structure, until each of them is accounted for.
//!
//! [`Members`] is a list from which each member is removed when somebody takes it. [`Members::finish`] reports the
//! rest, so a member that AWS adds in the future is refused rather than lost.
//!
//! Verbs say how a member is handled. `take`, `same`, `inside`, `keyed` and `pairs` translate it, `expect` allows some
//! values only, and `leave` drops it with a warning.

use serde_json::{Map, Value};

use crate::beyond;
use crate::path::Path;
use crate::report::Report;
use crate::rules::{Broken, FILE_006, FILE_007, broken};

/// The members of a structure that nobody has taken yet. Members that AWS takes for absent do not count.
pub(super) struct Members<'a> {
    /// The names and values of the members that remain.
    left: Vec<(&'a str, &'a Value)>,
    /// The path of the structure in the task definition.
    at: Path,
}

impl<'a> Members<'a> {
    /// Returns all members of a structure that are present.
    pub(super) fn new(structure: &'a Value, at: Path) -> Self {
        let members = structure.as_object().into_iter().flatten();
        let said = members.filter(|(name, value)| !says_nothing(name, value));
        let left = said.map(|(name, value)| (name.as_str(), value));
        Members { left: left.collect(), at }
    }

    /// Returns the path of a member.
    ///
    /// The member need not exist: problems of missing members have a path as well.
    pub(super) fn place(&self, name: &str) -> Path {
        self.at.key(name)
    }

    /// Takes a member, or returns `None` if it is absent.
    ///
    /// A second call for the same member returns `None`.
    pub(super) fn take(&mut self, name: &str) -> Option<&'a Value> {
        let index = self.left.iter().position(|(known, _)| *known == name)?;
        Some(self.left.swap_remove(index).1)
    }

    /// Takes a list of objects of two members, as a map from one to the other, and reports the keys that are listed
    /// twice.
    pub(super) fn pairs(
        &mut self,
        name: &str,
        key: &str,
        value: &str,
        report: &mut Report,
    ) -> Map<String, Value> {
        let list = self.take(name).and_then(Value::as_array).into_iter().flatten();
        let text = |pair: &Value, name: &str| pair[name].as_str().unwrap_or_default().to_owned();
        let mut pairs = Map::new();
        for (index, pair) in list.enumerate() {
            let (first, second) = (text(pair, key), text(pair, value));
            if pairs.insert(first.clone(), second.into()).is_some() {
                report.add(&self.place(name).index(index).key(key), listed_twice(name, &first));
            }
        }
        pairs
    }

    /// Takes members under other names, as they are.
    pub(super) fn same(&mut self, names: &[(&str, &str)], into: &mut Map<String, Value>) {
        for (theirs, ours) in names {
            into.extend(self.take(theirs).map(|value| ((*ours).to_owned(), value.clone())));
        }
    }

    /// Takes a structure, or returns `None` if it is absent.
    pub(super) fn inside(&mut self, name: &str) -> Option<Members<'a>> {
        let at = self.place(name);
        self.take(name).map(|structure| Members::new(structure, at))
    }

    /// Takes a list of structures as a map by one of their members, and reports the keys that are listed twice.
    ///
    /// `take` gets a structure as it is, and its members without the key.
    pub(super) fn keyed(
        &mut self,
        name: &str,
        key: &str,
        report: &mut Report,
        take: impl Fn(&'a Value, &mut Members<'a>, &mut Report) -> Value,
    ) -> Option<Value> {
        let at = self.place(name);
        let list = self.take(name).and_then(Value::as_array)?;
        let mut map = Map::new();
        for (index, structure) in list.iter().enumerate() {
            let mut members = Members::new(structure, at.index(index));
            let first = members.take(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let value = take(structure, &mut members, report);
            members.finish(report);
            if map.insert(first.clone(), value).is_some() {
                report.add(&at.index(index).key(key), listed_twice(name, &first));
            }
        }
        Some(map.into())
    }

    /// Takes a member of which a stack has one value only, and reports another one. Returns the value that fits.
    pub(super) fn expect(
        &mut self,
        name: &str,
        fits: impl Fn(&Value) -> bool,
        wanted: &str,
        report: &mut Report,
    ) -> Option<&'a Value> {
        let value = self.take(name)?;
        if fits(value) {
            return Some(value);
        }
        let given = value.to_string();
        report.add(&self.place(name), broken!(FILE_006, "other-value", wanted = wanted, given = given));
        None
    }

    /// Takes a member that the stack decides by itself, and reports that it is left out.
    ///
    /// The problem is a warning, so the service can still be used.
    pub(super) fn leave(&mut self, name: &str, broken: impl FnOnce() -> Broken, report: &mut Report) {
        if self.take(name).is_some() {
            report.add(&self.place(name), broken());
        }
    }

    /// Reports the members that are left: a stack has no place for them.
    pub(super) fn finish(self, report: &mut Report) {
        for (name, _) in &self.left {
            let broken = if let Some(beyond) = beyond::find(name) {
                broken!(FILE_006, "left-out", reason = beyond.reason, way = beyond.way)
            } else {
                broken!(FILE_006, "no-place")
            };
            report.add(&self.at.key(name), broken);
        }
    }
}

/// Returns the problem of a key that is listed twice. A request may list a variable twice, which is only a warning
/// there.
fn listed_twice(list: &str, name: &str) -> Broken {
    if list == "environment" {
        broken!(FILE_007, "earlier-value", list = list, name = name)
    } else {
        broken!(FILE_006, "listed-twice", list = list, name = name)
    }
}

/// The numbers of which 0 is the same as no number. 0 of another member has a meaning, or a rule refuses it.
const NOTHING_AT_ZERO: [&str; 2] = ["cpu", "hostPort"];

/// Returns whether AWS takes the value of a member for absent.
///
/// `DescribeTaskDefinition` prints empty lists and `"cpu": 0` for members that nobody set.
fn says_nothing(name: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::String(_) => false,
        Value::Number(number) => NOTHING_AT_ZERO.contains(&name) && number.as_i64() == Some(0),
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.iter().all(|(name, value)| says_nothing(name, value)),
    }
}
