//! Reading log groups: pages of lines in the order of their times.
//!
//! # Facts about AWS
//!
//! - A page of `FilterLogEvents` has at most 10 000 lines or 1 MB, and may be empty and still have a token for
//!   the next one.
//! - It has no way to read from the end. Callers read windows backwards instead.
//! - The lines of all pages are in the order of their times. A line may arrive late, behind newer ones.
//! - The time of the start is included.

use crate::{
    Aws, Moment, Result,
    error::{Absent, Answer},
};

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The time, as its writer states it.
    pub(crate) time: Moment,
    /// The time of its arrival.
    pub(crate) ingested: Moment,
    /// The name of its stream.
    pub(crate) stream: String,
    /// The id, unique in the group.
    pub(crate) id: String,
    /// The text.
    pub(crate) message: String,
}

/// The lines that a reading asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The name of the group.
    pub(crate) group: String,
    /// The beginning of the names of streams. `None` for all streams.
    pub(crate) prefix: Option<String>,
}

/// A page of lines, oldest first, and the token of the next page.
pub(crate) struct Page {
    /// The lines. A page may have none and still have a next one.
    pub(crate) lines: Vec<Line>,
    /// The token of the next page. `None` behind the last one.
    pub(crate) next: Option<String>,
}

/// Reads a page of the lines from `since` to before `until`. Without a bound there is none.
///
/// `None` if the group does not exist.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn page(
    aws: &Aws,
    wanted: &Wanted,
    since: Option<Moment>,
    until: Option<Moment>,
    token: Option<String>,
) -> Result<Option<Page>> {
    let request = aws.logs.filter_log_events().log_group_name(&wanted.group);
    let request = request.set_log_stream_name_prefix(wanted.prefix.clone()).set_next_token(token);
    // The end is included, too.
    let until = until.map(|until| until.plus(-1).as_millis());
    let request = request.set_start_time(since.map(Moment::as_millis)).set_end_time(until);

    let answer = request.send().await.of("logs:FilterLogEvents").none_if(&["ResourceNotFoundException"])?;
    Ok(answer.map(|answer| {
        let lines = answer.events.unwrap_or_default().into_iter().map(|event| Line {
            time: Moment::from_millis(event.timestamp.unwrap_or_default()),
            ingested: Moment::from_millis(event.ingestion_time.unwrap_or_default()),
            stream: event.log_stream_name.unwrap_or_default(),
            id: event.event_id.unwrap_or_default(),
            message: event.message.unwrap_or_default(),
        });
        Page { lines: lines.collect(), next: answer.next_token }
    }))
}
