//! Typed inputs of operations, from the neutral form of all protocols.
//!
//! Each operation declares its input as a type whose members have the names on the wire. Members that the
//! type does not have are ignored, because a client may know later ones.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::refusal::Refusal;

/// Reads an operation's input.
///
/// # Errors
///
/// Refuses a member of the wrong type with `SerializationException`, as AWS's serialisers do.
pub(crate) fn parse<T: DeserializeOwned>(input: &Value) -> Result<T, Refusal> {
    T::deserialize(input).map_err(|error| Refusal::new("SerializationException", error.to_string()))
}
