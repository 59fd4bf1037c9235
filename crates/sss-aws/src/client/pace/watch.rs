//! Names each call of a client, and notes the calls that AWS refuses as one too many.
//!
//! The HTTP layer sees a request without its operation, so an interceptor adds the name. The error layer sees
//! a code without the list of the codes for throttling, so the same interceptor marks the answer. The mark is
//! set before the SDK decides on a retry.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
                FinalizerInterceptorContextMut,
            },
        },
        orchestrator::HttpResponse,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use crate::{
    client::pace::{Called, Pace, turn::OfAttempt},
    error::Throttled,
};

/// The interceptor of one client: marks each request with its operation, and each answer that refuses a call
/// as one too many.
#[derive(Debug)]
pub(crate) struct Watch {
    service: &'static str,
    pace: Pace,
}

impl Watch {
    /// Returns the interceptor of the service with this name in IAM policies.
    pub(crate) fn new(service: &'static str, pace: Pace) -> Self {
        Self { service, pace }
    }
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "pace"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(OfAttempt::default());
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().add_extension(Called::of(self.service, bag));
        Ok(())
    }

    /// Marks an answer that refuses a call as one too many, before the SDK decides whether it repeats the call.
    /// Ends the turn of the attempt.
    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let refused = context.response_mut().filter(|response| is_throttled(&self.pace, response));
        if let Some(attempt) = bag.load::<OfAttempt>() {
            attempt.end(refused.is_some());
        }
        if let Some(response) = refused {
            response.add_extension(Throttled);
        }
        Ok(())
    }
}

/// Returns whether an answer refuses a call as one too many.
///
/// Services do so with status 400 or 503 and a code in a header or in the body, or with status 429.
fn is_throttled(pace: &Pace, response: &HttpResponse) -> bool {
    match response.status().as_u16() {
        429 => true,
        400 | 503 => {
            let code = response.headers().get("x-amzn-errortype").unwrap_or_default();
            let body = response.body().bytes().map(String::from_utf8_lossy).unwrap_or_default();
            pace.is_throttling(|known| has_word(code, known) || has_word(&body, known))
        }
        _ => false,
    }
}

/// Returns whether a text has a word that is no part of a longer one. `Throttling` is another code than
/// `ThrottlingException`.
fn has_word(text: &str, word: &str) -> bool {
    let is_end = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let is_start = |before: &str| !before.ends_with(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| is_start(&text[..at]) && is_end(&text[at + word.len()..]))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::Rates;

    #[track_caller]
    fn check(status: u16, body: &'static str, throttled: bool) {
        let status = status.try_into().expect("a status");
        let response = HttpResponse::new(status, SdkBody::from(body));
        assert_eq!(is_throttled(&Pace::new(&Rates::default()), &response), throttled, "{body}");
    }

    #[test]
    fn codes_of_all_services_are_known() {
        check(400, r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#, true);
        check(400, r#"{"__type":"com.amazonaws.tagging#ThrottledException"}"#, true);
        check(400, "<Error><Code>Throttling</Code></Error>", true);
        check(503, "<Error><Code>RequestLimitExceeded</Code></Error>", true);
        check(503, "<Error><Code>SlowDown</Code></Error>", true);
        check(429, "{}", true);
    }

    #[test]
    fn other_refusals_are_not_throttled() {
        check(400, r#"{"__type":"ThrottlingSettingsInvalidException"}"#, false);
        check(400, r#"{"__type":"AccessDeniedException"}"#, false);
        check(200, r#"{"name":"ThrottlingException"}"#, false);
        check(500, r#"{"__type":"ServerException"}"#, false);
    }
}
