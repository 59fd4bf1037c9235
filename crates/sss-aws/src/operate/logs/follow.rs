//! Following logs: one poller for all logs of a request.
//!
//! A line may arrive behind newer ones. So each poll asks again for the ten seconds before the newest line, and
//! drops the lines that were passed on before. Only the ids of these ten seconds are kept.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::Instant;

use super::{Line, Missing, Request, last, merge::Merged};
use crate::{Aws, Error, Moment, Result, services::ecs::operating::task};

/// The time before the newest line for which each poll asks again, in milliseconds.
const LATE: i64 = 10_000;
/// The time between two polls while lines come.
const BUSY: Duration = Duration::from_secs(2);
/// The longest time between two polls.
const IDLE: Duration = Duration::from_secs(5);
/// The time without a line after which the log of a stopped task is at its end.
const QUIET: Duration = Duration::from_secs(10);

/// The end of following.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// Never: only dropping the future ends it.
    Dropped,
    /// The task of this id has stopped, and no line came for ten seconds.
    Stopped {
        /// The name of the cluster.
        cluster: String,
        /// The id of the task.
        task: String,
    },
}

/// The place in one log.
#[derive(Default)]
struct Cursor {
    /// The time of the newest line.
    newest: Option<Moment>,
    /// The lines since ten seconds before it.
    known: BTreeSet<(Moment, String)>,
}

impl Cursor {
    /// Returns the time from which the next poll asks.
    fn since(&self, start: Moment) -> Moment {
        self.newest.map_or(start, |newest| newest.plus(-LATE).max(start))
    }

    /// Notes a line. Returns whether it is new.
    fn note(&mut self, line: &Line) -> bool {
        let is_new = self.known.insert((line.time, line.event_id.clone()));
        self.newest = self.newest.max(Some(line.time));
        is_new
    }

    /// Forgets the lines for which no later poll asks.
    fn prune(&mut self, start: Moment) {
        let since = self.since(start);
        self.known = self.known.split_off(&(since, String::new()));
    }
}

/// Passes on the lines of a request from its start on, and new ones as they come.
///
/// Without a start it begins with the last lines of [`Request::tail`], or with the present time. A log group that
/// does not exist yet is awaited. Lines of one poll are in the order of their times.
///
/// # Errors
///
/// A call failed or was denied, or `sink` did.
///
/// # Cancellation
///
/// The future can be dropped at any time.
pub async fn follow<E: From<Error>>(
    aws: &Aws,
    request: &Request,
    until: &Until,
    mut sink: impl FnMut(&Line) -> Result<(), E>,
) -> Result<(), E> {
    let mut cursors: Vec<Cursor> = request.sources.iter().map(|_| Cursor::default()).collect();
    let mut start = request.since.unwrap_or_else(|| aws.now());
    if let Some(most) = request.tail {
        start = begin(aws, request, most, start, &mut cursors, &mut sink).await?;
    }

    let mut pause = BUSY;
    let mut quiet_since = Instant::now();
    loop {
        let found = poll(aws, request, start, &mut cursors, &mut sink).await?;
        if found {
            quiet_since = Instant::now();
        }
        pause = if found { BUSY } else { (pause + pause / 2).min(IDLE) };
        if quiet_since.elapsed() >= QUIET && until.has_come(aws).await? {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
    }
}

/// Passes on the last lines, and returns the time from which polls ask.
async fn begin<E: From<Error>>(
    aws: &Aws,
    request: &Request,
    most: usize,
    start: Moment,
    cursors: &mut [Cursor],
    sink: &mut impl FnMut(&Line) -> Result<(), E>,
) -> Result<Moment, E> {
    let lines = last(aws, request, most, Missing::Waits).await?;
    let first = lines.front().map_or(start, |line| line.time);
    for line in &lines {
        // The log of a line is not known here, and its id is unique in all of them.
        for cursor in cursors.iter_mut() {
            cursor.known.insert((line.time, line.event_id.clone()));
        }
        sink(line)?;
    }
    Ok(lines.back().map_or(first, |line| line.time.plus(-LATE).max(first)))
}

/// Passes on the lines that are new. Returns whether there was one.
async fn poll<E: From<Error>>(
    aws: &Aws,
    request: &Request,
    start: Moment,
    cursors: &mut [Cursor],
    sink: &mut impl FnMut(&Line) -> Result<(), E>,
) -> Result<bool, E> {
    let since = cursors.iter().map(|cursor| Some(cursor.since(start)));
    let mut merged = Merged::from_each(request.sources.iter().zip(since), request.until);
    let mut found = false;
    while let Some((index, line)) = merged.next(aws).await? {
        if cursors[index].note(&line) && request.takes(&line) {
            sink(&line)?;
            found = true;
        }
    }
    for cursor in cursors {
        cursor.prune(start);
    }
    Ok(found)
}

impl Until {
    /// Returns whether the end has come.
    async fn has_come(&self, aws: &Aws) -> Result<bool> {
        match self {
            Self::Dropped => Ok(false),
            Self::Stopped { cluster, task } => task::has_stopped(aws, cluster, task).await,
        }
    }
}
