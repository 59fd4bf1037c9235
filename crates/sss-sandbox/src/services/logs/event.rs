//! Log events of tasks and clients, and their reading in either direction.
//!
//! A write accepts lines that are at most 14 days old, not beyond the group's retention, and at most 2 hours
//! ahead. It rejects the others and reports where they begin or end; the rest is written.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    constraint, invalid, name, page, required,
    stream::{self, Stream},
};
use crate::{input::parse, refusal::Refusal, world::World};

/// The largest number of lines in a request.
const MAX_EVENTS: usize = 10_000;
/// The bytes that count for each event in addition to its message.
const OVERHEAD_BYTES: usize = 26;
/// A day, in milliseconds.
const DAY: u64 = 24 * 60 * 60 * 1000;
/// The largest age of a line that is written, in milliseconds.
const MAX_AGE: u64 = 14 * DAY;
/// The time by which a line may be ahead, in milliseconds.
const MAX_AHEAD: u64 = 2 * 60 * 60 * 1000;

/// A line. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LogEvent {
    /// The time of the line, as its writer states it.
    pub(super) timestamp: u64,
    /// The time of its arrival.
    pub(super) ingested: u64,
    /// The number of the line among all lines of the account. Its id follows from it.
    #[serde(default)]
    pub(super) number: u64,
    pub(super) message: String,
}

impl LogEvent {
    /// Returns the bytes for which the line counts.
    pub(super) fn stored_bytes(&self) -> usize {
        self.message.len() + OVERHEAD_BYTES
    }
}

/// Writes a line now, as the log driver of a task does. It creates the stream, but not the group.
///
/// Without the group, the line is lost.
pub(crate) fn append(world: &mut World, group: &str, stream: &str, message: &str) {
    append_at(world, group, stream, world.now, message);
}

/// Writes a line that arrives now and was written before.
pub(crate) fn append_at(world: &mut World, group: &str, stream: &str, timestamp: u64, message: &str) {
    let now = world.now;
    let number = next_number(world);
    if let Ok(group) = world.logs.group_mut(group) {
        let stream = group.streams.entry(stream.to_owned()).or_insert_with(|| Stream::new(now));
        insert(stream, LogEvent { timestamp, ingested: now, number, message: message.to_owned() });
    }
}

/// Returns the number of the next line.
fn next_number(world: &mut World) -> u64 {
    world.logs.lines += 1;
    world.logs.lines
}

/// Inserts an event in the order of timestamps, then of arrival.
fn insert(stream: &mut Stream, event: LogEvent) {
    let position = stream.events.partition_point(|other| other.timestamp <= event.timestamp);
    stream.events.insert(position, event);
}

/// The input of `PutLogEvents`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the request")]
struct Put {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
    log_events: Option<Vec<InputEvent>>,
}

/// A line on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InputEvent {
    timestamp: u64,
    message: String,
}

/// Carries out `PutLogEvents`. It reports lines that are too old or too new, and writes the others.
///
/// # Errors
///
/// Refuses unknown groups and streams, more than 10,000 lines, and lines out of order.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Put = parse(input)?;
    let group = name::group(input.log_group_name, "logGroupName")?;
    let name = stream::name(input.log_stream_name)?;
    let events = required(input.log_events, "logEvents")?;
    if events.is_empty() || events.len() > MAX_EVENTS {
        let bound = format!("Member must have length between 1 and {MAX_EVENTS}");
        return Err(constraint(&events.len().to_string(), "logEvents", &bound));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
    }

    let now = world.now;
    let first_number = world.logs.lines + 1;
    let count = events.len();
    world.logs.lines += count as u64;
    let group = world.logs.group_mut(&group)?;
    let oldest_kept = group.retention.map_or(0, |days| now.saturating_sub(u64::from(days) * DAY));
    let stream = group.streams.get_mut(&name).ok_or_else(stream::not_existing)?;
    let expired = events.partition_point(|event| event.timestamp < oldest_kept);
    let too_old = events.partition_point(|event| event.timestamp < now.saturating_sub(MAX_AGE));
    let too_new = events.partition_point(|event| event.timestamp <= now + MAX_AHEAD);
    let first = expired.max(too_old);
    let numbered = events.into_iter().zip(first_number..);
    for (event, number) in numbered.take(too_new).skip(first) {
        insert(
            stream,
            LogEvent { timestamp: event.timestamp, ingested: now, number, message: event.message },
        );
    }

    let mut rejected = json!({});
    for (member, index, is_rejecting) in [
        ("expiredLogEventEndIndex", expired, expired > 0),
        ("tooOldLogEventEndIndex", too_old, too_old > 0),
        ("tooNewLogEventStartIndex", too_new, too_new < count),
    ] {
        if is_rejecting {
            rejected[member] = json!(index);
        }
    }
    if rejected == json!({}) { Ok(json!({})) } else { Ok(json!({ "rejectedLogEventsInfo": rejected })) }
}

/// The input of `GetLogEvents`. Times are milliseconds since the Unix epoch; the end is excluded.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Get {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: Option<String>,
    start_time: Option<u64>,
    end_time: Option<u64>,
    limit: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    start_from_head: bool,
}

/// Carries out `GetLogEvents`. Without a token it reads the last lines, or the first with `startFromHead`.
///
/// A token is a direction and a position among the events of the requested time: `f/3` reads from there on,
/// `b/3` reads the events before. At the end of a direction, the answer has the token of its request again,
/// as on AWS.
///
/// # Errors
///
/// Refuses unknown groups and streams, malformed tokens, and page sizes outside 1 to 10,000.
pub(super) fn get(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Get = parse(input)?;
    let group = name::of_request(world, input.log_group_name, input.log_group_identifier)?;
    let name = stream::name(input.log_stream_name)?;
    let limit = page::bounded(input.limit, MAX_EVENTS)?;
    let stream = world.logs.group(&group)?.streams.get(&name).ok_or_else(stream::not_existing)?;
    let start_time = input.start_time.unwrap_or(0);
    let end_time = input.end_time.unwrap_or(u64::MAX);
    let from = stream.events.partition_point(|event| event.timestamp < start_time);
    let to = stream.events.partition_point(|event| event.timestamp < end_time).max(from);
    let events = &stream.events[from..to];
    let (start, end) = match input.next_token.as_deref() {
        None if input.start_from_head => (0, events.len().min(limit)),
        None => (events.len().saturating_sub(limit), events.len()),
        Some(token) => range(token, events.len(), limit)?,
    };

    let rendered: Vec<Value> = events[start..end]
        .iter()
        .map(|event| {
            json!({ "timestamp": event.timestamp, "ingestionTime": event.ingested, "message": event.message })
        })
        .collect();
    Ok(json!({
        "events": rendered,
        "nextForwardToken": format!("f/{end}"),
        "nextBackwardToken": format!("b/{start}"),
    }))
}

/// Returns the positions of the first line of a page and of the line after its last.
fn range(token: &str, count: usize, limit: usize) -> Result<(usize, usize), Refusal> {
    let parts = token.split_once('/').and_then(|(direction, position)| {
        let position = position.parse::<usize>().ok().filter(|position| *position <= count)?;
        match direction {
            "f" => Some((position, count.min(position + limit))),
            "b" => Some((position.saturating_sub(limit), position)),
            _ => None,
        }
    });
    parts.ok_or_else(super::wrong_token)
}
