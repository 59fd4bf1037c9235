//! Typed inputs of operations, from the neutral form of all protocols.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::refusal::Refusal;

/// Reads an operation's input. Refuses a member of the wrong type, as AWS's serialisers do.
pub(crate) fn parse<T: DeserializeOwned>(input: &Value) -> Result<T, Refusal> {
    T::deserialize(input).map_err(|error| Refusal::new("SerializationException", error.to_string()))
}
