//! Pages of listings. A token is the key of the last item of its page.

use serde::Deserialize;
use serde_json::{Value, json};

use super::invalid;
use crate::refusal::Refusal;

/// The members of a request for a page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Paging {
    max_results: Option<i64>,
    next_token: Option<String>,
}

impl Paging {
    /// Returns one page of `items` under a member. The items are in the order of their keys.
    ///
    /// # Errors
    ///
    /// Refuses page sizes outside 1 to `largest`, which is also the size without a request for one.
    pub(super) fn answer(
        &self,
        member: &str,
        largest: i64,
        items: impl Iterator<Item = (String, Value)>,
    ) -> Result<Value, Refusal> {
        let size = self.max_results.unwrap_or(largest);
        if !(1..=largest).contains(&size) {
            return Err(invalid(format!("MaxResults must be between 1 and {largest}")));
        }
        let token = self.next_token.as_deref();
        let mut rest = items.filter(|(key, _)| token.is_none_or(|token| key.as_str() > token)).peekable();
        let page: Vec<(String, Value)> = rest.by_ref().take(usize::try_from(size).unwrap_or(1)).collect();
        let next = rest.peek().and_then(|_| page.last().map(|(key, _)| key.clone()));
        let values: Vec<Value> = page.into_iter().map(|(_, value)| value).collect();
        let mut answer = json!({ member: values });
        if let Some(next) = next {
            answer["NextToken"] = json!(next);
        }
        Ok(answer)
    }
}
