//! IAM roles.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{refusal::Refusal, world::World};

/// What the account holds of this service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {}

/// Answers one call.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let _ = (world, input);
    match operation {
        _ => Err(Refusal::new("UnknownOperationException", format!("unknown operation {operation}"))),
    }
}
