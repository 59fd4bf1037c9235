//! Pages of ARNs, as ECS's lists give them.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// One page as an answer: the ARNs under `member`, and the token of the next page when there is one. A token is the
/// last ARN of its page, so that objects that come or go in between do not shift the pages.
pub(super) fn answer(
    member: &str,
    arns: &[String],
    limit: usize,
    token: Option<&str>,
) -> Result<Value, Refusal> {
    let start = match token {
        None => 0,
        Some(token) => {
            let last = arns.iter().position(|arn| arn == token);
            1 + last.ok_or_else(|| Refusal::new("InvalidParameterException", "Invalid token."))?
        }
    };
    let end = arns.len().min(start + limit);
    let page = &arns[start..end];
    let mut answer = Map::from_iter([(member.to_owned(), Value::from(page))]);
    if let Some(last) = page.last().filter(|_| end < arns.len()) {
        answer.insert("nextToken".to_owned(), Value::from(last.as_str()));
    }
    Ok(Value::Object(answer))
}

/// The page size that a request asks for, of at most 100.
pub(super) fn limit(asked: Option<i64>, default: usize) -> Result<usize, Refusal> {
    let Some(asked) = asked else { return Ok(default) };
    usize::try_from(asked).ok().filter(|asked| (1..=100).contains(asked)).ok_or_else(|| {
        Refusal::new("InvalidParameterException", "The value for maxResults must be between 1 and 100.")
    })
}
