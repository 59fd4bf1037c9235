//! Pages of ARNs in ECS's listings.
//!
//! All listings of ECS have the members `maxResults`, `nextToken` and one list. AWS promises no order and
//! does not describe its tokens; that a token stays valid after its item disappears is an assumption. Tokens
//! do not expire here.

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
/// `items` is the whole listing in `order`, and `limit` is the page size. A token names the last item of its
/// page. So items that appear or disappear between two calls do not shift the pages, even if that item
/// disappears.
///
/// # Errors
///
/// Refuses a token of another listing, and in the order [`Order::Given`] a token whose item does not exist.
pub(super) fn answer(
    member: &str,
    items: &[String],
    order: Order,
    limit: usize,
    token: Option<&str>,
) -> Result<Value, Refusal> {
    let start = match token {
        None => 0,
        Some(token) => start(member, items, order, token).ok_or_else(|| invalid("Invalid token."))?,
    };
    let end = items.len().min(start + limit);
    let page = &items[start..end];
    let mut answer = Map::from_iter([(member.to_owned(), Value::from(page))]);
    if let Some(last) = page.last().filter(|_| end < items.len()) {
        answer.insert("nextToken".to_owned(), Value::from(format!("{member}/{last}")));
    }
    Ok(Value::Object(answer))
}

/// Returns the place of the first item after a token, `None` if the token belongs to another listing.
fn start(member: &str, items: &[String], order: Order, token: &str) -> Option<usize> {
    let last = token.strip_prefix(member)?.strip_prefix('/')?;
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
