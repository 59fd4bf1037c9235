//! The Resource Groups Tagging API.

use serde_json::Value;

use crate::{refusal::Refusal, world::World};

/// Answers one call.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let _ = (world, input);
    match operation {
        _ => Err(Refusal::new("UnknownOperationException", format!("unknown operation {operation}"))),
    }
}
