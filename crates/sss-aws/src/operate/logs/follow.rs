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
    /// The lines since ten seconds before it, and older ones that were not forgotten yet.
    known: BTreeSet<(Moment, String)>,
    /// The number of known lines at which the older ones are forgotten.
    full: usize,
}

/// The fewest known lines at which older ones are forgotten.
const FULL: usize = 1_000;

impl Cursor {
    /// Returns the time from which the next poll asks.
    fn since(&self, start: Moment) -> Moment {
        self.newest.map_or(start, |newest| newest.plus(-LATE).max(start))
    }

    /// Notes a line. Returns whether it is new.
    ///
    /// A poll passes lines in the order of their times, so older ones can be forgotten on the way.
    fn note(&mut self, line: &Line, start: Moment) -> bool {
        let is_new = self.known.insert((line.time, line.event_id.clone()));
        self.newest = self.newest.max(Some(line.time));
        if self.known.len() > self.full.max(FULL) {
            self.prune(start);
            self.full = 2 * self.known.len();
        }
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
    let mut follower = Follower::start(aws, request, &mut sink).await?;
    let mut pause = BUSY;
    let mut quiet_since = Instant::now();
    loop {
        let found = follower.poll(&mut sink).await?;
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

/// Follows logs poll by poll, for a program with a pace of its own. [`follow`] has AWS's.
///
/// # Guarantees
///
/// No line is passed on twice. A line that arrives late is passed on if it is at most ten seconds older than the newest
/// one of its log group. The memory is that of a page for each log and of the ids of some seconds
/// ([`Follower::held`]); it does not grow with the log.
pub struct Follower<'a> {
    aws: &'a Aws,
    request: &'a Request,
    start: Moment,
    cursors: Vec<Cursor>,
    /// The most lines that were read ahead at once in the last poll.
    ahead: usize,
}

impl<'a> Follower<'a> {
    /// Passes on the last lines of [`Request::tail`], and returns the place behind them.
    ///
    /// # Errors
    ///
    /// As [`follow`].
    pub async fn start<E: From<Error>>(
        aws: &'a Aws,
        request: &'a Request,
        sink: &mut impl FnMut(&Line) -> Result<(), E>,
    ) -> Result<Self, E> {
        let cursors = request.sources.iter().map(|_| Cursor::default()).collect();
        let start = request.since.unwrap_or_else(|| aws.now());
        let mut follower = Self { aws, request, start, cursors, ahead: 0 };
        if let Some(most) = request.tail {
            follower.begin(most, sink).await?;
        }
        Ok(follower)
    }

    /// Passes on the last lines, and moves the start behind them.
    async fn begin<E: From<Error>>(
        &mut self,
        most: usize,
        sink: &mut impl FnMut(&Line) -> Result<(), E>,
    ) -> Result<(), E> {
        let lines = last(self.aws, self.request, most, Missing::Waits).await?;
        let first = lines.front().map_or(self.start, |line| line.time);
        for line in &lines {
            // The log of a line is not known here, and its id is unique in all of them.
            for cursor in &mut self.cursors {
                cursor.known.insert((line.time, line.event_id.clone()));
            }
            sink(line)?;
        }
        self.start = lines.back().map_or(first, |line| line.time.plus(-LATE).max(first));
        Ok(())
    }

    /// Passes on the lines that are new. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// As [`follow`].
    pub async fn poll<E: From<Error>>(
        &mut self,
        sink: &mut impl FnMut(&Line) -> Result<(), E>,
    ) -> Result<bool, E> {
        let start = self.start;
        let since = self.cursors.iter().map(|cursor| Some(cursor.since(start)));
        let mut merged = Merged::from_each(self.request.sources.iter().zip(since), self.request.until);
        let mut found = false;
        self.ahead = 0;
        while let Some((index, line)) = merged.next(self.aws).await? {
            self.ahead = self.ahead.max(merged.ahead() + 1);
            if self.cursors[index].note(&line, start) && self.request.takes(&line) {
                sink(&line)?;
                found = true;
            }
        }
        for cursor in &mut self.cursors {
            cursor.prune(start);
        }
        Ok(found)
    }

    /// Returns the number of lines that are held: those that the last poll read ahead, and those whose ids are known.
    pub fn held(&self) -> usize {
        self.ahead + self.cursors.iter().map(|cursor| cursor.known.len()).sum::<usize>()
    }
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
