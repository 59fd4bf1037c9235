//! XML out of the neutral form.

use serde_json::Value;

/// What the items of a list are called.
#[derive(Debug, Clone, Copy)]
pub(super) enum Items {
    /// IAM and STS.
    Member,
    /// EC2.
    Item,
}

/// A whole document with one root element.
pub(super) fn document(root: &str, namespace: Option<&str>, content: &str) -> String {
    let namespace = namespace.map(|namespace| format!(" xmlns=\"{namespace}\"")).unwrap_or_default();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root}{namespace}>{content}</{root}>\n")
}

/// An element around content that is XML already.
pub(super) fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// What stands inside the element of a value.
pub(super) fn content(value: &Value, items: Items) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => escape(text),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(values) => {
            let name = match items {
                Items::Member => "member",
                Items::Item => "item",
            };
            values.iter().map(|value| element(name, &content(value, items))).collect()
        }
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| element(name, &content(value, items)))
            .collect(),
    }
}

/// Text with what XML reserves written out.
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
