//! Hosted zones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{change, record};
use crate::{refusal::Refusal, world::World};

/// A public hosted zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Zone {
    /// The name, with a dot at its end.
    pub(super) name: String,
    /// The text that makes a creation repeatable.
    caller_reference: String,
    /// Records by their key, in the form of AWS's answers.
    #[serde(with = "as_list")]
    pub(super) records: BTreeMap<record::Key, Value>,
}

/// Writes records as a list, because their keys are no texts.
mod as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    use super::record::Key;

    pub(super) fn serialize<S: Serializer>(map: &BTreeMap<Key, Value>, to: S) -> Result<S::Ok, S::Error> {
        map.values().collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Key, Value>, D::Error> {
        let records = Vec::<Value>::deserialize(from)?;
        Ok(records.into_iter().map(|record| (Key::of(&record), record)).collect())
    }
}

/// The zone of a new account.
const ZONE: (&str, &str) = ("Z0A1B2C3D4E5F60718293", "example.com.");

/// Adds the zone `example.com` to a new account.
pub(super) fn furnish(world: &mut World) {
    let zone =
        Zone { name: ZONE.1.to_owned(), caller_reference: "sandbox".to_owned(), records: BTreeMap::new() };
    world.route53.zones.insert(ZONE.0.to_owned(), zone);
}

/// The input of a creation.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateInput {
    name: String,
    caller_reference: String,
}

/// Carries out `CreateHostedZone`. Several zones may have one name.
///
/// # Errors
///
/// Refuses an empty name, and a reference that was used.
pub(super) fn create(world: &mut World, input: CreateInput) -> Result<Value, Refusal> {
    let name = record::normal(&input.name);
    if name == "." {
        return Err(Refusal::new("InvalidDomainName", "The domain name is invalid"));
    }
    if world.route53.zones.values().any(|zone| zone.caller_reference == input.caller_reference) {
        let message =
            format!("A hosted zone has already been created with the specified caller reference. {name}");
        return Err(Refusal::with_status(409, "HostedZoneAlreadyExists", message));
    }
    let id = format!("Z{}", world.new_alphanumeric(20).to_uppercase());
    let zone = Zone { name, caller_reference: input.caller_reference, records: BTreeMap::new() };
    let described = described(&id, &zone);
    world.route53.zones.insert(id, zone);
    let change = change::note(world);
    Ok(json!({ "HostedZone": described, "ChangeInfo": change, "DelegationSet": { "NameServers": [] } }))
}

fn described(id: &str, zone: &Zone) -> Value {
    json!({
        "Id": format!("/hostedzone/{id}"),
        "Name": zone.name,
        "CallerReference": zone.caller_reference,
        "Config": { "PrivateZone": false },
        "ResourceRecordSetCount": zone.records.len(),
    })
}

/// The input of calls about a zone.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct IdInput {
    id: String,
}

/// Returns the id of a zone without the path in front.
pub(super) fn bare(id: &str) -> &str {
    id.trim_start_matches("/hostedzone/")
}

/// Returns the refusal of an unknown zone.
pub(super) fn unknown(id: &str) -> Refusal {
    Refusal::with_status(404, "NoSuchHostedZone", format!("No hosted zone found with ID: {id}"))
}

/// Returns a zone by its id.
pub(super) fn find<'a>(world: &'a World, id: &str) -> Result<&'a Zone, Refusal> {
    world.route53.zones.get(bare(id)).ok_or_else(|| unknown(bare(id)))
}

/// Carries out `GetHostedZone`.
pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(json!({ "HostedZone": described(bare(&input.id), find(world, &input.id)?) }))
}

/// Carries out `ListHostedZones`, all on one page.
pub(super) fn list(world: &World) -> Value {
    let zones: Vec<Value> = world.route53.zones.iter().map(|(id, zone)| described(id, zone)).collect();
    json!({ "HostedZones": zones, "Marker": "", "IsTruncated": false, "MaxItems": "100" })
}

/// Carries out `DeleteHostedZone`.
///
/// # Errors
///
/// Refuses a zone with records.
pub(super) fn delete(world: &mut World, input: &IdInput) -> Result<Value, Refusal> {
    let id = bare(&input.id).to_owned();
    if !find(world, &id)?.records.is_empty() {
        let message =
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.";
        return Err(Refusal::new("HostedZoneNotEmpty", message));
    }
    world.route53.zones.remove(&id);
    Ok(json!({ "ChangeInfo": change::note(world) }))
}
