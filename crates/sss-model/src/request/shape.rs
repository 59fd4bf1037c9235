//! Shapes of requests: the members that AWS has, their types and choices, and which of them are required.
//!
//! A shape is a table of members, and is checked before any rule on values. It follows the service models of AWS, as
//! the AWS CLI does:
//!
//! - A member that the model does not have is refused (PARAM-001). The AWS CLI does not ignore it. If only upper and
//!   lower case differ, the problem names the right member.
//! - `null` is refused (PARAM-002). The AWS CLI does not take it for absence.
//! - A number of 32 bits is refused above 2147483647, where `Long` is not.
//! - Words of an enum are compared exactly. A word in other letters is refused.
//!
//! Required members name their rule, because that rule says what the member is for. A required member that is empty is
//! the business of the rules on values, except for `Kind::Name`.
//!
//! The shape goes on after a problem: one call reports all of them, at their own paths.

#[cfg(test)]
pub(super) mod leaves;

use serde_json::Value;

use super::node::Node;
use crate::path::Path;
use crate::report::Report;
use crate::rules::{
    Broken, PARAM_001, PARAM_002, PARAM_004, REQUIRED, Rule, UNKNOWN_CHOICE, WRONG_TYPE, broken,
};

/// The members of a structure, in groups of one kind.
///
/// A name is in one group only.
pub(crate) struct Shape(pub(crate) &'static [Members]);

/// Members of one kind, their names with a space between them.
///
/// Build them with `may`, `must` and `named`.
pub(crate) struct Members {
    names: &'static str,
    kind: Kind,
    /// The rule that says the members are required, or `None` if they may be absent.
    required: Option<&'static Rule>,
}

/// The type of a value, with the rule that a wrong value breaks if it is not PARAM-002.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Any string, the empty one included.
    Text,
    /// A text that is not blank; the rule requires it.
    Name(&'static Rule),
    /// An integer of 32 bits with its sign.
    Integer,
    /// An integer of 64 bits with its sign.
    Long,
    /// A number with or without a fraction.
    Number,
    /// A time: seconds since the Unix epoch, or a text that the AWS CLI reads as one.
    Time,
    /// `true` or `false`. The strings `"true"` and `"false"` are refused.
    Flag,
    /// One of the words; the rule says so. Letters must be in the case of the word.
    Choice(&'static Rule, &'static [&'static str]),
    /// A list of any length; bounds belong to the rules on values.
    List(&'static Kind),
    /// A list of strings. A wrong type breaks the rule instead of PARAM-002.
    Words(&'static Rule),
    /// An object with any keys and values of one kind.
    Map(&'static Kind),
    /// An object with the members of a shape, and no others.
    Structure(&'static Shape),
    /// Any JSON.
    Document,
}

/// A list of strings.
pub(crate) const TEXTS: Kind = Kind::List(&Kind::Text);
/// A map of strings, such as tags or stage variables.
pub(crate) const TEXT_BY_KEY: Kind = Kind::Map(&Kind::Text);

/// Members that may be absent.
pub(crate) const fn may(names: &'static str, kind: Kind) -> Members {
    Members { names, kind, required: None }
}

/// Members that the rule requires.
pub(crate) const fn must(names: &'static str, kind: Kind, rule: &'static Rule) -> Members {
    Members { names, kind, required: Some(rule) }
}

/// Texts that the rule requires, and that are not blank.
pub(crate) const fn named(names: &'static str, rule: &'static Rule) -> Members {
    must(names, Kind::Name(rule), rule)
}

/// An enum whose words no other rule names; another word breaks PARAM-004.
pub(crate) const fn choice(words: &'static [&'static str]) -> Kind {
    Kind::Choice(&PARAM_004, words)
}

/// A list of values of one kind.
pub(crate) const fn list(kind: &'static Kind) -> Kind {
    Kind::List(kind)
}

impl Shape {
    /// Reports the members that do not fit, and returns whether the value is a structure at all.
    ///
    /// Absent required members come first, then the members that are there. `false` means that no rule on values can
    /// run.
    pub(crate) fn inspect(&self, node: &Node<'_>, report: &mut Report) -> bool {
        if !node.value().is_object() {
            mismatch(node, "an object", report);
            return false;
        }

        for members in self.0 {
            let Some(rule) = members.required else { continue };
            for name in members.names.split(' ').filter(|name| node.value().get(name).is_none()) {
                node.lacks(name, rule, report);
            }
        }

        for (name, member) in node.members() {
            match self.kind(name) {
                Some(kind) => kind.inspect(&member, report),
                None => self.unknown(name, &member, report),
            }
        }
        true
    }

    /// Writes the members in the types of the service model, as far as they can be read so.
    ///
    /// Adds the path of each changed value to `spelled`, with the noun for what it was and for what it is.
    pub(crate) fn spell(&self, value: &mut Value, at: &Path, spelled: &mut Vec<Spelled>) {
        for (name, member) in value.as_object_mut().into_iter().flatten() {
            if let Some(kind) = self.kind(name) {
                kind.spell(member, &at.key(name), spelled);
            }
        }
    }

    /// Returns the kind of a member, or `None` if the structure has no such member.
    fn kind(&self, name: &str) -> Option<Kind> {
        let members = self.0.iter().find(|members| members.names.split(' ').any(|known| known == name))?;
        Some(members.kind)
    }

    /// Reports a member that the structure does not have.
    fn unknown(&self, name: &str, member: &Node<'_>, report: &mut Report) {
        let mut known = self.0.iter().flat_map(|members| members.names.split(' '));
        let broken = if let Some(known) = known.find(|known| known.eq_ignore_ascii_case(name)) {
            broken!(PARAM_001, "wrong-case", name = name, known = known)
        } else {
            broken!(PARAM_001, "unknown", name = name)
        };
        report.add(member.at(), broken);
    }
}

/// A value that was written in another type than the service model has.
pub(crate) struct Spelled {
    pub(crate) at: Path,
    pub(crate) given: &'static str,
    pub(crate) wanted: &'static str,
}

impl Kind {
    /// Writes a value in this type, if it can be read so: a number or a boolean that is a text, or a text that is not.
    fn spell(self, value: &mut Value, at: &Path, spelled: &mut Vec<Spelled>) {
        let text = value.as_str().map(str::trim);
        let meant = match self {
            Kind::Integer | Kind::Long => text.and_then(|text| text.parse::<i64>().ok()).map(Value::from),
            Kind::Flag => text.and_then(|text| text.to_lowercase().parse::<bool>().ok()).map(Value::from),
            Kind::Text | Kind::Name(_) => {
                let is_other = value.is_number() || value.is_boolean();
                is_other.then(|| Value::from(value.to_string()))
            }
            _ => None,
        };
        if let Some(meant) = meant {
            let given = std::mem::replace(value, meant);
            spelled.push(Spelled { at: at.clone(), given: noun(&given), wanted: noun(value) });
        }

        match (self, value) {
            (Kind::List(kind), Value::Array(list)) => spell_each(*kind, list, at, spelled),
            (Kind::Words(_), Value::Array(list)) => spell_each(Kind::Text, list, at, spelled),
            (Kind::Map(kind), Value::Object(entries)) => {
                entries.iter_mut().for_each(|(key, entry)| kind.spell(entry, &at.key(key), spelled));
            }
            (Kind::Structure(shape), value) => shape.spell(value, at, spelled),
            _ => {}
        }
    }

    fn inspect(self, node: &Node<'_>, report: &mut Report) {
        let value = node.value();
        match self {
            Kind::Text | Kind::Name(_) if !value.is_string() => mismatch(node, "a string", report),
            Kind::Name(rule) if node.as_text().is_some_and(|text| text.trim().is_empty()) => {
                report.add(node.at(), broken!(rule, REQUIRED));
            }
            Kind::Integer if value.as_i64().is_none_or(|number| i32::try_from(number).is_err()) => {
                mismatch(node, "an integer of 32 bits", report);
            }
            Kind::Long if value.as_i64().is_none() => mismatch(node, "an integer", report),
            Kind::Number if !value.is_number() => mismatch(node, "a number", report),
            Kind::Time if !is_time(value) => mismatch(node, "a time", report),
            Kind::Flag if !value.is_boolean() => mismatch(node, "`true` or `false`", report),
            Kind::Choice(rule, words) => choose(node, rule, words, report),
            Kind::List(kind) if value.is_array() => {
                node.elements().iter().for_each(|element| kind.inspect(element, report));
            }
            Kind::List(_) => mismatch(node, "a list", report),
            Kind::Words(rule) => words(node, rule, report),
            Kind::Map(kind) if value.is_object() => {
                node.members().iter().for_each(|(_, entry)| kind.inspect(entry, report));
            }
            Kind::Map(_) => mismatch(node, "an object", report),
            Kind::Structure(shape) => {
                shape.inspect(node, report);
            }
            _ => {}
        }
    }
}

/// Returns whether a value can be a time. The AWS CLI reads many forms, and all of them have digits.
fn is_time(value: &Value) -> bool {
    let has_digit = |text: &str| text.contains(|letter: char| letter.is_ascii_digit());
    value.is_number() || value.as_str().is_some_and(has_digit)
}

fn spell_each(kind: Kind, list: &mut [Value], at: &Path, spelled: &mut Vec<Spelled>) {
    list.iter_mut().enumerate().for_each(|(index, element)| kind.spell(element, &at.index(index), spelled));
}

/// Checks a list of strings by a rule of its own.
fn words(node: &Node<'_>, rule: &'static Rule, report: &mut Report) {
    if !node.value().is_array() {
        report.add(node.at(), wrong_type(node, "a list", rule));
    }
    for element in node.elements().iter().filter(|element| !element.value().is_string()) {
        report.add(element.at(), wrong_type(element, "a string", rule));
    }
}

/// Checks a word of an enum. The problem names the given word: words of an enum are no secrets.
fn choose(node: &Node<'_>, rule: &'static Rule, words: &[&str], report: &mut Report) {
    match node.as_text() {
        None => mismatch(node, "a string", report),
        Some(word) if !words.contains(&word) => {
            report.add(node.at(), broken!(rule, UNKNOWN_CHOICE, given = word, choices = words.to_vec()));
        }
        Some(_) => {}
    }
}

/// Reports a value of a wrong type. The whole request and `null` have cases of their own.
fn mismatch(node: &Node<'_>, wanted: &'static str, report: &mut Report) {
    let broken = match node.value() {
        value if node.at().is_root() => broken!(PARAM_002, "not-an-object", given = noun(value)),
        Value::Null => broken!(PARAM_002, "null"),
        _ => wrong_type(node, wanted, &PARAM_002),
    };
    report.add(node.at(), broken);
}

/// Returns the case of a value of a wrong type.
///
/// The arguments name the type of the value but do not hold the value: it may be a secret.
pub(super) fn wrong_type(node: &Node<'_>, wanted: &'static str, rule: &'static Rule) -> Broken {
    broken!(rule, WRONG_TYPE, wanted = wanted, given = noun(node.value()))
}

/// Returns the type of a value in words, for messages.
fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
