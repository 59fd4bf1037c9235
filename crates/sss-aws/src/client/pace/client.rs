//! An HTTP client for the SDK that reads answers whole and reports silence.
//!
//! It is below the retries of the SDK, so each attempt passes here.

use crate::{
    client::pace::{Called, Silence, answer::whole},
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

/// An HTTP client that reads the answers of another one whole, and reports calls without an answer.
#[derive(Debug)]
pub(crate) struct WholeAnswers {
    inner: SharedHttpClient,
    silence: Silence,
}

impl WholeAnswers {
    pub(crate) fn new(inner: SharedHttpClient, silence: Silence) -> Self {
        Self { inner, silence }
    }
}

impl HttpClient for WholeAnswers {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, silence: self.silence.clone() })
    }
}

/// The connector of the other client.
#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    silence: Silence,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // A request without a name fetches credentials, and its answer is of another form.
        let Some(called) = request.extension::<Called>().cloned() else {
            return self.inner.call(request);
        };
        let (inner, silence) = (self.inner.clone(), self.silence.clone());
        HttpConnectorFuture::new(async move {
            let host = host(&request);
            let answer = whole(inner, request, &called, &host);
            let answer = silence.during(&called, &host, answer).await;
            if answer.is_ok() {
                silence.end(&host);
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
