//! Reads answers whole, within a time and a size.
//!
//! A proxy or a broken network may send an answer without an end, or a page of its own with status 200. The
//! SDK would read such a page as an answer without content: an absent object. Therefore an answer passes only
//! if it is complete, bounded, and may come from AWS.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};

use tokio::time::{Instant, timeout_at};

use crate::{
    client::pace::Called,
    error::{Host, Unanswered, describe, is_html},
};

/// The largest answer in bytes. AWS sends less to any call of these services: a page of a listing has a few
/// MiB.
const LIMIT: usize = 64 * 1024 * 1024;

/// The time for an attempt of a call, from the request to the last byte of the answer.
pub(super) const DEADLINE: Duration = Duration::from_mins(1);

/// Sends a request and reads its answer to the end.
///
/// # Errors
///
/// The answer is late, endless, too large or foreign, or the connection breaks.
pub(super) async fn whole(
    inner: SharedHttpConnector,
    request: HttpRequest,
    called: &Called,
    host: &str,
) -> Result<HttpResponse, Unanswered> {
    let deadline = Instant::now() + DEADLINE;
    let answer = timeout_at(deadline, inner.call(request)).await;
    let answer = answer.map_err(|_| Unanswered::late(host.to_owned(), DEADLINE))?;
    let answer = answer.map_err(|error| Unanswered::broken(host.to_owned(), error))?;

    let answer = timeout_at(deadline, read(answer, host)).await;
    let mut answer = answer.map_err(|_| Unanswered::endless(host.to_owned(), DEADLINE))??;
    answer.add_extension(Host(host.to_owned()));
    if is_foreign(&answer, called) {
        return Err(Unanswered::foreign(host.to_owned(), describe(&answer)));
    }
    Ok(answer)
}

/// Reads the body to its end, unless the HTTP client has done so.
async fn read(mut answer: HttpResponse, host: &str) -> Result<HttpResponse, Unanswered> {
    if answer.body().bytes().is_some() {
        return Ok(answer);
    }
    let mut stream = ByteStream::new(std::mem::replace(answer.body_mut(), SdkBody::taken()));
    let mut body = Vec::new();
    while let Some(bytes) = stream.try_next().await.map_err(|error| cut(host, error))? {
        if body.len() + bytes.len() > LIMIT {
            return Err(Unanswered::large(host.to_owned(), LIMIT));
        }
        body.extend_from_slice(&bytes);
    }
    *answer.body_mut() = SdkBody::from(body);
    Ok(answer)
}

fn cut(host: &str, error: aws_smithy_types::byte_stream::error::Error) -> Unanswered {
    Unanswered::broken(host.to_owned(), ConnectorError::io(error.into()))
}

/// Returns whether something else than AWS has answered with a status that the SDK would not treat as an
/// error.
///
/// AWS redirects no call of these services, sends no pages for people, and answers each read with a result.
fn is_foreign(answer: &HttpResponse, called: &Called) -> bool {
    let status = answer.status();
    let body = answer.body().bytes().unwrap_or_default();
    let is_empty = body.trim_ascii().is_empty();
    (300..400).contains(&status.as_u16())
        || status.is_success() && (is_html(body) || is_empty && called.has_result())
}
