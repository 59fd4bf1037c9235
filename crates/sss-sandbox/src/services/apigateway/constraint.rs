//! Refusals and constraints that every operation shares.

use crate::refusal::Refusal;

pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new("BadRequestException", message)
}

pub(super) fn conflict(message: impl Into<String>) -> Refusal {
    Refusal::with_status(409, "ConflictException", message)
}

pub(super) fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::with_status(404, "NotFoundException", message)
}

pub(super) fn required<T>(value: Option<T>, member: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| bad_request(format!("{member} is required")))
}

/// Refuses an object above the quota of its kind in its parent.
pub(super) fn quota(count: usize, maximum: usize, kind: &str) -> Result<(), Refusal> {
    if count < maximum {
        return Ok(());
    }
    let message = format!(
        "Maximum number of {kind} has been reached. Please contact AWS if you need additional {kind}."
    );
    Err(Refusal::with_status(429, "TooManyRequestsException", message))
}
