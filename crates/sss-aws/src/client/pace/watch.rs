//! What a client's calls are, and which of them AWS refuses as one too many.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut},
        },
        orchestrator::{HttpResponse, Metadata},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use crate::client::pace::{Called, Lane, Pace};

/// Writes on each request which call it is.
#[derive(Debug)]
pub(crate) struct Watch {
    service: &'static str,
    pace: Pace,
}

impl Watch {
    pub(crate) fn new(service: &'static str, pace: Pace) -> Self {
        Self { service, pace }
    }

    fn called(&self, bag: &ConfigBag) -> Called {
        let operation = bag.load::<Metadata>().map(Metadata::name).unwrap_or_default();
        Called { service: self.service, operation: operation.to_owned(), lane: Lane::current() }
    }
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "pace"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().add_extension(self.called(bag));
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if is_throttled(context.response()) {
            self.pace.refused(&self.called(bag));
        }
        Ok(())
    }
}

/// Whether an answer refuses a call as one too many. Each service has a code of its own for it.
fn is_throttled(response: &HttpResponse) -> bool {
    const CODES: [&str; 4] =
        ["ThrottlingException", "TooManyRequestsException", "<Code>Throttling", "<Code>RequestLimitExceeded"];
    let status = response.status().as_u16();
    let body = || response.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
    status == 429 || ([400, 503].contains(&status) && CODES.iter().any(|code| body().contains(code)))
}
