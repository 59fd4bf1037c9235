//! The logs of a stack: those of containers, and the access log of the API.
//!
//! A container writes to the stream `prefix/container/task` of its group. So the streams of a service, a container
//! or a task follow from names, and new tasks of a service appear by themselves.
//!
//! [`read`] passes the lines on page by page, so its memory does not grow with the log. [`follow`] polls, because
//! lines arrive late and out of order: each poll asks again for the last ten seconds and drops the lines that
//! were passed on. [`live`] takes the stream of CloudWatch Logs instead.

pub mod access;
mod follow;
mod live;
mod merge;

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::Serialize;

use self::merge::Merged;
pub use self::{
    follow::{Follower, Until, follow},
    live::live,
};
use super::{Named, Target};
use crate::{
    Aws, Error, Moment, Result,
    services::{
        ecs::operating::task::Task,
        logs::reading::{self, Wanted},
    },
};

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Line {
    /// The time, as its writer states it.
    pub time: Moment,
    /// The time of its arrival.
    pub ingested: Moment,
    /// The key of the service in the stack. `None` for the access log.
    pub service: Option<String>,
    /// The id of the task. `None` for the access log.
    pub task: Option<String>,
    /// The name of the container. `None` for the access log.
    pub container: Option<String>,
    /// The text, as it was written.
    pub message: String,
    /// The id that CloudWatch Logs gave it. Empty for a line of a live tail.
    pub event_id: String,
}

/// The lines that a reading asks for.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Request {
    /// The logs to read.
    pub(crate) sources: Vec<Source>,
    /// The time of the first line. `None` for no bound.
    pub since: Option<Moment>,
    /// The time before which lines end. `None` for no bound.
    pub until: Option<Moment>,
    /// The number of lines, counted from the newest one. `None` for all.
    pub tail: Option<usize>,
    /// A text that lines contain.
    pub grep: Option<String>,
    /// The statuses of requests, for the access log: `5xx`, `404`.
    pub status: Option<access::Status>,
}

/// A part of a log group.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The key of the service. `None` for the access log.
    service: Option<String>,
    /// The group and the beginning of its streams.
    wanted: Wanted,
}

impl Request {
    /// Returns a request for the logs of services, or of one container of each.
    pub fn of_services(services: &[&Named], container: Option<&str>) -> Self {
        let sources = services.iter().flat_map(|named| of_service(named, container, None));
        Self { sources: sources.collect(), ..Self::default() }
    }

    /// Returns a request for the logs of a task, or of one container of it.
    ///
    /// The task may be of an earlier revision with other containers; its own names count.
    pub fn of_task(target: &Target, task: &Task, container: Option<&str>) -> Self {
        let sources = target
            .service_of(task)
            .into_iter()
            .flat_map(|named| of_service(named, container, Some(&task.id)));
        Self { sources: sources.collect(), ..Self::default() }
    }

    /// Returns a request for the access log of the API, or `None` if the stack has none.
    pub fn of_api(target: &Target) -> Option<Self> {
        let group = target.access_log.as_ref()?.group.clone();
        let wanted = Wanted { group, ..Wanted::default() };
        Some(Self { sources: vec![Source { service: None, wanted }], ..Self::default() })
    }

    /// Returns whether the request asks for a line.
    fn takes(&self, line: &Line) -> bool {
        self.grep.as_ref().is_none_or(|text| line.message.contains(text.as_str()))
            && self.status.as_ref().is_none_or(|status| status.takes(&line.message))
    }
}

/// Returns the parts of log groups that a service writes to.
///
/// A group in which only the service writes is read whole; otherwise the names of streams tell the containers.
fn of_service(named: &Named, container: Option<&str>, task: Option<&str>) -> Vec<Source> {
    let chosen = named.containers.iter().filter(|log| container.is_none_or(|name| name == log.container));
    let source = |group: &str, prefix: Option<String>| Source {
        service: Some(named.key.clone()),
        wanted: Wanted { group: group.to_owned(), prefix },
    };
    let shares_one_group = named.containers.windows(2).all(|pair| pair[0].group == pair[1].group);
    match named.containers.first() {
        Some(main) if shares_one_group && container.is_none() && task.is_none() => {
            vec![source(&main.group, None)]
        }
        _ => chosen
            .map(|log| {
                let prefix = format!("{}/{}/{}", log.prefix, log.container, task.unwrap_or_default());
                source(&log.group, Some(prefix))
            })
            .collect(),
    }
}

/// Passes on the lines of a request, oldest first.
///
/// With [`Request::tail`] and without a start, it looks back window by window until it has enough lines.
///
/// # Errors
///
/// A log group does not exist, a call failed or was denied, or `sink` did.
///
/// # Cancellation
///
/// The future can be dropped at any time.
pub async fn read<E: From<Error>>(
    aws: &Aws,
    request: &Request,
    mut sink: impl FnMut(&Line) -> Result<(), E>,
) -> Result<(), E> {
    let Some(most) = request.tail else {
        let mut merged = Merged::of(request.sources.iter(), request.since, request.until);
        while let Some((_, line)) = merged.next(aws).await? {
            if request.takes(&line) {
                sink(&line)?;
            }
        }
        return Ok(merged.complain()?);
    };
    last(aws, request, most, Missing::Fails).await?.iter().try_for_each(sink)
}

/// The lengths of the windows of a search from the end, in milliseconds before the present time. The last window has no
/// beginning.
const WINDOWS: [Option<i64>; 5] =
    [Some(600_000), Some(3_600_000), Some(86_400_000), Some(14 * 86_400_000), None];

/// The treatment of a log group that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// It is a failure.
    Fails,
    /// It has no lines yet.
    Waits,
}

/// Reads the last lines of a request, at most so many, oldest first.
async fn last(aws: &Aws, request: &Request, most: usize, missing: Missing) -> Result<VecDeque<Line>> {
    let now = aws.now();
    let mut lines = VecDeque::new();
    let mut until = request.until;
    for window in WINDOWS {
        let since = request.since.or(window.map(|length| now.plus(-length)));
        let is_behind = since.zip(until).is_some_and(|(since, until)| since >= until);
        if is_behind {
            continue;
        }
        let wanted = most - lines.len();
        let mut older = VecDeque::new();
        let mut merged = Merged::of(request.sources.iter(), since, until);
        while let Some((_, line)) = merged.next(aws).await? {
            if request.takes(&line) {
                older.push_back(line);
                if older.len() > wanted {
                    older.pop_front();
                }
            }
        }
        if missing == Missing::Fails {
            merged.complain()?;
        }

        older.append(&mut lines);
        lines = older;
        until = since;
        if lines.len() == most || request.since.is_some() {
            break;
        }
    }
    Ok(lines)
}

/// Returns a line with the names that its stream has.
fn line(source: &Source, line: reading::Line) -> Line {
    let mut parts = line.stream.rsplitn(3, '/').map(str::to_owned);
    let of_task = source.service.is_some();
    let task = parts.next().filter(|_| of_task);
    let container = parts.next().filter(|_| of_task);
    Line {
        time: line.time,
        ingested: line.ingested,
        service: source.service.clone(),
        task,
        container,
        message: line.message,
        event_id: line.id,
    }
}
