//! `FilterLogEvents`: the lines of all streams of a group.
//!
//! Source of the patterns: "Filter pattern syntax", in the user guide. The sandbox has patterns of terms. A
//! pattern for JSON, for space-delimited lines or with a regular expression is refused.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{event::LogEvent, invalid, name, page};
use crate::{input::parse, refusal::Refusal, world::World};

/// The largest number of lines on a page, which is also the default.
const MAX_EVENTS: usize = 10_000;
/// The number of lines that a page searches. AWS names no number; it documents that pages may be empty.
const SEARCHED: usize = 10_000;
/// The largest size of a page, in bytes.
const MAX_BYTES: usize = 1_048_576;
/// The largest number of named streams.
const MAX_STREAMS: usize = 100;

/// The input of `FilterLogEvents`. Times are milliseconds since the Unix epoch, and both ends are included.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<u64>,
    end_time: Option<u64>,
    #[serde(default)]
    filter_pattern: String,
    limit: Option<i64>,
    next_token: Option<String>,
}

impl Request {
    /// Refuses streams that are named in two ways, and too many of them.
    fn check(&self) -> Result<(), Refusal> {
        let names = self.log_stream_names.as_ref().map(Vec::len);
        if names.is_some() && self.log_stream_name_prefix.is_some() {
            return Err(invalid("logStreamNames and logStreamNamePrefix must not both be specified."));
        }
        if names.is_some_and(|count| !(1..=MAX_STREAMS).contains(&count)) {
            return Err(invalid(format!("logStreamNames must have 1 to {MAX_STREAMS} members.")));
        }
        Ok(())
    }

    /// Returns whether the request asks for the lines of a stream.
    fn takes_stream(&self, name: &str) -> bool {
        self.log_stream_names.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted == name))
            && self.log_stream_name_prefix.as_ref().is_none_or(|prefix| name.starts_with(prefix))
    }

    /// Returns whether the request asks for lines of this time.
    fn takes_time(&self, event: &LogEvent) -> bool {
        self.start_time.is_none_or(|start| event.timestamp >= start)
            && self.end_time.is_none_or(|end| event.timestamp <= end)
    }
}

/// Returns the lines of all streams, oldest first.
///
/// A page searches a number of lines of the chosen streams, whatever their times and terms. So a page may be empty
/// although a next one is not. A token is the last line that was searched, so that lines that arrive between two pages
/// move nothing.
///
/// # Errors
///
/// Refuses unknown groups, unknown patterns, and page sizes outside 1 to 10,000.
pub(super) fn filter(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    input.check()?;
    let group = name::of_request(world, input.log_group_name.clone(), input.log_group_identifier.clone())?;
    let limit = page::bounded(input.limit, MAX_EVENTS)?;
    let pattern = Pattern::read(&input.filter_pattern)?;
    let behind = input.next_token.as_deref().map(place).transpose()?.unwrap_or_default();

    let streams = world.logs.group(&group)?.streams.iter().filter(|(name, _)| input.takes_stream(name));
    let lines = streams.flat_map(|(name, stream)| stream.events.iter().map(move |event| (name, event)));
    let mut searched: Vec<(&String, &LogEvent)> =
        lines.filter(|(_, event)| (event.timestamp, event.number) > behind).collect();
    searched.sort_by_key(|(_, event)| (event.timestamp, event.number));

    let mut events = Vec::new();
    let mut bytes = 0;
    let mut last = None;
    for (name, event) in searched.iter().take(SEARCHED) {
        let is_found = input.takes_time(event) && pattern.matches(&event.message);
        if is_found && (events.len() == limit || bytes + event.stored_bytes() > MAX_BYTES) {
            break;
        }
        if is_found {
            bytes += event.stored_bytes();
            events.push(rendered(name, event));
        }
        last = Some((event.timestamp, event.number));
    }

    let mut answer = json!({ "events": events, "searchedLogStreams": [] });
    let end = searched.last().map(|(_, event)| (event.timestamp, event.number));
    if let Some((timestamp, number)) = last.filter(|last| Some(*last) != end) {
        answer["nextToken"] = json!(format!("{timestamp}/{number}"));
    }
    Ok(answer)
}

/// Returns a line of an answer.
fn rendered(stream: &str, event: &LogEvent) -> Value {
    json!({
        "logStreamName": stream,
        "timestamp": event.timestamp,
        "ingestionTime": event.ingested,
        "message": event.message,
        "eventId": format!("{:028}{:028}", event.timestamp, event.number),
    })
}

/// Reads the last line that was searched from a token: its time and its number.
fn place(token: &str) -> Result<(u64, u64), Refusal> {
    let parts =
        token.split_once('/').and_then(|(time, number)| Some((time.parse().ok()?, number.parse().ok()?)));
    parts.ok_or_else(super::wrong_token)
}

/// The terms that a line must or must not contain.
#[derive(Default)]
struct Pattern {
    /// The terms that all must occur.
    all: Vec<String>,
    /// The terms of which one must occur, if there are any.
    any: Vec<String>,
    /// The terms that must not occur.
    none: Vec<String>,
}

impl Pattern {
    /// Reads terms. A line must contain `term` and `"some words"`, one of all `?term`, and no `-term`.
    ///
    /// # Errors
    ///
    /// Refuses other kinds of patterns, and a quote without an end.
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut pattern = Self::default();
        let mut rest = text.trim();
        if rest.starts_with(['{', '[', '%']) {
            return Err(invalid("Invalid filter pattern: the sandbox has only patterns of terms."));
        }

        while !rest.is_empty() {
            let (terms, term) = if let Some(term) = rest.strip_prefix('?') {
                (&mut pattern.any, term)
            } else if let Some(term) = rest.strip_prefix('-') {
                (&mut pattern.none, term)
            } else {
                (&mut pattern.all, rest)
            };
            let (term, next) = match term.strip_prefix('"') {
                Some(quoted) => quoted
                    .split_once('"')
                    .ok_or_else(|| invalid("Invalid filter pattern: a quote has no end."))?,
                None => term.split_once(char::is_whitespace).unwrap_or((term, "")),
            };
            terms.push(term.to_owned());
            rest = next.trim_start();
        }
        Ok(pattern)
    }

    /// Returns whether a line has the terms. Case matters.
    fn matches(&self, line: &str) -> bool {
        let has = |term: &String| line.contains(term);
        self.all.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
            && !self.none.iter().any(has)
    }
}
