//! The types of values in words: `integer from 1 to 65535`, `list of strings`.

use std::fmt;

use serde_json::Value;

/// The type of a value that is no table, as a cell of the reference.
pub(super) struct Kind<'a> {
    root: &'a Value,
    value: &'a Value,
}

impl<'a> Kind<'a> {
    /// Returns the type of a value in a schema.
    pub(super) fn of(root: &'a Value, value: &'a Value) -> Self {
        Self { root, value: resolved(root, value) }
    }

    fn same(&self, value: &'a Value) -> Kind<'a> {
        Kind::of(self.root, value)
    }

    /// Writes alternatives, each once.
    fn choices(&self, f: &mut fmt::Formatter<'_>, choices: &'a [Value]) -> fmt::Result {
        let mut words: Vec<String> = choices.iter().map(|choice| self.same(choice).to_string()).collect();
        words.dedup();
        f.write_str(&words.join(" or "))
    }

    /// Writes the bounds of a number.
    fn bounds(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.value["minimum"].as_i64(), self.value["maximum"].as_i64()) {
            (Some(least), Some(most)) => write!(f, " from {least} to {most}"),
            (Some(0) | None, None) => Ok(()),
            (Some(least), None) => write!(f, " from {least}"),
            (None, Some(most)) => write!(f, " up to {most}"),
        }
    }
}

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        if let Some(constant) = value.get("const") {
            return write!(f, "`{constant}`");
        }
        if let Some(all) = value["enum"].as_array() {
            let all: Vec<String> = all.iter().map(|one| format!("`{one}`")).collect();
            return f.write_str(&all.join(", "));
        }
        for choices in ["anyOf", "oneOf"] {
            if let Some(all) = value[choices].as_array().filter(|_| value["type"].is_null()) {
                return self.choices(f, all);
            }
        }

        match value["type"].as_str() {
            Some("array") => {
                write!(f, "list of {}", plural(&self.same(&value["items"]).to_string()))?;
                value["maxItems"].as_u64().map_or(Ok(()), |most| write!(f, ", at most {most}"))
            }
            Some("object") => match &value["additionalProperties"] {
                named @ Value::Object(_) => write!(f, "table of {}", plural(&self.same(named).to_string())),
                _ => f.write_str("table"),
            },
            Some("string") => {
                f.write_str("string")?;
                value["maxLength"].as_u64().map_or(Ok(()), |most| write!(f, " of at most {most} characters"))
            }
            Some(name) => {
                f.write_str(name)?;
                self.bounds(f)
            }
            None => f.write_str("any value"),
        }
    }
}

/// Returns the plural of a type in one word, and any other words unchanged.
fn plural(words: &str) -> String {
    if ["string", "integer", "boolean"].contains(&words) { format!("{words}s") } else { words.to_owned() }
}

/// Returns the name of the type that a value refers to.
pub(super) fn name_of(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

/// Returns the schema behind a reference, or the value itself.
pub(super) fn resolved<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    name_of(value).map_or(value, |name| &root["$defs"][name])
}

/// A table that a value may be, with its tag if it is one of several.
pub(super) type Table<'a> = (Option<(&'a str, &'a str)>, &'a Value);

/// Returns the tables that a value may be: the schema itself, the one alternative with keys, or the alternatives that
/// a key with one value tells apart. The description says how other alternatives differ.
pub(super) fn tables<'a>(root: &'a Value, schema: &'a Value) -> Vec<Table<'a>> {
    let tables = alternatives(root, schema);
    match tables[..] {
        [only] => vec![(None, only)],
        _ => tables.into_iter().filter_map(|table| Some((Some(tag(table)?), table))).collect(),
    }
}

/// Returns the tables among a schema and its alternatives.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(root, schema);
    if schema["properties"].is_object() {
        return vec![schema];
    }
    let choices = ["anyOf", "oneOf"].into_iter().filter_map(|choices| schema[choices].as_array()).flatten();
    choices.flat_map(|choice| alternatives(root, choice)).collect()
}

/// Returns the key of a table that has one value, and that value.
fn tag(table: &Value) -> Option<(&str, &str)> {
    let mut keys = table["properties"].as_object()?.iter();
    keys.find_map(|(key, value)| Some((key.as_str(), value["const"].as_str()?)))
}
