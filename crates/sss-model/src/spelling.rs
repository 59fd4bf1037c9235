//! Other spellings of a value in a stack file: those that AWS, its tools and other formats take as well.
//!
//! A stack has one form of each value, in which equal stacks are equal. A file may write `0.5 vCPU` for 512 CPU units,
//! a number for a variable that is a text, and one value for a list of one. The functions here read these spellings
//! into the one form; their types describe them in the JSON Schema.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::rules::size;

/// The key under which a schema names the unit of a text that is a size.
pub(crate) const UNIT: &str = "x-unit";

/// The key that marks choices which are other spellings of the ones before them: no message lists them.
pub(crate) const SPELLING: &str = "x-spelling";

/// A text, or a number or a boolean in place of the text.
///
/// Environment variables and the options of a log driver are texts to ECS, and the values of conditions to IAM.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Scalar {
    /// The text itself.
    Text(String),
    /// `true` or `false`.
    Truth(bool),
    /// A number, which is written as JSON writes it.
    Number(serde_json::Number),
}

impl Scalar {
    /// Returns the value as the text that AWS gets.
    pub(crate) fn into_text(self) -> String {
        match self {
            Scalar::Text(text) => text,
            Scalar::Truth(truth) => truth.to_string(),
            Scalar::Number(number) => number.to_string(),
        }
    }
}

/// Reads a map of texts, numbers and booleans as a map of texts.
pub(crate) fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let values = BTreeMap::<String, Scalar>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|(name, value)| (name, value.into_text())).collect())
}

/// One value, or a list of values.
///
/// The list comes first: serde also reads a structure from a list, and reads an empty list as a structure without
/// members.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMany<T> {
    /// A list.
    Many(Vec<T>),
    /// One value in place of a list of one.
    One(T),
}

impl<T> OneOrMany<T> {
    /// Returns the values as a list.
    pub(crate) fn into_vec(self) -> Vec<T> {
        match self {
            OneOrMany::One(value) => vec![value],
            OneOrMany::Many(values) => values,
        }
    }
}

/// A number, or a text that may have a unit.
#[derive(Deserialize)]
#[serde(untagged)]
enum Size {
    Number(u32),
    Text(String),
}

impl Size {
    fn units<E: de::Error>(self, read: fn(&str) -> Option<i64>) -> Result<u32, E> {
        match self {
            Size::Number(number) => Ok(number),
            Size::Text(text) => read(&text)
                .and_then(|number| u32::try_from(number).ok())
                .ok_or_else(|| E::custom("the text is not a size")),
        }
    }
}

/// Reads CPU units: `512`, `"512"` or `"0.5 vCPU"`.
pub(crate) fn cpu<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Size::deserialize(deserializer)?.units(size::cpu_units)
}

/// Reads MiB: `1024`, `"1024"` or `"1 GB"`.
pub(crate) fn memory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    Size::deserialize(deserializer)?.units(size::mebibytes)
}

/// Returns the schema of a number that may also be a text with a unit.
fn size(number: &Schema, unit: &str) -> Schema {
    let pattern = format!("^([0-9]+|([0-9]+|[0-9]*[.][0-9]+) *{unit})$");
    json_schema!({ "anyOf": [number, { "type": "string", "pattern": pattern, UNIT: unit }] })
}

/// CPU of a task as a file has it.
pub(crate) struct Cpu;

impl JsonSchema for Cpu {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cpu".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut number = u32::json_schema(generator);
        number.insert("enum".to_owned(), crate::TaskSize::CPU.to_vec().into());
        size(&number, size::CPU_UNIT)
    }
}

/// Memory of a task as a file has it.
pub(crate) struct Memory;

impl JsonSchema for Memory {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Memory".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut number = u32::json_schema(generator);
        number.insert("minimum".to_owned(), 512.into());
        number.insert("maximum".to_owned(), 249_856.into());
        size(&number, size::MEMORY_UNIT)
    }
}
