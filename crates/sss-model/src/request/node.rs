//! A value of a request, and its path.
//!
//! The functions that judge requests pass a [`Node`] instead of a JSON value, so that each problem knows its path:
//! `containerDefinitions[0].name`. A node borrows the request and owns its path.
//!
//! Getters differ in what they treat as absent, and each caller depends on that:
//!
//! - `get`, `has`, `items` and `entries` treat `null` as absent. The shape has reported it.
//! - `text`, `integer` and `flag` treat a value of another type as absent too. The shape has reported it.
//! - `value` returns the JSON as it is. Callers that must tell `null` from absence use it, so that they do not report a
//!   member that the shape has reported.

use serde_json::Value;
use validator::ValidationError;

use crate::path::Path;
use crate::report::Report;
use crate::rules::{REQUIRED, Rule, broken};

/// A value and its path.
///
/// A getter treats a value of another type than its own as absent: the request's [`Shape`](super::shape::Shape) has
/// reported it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    at: Path,
}

impl<'a> Node<'a> {
    /// Returns a whole request, whose path is empty.
    pub(crate) fn root(value: &'a Value) -> Self {
        Node { value, at: Path::root() }
    }

    /// Returns a value that was read from the text at a path.
    ///
    /// Policy documents are such texts. Their statements get paths that continue the member's:
    /// `PolicyDocument.Statement[0]`.
    pub(crate) fn inside(value: &'a Value, at: Path) -> Self {
        Node { value, at }
    }

    /// Returns the JSON, also if it is `null`.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// Returns the path of the value.
    pub(crate) fn at(&self) -> &Path {
        &self.at
    }

    /// Returns the path of a member, whether the member is there or not.
    ///
    /// Problems of absent members have this path.
    pub(crate) fn place(&self, member: &str) -> Path {
        self.at.key(member)
    }

    /// Returns a member, or `None` if it is absent or null.
    pub(crate) fn get(&self, member: &str) -> Option<Node<'a>> {
        let value = self.value.get(member).filter(|value| !value.is_null())?;
        Some(Node { value, at: self.at.key(member) })
    }

    /// Returns whether a member is there and not `null`. Its type does not matter.
    pub(crate) fn has(&self, member: &str) -> bool {
        self.get(member).is_some()
    }

    /// Returns whether the value is a string.
    pub(crate) fn is_text(&self) -> bool {
        self.value.is_string()
    }

    /// Returns the value if it is a string. The string may be empty.
    pub(crate) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Returns a string member, or `None` if it is absent or of another type.
    pub(crate) fn text(&self, member: &str) -> Option<&'a str> {
        self.value.get(member)?.as_str()
    }

    /// Returns a text, the default if the member is absent, or `None` if it is there and cannot be read.
    ///
    /// Use it where AWS has a default: a member that cannot be read must not be judged as the default.
    pub(crate) fn text_or(&self, member: &str, default: &'static str) -> Option<&'a str> {
        if self.has(member) { self.text(member) } else { Some(default) }
    }

    /// Returns an integer of at most 64 bits with its sign, or `None` for a fraction and for another type.
    pub(crate) fn integer(&self, member: &str) -> Option<i64> {
        self.value.get(member)?.as_i64()
    }

    /// Returns a boolean member, or `None` if it is absent or of another type.
    pub(crate) fn flag(&self, member: &str) -> Option<bool> {
        self.value.get(member)?.as_bool()
    }

    /// Returns whether the member is `true`. AWS's flags are `false` by default.
    pub(crate) fn is_set(&self, member: &str) -> bool {
        self.flag(member) == Some(true)
    }

    /// Returns the elements of a list, or no element if the member is absent or not a list.
    ///
    /// An element may have any type, `null` included.
    pub(crate) fn items(&self, member: &str) -> Vec<Node<'a>> {
        self.get(member).map(|list| list.elements()).unwrap_or_default()
    }

    /// Returns the elements of this list, or no element if it is not a list.
    pub(crate) fn elements(&self) -> Vec<Node<'a>> {
        let elements = self.value.as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate();
        elements.map(|(index, value)| Node { value, at: self.at.index(index) }).collect()
    }

    /// Returns the strings of a list, and leaves out elements of another type.
    ///
    /// So the number of strings may be below that of the elements.
    pub(crate) fn texts(&self, member: &str) -> Vec<&'a str> {
        self.items(member).iter().filter_map(Node::as_text).collect()
    }

    /// Returns the entries of a map or the members of a structure, or nothing if the member is absent.
    pub(crate) fn entries(&self, member: &str) -> Vec<(&'a str, Node<'a>)> {
        self.get(member).map(|map| map.members()).unwrap_or_default()
    }

    /// Returns the entries of this map, or the members of this structure, `null` included.
    pub(crate) fn members(&self) -> Vec<(&'a str, Node<'a>)> {
        let Some(map) = self.value.as_object() else { return Vec::new() };
        map.iter().map(|(key, value)| (key.as_str(), Node { value, at: self.at.key(key) })).collect()
    }

    /// Reports that a required member is absent, by the case `required` of a rule.
    pub(crate) fn lacks(&self, member: &str, rule: &'static Rule, report: &mut Report) {
        report.add(&self.place(member), broken!(rule, REQUIRED));
    }

    /// Checks a string member, if it is there, by a field rule of the model.
    ///
    /// If the rule says that an empty text is missing, the problem is that of `required`.
    pub(crate) fn check_text(
        &self,
        member: &str,
        required: &'static Rule,
        judge: impl FnOnce(&str) -> Result<(), ValidationError>,
        report: &mut Report,
    ) {
        if let Some(text) = self.text(member) {
            report.field(required, &self.place(member), judge(text));
        }
    }

    /// Checks an integer member, if it is there, by a field rule of the model.
    pub(crate) fn check_integer(
        &self,
        member: &str,
        judge: impl FnOnce(i64) -> Result<(), ValidationError>,
        report: &mut Report,
    ) {
        if let Some(number) = self.integer(member) {
            report.field(&crate::rules::PARAM_003, &self.place(member), judge(number));
        }
    }
}
