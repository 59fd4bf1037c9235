//! Filters of EC2's listings. An object must match one value of each filter.
//!
//! Values are patterns with `*` and `?`. Every listing has the filters `tag:KEY` and `tag-key`; each
//! operation names its others.

use serde::Deserialize;

use super::invalid_value;
use crate::{refusal::Refusal, tags::Tags};

/// A filter on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Filter {
    name: String,
    #[serde(default)]
    value: Vec<String>,
}

/// Refuses filters with names other than these and those of tags.
///
/// # Errors
///
/// Returns `InvalidParameterValue`. AWS has more filters than the sandbox.
pub(super) fn check_names(filters: &[Filter], names: &[&str]) -> Result<(), Refusal> {
    let known = |filter: &&Filter| {
        names.contains(&filter.name.as_str()) || filter.name.starts_with("tag:") || filter.name == "tag-key"
    };
    match filters.iter().find(|filter| !known(filter)) {
        Some(filter) => Err(invalid_value(format!("The filter '{}' is invalid", filter.name))),
        None => Ok(()),
    }
}

/// Returns whether an object matches the filters. `values` returns its attributes by the name of a filter.
pub(super) fn matches(filters: &[Filter], tags: &Tags, values: impl Fn(&str) -> Vec<String>) -> bool {
    filters.iter().all(|filter| {
        let actual = match filter.name.strip_prefix("tag:") {
            Some(key) => tags.get(key).cloned().into_iter().collect(),
            None if filter.name == "tag-key" => tags.keys().cloned().collect(),
            None => values(&filter.name),
        };
        actual.iter().any(|actual| filter.value.iter().any(|pattern| is_like(pattern, actual)))
    })
}

/// Returns whether a text matches a pattern. `*` stands for any characters and `?` for one.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut pattern_rest = pattern.chars();
    match pattern_rest.next() {
        None => text.is_empty(),
        Some('*') => {
            let mut starts = text.char_indices().map(|(start, _)| start).chain([text.len()]);
            starts.any(|start| is_like(pattern_rest.as_str(), &text[start..]))
        }
        Some(expected) => {
            let mut text_rest = text.chars();
            text_rest.next().is_some_and(|actual| expected == '?' || expected == actual)
                && is_like(pattern_rest.as_str(), text_rest.as_str())
        }
    }
}
