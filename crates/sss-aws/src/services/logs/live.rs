//! Lines as they are written, by a stream of CloudWatch Logs.
//!
//! # Facts about AWS
//!
//! - A live tail is billed by the minute, takes at most ten groups by their ARNs, and ends after three hours.
//! - Above 500 lines in a second it passes only a sample on, and says so.
//! - Its lines have no ids, and lines from before its start do not come.

use aws_sdk_cloudwatchlogs::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::event_stream::EventReceiver,
    types::{
        LiveTailSessionLogEvent, LiveTailSessionMetadata as Metadata, StartLiveTailResponseStream as Said,
        error::StartLiveTailResponseStreamError as Ended,
    },
};

use super::{
    listing::groups,
    reading::{Line, Wanted},
};
use crate::{Aws, Error, Moment, Result, error::Answer};

/// The most groups of a live tail.
pub(crate) const GROUPS: usize = 10;
/// The name of the operation.
const OPERATION: &str = "logs:StartLiveTail";

/// A live tail.
pub(crate) struct Live(EventReceiver<Said, Ended>);

/// Lines that came at once.
pub(crate) struct Batch {
    /// The lines, each with the name of its group.
    pub(crate) lines: Vec<(String, Line)>,
    /// Whether there were more, which AWS left out.
    pub(crate) is_sampled: bool,
}

impl Live {
    /// Opens a live tail of these logs, at most [`GROUPS`].
    ///
    /// # Errors
    ///
    /// A group does not exist, or a call failed or was denied.
    pub(crate) async fn open(aws: &Aws, wanted: &[&Wanted]) -> Result<Self> {
        let mut names: Vec<String> = wanted.iter().map(|one| one.group.clone()).collect();
        names.sort();
        names.dedup();
        let found = groups(aws, &names).await?;
        if let Some(missing) = names.iter().find(|name| found.iter().all(|group| group.name != **name)) {
            return Err(Error::failed("the log group", format!("the log group {missing} does not exist"))
                .with_hint("run `apply` to create it"));
        }

        let arns = found.into_iter().map(|group| group.arn).collect();
        let answer = aws.live.start_live_tail().set_log_group_identifiers(Some(arns)).send().await;
        Ok(Self(answer.of(OPERATION)?.response_stream))
    }

    /// Waits for the next lines.
    ///
    /// # Errors
    ///
    /// AWS ended the stream, or the connection broke.
    pub(crate) async fn next(&mut self) -> Result<Batch> {
        loop {
            match self.0.recv().await.map_err(|error| ended(&error))? {
                Some(Said::SessionUpdate(update)) => {
                    let lines = update.session_results().iter().map(line).collect();
                    let is_sampled = update.session_metadata().is_some_and(Metadata::sampled);
                    return Ok(Batch { lines, is_sampled });
                }
                Some(_) => {}
                None => return Err(closed("CloudWatch Logs closed it")),
            }
        }
    }
}

/// Returns a line with the name of its group.
fn line(event: &LiveTailSessionLogEvent) -> (String, Line) {
    let time = |millis: Option<i64>| Moment::from_millis(millis.unwrap_or_default());
    // The account or the ARN stands in front of the name.
    let group = event.log_group_identifier().unwrap_or_default();
    let line = Line {
        time: time(event.timestamp()),
        ingested: time(event.ingestion_time()),
        stream: event.log_stream_name().unwrap_or_default().to_owned(),
        id: String::new(),
        message: event.message().unwrap_or_default().to_owned(),
    };
    (group.trim_end_matches(":*").rsplit(':').next().unwrap_or_default().to_owned(), line)
}

/// Returns the failure of a stream that ended with an error.
fn ended<R>(error: &SdkError<Ended, R>) -> Error {
    let said = error.as_service_error().map(|found| {
        let timed_out = found.is_session_timeout_exception().then_some("SessionTimeoutException");
        let code = found.code().or(timed_out).unwrap_or("an error");
        found.message().map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"))
    });
    closed(&said.unwrap_or_else(|| "the connection broke".to_owned()))
}

/// Returns the failure of a stream that ended.
fn closed(why: &str) -> Error {
    Error::failed("lines of the live tail", format!("the live tail ended: {why}"))
        .with_hint("`logs --live` begins again, and `logs -f` follows without an end")
}

#[cfg(test)]
mod tests;
