//! The lines of several logs in one order, page by page.
//!
//! Each log is read one page ahead, so the memory is that of a page for each log.

use std::collections::VecDeque;

use super::{Line, Source, line};
use crate::{
    Aws, Error, Moment, Result,
    services::logs::reading::{self, Page},
};

/// The lines of several logs from a time to before another one, oldest first.
pub(super) struct Merged<'a> {
    logs: Vec<Log<'a>>,
}

/// One log, and the part of it that was read and not passed on.
struct Log<'a> {
    source: &'a Source,
    since: Option<Moment>,
    until: Option<Moment>,
    ahead: VecDeque<Line>,
    state: State,
}

/// The rest of a log.
enum State {
    /// The page of this token is next, the first one without.
    More(Option<String>),
    /// Nothing.
    End,
    /// The group does not exist.
    Missing,
}

impl<'a> Merged<'a> {
    /// Returns the lines of these logs.
    pub(super) fn of(
        sources: impl IntoIterator<Item = &'a Source>,
        since: Option<Moment>,
        until: Option<Moment>,
    ) -> Self {
        Self::from_each(sources.into_iter().map(|source| (source, since)), until)
    }

    /// Returns the lines of these logs, each from its own time on.
    pub(super) fn from_each(
        sources: impl IntoIterator<Item = (&'a Source, Option<Moment>)>,
        until: Option<Moment>,
    ) -> Self {
        let log =
            |(source, since)| Log { source, since, until, ahead: VecDeque::new(), state: State::More(None) };
        Self { logs: sources.into_iter().map(log).collect() }
    }

    /// Returns the next line and the index of its log. `None` behind the last one.
    ///
    /// # Errors
    ///
    /// A call failed or was denied.
    pub(super) async fn next(&mut self, aws: &Aws) -> Result<Option<(usize, Line)>> {
        for log in &mut self.logs {
            log.fill(aws).await?;
        }
        let first = |log: &Log<'_>| log.ahead.front().map(|line| (line.time, line.ingested));
        let open = self.logs.iter().enumerate().filter_map(|(index, log)| Some((first(log)?, index)));
        let Some((_, index)) = open.min() else { return Ok(None) };
        Ok(self.logs[index].ahead.pop_front().map(|line| (index, line)))
    }

    /// Returns the number of lines that were read and not passed on.
    pub(super) fn ahead(&self) -> usize {
        self.logs.iter().map(|log| log.ahead.len()).sum()
    }

    /// Fails if a log group does not exist.
    ///
    /// # Errors
    ///
    /// The error names the group.
    pub(super) fn complain(&self) -> Result<()> {
        let missing = self.logs.iter().find(|log| matches!(log.state, State::Missing));
        missing.map_or(Ok(()), |log| {
            let group = &log.source.wanted.group;
            Err(Error::failed("the log group", format!("the log group {group} does not exist"))
                .with_hint("run `apply` to create it, or `logs -f` to wait for it"))
        })
    }
}

impl Log<'_> {
    /// Reads pages until there is a line or nothing is left. A page may be empty and not the last one.
    async fn fill(&mut self, aws: &Aws) -> Result<()> {
        while self.ahead.is_empty()
            && let State::More(token) = &mut self.state
        {
            let token = token.take();
            let page = reading::page(aws, &self.source.wanted, self.since, self.until, token).await?;
            self.state = match page {
                None => State::Missing,
                Some(Page { lines, next }) => {
                    self.ahead.extend(lines.into_iter().map(|found| line(self.source, found)));
                    next.map_or(State::End, |next| State::More(Some(next)))
                }
            };
        }
        Ok(())
    }
}
