//! The caller's identity.

use serde_json::{Value, json};

use crate::{refusal::Refusal, world::World};

/// Answers one call.
pub(crate) fn call(world: &World, operation: &str) -> Result<Value, Refusal> {
    match operation {
        "GetCallerIdentity" => Ok(json!({
            "Arn": world.caller_arn(),
            "UserId": "AIDASANDBOXSANDBOX00",
            "Account": world.account,
        })),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}
