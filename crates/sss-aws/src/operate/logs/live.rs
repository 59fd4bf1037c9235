//! Following logs by a live tail of CloudWatch Logs.

use super::{Line, Request, line};
use crate::{
    Aws, Error,
    services::logs::live::{Batch, GROUPS, Live},
};

/// Passes on lines as they are written, in the order in which they come. It returns only with an error.
///
/// Lines come within a second. In return, CloudWatch Logs bills the minutes, leaves lines out above 500 in a second,
/// and gives lines no ids. `sampled` is called once when it leaves lines out. [`follow`](super::follow) polls instead,
/// and passes every line on.
///
/// # Errors
///
/// The request has logs of more than ten groups ([`Error::is_declined`]), a group does not exist, a call failed or was
/// denied, AWS ended the stream after three hours, or `sink` failed.
///
/// # Cancellation
///
/// The future can be dropped at any time.
pub async fn live<E: From<Error>>(
    aws: &Aws,
    request: &Request,
    mut sink: impl FnMut(&Line) -> Result<(), E>,
    sampled: impl FnOnce(),
) -> Result<std::convert::Infallible, E> {
    const OTHERWISE: &str = "`logs -f` follows the same logs by polling";
    let wanted: Vec<_> = request.sources.iter().map(|source| &source.wanted).collect();
    let mut groups: Vec<_> = wanted.iter().map(|one| &one.group).collect();
    groups.sort();
    groups.dedup();
    if groups.len() > GROUPS {
        let message = format!("a live tail has at most {GROUPS} log groups, and these are {}", groups.len());
        return Err(Error::declined(message).with_hint("name some of the services").into());
    }
    let opened = Live::open(aws, &wanted).await;
    let mut tail = opened.map_err(|error| match error.hint() {
        Some(_) => error,
        None => error.with_hint(OTHERWISE),
    })?;

    let mut sampled = Some(sampled);
    loop {
        let Batch { lines, is_sampled } = tail.next().await?;
        if is_sampled && let Some(sampled) = sampled.take() {
            sampled();
        }
        for (group, found) in lines {
            let is_of = |prefix: &Option<String>| {
                prefix.as_ref().is_none_or(|prefix| found.stream.starts_with(prefix.as_str()))
            };
            let mut sources = request.sources.iter();
            let source = sources.find(|source| source.wanted.group == group && is_of(&source.wanted.prefix));
            let Some(source) = source else { continue };
            let line = line(source, found);
            if request.takes(&line) {
                sink(&line)?;
            }
        }
    }
}
