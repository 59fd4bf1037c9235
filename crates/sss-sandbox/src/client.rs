//! The sandbox as the SDK's HTTP client.

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
    sandbox: Sandbox,
    latency: Duration,
    read_timeout: Option<Duration>,
}

impl Client {
    /// Creates a client whose calls take `latency`.
    pub(crate) fn new(sandbox: Sandbox, latency: Duration) -> Self {
        Self { sandbox, latency, read_timeout: None }
    }

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
