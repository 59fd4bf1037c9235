//! Pages of the listings.

use std::{collections::BTreeMap, ops::Bound};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{constraint::bad_request, render};
use crate::refusal::Refusal;

const DEFAULT: usize = 100;
const MAXIMUM: usize = 500;

/// The input of a listing. `maxResults` is a text in AWS's model.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListInput {
    #[serde(default)]
    pub(super) api_id: String,
    max_results: Option<Value>,
    next_token: Option<String>,
}

/// Returns one page of `all` as an answer.
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

fn size(max_results: Option<&Value>) -> Result<usize, Refusal> {
    let size = match max_results {
        None | Some(Value::Null) => Some(DEFAULT),
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    size.filter(|size| (1..=MAXIMUM).contains(size))
        .ok_or_else(|| bad_request(format!("maxResults must be a number from 1 to {MAXIMUM}")))
}
