//! Typed inputs of operations, read from the neutral form that every protocol is decoded to.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::refusal::Refusal;

/// Reads an operation's input. A member of the wrong type is refused as AWS's serialisers do.
pub(crate) fn parse<T: DeserializeOwned>(input: &Value) -> Result<T, Refusal> {
    T::deserialize(input).map_err(|error| Refusal::new("SerializationException", error.to_string()))
}
