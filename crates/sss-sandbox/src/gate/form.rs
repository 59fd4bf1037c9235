//! Requests in the form of the AWS CLI, in which the model knows them.
//!
//! Three forms differ on the wire. JSON 1.1 has the CLI's names. REST-JSON has names that begin in lower
//! case; the keys of maps must keep their case. The Query protocols have texts as values, and EC2 also has
//! other names for some members.
//!
//! On the wire a null is an absent member, and all forms drop it.

use serde_json::{Map, Value};

/// The form of a service's requests on the wire, compared with the AWS CLI's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The same.
    Same,
    /// Names of members begin in lower case.
    LowerCase(Maps),
    /// Values are text, and some members have other names.
    Text(Texts),
}

/// The members whose value is a map, each with the number of levels at which its keys are no names of members.
pub(crate) type Maps = &'static [(&'static str, usize)];

/// The members whose text stands for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Texts {
    /// The members with another name: the name on the wire and the CLI's.
    pub(crate) names: &'static [(&'static str, &'static str)],
    /// The members whose text is a whole number.
    pub(crate) integers: &'static [&'static str],
    /// The members whose text is `true` or `false`.
    pub(crate) flags: &'static [&'static str],
    /// The lists. An empty one is an empty text.
    pub(crate) lists: &'static [&'static str],
    /// The structures whose members are texts, also those with the name of a number.
    pub(crate) verbatim: &'static [&'static str],
}

impl Form {
    /// Returns a request as it came over the wire in the form of the AWS CLI.
    ///
    /// A text that is not of its member's type stays a text, so that a rule refuses it.
    pub(crate) fn of_the_cli(self, input: &Value) -> Value {
        match self {
            Self::Same => without_nulls(input),
            Self::LowerCase(maps) => capitalised(input, maps, 0),
            Self::Text(texts) => texts.typed(input),
        }
    }
}

/// Returns the members that are not null: on the wire, a null is an absent member.
fn members(map: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    map.iter().filter(|(_, member)| !member.is_null())
}

/// Returns a value without the members that are null, at every depth.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            members(map).map(|(name, member)| (name.clone(), without_nulls(member))).collect()
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Returns a value whose member names begin with a capital letter.
///
/// `levels_of_keys` is the number of levels at which names are keys of a map and keep their case.
fn capitalised(value: &Value, maps: Maps, levels_of_keys: usize) -> Value {
    match value {
        Value::Object(map) if levels_of_keys > 0 => members(map)
            .map(|(key, entry)| (key.clone(), capitalised(entry, maps, levels_of_keys - 1)))
            .collect(),
        Value::Object(map) => {
            let member = |(name, member): (&String, &Value)| {
                let levels = maps.iter().find(|(map, _)| map == name).map_or(0, |(_, levels)| *levels);
                (capital(name), capitalised(member, maps, levels))
            };
            members(map).map(member).collect()
        }
        Value::Array(elements) => elements.iter().map(|element| capitalised(element, maps, 0)).collect(),
        other => other.clone(),
    }
}

/// Returns a name with a capital letter at its beginning.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

impl Texts {
    /// Returns a value with the CLI's names, and with numbers, flags and lists for their texts.
    fn typed(self, value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let member = |(name, member): (&String, &Value)| {
                    let cli = self.names.iter().find(|(wire, _)| wire == name);
                    let name = cli.map_or(name.as_str(), |(_, cli)| cli);
                    if self.verbatim.contains(&name) {
                        return (name.to_owned(), member.clone());
                    }
                    let text = member.as_str().and_then(|text| self.of_type(name, text));
                    (name.to_owned(), text.unwrap_or_else(|| self.typed(member)))
                };
                members(map).map(member).collect()
            }
            Value::Array(elements) => elements.iter().map(|element| self.typed(element)).collect(),
            other => other.clone(),
        }
    }

    /// Returns the value that the text of a member stands for, `None` if it stands for itself.
    fn of_type(self, name: &str, text: &str) -> Option<Value> {
        if self.integers.contains(&name) {
            return text.parse::<i64>().ok().map(Value::from);
        }
        if self.flags.contains(&name) {
            return text.parse::<bool>().ok().map(Value::from);
        }
        (self.lists.contains(&name) && text.is_empty()).then(|| Value::Array(Vec::new()))
    }
}
