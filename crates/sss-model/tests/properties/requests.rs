//! Requests whose values are anything.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sss_model::request::{Operation, Referred, check};
use sss_model::{Path, Segment, Service};

use crate::generate::Draw;

/// The requests that the fuzzer begins with: an operation, its request, and those that it refers to.
static SEEDS: LazyLock<Vec<(Operation, Value, Value)>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/request");
    let files = std::fs::read_dir(folder).expect("the seeds are there");
    let mut texts: Vec<String> =
        files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a text")).collect();
    texts.sort_unstable();
    let seed = |text: &String| {
        let (name, text) = text.split_once('\n').expect("the name of an operation");
        let operation: Operation = name.parse().expect("a known operation");
        let (request, referred) = text.split_once("\n\n").unwrap_or((text, "{}"));
        Some((operation, serde_json::from_str(request).ok()?, serde_json::from_str(referred).ok()?))
    };
    texts.iter().filter_map(seed).collect()
});

fn odd(draw: &mut Draw<'_>) -> Value {
    draw.one(&[
        Value::Null,
        json!(true),
        json!(-1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("é:-/.@日本"),
        json!("${"),
        json!([]),
        json!([null]),
        json!({}),
        json!({ "": { "a.b[0]": null } }),
    ])
}

/// The value with other values in it, without some, and with some twice. Texts that hold JSON are changed inside.
fn changed(value: &Value, draw: &mut Draw<'_>) -> Value {
    if draw.is_odd() {
        return odd(draw);
    }
    match value {
        Value::Object(members) => {
            let mut changed_members = Map::new();
            for (key, member) in members {
                if !draw.is_odd() {
                    changed_members.insert(key.clone(), changed(member, draw));
                }
            }
            if draw.is_odd() {
                changed_members.insert(draw.one(&["", "a.b", "é\"\\", "name", "Tags"]).to_owned(), odd(draw));
            }
            changed_members.into()
        }
        Value::Array(elements) => {
            let mut changed_elements = Vec::new();
            for element in elements {
                let times = if draw.is_odd() { draw.one(&[0, 2, 60]) } else { 1 };
                let element = changed(element, draw);
                changed_elements.extend(std::iter::repeat_n(element, times));
            }
            changed_elements.into()
        }
        Value::String(text) => match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(inner) => changed(&inner.into(), draw).to_string().into(),
            Err(_) => value.clone(),
        },
        other => other.clone(),
    }
}

/// Whether a path leads to a value, or from an object to what it lacks. A text is JSON where a path leads into it.
fn leads_somewhere(value: &Value, path: &Path) -> bool {
    let mut value = value.clone();
    for segment in path.segments() {
        if let Value::String(text) = &value {
            value = serde_json::from_str(text).unwrap_or_default();
        }
        value = match (segment, value) {
            (Segment::Index(index), Value::Array(elements)) => match elements.into_iter().nth(index) {
                Some(element) => element,
                None => return false,
            },
            (Segment::Key(key), Value::Object(mut members)) => match members.remove(&*key) {
                Some(member) => member,
                None => return true,
            },
            _ => return false,
        };
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing panics, and every problem can be shown at its place.
    #[test]
    fn every_path_leads_somewhere(bytes in vec(any::<u8>(), 0..2000)) {
        let draw = &mut Draw::new(&bytes, 12);
        let (operation, request, referred) = draw.one(&SEEDS);
        let request = changed(&request, draw);
        // Whether it is taken over does not matter here.
        let _ = Service::from_task_definition("app", &request);
        let referred = Referred::from_value(changed(&referred, draw)).unwrap_or_default();
        for problem in check(operation, &request, &referred) {
            assert!(leads_somewhere(&request, &problem.path), "{operation}: {problem}\n{request:#}");
        }
    }
}
