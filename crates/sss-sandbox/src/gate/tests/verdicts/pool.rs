//! Random requests of an operation, out of what the tests and the fuzzer know.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{
    pointers,
    requests::{Case, absent, all, changed},
    values,
};
use crate::{
    gate::{form::Form, name},
    random::Random,
};

/// The values that take each other's place, from the tests of rules in both forms.
#[derive(Deserialize)]
struct Row {
    operation: String,
    in_request: String,
    values: Vec<Value>,
    values_in_request: Option<Vec<Value>>,
}

/// Returns a folder of the model's sources.
fn model(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sss-model").join(path)
}

/// The values and words that are known for all operations.
pub(super) struct Known {
    rows: Vec<Row>,
    words: Vec<String>,
}

impl Known {
    pub(super) fn read() -> Self {
        let rows = fs::read_to_string(model("src/rules/tests/forms/values.json")).expect("the values");
        Self { rows: serde_json::from_str(&rows).expect("a list of forms"), words: words() }
    }
}

/// Returns the words of the fuzzer's dictionary: names of members, and values.
fn words() -> Vec<String> {
    let text = fs::read_to_string(model("fuzz/request.dict")).expect("the dictionary");
    let words = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    let words: BTreeSet<String> =
        words.map(|word| word.replace("\\\"", "").trim_matches('"').to_owned()).collect();
    words.into_iter().filter(|word| !word.is_empty() && !word.contains('\\')).collect()
}

/// Returns a value of the AWS CLI's form as it is on the wire.
fn on_the_wire(form: Form, value: &Value) -> Value {
    match (form, value) {
        (Form::LowerCase(_), Value::Object(members)) => {
            members.iter().map(|(name, member)| (uncapitalised(name), on_the_wire(form, member))).collect()
        }
        (Form::Text(_), Value::Object(members)) => {
            members.iter().map(|(name, member)| (name.clone(), on_the_wire(form, member))).collect()
        }
        (Form::LowerCase(_) | Form::Text(_), Value::Array(elements)) => {
            elements.iter().map(|element| on_the_wire(form, element)).collect()
        }
        (Form::Text(_), Value::Number(_) | Value::Bool(_)) => json!(value.to_string()),
        _ => value.clone(),
    }
}

fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// What may stand in requests of an operation.
pub(super) struct Pool {
    /// Values by the pointer to their place.
    values: BTreeMap<String, Vec<Value>>,
    /// Names of members, and words.
    words: Vec<String>,
    /// Members of valid requests of any operation of the service.
    members: Vec<(String, Value)>,
}

impl Pool {
    pub(super) fn of(case: &Case, known: &Known) -> Self {
        let mut values: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (pointer, value, _) in &case.refused {
            values.entry((*pointer).to_owned()).or_default().push(value.clone());
        }
        let operation = name(case.service, case.operation);
        for row in known.rows.iter().filter(|row| row.operation == operation) {
            let lower = matches!(case.service.form, Form::LowerCase(_));
            let pointer = row
                .in_request
                .split('/')
                .map(|part| if lower { uncapitalised(part) } else { part.to_owned() });
            let pointer = pointer.collect::<Vec<_>>().join("/");
            let given = row.values_in_request.as_ref().unwrap_or(&row.values);
            let given = given.iter().map(|value| on_the_wire(case.service.form, value));
            values.entry(pointer).or_default().extend(given);
        }

        let mut members = Vec::new();
        for other in all().iter().filter(|other| other.service.name == case.service.name) {
            collect(&other.fine, &mut members);
            other.refused.iter().for_each(|(pointer, value, _)| {
                let key = pointer.rsplit('/').next().unwrap_or_default();
                members.push((key.to_owned(), value.clone()));
            });
        }
        Self { values, words: known.words.clone(), members }
    }

    /// Returns a value for the place at a pointer: a known one of the place, or anything.
    fn value(&self, pointer: &str, random: &mut Random) -> Value {
        let key = pointer.rsplit('/').next().unwrap_or_default();
        let of_place = self.values.get(pointer);
        let of_key: Vec<&Value> =
            self.members.iter().filter(|(known, _)| known == key).map(|(_, value)| value).collect();
        match (below(random, 10), of_place) {
            (0..=4, Some(known)) => one(known, random),
            (0..=7, _) if !of_key.is_empty() => one(&of_key, random).clone(),
            (8, _) => json!(one(&self.words, random)),
            _ => one(&values(), random),
        }
    }

    /// Returns a request with other values in a few places.
    pub(super) fn request(&self, fine: &Value, random: &mut Random) -> Value {
        let mut request = fine.clone();
        for _ in 0..=below(random, 3) {
            let mut places = Vec::new();
            pointers(&request, "", &mut places);
            let place = if places.is_empty() { return request } else { one(&places, random) };
            request = match below(random, 10) {
                0 => changed(&request, &place, &absent()),
                1 | 2 => self.with_member(&request, &place, random),
                3 => twice(&request, &place),
                _ => changed(&request, &place, &self.value(&place, random)),
            };
        }
        request
    }

    /// Returns a request with a member more, beside the one at a place.
    fn with_member(&self, request: &Value, place: &str, random: &mut Random) -> Value {
        let around = place.rsplit_once('/').map_or("", |(around, _)| around);
        let (key, value) = if below(random, 3) > 0 {
            one(&self.members, random)
        } else {
            (one(&self.words, random), one(&values(), random))
        };
        let mut request = request.clone();
        if let Some(Value::Object(members)) = request.pointer_mut(around) {
            members.insert(key, value);
        }
        request
    }
}

/// Collects the members of a value, and of the values in it.
fn collect(value: &Value, members: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (key, member) in map {
                members.push((key.clone(), member.clone()));
                collect(member, members);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, members)),
        _ => {}
    }
}

/// Returns the request with the first element of the list at a place twice.
fn twice(request: &Value, place: &str) -> Value {
    let mut request = request.clone();
    if let Some(Value::Array(elements)) = request.pointer_mut(place) {
        elements.extend(elements.first().cloned());
    }
    request
}

fn below(random: &mut Random, bound: usize) -> usize {
    usize::try_from(random.next() % bound as u64).expect("a small number")
}

fn one<T: Clone>(list: &[T], random: &mut Random) -> T {
    list[below(random, list.len())].clone()
}
