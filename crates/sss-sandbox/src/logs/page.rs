//! Pages of listings.

use serde_json::{Value, json};

use super::constraint;
use crate::refusal::Refusal;

const MAX_ITEMS: usize = 50;

/// The number of items on a page: 50 at most, and when none is asked for.
pub(super) fn limit(limit: Option<i64>) -> Result<usize, Refusal> {
    bounded(limit, MAX_ITEMS)
}

/// A number of items between one and a maximum, which is also the default.
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

/// Answers one page of `items` in their order. A token is the key of the last item before the page.
pub(super) fn page(
    member: &str,
    items: Vec<(&String, Value)>,
    limit: usize,
    token: Option<&str>,
) -> Result<Value, Refusal> {
    let start = match token {
        None => 0,
        Some(token) => {
            let last = items.iter().position(|(key, _)| *key == token);
            1 + last.ok_or_else(|| super::invalid("The specified nextToken is invalid."))?
        }
    };
    let end = items.len().min(start + limit);
    let token = if end < items.len() { items[..end].last().map(|(key, _)| (*key).clone()) } else { None };
    let values: Vec<Value> = items.into_iter().skip(start).take(limit).map(|(_, value)| value).collect();
    let mut answer = json!({ member: values });
    if let Some(token) = token {
        answer["nextToken"] = json!(token);
    }
    Ok(answer)
}
