//! Constraints on members that several operations share.
//!
//! Cloud Map refuses a member that breaks its service model with the code `InvalidInput`, and words the
//! refusal as the framework of many AWS services does: `1 validation error detected: Value … at '…' failed to
//! satisfy constraint`.

use crate::refusal::Refusal;

/// Returns a refusal with the code of all of Cloud Map's validation errors.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidInput", message)
}

/// Returns a required value, or a refusal that names the member.
pub(super) fn required<T>(value: Option<T>, member: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
             Member must not be null"
        ))
    })
}

/// Refuses a text of more than `maximum` characters.
pub(super) fn at_most(value: Option<&str>, member: &str, maximum: usize) -> Result<(), Refusal> {
    match value {
        Some(value) if value.chars().count() > maximum => Err(invalid(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: \
             Member must have length less than or equal to {maximum}"
        ))),
        _ => Ok(()),
    }
}

/// Returns the refusal of a value that does not match the pattern of its member.
pub(super) fn mismatch(value: &str, member: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: \
         Member must satisfy regular expression pattern"
    ))
}

/// Returns the refusal of a number outside its range, or of an unknown value of an enumeration.
pub(super) fn out_of_range(value: impl std::fmt::Display, member: &str) -> Refusal {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint"
    ))
}
