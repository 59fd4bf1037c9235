//! Bounds on the answers of credential providers.
//!
//! Metadata services and login services are named by the environment, so an endpoint can be wrong. An answer
//! without end would take all memory, and a silent one all time. Calls of the engine have their own bounds,
//! which are larger.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use tokio::time::timeout;

/// The bytes that an answer may have: 1 MiB, larger than any answer with credentials.
const LIMIT: usize = 1024 * 1024;
/// The time from the request to the last byte of the answer.
const DEADLINE: Duration = Duration::from_secs(30);

/// Wraps a client with a limit and a deadline for answers. Calls of the engine have their own bounds.
pub(crate) fn bounded(client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Bounded(client))
}

/// A client whose connectors are bounded.
#[derive(Debug)]
struct Bounded(SharedHttpClient);

impl HttpClient for Bounded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector(self.0.http_connector(settings, components)))
    }
}

/// A connector that reads the whole answer within the bounds.
#[derive(Debug)]
struct Connector(SharedHttpConnector);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.0.clone();
        HttpConnectorFuture::new(async move {
            let answer = timeout(DEADLINE, async { whole(inner.call(request).await?).await }).await;
            answer.map_err(|late| ConnectorError::timeout(late.into()))?
        })
    }
}

/// Reads the body of an answer to its end, and returns the answer with that body.
///
/// # Errors
///
/// The connection failed, or the body has more than [`LIMIT`] bytes.
async fn whole(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let mut stream = ByteStream::new(std::mem::replace(answer.body_mut(), SdkBody::taken()));
    let mut body = Vec::new();
    while let Some(bytes) = stream.try_next().await.map_err(|error| ConnectorError::io(error.into()))? {
        if body.len() + bytes.len() > LIMIT {
            return Err(ConnectorError::other("the answer has more than 1 MiB".into(), None));
        }
        body.extend_from_slice(&bytes);
    }
    *answer.body_mut() = SdkBody::from(body);
    Ok(answer)
}
