//! Refusals and constraints that every operation shares.
//!
//! API Gateway has three codes for most refusals: `BadRequestException` with status 400, `NotFoundException`
//! with 404, and `ConflictException` with 409. The messages name the object.

use crate::refusal::Refusal;

/// Returns the refusal of an invalid request, with status 400.
pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new("BadRequestException", message)
}

/// Returns the refusal of a request that an existing object forbids, with status 409.
pub(super) fn conflict(message: impl Into<String>) -> Refusal {
    Refusal::with_status(409, "ConflictException", message)
}

/// Returns the refusal of a request for an unknown object, with status 404.
pub(super) fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::with_status(404, "NotFoundException", message)
}

/// Returns a required value, or a refusal that names the member.
pub(super) fn required<T>(value: Option<T>, member: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| bad_request(format!("{member} is required")))
}

/// Refuses an object above the quota of its kind in its parent.
///
/// `count` is the number of present objects, and `kind` is their plural in AWS's words.
///
/// # Errors
///
/// Returns `TooManyRequestsException` with status 429, as for a call above a quota. Only the message differs.
pub(super) fn quota(count: usize, maximum: usize, kind: &str) -> Result<(), Refusal> {
    if count < maximum {
        return Ok(());
    }
    let message = format!(
        "Maximum number of {kind} has been reached. Please contact AWS if you need additional {kind}."
    );
    Err(Refusal::with_status(429, "TooManyRequestsException", message))
}
