//! Changes: PENDING until all servers of Route 53 have them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{clock, refusal::Refusal, world::World};

/// The milliseconds until a change is INSYNC. The time is an assumption; the guide says "usually within 60 seconds".
const IN_SYNC: u64 = 30_000;

/// Notes a change and returns it in the form of AWS's answers.
pub(super) fn note(world: &mut World) -> Value {
    let id = format!("C{}", world.new_alphanumeric(20).to_uppercase());
    let now = world.now;
    world.route53.changes.insert(id.clone(), now);
    described(world, &id, now)
}

fn described(world: &World, id: &str, at: u64) -> Value {
    let status = if world.now >= at + IN_SYNC { "INSYNC" } else { "PENDING" };
    json!({ "Id": format!("/change/{id}"), "Status": status, "SubmittedAt": clock::date_time(at) })
}

/// The input of a call about a change.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeInput {
    id: String,
}

/// Carries out `GetChange`.
pub(super) fn get(world: &World, input: &ChangeInput) -> Result<Value, Refusal> {
    let id = input.id.trim_start_matches("/change/");
    let at = world.route53.changes.get(id);
    let message = format!("Could not find resource with ID: {id}");
    let at = at.ok_or_else(|| Refusal::with_status(404, "NoSuchChange", message))?;
    Ok(json!({ "ChangeInfo": described(world, id, *at) }))
}
