//! Shapes of requests: the members that AWS has, their types and choices, and which of them are required.

#[cfg(test)]
pub(super) mod leaves;

use serde_json::Value;

use super::node::Node;
use crate::report::Report;
use crate::rules::{
    Broken, PARAM_001, PARAM_002, PARAM_004, REQUIRED, Rule, UNKNOWN_CHOICE, WRONG_TYPE, broken,
};

/// The members of a structure, in groups of one kind.
pub(crate) struct Shape(pub(crate) &'static [Members]);

/// Members of one kind, their names with a space between them.
pub(crate) struct Members {
    names: &'static str,
    kind: Kind,
    /// The rule that says the members are required.
    required: Option<&'static Rule>,
}

/// The type of a value.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// A text that is not blank; the rule requires it.
    Name(&'static Rule),
    /// 32 bits.
    Integer,
    /// 64 bits.
    Long,
    /// With or without a fraction.
    Number,
    Flag,
    /// One of the words; the rule says so.
    Choice(&'static Rule, &'static [&'static str]),
    List(&'static Kind),
    /// A list of strings; the rule says so.
    Words(&'static Rule),
    Map(&'static Kind),
    Structure(&'static Shape),
    /// Any JSON.
    Document,
}

pub(crate) const TEXTS: Kind = Kind::List(&Kind::Text);
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

/// An enum whose words no other rule names.
pub(crate) const fn choice(words: &'static [&'static str]) -> Kind {
    Kind::Choice(&PARAM_004, words)
}

/// A list of structures.
pub(crate) const fn list(kind: &'static Kind) -> Kind {
    Kind::List(kind)
}

impl Shape {
    /// Reports the members that do not fit, and returns whether the value is a structure at all.
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

    fn kind(&self, name: &str) -> Option<Kind> {
        let members = self.0.iter().find(|members| members.names.split(' ').any(|known| known == name))?;
        Some(members.kind)
    }

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

impl Kind {
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

fn words(node: &Node<'_>, rule: &'static Rule, report: &mut Report) {
    if !node.value().is_array() {
        report.add(node.at(), wrong_type(node, "a list", rule));
    }
    for element in node.elements().iter().filter(|element| !element.value().is_string()) {
        report.add(element.at(), wrong_type(element, "a string", rule));
    }
}

fn choose(node: &Node<'_>, rule: &'static Rule, words: &[&str], report: &mut Report) {
    match node.as_text() {
        None => mismatch(node, "a string", report),
        Some(word) if !words.contains(&word) => {
            report.add(node.at(), broken!(rule, UNKNOWN_CHOICE, given = word, choices = words.to_vec()));
        }
        Some(_) => {}
    }
}

fn mismatch(node: &Node<'_>, wanted: &'static str, report: &mut Report) {
    let broken = match node.value() {
        value if node.at().is_root() => broken!(PARAM_002, "not-an-object", given = noun(value)),
        Value::Null => broken!(PARAM_002, "null"),
        _ => wrong_type(node, wanted, &PARAM_002),
    };
    report.add(node.at(), broken);
}

/// Returns the case of a value of a wrong type. The arguments do not hold the value: it may be a secret.
pub(super) fn wrong_type(node: &Node<'_>, wanted: &'static str, rule: &'static Rule) -> Broken {
    broken!(rule, WRONG_TYPE, wanted = wanted, given = noun(node.value()))
}

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
