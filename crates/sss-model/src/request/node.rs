//! A value of a request, and where it stands.

use serde_json::Value;
use validator::ValidationError;

use crate::path::Path;
use crate::report::Report;
use crate::rules::{REQUIRED, Rule, broken};

/// A value and its path. The getters take a value of another type than the asked one for absent: the request's
/// [`Shape`](super::shape::Shape) has reported it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    at: Path,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Node { value, at: Path::root() }
    }

    /// A value that stands in another one's text.
    pub(crate) fn inside(value: &'a Value, at: Path) -> Self {
        Node { value, at }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// Where the value stands.
    pub(crate) fn at(&self) -> &Path {
        &self.at
    }

    /// Where a member stands, or would stand.
    pub(crate) fn place(&self, member: &str) -> Path {
        self.at.key(member)
    }

    /// The member, if it is there.
    pub(crate) fn get(&self, member: &str) -> Option<Node<'a>> {
        let value = self.value.get(member).filter(|value| !value.is_null())?;
        Some(Node { value, at: self.at.key(member) })
    }

    /// Whether the member is there.
    pub(crate) fn has(&self, member: &str) -> bool {
        self.get(member).is_some()
    }

    pub(crate) fn as_text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(crate) fn text(&self, member: &str) -> Option<&'a str> {
        self.value.get(member)?.as_str()
    }

    pub(crate) fn integer(&self, member: &str) -> Option<i64> {
        self.value.get(member)?.as_i64()
    }

    pub(crate) fn number(&self, member: &str) -> Option<f64> {
        self.value.get(member)?.as_f64()
    }

    pub(crate) fn flag(&self, member: &str) -> Option<bool> {
        self.value.get(member)?.as_bool()
    }

    /// Whether the member is `true`.
    pub(crate) fn is_set(&self, member: &str) -> bool {
        self.flag(member) == Some(true)
    }

    /// The elements of a list; none when the member is absent.
    pub(crate) fn items(&self, member: &str) -> Vec<Node<'a>> {
        self.get(member).map(|list| list.elements()).unwrap_or_default()
    }

    /// The elements of this list.
    pub(crate) fn elements(&self) -> Vec<Node<'a>> {
        let elements = self.value.as_array().map(Vec::as_slice).unwrap_or_default().iter().enumerate();
        elements.map(|(index, value)| Node { value, at: self.at.index(index) }).collect()
    }

    /// The strings of a list of strings.
    pub(crate) fn texts(&self, member: &str) -> Vec<&'a str> {
        self.items(member).iter().filter_map(Node::as_text).collect()
    }

    /// The entries of a map, or the members of a structure; none when the member is absent.
    pub(crate) fn entries(&self, member: &str) -> Vec<(&'a str, Node<'a>)> {
        self.get(member).map(|map| map.members()).unwrap_or_default()
    }

    /// The entries of this map, or the members of this structure.
    pub(crate) fn members(&self) -> Vec<(&'a str, Node<'a>)> {
        let Some(map) = self.value.as_object() else { return Vec::new() };
        map.iter().map(|(key, value)| (key.as_str(), Node { value, at: self.at.key(key) })).collect()
    }

    /// Reports a member that is required and not there.
    pub(crate) fn lacks(&self, member: &str, rule: &'static Rule, report: &mut Report) {
        report.add(&self.place(member), broken!(rule, REQUIRED));
    }

    /// Holds a string member, if it is there, against a field rule of the model.
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

    /// Holds an integer member, if it is there, against a field rule of the model.
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
