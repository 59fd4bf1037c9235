//! How long a group keeps its events.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{constraint, group::Class, invalid, name, required};
use crate::{input::parse, refusal::Refusal, world::World};

const DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    log_group_name: Option<String>,
    retention_in_days: Option<i64>,
}

pub(super) fn put(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    let days = required(input.retention_in_days, "retentionInDays")?;
    let Some(days) = DAYS.into_iter().find(|allowed| i64::from(*allowed) == days) else {
        let values = DAYS.map(|days| days.to_string()).join(", ");
        let values = format!("Member must satisfy enum value set: [{values}]");
        return Err(constraint(&days.to_string(), "retentionInDays", &values));
    };
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
