//! Log streams.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{already_exists, constraint, event::LogEvent, invalid, name, not_found, page, required};
use crate::{input::parse, refusal::Refusal, world::World};

const MAX_LENGTH: usize = 512;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stream {
    created: u64,
    /// The events in the order of their timestamps.
    pub(super) events: Vec<LogEvent>,
}

impl Stream {
    pub(super) fn new(created: u64) -> Self {
        Self { created, events: Vec::new() }
    }

    pub(super) fn stored_bytes(&self) -> usize {
        self.events.iter().map(LogEvent::stored_bytes).sum()
    }

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

pub(super) fn not_existing() -> Refusal {
    not_found("The specified log stream does not exist.")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    log_group_name: Option<String>,
    log_stream_name: Option<String>,
}

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

pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Named = parse(input)?;
    let group = name::group(input.log_group_name, "logGroupName")?;
    let name = name(input.log_stream_name)?;
    world.logs.group_mut(&group)?.streams.remove(&name).ok_or_else(not_existing)?;
    Ok(json!({}))
}

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

#[derive(Default, PartialEq, Deserialize)]
enum Order {
    #[default]
    LogStreamName,
    LastEventTime,
}

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
