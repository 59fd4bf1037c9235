//! What AWS says when it refuses a call.

/// An error answer: the HTTP status, AWS's error code and its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    /// A refusal with status 400, the status of nearly all of AWS's client errors.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self::with_status(400, code, message)
    }

    /// A refusal with a status of its own, such as 404 of API Gateway or 409 of IAM.
    pub(crate) fn with_status(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The operation is not one of the service, or not one that the sandbox has.
    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self::new("UnknownOperationException", format!("unknown operation {operation}"))
    }
}
