//! The part of EC2 that a stack meets: security groups, subnets, network interfaces.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{refusal::Refusal, world::World};

/// What the account holds of this service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {}

impl State {
    /// The VPC, subnets and default security group of a new account.
    pub(crate) fn new(_account: &str, _region: &str) -> Self {
        Self::default()
    }
}

/// What happens later by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {}

/// An event is due.
pub(crate) fn happen(_world: &mut World, event: Event) {
    match event {}
}

/// Answers one call.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let _ = (world, input);
    match operation {
        _ => Err(Refusal::new("UnknownOperationException", format!("unknown operation {operation}"))),
    }
}
