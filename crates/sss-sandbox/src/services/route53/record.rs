//! Records of a zone, by name and type.

use std::ops::Bound;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{change, zone};
use crate::{refusal::Refusal, world::World};

/// The most changes in a batch.
const BATCH: usize = 1000;
/// The most records on a page.
const PAGE: usize = 300;

/// The key of a record: the labels of its name from the last to the first, as Route 53 sorts, and its type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Key(Vec<String>, String);

impl Key {
    /// Returns the key of a record.
    pub(super) fn of(record: &Value) -> Self {
        let text = |member: &str| record[member].as_str().unwrap_or_default();
        Self::new(text("Name"), text("Type"))
    }

    fn new(name: &str, kind: &str) -> Self {
        Self(normal(name).trim_end_matches('.').rsplit('.').map(str::to_owned).collect(), kind.to_owned())
    }
}

/// Returns a name as Route 53 writes it: in lower case, with a dot at its end and `\052` for `*`.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim_end_matches('.').to_ascii_lowercase().replace('*', "\\052");
    format!("{name}.")
}

/// A change in a batch.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    action: String,
    resource_record_set: Value,
}

/// The input of changes.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeInput {
    id: String,
    change_batch: Batch,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    #[serde(default)]
    changes: Vec<Change>,
}

/// Carries out `ChangeResourceRecordSets`: all changes, or none.
///
/// # Errors
///
/// Refuses the batch with the reason of each change that cannot be made.
pub(super) fn change(world: &mut World, input: ChangeInput) -> Result<Value, Refusal> {
    let id = zone::bare(&input.id).to_owned();
    let mut zone = zone::find(world, &id)?.clone();
    let changes = input.change_batch.changes;
    if !(1..=BATCH).contains(&changes.len()) {
        return Err(invalid(&[format!("Expected 1 to {BATCH} changes, got {}", changes.len())]));
    }

    let refused: Vec<String> =
        changes.into_iter().filter_map(|change| apply(&mut zone, change).err()).collect();
    if !refused.is_empty() {
        return Err(invalid(&refused));
    }
    world.route53.zones.insert(id, zone);
    Ok(json!({ "ChangeInfo": change::note(world) }))
}

/// Returns the refusal of a batch.
fn invalid(reasons: &[String]) -> Refusal {
    Refusal::new("InvalidChangeBatch", format!("[{}]", reasons.join(", ")))
}

/// Carries out one change, or returns why it cannot be made.
fn apply(zone: &mut zone::Zone, change: Change) -> Result<(), String> {
    let mut record = texts(change.resource_record_set);
    let name = normal(record["Name"].as_str().unwrap_or_default());
    record["Name"] = json!(name);
    if let Some(target) = record["AliasTarget"]["DNSName"].as_str().map(normal) {
        record["AliasTarget"]["DNSName"] = json!(target);
    } else if let Some(members) = record.as_object_mut() {
        members.remove("AliasTarget");
    }
    let key = Key::of(&record);
    let named = format!("[name='{name}', type='{}']", key.1);
    if name != zone.name && !name.ends_with(&format!(".{}", zone.name)) {
        return Err(format!("RRSet with DNS name {name} is not permitted in zone {}", zone.name));
    }

    let exists = zone.records.get(&key);
    match change.action.as_str() {
        "CREATE" if exists.is_some() => {
            return Err(format!("Tried to create resource record set {named} but it already exists"));
        }
        "CREATE" | "UPSERT" => {}
        "DELETE" => {
            let found = exists
                .ok_or_else(|| format!("Tried to delete resource record set {named} but it was not found"))?;
            if *found != record {
                return Err(format!(
                    "Tried to delete resource record set {named} but the values provided do not match the current \
                     values"
                ));
            }
            zone.records.remove(&key);
            return Ok(());
        }
        other => return Err(format!("Invalid action {other}")),
    }

    let mut others = zone.records.keys().filter(|other| other.0 == key.0 && other.1 != key.1);
    if others.any(|other| other.1 == "CNAME" || key.1 == "CNAME") {
        return Err(format!(
            "RRSet of type {} with DNS name {name} is not permitted as it conflicts with other records with the same \
             DNS name in zone {}",
            key.1, zone.name
        ));
    }
    zone.records.insert(key, record);
    Ok(())
}

/// Returns a value with all flags and numbers as texts, as they are in a document of XML.
fn texts(value: Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
        Value::Array(items) => items.into_iter().map(texts).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, texts(value))).collect(),
        value => value,
    }
}

/// The input of a listing.
#[derive(Deserialize)]
pub(super) struct ListInput {
    #[serde(rename = "Id")]
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    maxitems: Option<String>,
}

/// Carries out `ListResourceRecordSets`, in the order of the names from the last label on, and of the types.
///
/// # Errors
///
/// Refuses a type without a name, and sizes that are no number.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let zone = zone::find(world, &input.id)?;
    if input.kind.is_some() && input.name.is_none() {
        return Err(Refusal::new("InvalidInput", "The type cannot be specified without a name"));
    }
    let size = match &input.maxitems {
        None => PAGE,
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| Refusal::new("InvalidInput", "Invalid value for maxitems"))?
            .clamp(1, PAGE),
    };

    let start = input.name.as_ref().map(|name| Key::new(name, input.kind.as_deref().unwrap_or_default()));
    let start = start.map_or(Bound::Unbounded, Bound::Included);
    let mut rest = zone.records.range((start, Bound::Unbounded)).map(|(_, record)| record);
    let page: Vec<&Value> = rest.by_ref().take(size).collect();
    let mut answer =
        json!({ "ResourceRecordSets": page, "IsTruncated": false, "MaxItems": size.to_string() });
    if let Some(next) = rest.next() {
        answer["IsTruncated"] = json!(true);
        answer["NextRecordName"] = next["Name"].clone();
        answer["NextRecordType"] = next["Type"].clone();
    }
    Ok(answer)
}
