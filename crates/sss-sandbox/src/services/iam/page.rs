//! Pages of IAM's listings.
//!
//! A marker is the key of the last item of its page, and stays valid after that item is removed. Numbers
//! arrive as text.

use serde_json::{Map, Value, json};

use super::validation::number;
use crate::refusal::Refusal;

/// The page size of a request without one.
const DEFAULT_ITEMS: u32 = 100;
/// The largest page size.
const MAX_ITEMS: u32 = 1000;

/// Returns one page of `items` under a member. The items are in the order of their keys.
///
/// # Errors
///
/// Refuses page sizes outside 1 to 1,000.
pub(super) fn page<K: AsRef<str>>(
    member: &str,
    items: impl Iterator<Item = (K, Value)>,
    max_items: Option<&str>,
    marker: Option<&str>,
) -> Result<Map<String, Value>, Refusal> {
    let limit = max_items.map_or(Ok(DEFAULT_ITEMS), |text| number(text, "maxItems", 1, MAX_ITEMS))?;
    let mut rest = items.filter(|(key, _)| marker.is_none_or(|marker| key.as_ref() > marker)).peekable();
    let mut values = Vec::new();
    let mut last = String::new();
    for (key, value) in rest.by_ref().take(limit as usize) {
        key.as_ref().clone_into(&mut last);
        values.push(value);
    }

    let is_truncated = rest.peek().is_some();
    let mut answer = Map::from_iter([
        (member.to_owned(), Value::Array(values)),
        ("IsTruncated".to_owned(), json!(is_truncated)),
    ]);
    if is_truncated {
        answer.insert("Marker".to_owned(), Value::String(last));
    }
    Ok(answer)
}
