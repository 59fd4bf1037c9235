//! The sandbox in the place of the SDK's HTTP client.

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

/// Answers the SDK's requests out of a sandbox.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    sandbox: Sandbox,
    latency: Duration,
    read_timeout: Option<Duration>,
}

impl Client {
    /// A client on which each call takes `latency`.
    pub(crate) fn new(sandbox: Sandbox, latency: Duration) -> Self {
        Self { sandbox, latency, read_timeout: None }
    }

    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        if let Some(limit) = self.read_timeout.filter(|limit| *limit < self.latency) {
            tokio::time::sleep(limit).await;
            return Err(ConnectorError::timeout("no answer within the read timeout".into()));
        }
        tokio::time::sleep(self.latency).await;
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (parts, body) = request.into_parts();
        let body = body.bytes().map(Bytes::copy_from_slice);
        let body = body.ok_or_else(|| ConnectorError::user("the sandbox takes no streamed bodies".into()))?;
        let response = self.sandbox.handle(&http::Request::from_parts(parts, body));
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
