//! The retention of log groups.
//!
//! The rules accept AWS's numbers of days only. The retention decides which new lines are rejected; it does
//! not remove existing ones.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{group::Class, invalid, name, required};
use crate::{input::parse, refusal::Refusal, world::World};

/// The input of both operations.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    log_group_name: Option<String>,
    retention_in_days: Option<u32>,
}

/// Carries out `PutRetentionPolicy`.
///
/// # Errors
///
/// Refuses unknown groups and groups of the class DELIVERY.
pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    let days = required(input.retention_in_days, "retentionInDays")?;
    let group = world.logs.group_mut(&name)?;
    if group.class == Class::Delivery {
        return Err(invalid("The retention of log groups of class DELIVERY cannot be changed."));
    }
    group.retention = Some(days);
    Ok(json!({}))
}

/// Carries out `DeleteRetentionPolicy`. The group then keeps its lines for ever.
///
/// # Errors
///
/// Refuses unknown groups and groups of the class DELIVERY.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    let group = world.logs.group_mut(&name)?;
    if group.class == Class::Delivery {
        return Err(invalid("The retention of log groups of class DELIVERY cannot be changed."));
    }
    group.retention = None;
    Ok(json!({}))
}
