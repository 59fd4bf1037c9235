//! Log streams.
//!
//! A stream is a sequence of lines from one writer, such as a container of a task. Its name is unique in its
//! group and has neither colons nor asterisks. Streams are listed by name or by the time of their last line.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{already_exists, constraint, event::LogEvent, invalid, name, not_found, page, required};
use crate::{input::parse, refusal::Refusal, world::World};

/// The largest length of a name, in characters.
const MAX_LENGTH: usize = 512;

/// A log stream with its lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stream {
    /// The time of the creation, in milliseconds since the Unix epoch.
    created: u64,
    /// The events in the order of their timestamps.
    pub(super) events: Vec<LogEvent>,
}

impl Stream {
    /// Creates a stream without lines.
    pub(super) fn new(created: u64) -> Self {
        Self { created, events: Vec::new() }
    }

    /// Returns the bytes for which all lines count.
    pub(super) fn stored_bytes(&self) -> usize {
        self.events.iter().map(LogEvent::stored_bytes).sum()
    }

    /// Returns the time of the newest line. `None` for a stream without lines.
    fn last_timestamp(&self) -> Option<u64> {
        self.events.last().map(|event| event.timestamp)
    }
}

/// Returns the name of a stream, or a refusal of its form.
pub(super) fn name(value: Option<String>) -> Result<String, Refusal> {
    let name = required(value, "logStreamName")?;
    let is_valid = !name.is_empty() && name.chars().count() <= MAX_LENGTH && !name.contains([':', '*']);
    if is_valid {
        return Ok(name);
    }
    Err(constraint(&name, "logStreamName", "Member must satisfy regular expression pattern: [^:*]*"))
}

/// Returns the refusal of a stream that does not exist.
pub(super) fn not_existing() -> Refusal {
    not_found("The specified log stream does not exist.")
}

/// The input of a creation and a deletion.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
}

/// Carries out `CreateLogStream`.
///
/// # Errors
///
/// Refuses unknown groups, malformed names, and a stream that exists.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let group = name::group(input.log_group_name, "logGroupName")?;
    let name = name(input.log_stream_name)?;
    let now = world.now;
    let streams = &mut world.logs.group_mut(&group)?.streams;
    if streams.contains_key(&name) {
        return Err(already_exists("The specified log stream already exists"));
    }
    streams.insert(name, Stream::new(now));
    Ok(json!({}))
}

/// Carries out `DeleteLogStream`, with all lines of the stream.
///
/// # Errors
///
/// Refuses unknown groups and streams.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let group = name::group(input.log_group_name, "logGroupName")?;
    let name = name(input.log_stream_name)?;
    world.logs.group_mut(&group)?.streams.remove(&name).ok_or_else(not_existing)?;
    Ok(json!({}))
}

/// The input of `DescribeLogStreams`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Describe {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    #[serde(default)]
    order_by: Order,
    #[serde(default)]
    descending: bool,
    limit: Option<i64>,
    next_token: Option<String>,
}

/// The order of a listing. Streams without lines come before all others in the order of the last line.
#[derive(Default, PartialEq, Deserialize)]
enum Order {
    #[default]
    LogStreamName,
    LastEventTime,
}

/// Carries out `DescribeLogStreams`.
///
/// # Errors
///
/// Refuses unknown groups, a prefix together with the order by last line, and page sizes outside 1 to 50.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    let group_name = name::of_request(world, input.log_group_name, input.log_group_identifier)?;
    let limit = page::limit(input.limit)?;
    if input.order_by == Order::LastEventTime && input.log_stream_name_prefix.is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }

    let prefix = input.log_stream_name_prefix.unwrap_or_default();
    let group = world.logs.group(&group_name)?;
    let mut streams: Vec<(&String, &Stream)> =
        group.streams.iter().filter(|(name, _)| name.starts_with(&prefix)).collect();
    if input.order_by == Order::LastEventTime {
        streams.sort_by_key(|(_, stream)| stream.last_timestamp());
    }
    if input.descending {
        streams.reverse();
    }
    let arn = name::arn(world, &group_name);
    let items = streams.into_iter().map(|(name, stream)| (name, rendered(&arn, name, stream))).collect();
    page::page("logStreams", items, limit, input.next_token.as_deref())
}

/// Returns the description of a stream. Without lines it has no times of lines.
fn rendered(group_arn: &str, name: &str, stream: &Stream) -> Value {
    let mut answer = json!({
        "logStreamName": name,
        "creationTime": stream.created,
        "arn": format!("{group_arn}:log-stream:{name}"),
        "storedBytes": stream.stored_bytes(),
    });
    if let (Some(first), Some(last)) = (stream.events.first(), stream.events.last()) {
        answer["firstEventTimestamp"] = json!(first.timestamp);
        answer["lastEventTimestamp"] = json!(last.timestamp);
        answer["lastIngestionTime"] = json!(stream.events.iter().map(|event| event.ingested).max());
    }
    answer
}
