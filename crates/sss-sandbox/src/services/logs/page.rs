//! Pages of listings.
//!
//! A token stands for the last item before the page.

use serde_json::{Value, json};

use super::constraint;
use crate::refusal::Refusal;

/// The largest page size of listings of groups and streams.
const MAX_ITEMS: usize = 50;

/// Returns the page size of a request. The largest and the default are 50.
pub(super) fn limit(limit: Option<i64>) -> Result<usize, Refusal> {
    bounded(limit, MAX_ITEMS)
}

/// Returns the page size of a request. The largest and the default are `max`.
pub(super) fn bounded(limit: Option<i64>, max: usize) -> Result<usize, Refusal> {
    let Some(limit) = limit else { return Ok(max) };
    match usize::try_from(limit) {
        Ok(number) if number > max => {
            let bound = format!("Member must have value less than or equal to {max}");
            Err(constraint(&limit.to_string(), "limit", &bound))
        }
        Ok(number) if number > 0 => Ok(number),
        _ => {
            Err(constraint(&limit.to_string(), "limit", "Member must have value greater than or equal to 1"))
        }
    }
}

/// Returns one page of `items` in their order.
///
/// In a listing by name the last item before the page may no longer exist.
///
/// # Errors
///
/// Refuses a token whose item is gone in a listing that is not by name.
pub(super) fn page(
    member: &str,
    items: Vec<(&String, Value)>,
    limit: usize,
    token: Option<&str>,
) -> Result<Value, Refusal> {
    let start = match token {
        None => 0,
        Some(last) => start(&items, last).ok_or_else(super::wrong_token)?,
    };
    let end = items.len().min(start + limit);
    let token = items[..end].last().filter(|_| end < items.len()).map(|(key, _)| (*key).clone());
    let values: Vec<Value> = items.into_iter().skip(start).take(limit).map(|(_, value)| value).collect();
    let mut answer = json!({ member: values });
    if let Some(token) = token {
        answer["nextToken"] = json!(token);
    }
    Ok(answer)
}

/// Returns the place of the first item after the last one of a page. `None` if it depends on an item that is gone.
fn start(items: &[(&String, Value)], last: &str) -> Option<usize> {
    let place = items.iter().position(|(key, _)| *key == last).map(|place| place + 1);
    let is_by_name = items.is_sorted_by_key(|(key, _)| *key);
    place.or_else(|| is_by_name.then(|| items.partition_point(|(key, _)| key.as_str() <= last)))
}
