//! The neutral form from XML.
//!
//! An element with elements becomes an object, or a list if they have its name without the last letter. Any other
//! element becomes a text. Attributes are ignored, and so are comments.

use serde_json::{Map, Value};

use crate::wire::LEVELS;

/// Reads a document. `None` if it is malformed or nested too deeply.
pub(crate) fn read(document: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(document).ok()?;
    let mut reader = Reader { rest: text };
    reader.skip_to_element()?;
    let (_, value) = reader.element(LEVELS)?;
    Some(value)
}

/// The part of a document that has not been read.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Skips blanks, declarations and comments before an element.
    fn skip_to_element(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start();
            let end = if self.rest.starts_with("<?") {
                "?>"
            } else if self.rest.starts_with("<!--") {
                "-->"
            } else {
                return Some(());
            };
            self.rest = &self.rest[self.rest.find(end)? + end.len()..];
        }
    }

    /// Reads an element, at most so many levels deep, with its name.
    fn element(&mut self, levels: usize) -> Option<(&'a str, Value)> {
        let tag = self.rest.strip_prefix('<')?;
        let end = tag.find('>')?;
        self.rest = &tag[end + 1..];
        let (inside, is_empty) = match tag[..end].strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (&tag[..end], false),
        };
        let name = inside.split_whitespace().next()?;
        if is_empty {
            return Some((name, Value::String(String::new())));
        }

        let mut members: Vec<(&str, Value)> = Vec::new();
        let mut text = String::new();
        loop {
            let next = self.rest.find('<')?;
            text.push_str(&unescaped(&self.rest[..next])?);
            self.rest = &self.rest[next..];
            if let Some(close) = self.rest.strip_prefix("</") {
                let end = close.find('>')?;
                self.rest = &close[end + 1..];
                return (close[..end].trim_end() == name).then(|| (name, value(name, members, text)));
            }
            if self.rest.starts_with("<!--") {
                self.skip_to_element()?;
                continue;
            }
            members.push(self.element(levels.checked_sub(1)?)?);
        }
    }
}

/// Returns the value of an element.
fn value(name: &str, members: Vec<(&str, Value)>, text: String) -> Value {
    if members.is_empty() {
        return Value::String(text);
    }
    let item = name.strip_suffix('s').unwrap_or_default();
    if members.iter().all(|(member, _)| *member == item) {
        return members.into_iter().map(|(_, value)| value).collect();
    }
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    Value::Object(members.collect::<Map<_, _>>())
}

/// Returns a text with the characters that its references stand for. `None` for an unknown reference.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (reference, rest) = part.split_once(';')?;
        plain.push(match reference {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            code => character(code.strip_prefix('#')?)?,
        });
        plain.push_str(rest);
    }
    Some(plain)
}

/// Returns the character of a number, which is hexadecimal behind an `x`.
fn character(code: &str) -> Option<char> {
    let number = match code.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn elements_become_members_and_lists() {
        let document = br#"<?xml version="1.0"?><!-- a --><Request xmlns="u"><Changes><Change><Name>a &amp; &#x2a;</Name>
            <Empty/></Change></Changes><Text> b </Text></Request>"#;
        let expected = json!({"Changes": [{"Name": "a & *", "Empty": ""}], "Text": " b "});
        assert_eq!(read(document), Some(expected));
    }

    #[test]
    fn malformed_documents_are_refused() {
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        for document in ["", "a", "<a>", "<a></b>", "<a>&b;</a>", "<a>&#xd800;</a>", "<a", &deep] {
            assert_eq!(read(document.as_bytes()), None, "{document}");
        }
    }
}
