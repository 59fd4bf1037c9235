//! The HTTP client behind the buckets.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use tokio::time::timeout;

use super::{Called, Pace};

/// How long AWS may take to answer a call.
const DEADLINE: Duration = Duration::from_mins(1);

/// Another HTTP client, whose calls wait for their turn.
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

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    pace: Pace,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // What does not say which call it is fetches credentials.
        let Some(called) = request.extension::<Called>().cloned() else {
            return self.inner.call(request);
        };
        let (inner, pace) = (self.inner.clone(), self.pace.clone());
        HttpConnectorFuture::new(async move {
            pace.turn(&called).await;
            let answer = timeout(DEADLINE, inner.call(request)).await;
            answer.map_err(|late| ConnectorError::timeout(late.into()))?
        })
    }
}
