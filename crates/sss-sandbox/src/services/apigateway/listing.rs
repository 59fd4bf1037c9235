//! Pages of the listings.
//!
//! Listings have the order of ids. A token is the id of the first item of the next page, and stays valid
//! after that item is removed. Tokens do not expire.

use std::{collections::BTreeMap, ops::Bound};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{constraint::bad_request, render};
use crate::refusal::Refusal;

/// The page size of a request without one.
const DEFAULT: usize = 100;
/// The largest page size.
const MAXIMUM: usize = 500;

/// The input of a listing. `maxResults` is a text in AWS's model.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListInput {
    /// The API of the listed objects. Empty for listings of APIs and VPC links.
    #[serde(default)]
    pub(super) api_id: String,
    max_results: Option<Value>,
    next_token: Option<String>,
}

/// Returns one page of `all` as an answer, in the order of the keys.
///
/// # Errors
///
/// Refuses page sizes outside 1 to 500.
pub(super) fn page<T: Serialize>(all: &BTreeMap<String, T>, input: &ListInput) -> Result<Value, Refusal> {
    let size = size(input.max_results.as_ref())?;
    let start = match &input.next_token {
        None => Bound::Unbounded,
        Some(token) => Bound::Included(token.as_str()),
    };
    let mut rest = all.range::<str, _>((start, Bound::Unbounded));
    let items: Vec<Value> = rest.by_ref().take(size).map(|(_, item)| render(item)).collect();
    let mut answer = json!({ "items": items });
    if let Some((key, _)) = rest.next() {
        answer["nextToken"] = json!(key);
    }
    Ok(answer)
}

/// Returns the page size of a request.
fn size(max_results: Option<&Value>) -> Result<usize, Refusal> {
    let size = match max_results {
        None | Some(Value::Null) => Some(DEFAULT),
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    size.filter(|size| (1..=MAXIMUM).contains(size))
        .ok_or_else(|| bad_request(format!("maxResults must be a number from 1 to {MAXIMUM}")))
}
