//! Pages of the listings.
//!
//! A marker is the key of the last item of its page, and stays valid after that item is removed.

use serde::Deserialize;
use serde_json::{Value, json};

use super::invalid;
use crate::refusal::Refusal;

/// The largest page size, which is also the size without a request for one.
const MAX_SIZE: i64 = 400;

/// The members of a request for a page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Paging {
    page_size: Option<i64>,
    marker: Option<String>,
}

impl Paging {
    /// Returns one page of `items` under a member. The items are in the order of their keys.
    ///
    /// # Errors
    ///
    /// Refuses page sizes outside 1 to 400.
    pub(super) fn answer<K: AsRef<str>>(
        &self,
        member: &str,
        items: impl Iterator<Item = (K, Value)>,
    ) -> Result<Value, Refusal> {
        let size = self.page_size.unwrap_or(MAX_SIZE);
        if !(1..=MAX_SIZE).contains(&size) {
            return Err(invalid(format!(
                "1 validation error detected: Value '{size}' at 'pageSize' failed to satisfy constraint: \
                 Member must have value between 1 and {MAX_SIZE}"
            )));
        }

        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let marker = self.marker.as_deref();
        let mut rest = items.filter(|(key, _)| marker.is_none_or(|marker| key.as_ref() > marker)).peekable();
        let page: Vec<(K, Value)> = rest.by_ref().take(size).collect();
        let next = rest.peek().and_then(|_| page.last().map(|(key, _)| key.as_ref().to_owned()));
        let values: Vec<Value> = page.into_iter().map(|(_, value)| value).collect();
        let mut answer = json!({ member: values });
        if let Some(next) = next {
            answer["NextMarker"] = json!(next);
        }
        Ok(answer)
    }
}
