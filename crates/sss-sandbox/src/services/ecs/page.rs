//! Pages of ARNs in ECS's listings.
//!
//! All listings of ECS have the members `maxResults`, `nextToken` and one list. AWS promises no order; that a page
//! stays valid after its first item disappears is an assumption.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The order of the items in a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By name, then by the number of the revision.
    Ascending,
    /// The reverse.
    Descending,
    /// By a value that the items do not contain. No item ever leaves such a listing.
    Given,
}

/// Returns one page as an answer: the items under `member`, and the token of the next page if there is one.
///
/// `items` is the whole listing in `order`, and `limit` is the page size. A token stands for the last item of its
/// page. So items that appear or disappear between two calls do not shift the pages, even if that item
/// disappears.
///
/// # Errors
///
/// Refuses in the order [`Order::Given`] a token whose item does not exist.
pub(super) fn answer(
    member: &str,
    items: &[String],
    order: Order,
    limit: usize,
    token: Option<&str>,
) -> Result<Value, Refusal> {
    let start = match token {
        None => 0,
        Some(last) => start(items, order, last).ok_or_else(super::wrong_token)?,
    };
    let end = items.len().min(start + limit);
    let page = &items[start..end];
    let mut answer = Map::from_iter([(member.to_owned(), Value::from(page))]);
    if let Some(last) = page.last().filter(|_| end < items.len()) {
        answer.insert("nextToken".to_owned(), Value::from(last.as_str()));
    }
    Ok(Value::Object(answer))
}

/// Returns the place of the first item after the last one of a page. `None` if it depends on an item that is gone.
fn start(items: &[String], order: Order, last: &str) -> Option<usize> {
    let is_before = |item: &String| match order {
        Order::Ascending => key(item) <= key(last),
        Order::Descending => key(item) >= key(last),
        Order::Given => false,
    };
    match order {
        Order::Given => Some(1 + items.iter().position(|item| item == last)?),
        Order::Ascending | Order::Descending => Some(items.partition_point(is_before)),
    }
}

/// Returns the key that orders items: the name, and the number of the revision. Revision 10 comes after
/// revision 9.
fn key(item: &str) -> (&str, u32) {
    let revision = item.rsplit_once(':').and_then(|(name, number)| Some((name, number.parse().ok()?)));
    revision.unwrap_or((item, 0))
}

/// Returns the page size of a request, at most 100. `default` is the operation's size for a request without
/// one.
///
/// # Errors
///
/// Refuses a size outside 1 to 100.
pub(super) fn limit(asked: Option<i64>, default: usize) -> Result<usize, Refusal> {
    let Some(asked) = asked else { return Ok(default) };
    usize::try_from(asked)
        .ok()
        .filter(|asked| (1..=100).contains(asked))
        .ok_or_else(|| invalid("The value for maxResults must be between 1 and 100."))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}
