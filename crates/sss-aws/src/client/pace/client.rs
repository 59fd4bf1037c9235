//! An HTTP client for the SDK whose calls wait for their turn.
//!
//! It is below the retries of the SDK, so each attempt passes here. An interceptor could not do this work:
//! the SDK's interceptors cannot wait.

use crate::{
    client::pace::{Called, Pace, answer::whole},
    error::Unanswered,
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};

/// An HTTP client that lets the calls of another one wait for their turn.
#[derive(Debug)]
pub(crate) struct PacedClient {
    inner: SharedHttpClient,
    pace: Pace,
}

impl PacedClient {
    pub(crate) fn new(inner: SharedHttpClient, pace: Pace) -> Self {
        Self { inner, pace }
    }
}

impl HttpClient for PacedClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, pace: self.pace.clone() })
    }
}

/// The connector of the other client with the pace.
#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    pace: Pace,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // A request without a name fetches credentials. It has no quota and is not counted.
        let Some(called) = request.extension::<Called>().cloned() else {
            return self.inner.call(request);
        };
        let (inner, pace) = (self.inner.clone(), self.pace.clone());
        HttpConnectorFuture::new(async move {
            pace.turn(&called).await;
            let host = host(&request);
            let answer = whole(inner, request, &called, &host);
            let answer = pace.silence.during(&called, &host, answer).await;
            if answer.is_ok() {
                pace.silence.end(&host);
            }
            answer.map_err(Unanswered::into_connector_error)
        })
    }
}

/// Returns the host of a request, with its port.
fn host(request: &HttpRequest) -> String {
    let after = request.uri().split_once("://").map_or(request.uri(), |(_, after)| after);
    let authority = after.split(['/', '?']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
