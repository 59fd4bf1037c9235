//! Requests to others than AWS, through the HTTP client of the configuration.
//!
//! A check of a stack asks issuers and registries of images. The requests pass the same client as the calls to
//! AWS, so proxies, certificates and sandboxes are the same. They carry no credentials of AWS.

mod components;

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorSettings, SharedHttpClient},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use tokio::time::{Instant, timeout_at};

/// The longest time for a request, from its start to the last byte of its answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// The time for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// The largest answer in bytes: more than any issuer may send to API Gateway.
const LIMIT: usize = 200_000;

/// The web, as the HTTP client of a configuration reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    /// `None` for a configuration without an HTTP client.
    client: Option<SharedHttpClient>,
}

/// The answer to a request.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    headers: Vec<(String, String)>,
    /// The time from the request to the last byte.
    pub(crate) took: Duration,
}

impl Page {
    /// Returns a header by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether the answer has what was asked for.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// The reason why a request has no answer, as it fits "… is not reachable from here: …".
#[derive(Debug)]
pub(crate) struct Unreachable(pub(crate) String);

impl Web {
    /// Returns the web behind a client.
    pub(crate) fn new(client: Option<SharedHttpClient>) -> Self {
        Self { client }
    }

    /// Reads a page. It follows no redirect.
    ///
    /// # Errors
    ///
    /// The URL is malformed, nothing answers in 10 seconds, or the answer is too large.
    pub(crate) async fn get(&self, url: &str, headers: &[(&'static str, &str)]) -> Result<Page, Unreachable> {
        let client = self.client.as_ref().ok_or_else(|| Unreachable("there is no HTTP client".to_owned()))?;
        let mut request = HttpRequest::get(url).map_err(|error| Unreachable(error.to_string()))?;
        for (name, value) in headers {
            let added = request.headers_mut().try_insert(*name, (*value).to_owned());
            added.map_err(|error| Unreachable(error.to_string()))?;
        }

        let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
        let connector = client.http_connector(&settings, &components::unused());
        let start = Instant::now();
        let answer =
            async { read(connector.call(request).await.map_err(|error| Unreachable(why(&error)))?).await };
        let late = |_| Unreachable(format!("no answer in {} seconds", DEADLINE.as_secs()));
        let mut page = timeout_at(start + DEADLINE, answer).await.map_err(late)??;
        page.took = start.elapsed();
        Ok(page)
    }
}

/// Reads an answer to its end.
async fn read(mut answer: HttpResponse) -> Result<Page, Unreachable> {
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let status = answer.status().as_u16();
    let mut stream = ByteStream::new(std::mem::replace(answer.body_mut(), SdkBody::taken()));
    let mut body = Vec::new();
    while let Some(bytes) = stream.try_next().await.map_err(|error| Unreachable(why(&error)))? {
        if body.len() + bytes.len() > LIMIT {
            return Err(Unreachable(format!("the answer has more than {LIMIT} bytes")));
        }
        body.extend_from_slice(&bytes);
    }
    Ok(Page { status, body, headers, took: Duration::ZERO })
}

/// Returns the innermost cause of an error, which says most.
fn why(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
