//! Pages of ARNs, as ECS's lists give them.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The order in which a listing gives its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By name, and revisions of one name by number.
    Ascending,
    /// The other way round.
    Descending,
    /// By something that the items themselves do not tell. Nothing goes from such a listing.
    Given,
}

/// One page as an answer: the items under `member`, and the token of the next page when there is one. A token names the
/// last item of its page, so that items that come or go in between, that one as well, do not shift the pages.
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

/// The place of the first item after a token, which has to be one of this listing.
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

/// By what items are ordered: the name, and the number of a revision.
fn key(item: &str) -> (&str, u32) {
    let revision = item.rsplit_once(':').and_then(|(name, number)| Some((name, number.parse().ok()?)));
    revision.unwrap_or((item, 0))
}

/// The page size that a request asks for, of at most 100.
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
