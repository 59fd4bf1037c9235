//! Variables of the environment in the strings of a stack file.
//!
//! `${env:NAME}` in a string stands for the value of the variable, and `${env:NAME:-default}` for the default if the
//! variable is unset or empty, as in a shell. `$${env:NAME}` stands for the text `${env:NAME}` itself. Nothing else with
//! a dollar sign has a meaning here: `${HOME}` in a command is for the shell of the container.
//!
//! Variables are replaced once all files lie over one another, so a variable that no value of the stack needs may be
//! unset. A string with a variable may also stand where a number or a boolean belongs; `structure` converts it then.

use std::env::VarError;

use serde_json::Value;

use super::document::Document;
use super::structure::Findings;
use crate::path::Path;
use crate::problem::Problem;
use crate::rules::{self, Broken, broken};

/// A function that returns the value of a variable, as [`std::env::var`] does.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Result<String, VarError>;

/// The beginning of a reference to a variable.
const OPEN: &str = "${env:";
/// The text that stands for [`OPEN`] itself.
const ESCAPED: &str = "$${env:";
/// The text between a name and its default.
const DEFAULT: &str = ":-";

/// Replaces the variables in all strings of a document.
///
/// A string whose variables cannot be replaced is removed, and its path is refused.
pub(super) fn fill(document: &mut Document, environment: Environment<'_>) -> Findings {
    let mut value = std::mem::take(&mut document.value);
    let mut fill = Fill { document, environment, findings: Findings::default() };
    if mentions(&value) {
        fill.visit(&mut value, &Path::root());
    }
    let findings = fill.findings;
    document.value = value;
    findings
}

/// Returns whether a text may have a variable.
pub(crate) fn is_mentioned(text: &str) -> bool {
    text.contains(OPEN)
}

/// Returns a text as a stack file has to have it, so that reading it returns the same text.
pub(crate) fn escaped(text: &str) -> String {
    text.replace(OPEN, ESCAPED)
}

/// Returns a tree with all strings as a stack file has to have them.
pub(crate) fn escape(value: &mut toml::Value) {
    match value {
        toml::Value::String(text) if is_mentioned(text) => *text = escaped(text),
        toml::Value::Array(elements) => elements.iter_mut().for_each(escape),
        toml::Value::Table(table) => table.iter_mut().for_each(|(_, value)| escape(value)),
        _ => {}
    }
}

/// Returns whether a string of the tree mentions a variable. Most files have none, and need no paths.
fn mentions(value: &Value) -> bool {
    match value {
        Value::String(text) => is_mentioned(text),
        Value::Array(elements) => elements.iter().any(mentions),
        Value::Object(table) => table.values().any(mentions),
        _ => false,
    }
}

/// A walk through a document that replaces the variables.
struct Fill<'a> {
    document: &'a mut Document,
    environment: Environment<'a>,
    findings: Findings,
}

impl Fill<'_> {
    /// Replaces the variables of a value. Returns whether the value stays in the tree.
    ///
    /// A list with a string that cannot be filled is removed as a whole: the others would have other indices.
    fn visit(&mut self, value: &mut Value, at: &Path) -> bool {
        let stays = match value {
            Value::String(text) if is_mentioned(text) => match filled(text, self.environment) {
                Ok(Filled { text: filled, variables }) => {
                    *text = filled;
                    if !variables.is_empty() {
                        self.document.variables.insert(at.clone(), variables);
                    }
                    true
                }
                Err(broken) => {
                    self.findings.problems.push(Problem::new(at, broken));
                    false
                }
            },
            Value::Array(elements) => {
                let mut stays = true;
                for (index, element) in elements.iter_mut().enumerate() {
                    stays &= self.visit(element, &at.index(index));
                }
                stays
            }
            Value::Object(table) => {
                table.retain(|key, value| self.visit(value, &at.key(key)));
                true
            }
            _ => true,
        };
        if !stays {
            self.findings.refused.insert(at.clone());
        }
        stays
    }
}

/// A text whose variables were replaced.
pub(super) struct Filled {
    pub(super) text: String,
    /// The names of the variables. Their values may be secret, so no problem has them.
    pub(super) variables: Vec<String>,
}

/// Replaces the variables of a text.
pub(super) fn filled(text: &str, environment: Environment<'_>) -> Result<Filled, Broken> {
    let mut filled = Filled { text: String::new(), variables: Vec::new() };
    let mut rest = text;
    while let Some(start) = rest.find(OPEN) {
        let (before, after) = (&rest[..start], &rest[start + OPEN.len()..]);
        if let Some(before) = before.strip_suffix('$') {
            filled.text.push_str(before);
            filled.text.push_str(OPEN);
            rest = after;
            continue;
        }

        filled.text.push_str(before);
        let end = end(after).ok_or_else(|| broken!(rules::FILE_010, "no-end"))?;
        let (name, default) = match after[..end].split_once(DEFAULT) {
            Some((name, default)) => (name, Some(default)),
            None => (&after[..end], None),
        };
        filled.text.push_str(&value(name, default, environment)?);
        filled.variables.push(name.to_owned());
        rest = &after[end + 1..];
    }
    filled.text.push_str(rest);
    Ok(filled)
}

/// Returns the byte of the brace that closes a reference. A default may have braces in pairs.
fn end(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (index, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => return Some(index),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

/// Returns the value of a variable, or its default if it is unset or empty.
fn value(name: &str, default: Option<&str>, environment: Environment<'_>) -> Result<String, Broken> {
    if !is_name(name) {
        // The text may be a default in another shell's syntax, and so a secret.
        return Err(broken!(rules::FILE_010, "not-a-name"));
    }
    match (environment(name), default) {
        (Ok(value), Some(default)) if value.is_empty() => Ok(default.to_owned()),
        (Ok(value), _) => Ok(value),
        (Err(VarError::NotPresent), Some(default)) => Ok(default.to_owned()),
        (Err(VarError::NotPresent), None) => Err(broken!(rules::FILE_010, "unset", name = name)),
        (Err(VarError::NotUnicode(_)), _) => Err(broken!(rules::FILE_010, "not-unicode", name = name)),
    }
}

/// Returns whether a text can be the name of a variable: letters, digits and `_`, and no digit first.
fn is_name(name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_of_name)
}

/// Returns the number or the boolean that a text from the environment means, for a key of this type.
pub(super) fn read(kind: &str, text: &str) -> Option<Value> {
    match kind {
        "integer" => text.trim().parse::<i64>().ok().map(Value::from),
        "boolean" => text.trim().to_ascii_lowercase().parse::<bool>().ok().map(Value::from),
        _ => None,
    }
}
