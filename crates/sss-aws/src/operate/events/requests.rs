//! The requests in the access log that failed.

use super::{Entry, Level, Source, Target};
use crate::{
    Aws, Error, Moment, Result,
    operate::logs::{
        self, Line,
        access::{self, Answerer, Format, Pattern, Status},
    },
};

/// The time before the present one at which requests begin without a choice, in milliseconds.
const HOUR: i64 = 3_600_000;
/// The variables of a request in the text of its entry, behind its status.
const SHOWN: [&str; 3] = ["httpMethod", "routeKey", "path"];

/// Reads the requests that the API answered with a status of 500 or above.
///
/// # Errors
///
/// The stack has no access log, or one whose format is not JSON ([`Error::is_declined`]); or a call failed.
pub(super) async fn failed(aws: &Aws, target: &Target, since: Option<Moment>) -> Result<Vec<Entry>> {
    let log = target.access_log.as_ref().zip(logs::Request::of_api(target));
    let Some((log, mut request)) = log else {
        return Err(Error::declined("the stack has no access log of the API")
            .with_hint("`[api.access_log]` in the stack file switches it on"));
    };
    let Some(format) = Format::of(&log.format) else {
        return Err(Error::declined("the format of the access log is not JSON")
            .with_hint("write `access_log.format` as a JSON object with \"$context.status\""));
    };

    request.since = Some(since.unwrap_or_else(|| aws.now().plus(-HOUR)));
    request.status = Some(Status::new(format.clone(), Pattern::of_failures()));
    let mut entries = Vec::new();
    logs::read::<Error>(aws, &request, |line| {
        entries.push(entry(&format, line));
        Ok(())
    })
    .await?;
    Ok(entries)
}

/// Returns the entry of a request.
fn entry(format: &Format, line: &Line) -> Entry {
    let request = format.read(&line.message).unwrap_or_default();
    let value = |name: &&str| request.get(*name).map(String::as_str).filter(|value| *value != "-");
    let words = std::iter::once("status").chain(SHOWN);
    let words: Vec<&str> = words.filter_map(|name| value(&name)).collect();
    let answerer = Answerer::of(&request).map(|part| format!(" by {}", part.as_str())).unwrap_or_default();
    let reason = access::reasons(&request).first().map(|reason| format!(": {reason}")).unwrap_or_default();
    Entry {
        time: line.time,
        source: Source::Api,
        service: String::new(),
        level: Level::Bad,
        text: format!("{}{answerer}{reason}", words.join(" ")),
        about: request.get("requestId").cloned(),
        cause: None,
        key: line.event_id.clone(),
    }
}
