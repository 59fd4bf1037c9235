//! AWS's refusals of calls.
//!
//! Every operation returns `Result<Value, Refusal>`. The protocol of the service writes a refusal in its own
//! form.

/// An error answer: HTTP status, AWS's error code and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// AWS's error code, which clients match.
    pub(crate) code: &'static str,
    /// The words for people. They are AWS's where a thread or the documentation quotes them.
    pub(crate) message: String,
}

impl Refusal {
    /// Creates a refusal with status 400, which most of AWS's client errors have.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    /// Creates a refusal with another status, such as API Gateway's 404 or IAM's 409.
    pub(crate) fn with_status(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// Creates the refusal of an operation that the service or the sandbox does not have.
    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self::new("UnknownOperationException", format!("unknown operation {operation}"))
    }
}
