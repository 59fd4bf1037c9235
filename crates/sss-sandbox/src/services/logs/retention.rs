//! The retention of log groups.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{group::Class, invalid, name, required};
use crate::{input::parse, refusal::Refusal, world::World};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    log_group_name: Option<String>,
    retention_in_days: Option<u32>,
}

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
