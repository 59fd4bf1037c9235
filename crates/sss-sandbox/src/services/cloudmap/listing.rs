//! Filters and pages of the listings.
//!
//! Listings have the order of ids. A token is the id of the first item of the next page, and stays valid
//! after that item is removed. Cloud Map applies filters to a page after it has read it, so a client must
//! read on after an empty page.

use std::{collections::BTreeMap, ops::Bound};

use serde::Deserialize;
use serde_json::{Value, json};

use super::constraint::{invalid, out_of_range, required};
use crate::refusal::Refusal;

/// The largest page size, which is also the default.
const PAGE: usize = 100;

/// The input of a listing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListInput {
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    filters: Vec<FilterInput>,
}

/// A filter on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FilterInput {
    name: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    condition: Option<String>,
}

/// A condition on one member of the listed objects.
pub(super) struct Filter {
    name: String,
    condition: Condition,
}

/// The condition of a filter. EQ is an IN with one value.
enum Condition {
    In(Vec<String>),
    BeginsWith(String),
}

impl Filter {
    /// Reads a filter. `names` are the members that the listing can filter by.
    ///
    /// # Errors
    ///
    /// Refuses other names, unknown conditions, and several values for EQ and `BEGINS_WITH`.
    fn read(input: &FilterInput, names: &[&str]) -> Result<Self, Refusal> {
        let name = required(input.name.clone(), "filters.member.name")?;
        if !names.contains(&name.as_str()) {
            return Err(out_of_range(name, "filters.member.name"));
        }
        let one = || match input.values.as_slice() {
            [value] => Ok(value.clone()),
            _ => Err(invalid(format!("The filter {name} takes exactly one value"))),
        };
        let condition = match input.condition.as_deref().unwrap_or("EQ") {
            "EQ" => Condition::In(vec![one()?]),
            "IN" => Condition::In(input.values.clone()),
            "BEGINS_WITH" => Condition::BeginsWith(one()?),
            other => return Err(out_of_range(other, "filters.member.condition")),
        };
        Ok(Self { name, condition })
    }

    /// Returns whether a value fulfils the condition.
    fn accepts(&self, value: &str) -> bool {
        match &self.condition {
            Condition::In(values) => values.iter().any(|wanted| wanted == value),
            Condition::BeginsWith(prefix) => value.starts_with(prefix),
        }
    }
}

/// One page of a listing, and the token of the next page. The token is `None` for the last page.
pub(super) struct Page<'a, T> {
    pub(super) items: Vec<(&'a String, &'a T)>,
    pub(super) next: Option<String>,
}

/// Returns the items from the token on, at most `max_results`.
///
/// # Errors
///
/// Refuses page sizes outside 1 to 100.
pub(super) fn page<'a, T>(
    all: &'a BTreeMap<String, T>,
    max_results: Option<i64>,
    token: Option<&str>,
) -> Result<Page<'a, T>, Refusal> {
    let size = match max_results {
        None => PAGE,
        Some(size) => usize::try_from(size)
            .ok()
            .filter(|size| (1..=PAGE).contains(size))
            .ok_or_else(|| out_of_range(size, "maxResults"))?,
    };
    let start = token.map_or(Bound::Unbounded, Bound::Included);
    let mut rest = all.range::<str, _>((start, Bound::Unbounded));
    let items = rest.by_ref().take(size).collect();
    Ok(Page { items, next: rest.next().map(|(key, _)| key.clone()) })
}

/// Returns the answer of a listing.
pub(super) fn answer(member: &str, items: Vec<Value>, next: Option<String>) -> Value {
    let mut answer = json!({});
    answer[member] = Value::Array(items);
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    answer
}

/// Returns the items of a page that match the filters.
///
/// Cloud Map filters after it has read a page, so an empty page need not be the last. `member` returns the
/// value of an item by the name of a filter.
///
/// # Errors
///
/// Refuses invalid filters and page sizes.
pub(super) fn filtered<'a, T>(
    all: &'a BTreeMap<String, T>,
    input: &ListInput,
    names: &[&str],
    member: impl Fn(&str, &T, &str) -> String,
) -> Result<Page<'a, T>, Refusal> {
    let filters: Vec<Filter> =
        input.filters.iter().map(|filter| Filter::read(filter, names)).collect::<Result<_, _>>()?;
    let mut page = page(all, input.max_results, input.next_token.as_deref())?;
    page.items
        .retain(|(id, item)| filters.iter().all(|filter| filter.accepts(&member(id, item, &filter.name))));
    Ok(page)
}
