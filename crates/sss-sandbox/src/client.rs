//! The sandbox as the SDK's HTTP client.
//!
//! It takes the place of the SDK's connector, so everything above it is the real SDK: serialisers,
//! signatures, retries and paginators. A request needs no socket. A fault that breaks the connection is an
//! I/O error of the connector, and a read timeout of the SDK's configuration applies.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

use crate::sandbox::Sandbox;

/// An HTTP client that a sandbox answers.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    /// The account that answers.
    sandbox: Sandbox,
    /// The time from the request to the effect of the call.
    latency: Duration,
    /// The longest time to wait for an answer. `None` waits for ever.
    read_timeout: Option<Duration>,
}

impl Client {
    /// Creates a client whose calls take `latency`.
    pub(crate) fn new(sandbox: Sandbox, latency: Duration) -> Self {
        Self { sandbox, latency, read_timeout: None }
    }

    /// Answers one request.
    ///
    /// # Errors
    ///
    /// Returns an error of the connector: `user` for a streamed body, `timeout` after the read timeout, and
    /// `io` for a connection that a fault breaks.
    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        let body = body.bytes().map(Bytes::copy_from_slice);
        let body = body.ok_or_else(|| ConnectorError::user("the sandbox takes no streamed bodies".into()))?;
        let request = http::Request::from_parts(parts, body);
        let answer = self.sandbox.answer(&request, self.latency);
        let answer = match self.read_timeout {
            Some(limit) => tokio::time::timeout(limit, answer)
                .await
                .map_err(|late| ConnectorError::timeout(late.into()))?,
            None => answer.await,
        };
        let response = answer.map_err(|error| ConnectorError::io(error.into()))?;
        HttpResponse::try_from(response.map(SdkBody::from))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpConnector for Client {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().answer(request))
    }
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Self { read_timeout: settings.read_timeout(), ..self.clone() })
    }
}

#[cfg(test)]
mod tests;
