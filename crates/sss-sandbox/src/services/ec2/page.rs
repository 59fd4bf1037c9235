//! Pages of EC2's listings.
//!
//! Listings have the order of ids. A token stands for the id of the last item of its page, and stays valid after that
//! item is removed. Numbers arrive as text.

use serde::Deserialize;
use serde_json::{Value, json};

use super::invalid_value;
use crate::refusal::Refusal;

/// The smallest page size.
const MIN_RESULTS: usize = 5;
/// The largest page size, which is also the size without a request for one.
const MAX_RESULTS: usize = 1000;

/// The members of a request for a page.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Paging {
    /// The page size. `None` asks for everything.
    pub(super) max_results: Option<String>,
    next_token: Option<String>,
}

impl Paging {
    /// Returns one page of `items` under a member. The items are in the order of their ids.
    ///
    /// # Errors
    ///
    /// Refuses page sizes outside 5 to 1,000.
    pub(super) fn answer<'id>(
        &self,
        member: &str,
        items: impl Iterator<Item = (&'id String, Value)>,
    ) -> Result<Value, Refusal> {
        let limit = self.limit()?;
        let mut rest = items
            .filter(|(id, _)| self.next_token.as_deref().is_none_or(|token| id.as_str() > token))
            .peekable();
        let page: Vec<(&String, Value)> = rest.by_ref().take(limit).collect();
        let token = if rest.peek().is_some() { page.last().map(|(id, _)| (*id).clone()) } else { None };
        let values: Vec<Value> = page.into_iter().map(|(_, value)| value).collect();
        let mut answer = json!({ member: values });
        if let Some(token) = token {
            answer["nextToken"] = json!(token);
        }
        Ok(answer)
    }

    /// Returns the page size.
    fn limit(&self) -> Result<usize, Refusal> {
        let Some(text) = &self.max_results else {
            return Ok(MAX_RESULTS);
        };

        let number = text
            .parse::<i64>()
            .map_err(|_| invalid_value(format!("Value ( {text} ) for parameter maxResults is invalid.")))?;
        match usize::try_from(number) {
            Ok(number) if number > MAX_RESULTS => Err(invalid_value(format!(
                "Value ( {number} ) for parameter maxResults is invalid. \
 Expecting a value less than or equal to {MAX_RESULTS}."
            ))),
            Ok(number) if number >= MIN_RESULTS => Ok(number),
            _ => Err(invalid_value(format!(
                "Value ( {number} ) for parameter maxResults is invalid. \
 Expecting a value greater than or equal to {MIN_RESULTS}."
            ))),
        }
    }
}
