//! The error of this crate: one opaque type with predicates.
//!
//! A cause says which kind of failure it is; a hint says what to do about it. `answer` turns the results of
//! the SDK into it, `source` keeps their causes, `unanswered` and `foreign` explain calls without an answer of
//! AWS, and `advice` has the hints for refusals.
//!
//! *In doubt* is a call whose effect nobody knows: it was sent, and AWS answered with an internal error or
//! not at all. A creation in doubt is looked for before it is repeated.

mod advice;
mod answer;
mod diagnosis;
mod foreign;
mod source;
mod text;
mod unanswered;

use std::error;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use sss_model::Invalid;

use self::source::Source;
use crate::{FailedDeployment, causes::Diagnosis};
pub(crate) use answer::{Absent, Answer, Sent};
pub(crate) use foreign::{Host, describe, is_html};
pub(crate) use unanswered::Unanswered;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of an observation, an apply, or a lease.
///
/// Its text names the operation by its name in IAM policies and the answer of AWS, and reads alone in a log.
/// Its predicates tell errors apart; do not match the text. It is `Clone`, because one call in a batch may
/// answer several steps.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

/// Marks an answer that refuses a call as one too many. The client, which knows the codes of all services,
/// sets it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Throttled;

/// The effect of a refused call on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// No effect.
    None,
    /// No effect, and AWS may accept the same call later: it was one too many.
    Throttled,
    /// Nobody knows.
    InDoubt,
}

/// The number of deleted objects that an error names.
const NAMED: usize = 5;

#[derive(Debug, Clone)]
struct Inner {
    cause: Cause,
    hint: Option<String>,
    deployment: Option<FailedDeployment>,
    /// The cause that whoever made the error knows.
    diagnosis: Option<Diagnosis>,
    /// The error of the SDK and its causes. `None` if no call failed.
    source: Option<Source>,
}

#[derive(Debug, Clone)]
enum Cause {
    /// AWS answered with an error.
    Refused {
        operation: &'static str,
        code: String,
        message: String,
        request_id: Option<String>,
        effect: Effect,
    },
    /// No answer of AWS: no connection, no credentials, a time-out, or an answer of something else.
    /// `in_doubt` is `true` once a request has been sent.
    Unreachable { operation: &'static str, message: String, in_doubt: bool },
    /// A wait ended without success: AWS reports a failure, or the deadline passed (`late`).
    Unmet { condition: &'static str, message: String, late: bool },
    /// The lease was lost: somebody else may write to the stack.
    Lost { message: String },
    /// Others use the object that the plan would delete.
    InUse { by: String },
    /// Another run holds the stack's lock.
    Locked { holder: String, ends: String },
    /// The account, the stack or the program has changed since a plan was made.
    Stale { difference: String },
    /// The stack has no services, and the plan would delete its objects.
    Emptied { objects: String },
    /// The account has the objects of the stack under another name of the stack.
    Renamed { former: String, now: String },
    /// The stack has no service of a name.
    Unnamed { message: String },
    /// There is nothing to do, or not now.
    Declined { message: String },
    /// The stack breaks rules of the model.
    Invalid(Invalid),
    /// The apply was asked to end while a step waited.
    Interrupted { condition: &'static str, message: String },
    /// The answer of AWS lacks a member that it always has.
    Unexpected { operation: &'static str, message: String },
}

impl Error {
    /// Returns whether AWS answered with this error code.
    pub fn has_code(&self, code: &str) -> bool {
        self.code() == Some(code)
    }

    /// Returns the error code of AWS, where AWS answered with one.
    pub fn code(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Returns the answer of AWS without the id of the request, so that the same refusal reads the same each time.
    pub(crate) fn answer(&self) -> String {
        match &self.0.cause {
            Cause::Refused { code, message, .. } => format!("{code}: {message}"),
            _ => self.to_string(),
        }
    }

    /// Returns whether AWS could not be reached, or no credentials were found to sign the call.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.0.cause, Cause::Unreachable { .. })
    }

    /// Returns whether AWS denied the call: no policy allows it to the caller, or one forbids it.
    pub fn is_denied(&self) -> bool {
        self.code().is_some_and(advice::is_denied)
    }

    /// Returns whether the credentials were valid once and have to be renewed.
    pub fn is_expired(&self) -> bool {
        matches!(&self.0.cause, Cause::Refused { code, message, .. } if advice::is_expired(code, message))
    }

    /// Returns whether AWS refused the call as one too many. Such a call had no effect.
    pub(crate) fn is_throttled(&self) -> bool {
        matches!(self.0.cause, Cause::Refused { effect: Effect::Throttled, .. })
    }

    /// Returns whether nobody knows if the call had an effect.
    pub(crate) fn is_in_doubt(&self) -> bool {
        match &self.0.cause {
            Cause::Refused { effect, .. } => *effect == Effect::InDoubt,
            Cause::Unreachable { in_doubt, .. } => *in_doubt,
            _ => false,
        }
    }

    /// Returns whether a wait ended at its deadline.
    pub fn is_late(&self) -> bool {
        matches!(self.0.cause, Cause::Unmet { late: true, .. })
    }

    /// Returns whether the stack's lease was lost, so that somebody else may write to the stack.
    pub fn is_lost(&self) -> bool {
        matches!(self.0.cause, Cause::Lost { .. })
    }

    /// Returns whether a step ended in the middle, because the apply was asked to end.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.cause, Cause::Interrupted { .. })
    }

    /// Returns whether another run holds the stack's lock.
    pub fn is_locked(&self) -> bool {
        matches!(self.0.cause, Cause::Locked { .. })
    }

    /// Returns whether the account, the stack or this library has changed since the plan was made.
    pub fn is_stale(&self) -> bool {
        matches!(self.0.cause, Cause::Stale { .. })
    }

    /// Returns whether the plan would delete the objects of a stack without services, and the caller did not allow it
    /// (`EmptyStack::Delete`).
    pub fn is_emptied(&self) -> bool {
        matches!(self.0.cause, Cause::Emptied { .. })
    }

    /// Returns whether the account has the objects of the stack under another name of the stack, and the caller did
    /// not allow a second stack (`Reach::new_stack`).
    pub fn is_renamed(&self) -> bool {
        matches!(self.0.cause, Cause::Renamed { .. })
    }

    /// Returns whether the stack has no service of a name that the caller gave.
    pub fn is_unnamed(&self) -> bool {
        matches!(self.0.cause, Cause::Unnamed { .. })
    }

    /// Returns whether an intervention was refused before it wrote: it has no object, or another deployment is under way.
    pub fn is_declined(&self) -> bool {
        matches!(self.0.cause, Cause::Declined { .. })
    }

    /// Returns the problems of the stack, if it is invalid.
    pub fn invalid_stack(&self) -> Option<&Invalid> {
        match &self.0.cause {
            Cause::Invalid(invalid) => Some(invalid),
            _ => None,
        }
    }

    /// Returns the remedy as an action that the user can take, where one is known.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Returns the facts about a deployment that failed.
    pub fn deployment(&self) -> Option<&FailedDeployment> {
        self.0.deployment.as_ref()
    }

    /// Returns whether a wait ended without success.
    pub(crate) fn is_unmet(&self) -> bool {
        matches!(self.0.cause, Cause::Unmet { .. })
    }

    pub(crate) fn with_deployment(mut self, deployment: FailedDeployment) -> Self {
        self.0.deployment = Some(deployment);
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn failed(condition: &'static str, message: impl Into<String>) -> Self {
        Self::from(Cause::Unmet { condition, message: message.into(), late: false })
    }

    pub(crate) fn late(condition: &'static str, message: impl Into<String>) -> Self {
        Self::from(Cause::Unmet { condition, message: message.into(), late: true })
    }

    pub(crate) fn lost(message: impl Into<String>) -> Self {
        Self::from(Cause::Lost { message: message.into() })
            .with_hint("nothing was rolled back; run it again when no other run works on the stack")
    }

    pub(crate) fn locked(holder: &str, ends: &str) -> Self {
        let (holder, ends) = (holder.to_owned(), ends.to_owned());
        Self::from(Cause::Locked { holder, ends })
            .with_hint("wait until that run has ended, then run it again")
    }

    pub(crate) fn stale(difference: String) -> Self {
        Self::from(Cause::Stale { difference }).with_hint("run `plan` again, and apply the new plan")
    }

    pub(crate) fn emptied(deleted: &[String]) -> Self {
        let named = &deleted[..deleted.len().min(NAMED)];
        let more = deleted.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let plural = if deleted.len() == 1 { "" } else { "s" };
        let objects = format!("{} object{plural}: {}{more}", deleted.len(), named.join(", "));
        Self::from(Cause::Emptied { objects })
            .with_hint("allow the deletions with `EmptyStack::Delete`, or destroy the stack")
    }

    pub(crate) fn renamed(former: &str, now: &str) -> Self {
        let (former, now) = (former.to_owned(), now.to_owned());
        let hint = format!(
            "if the stack was renamed, set its name back to `{former}`; if `{now}` is a second stack, allow it \
             with `Reach::new_stack`"
        );
        Self::from(Cause::Renamed { former, now }).with_hint(hint)
    }

    pub(crate) fn unnamed(reason: &impl ToString) -> Self {
        Self::from(Cause::Unnamed { message: reason.to_string() })
    }

    pub(crate) fn declined(message: impl Into<String>) -> Self {
        Self::from(Cause::Declined { message: message.into() })
    }

    pub(crate) fn invalid(invalid: Invalid) -> Self {
        Self::from(Cause::Invalid(invalid))
    }

    pub(crate) fn interrupted(condition: &'static str, message: impl Into<String>) -> Self {
        Self::from(Cause::Interrupted { condition, message: message.into() })
    }

    pub(crate) fn in_use(by: &str) -> Self {
        Self::from(Cause::InUse { by: by.to_owned() })
            .with_hint("nothing was changed; delete those users or change them, then run it again")
    }

    pub(crate) fn unexpected(operation: &'static str, message: impl Into<String>) -> Self {
        Self::from(Cause::Unexpected { operation, message: message.into() })
    }

    /// Returns the error of a call that the SDK reports as failed. Only an answer with an error code counts
    /// as a refusal.
    fn refused<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + error::Error + 'static,
    {
        let answer = error.as_service_error();
        let code = answer.and_then(|answer| answer.code()).or_else(|| code_of_header(error.raw_response()?));
        let (Some(answer), Some(code)) = (answer, code) else {
            return Self::unanswered(operation, error);
        };

        let message = answer.message().unwrap_or("no message");
        let refused = Self::from(Cause::Refused {
            operation,
            code: code.to_owned(),
            message: message.to_owned(),
            request_id: answer.meta().extra("aws_request_id").map(str::to_owned),
            effect: error.raw_response().map_or(Effect::None, effect),
        });

        let refused = refused.caused_by(Source::of(error));
        match advice::of(code, message, operation) {
            Some(advice) => refused.with_hint(advice),
            None => refused,
        }
    }

    /// Returns the error of a call that AWS did not answer.
    fn unanswered<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: error::Error + 'static,
    {
        let (message, hint, in_doubt) = match (Unanswered::within(error), error.raw_response()) {
            (Some(reason), _) => (reason.to_string(), reason.hint(), reason.was_sent()),
            (None, Some(response)) => (describe(response), unanswered::hint_at(response.status()), true),
            (None, None) => (Source::of(error).line(), unanswered::OTHER, was_sent(error)),
        };
        let unanswered = Self::from(Cause::Unreachable { operation, message, in_doubt });
        unanswered.caused_by(Source::of(error)).with_hint(hint)
    }

    fn caused_by(mut self, source: Source) -> Self {
        self.0.source = Some(source);
        self
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(Inner { cause, hint: None, deployment: None, diagnosis: None, source: None }))
    }
}

/// The source of an invalid stack is its problems. The source of a failed call is the error of the SDK with its causes,
/// as texts without values that look secret. The message has what matters of them, so print one or the other.
impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.0.cause {
            Cause::Invalid(invalid) => Some(invalid),
            _ => self.0.source.as_ref().map(|source| source as _),
        }
    }
}

/// Returns the code of an error in the header of the JSON protocols. A gateway in front of AWS sends it in
/// any protocol.
fn code_of_header(response: &HttpResponse) -> Option<&str> {
    let value = response.headers().get("x-amzn-errortype")?;
    value.split(':').next().filter(|code| !code.is_empty())
}

/// Returns the effect of a call that AWS refused. An internal error leaves it in doubt.
fn effect(response: &HttpResponse) -> Effect {
    match response.extension::<Throttled>() {
        Some(Throttled) => Effect::Throttled,
        None if response.status().is_server_error() => Effect::InDoubt,
        None => Effect::None,
    }
}

/// Returns whether a call without an answer may have reached AWS.
fn was_sent<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout(),
        _ => false,
    }
}
