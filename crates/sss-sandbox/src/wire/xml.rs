//! XML from the neutral form, and back.
//!
//! Members become elements in the order of the value, and null members are left out. The protocols differ only in the
//! names of list items.

mod reader;

use serde_json::Value;

pub(super) use self::reader::read;

/// The name of the items in a list.
#[derive(Debug, Clone, Copy)]
pub(super) enum Items {
    /// The name in the protocol `query`.
    Member,
    /// The name in the protocol `ec2`.
    Item,
    /// The name of the list without its last letter, as in REST-XML.
    Singular,
}

/// Returns a document with one root element.
pub(super) fn document(root: &str, namespace: Option<&str>, content: &str) -> String {
    let namespace = namespace.map(|namespace| format!(" xmlns=\"{namespace}\"")).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}{namespace}>{content}</{root}>\n")
}

/// Returns an element around XML. The content must be escaped already.
pub(super) fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// Returns the content of a value's element.
pub(super) fn content(value: &Value, items: Items) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escape(text),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(values) => list(values, "", items),
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match value {
                Value::Array(values) => element(name, &list(values, name, items)),
                value => element(name, &content(value, items)),
            })
            .collect(),
    }
}

/// Returns the content of a list's element. `of` is the name of the list, empty for a list within a list.
fn list(values: &[Value], of: &str, items: Items) -> String {
    let name = match items {
        Items::Member => "member",
        Items::Item => "item",
        Items::Singular => of.strip_suffix('s').unwrap_or(of),
    };
    values.iter().map(|value| element(name, &content(value, items))).collect()
}

/// Returns a text with XML's reserved characters escaped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
