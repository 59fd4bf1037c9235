//! Log groups.
//!
//! A group has a class, which never changes. The class DELIVERY has a fixed retention of one day. A group
//! with deletion protection cannot be deleted. The name of an encryption key is kept and has no effect.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{already_exists, constraint, invalid, name, page, stream::Stream};
use crate::{input::parse, refusal::Refusal, tags::Tags, world::World};

/// The largest number of identifiers in a request.
const MAX_IDENTIFIERS: usize = 50;

/// A log group with its streams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Group {
    created: u64,
    pub(super) class: Class,
    /// The retention in days. With `None` the group keeps its events for ever.
    pub(super) retention: Option<u32>,
    /// The ARN of the encryption key. `None` without one.
    kms_key: Option<String>,
    pub(super) deletion_protection: bool,
    pub(super) tags: Tags,
    /// Streams by name.
    pub(super) streams: BTreeMap<String, Stream>,
}

/// The class of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Class {
    Standard,
    InfrequentAccess,
    Delivery,
}

impl Class {
    /// Reads a class from the wire.
    fn read(text: &str) -> Result<Self, Refusal> {
        match text {
            "STANDARD" => Ok(Self::Standard),
            "INFREQUENT_ACCESS" => Ok(Self::InfrequentAccess),
            "DELIVERY" => Ok(Self::Delivery),
            _ => {
                let values = "Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]";
                Err(constraint(text, "logGroupClass", values))
            }
        }
    }
}

/// The input of `CreateLogGroup`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    log_group_name: Option<String>,
    log_group_class: Option<String>,
    kms_key_id: Option<String>,
    #[serde(default)]
    deletion_protection_enabled: bool,
    tags: Option<Tags>,
}

/// Carries out `CreateLogGroup`.
///
/// # Errors
///
/// Refuses malformed and reserved names, unknown classes, and a group that exists
/// (`ResourceAlreadyExistsException`).
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Create = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    if name.starts_with("aws/") {
        return Err(invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    let class = input.log_group_class.as_deref().map_or(Ok(Class::Standard), Class::read)?;
    if world.logs.groups.contains_key(&name) {
        return Err(already_exists("The specified log group already exists"));
    }

    let group = Group {
        created: world.now,
        class,
        retention: (class == Class::Delivery).then_some(1),
        kms_key: input.kms_key_id,
        deletion_protection: input.deletion_protection_enabled,
        tags: input.tags.unwrap_or_default(),
        streams: BTreeMap::new(),
    };
    world.logs.groups.insert(name, group);
    Ok(json!({}))
}

/// The input of `DescribeLogGroups`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Describe {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_identifiers: Option<Vec<String>>,
    log_group_class: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `DescribeLogGroups`, in the order of the names.
///
/// # Errors
///
/// Refuses malformed names, two ways of selecting, and page sizes outside 1 to 50.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    let wanted = Selection::read(world, &input)?;
    let class = input.log_group_class.as_deref().map(Class::read).transpose()?;
    let limit = page::limit(input.limit)?;
    let groups = world.logs.groups.iter();
    let items = groups
        .filter(|(name, group)| wanted.has(name) && class.is_none_or(|class| group.class == class))
        .map(|(name, group)| (name, rendered(world, name, group)))
        .collect();
    page::page("logGroups", items, limit, input.next_token.as_deref())
}

/// The groups of a listing. A request can use one of the three ways to select them.
enum Selection {
    /// Every group.
    All,
    /// The groups whose names begin with the text.
    Prefix(String),
    /// The groups whose names contain the text, without regard to case.
    Pattern(String),
    /// The groups with these names. Unknown names select nothing.
    Names(Vec<String>),
}

impl Selection {
    /// Reads the selection of a request, or returns a refusal.
    fn read(world: &World, input: &Describe) -> Result<Self, Refusal> {
        match (&input.log_group_name_prefix, &input.log_group_name_pattern, &input.log_group_identifiers) {
            (None, None, None) => Ok(Self::All),
            (Some(prefix), None, None) => {
                name::group(Some(prefix.clone()), "logGroupNamePrefix").map(Self::Prefix)
            }
            (None, Some(pattern), None) => {
                if !pattern.is_empty() {
                    name::group(Some(pattern.clone()), "logGroupNamePattern")?;
                }
                Ok(Self::Pattern(pattern.to_lowercase()))
            }
            (None, None, Some(identifiers)) => {
                if identifiers.is_empty() || identifiers.len() > MAX_IDENTIFIERS {
                    let bound = format!("Member must have length between 1 and {MAX_IDENTIFIERS}");
                    return Err(constraint(&format!("{identifiers:?}"), "logGroupIdentifiers", &bound));
                }
                let names = identifiers.iter().map(|identifier| name::of_identifier(world, identifier));
                names.collect::<Result<_, _>>().map(Self::Names)
            }
            (Some(_), Some(_), None) => Err(invalid(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            )),
            (_, _, Some(_)) => Err(invalid(
                "LogGroup identifiers cannot be used with LogGroup name prefix or LogGroup name pattern.",
            )),
        }
    }

    /// Returns whether the selection has the group with this name.
    fn has(&self, name: &String) -> bool {
        match self {
            Self::All => true,
            Self::Prefix(prefix) => name.starts_with(prefix),
            Self::Pattern(pattern) => name.to_lowercase().contains(pattern),
            Self::Names(names) => names.contains(name),
        }
    }
}

/// Returns the description of a group.
fn rendered(world: &World, name: &str, group: &Group) -> Value {
    let arn = name::arn(world, name);
    let mut answer = json!({
        "logGroupName": name,
        "creationTime": group.created,
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        "storedBytes": group.streams.values().map(Stream::stored_bytes).sum::<usize>(),
        "logGroupClass": group.class,
        "deletionProtectionEnabled": group.deletion_protection,
    });
    if let Some(days) = group.retention {
        answer["retentionInDays"] = json!(days);
    }

    if let Some(key) = &group.kms_key {
        answer["kmsKeyId"] = json!(key);
    }
    answer
}

/// The input of `AssociateKmsKey` and `DisassociateKmsKey`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Encrypt {
    log_group_name: Option<String>,
    kms_key_id: Option<String>,
}

/// Carries out `AssociateKmsKey`, and with `is_on` false `DisassociateKmsKey`. The sandbox has no keys, so every key
/// exists.
///
/// # Errors
///
/// Refuses unknown groups, and a key that is no ARN.
pub(super) fn encrypt(world: &mut World, input: &Value, is_on: bool) -> Result<Value, Refusal> {
    let input: Encrypt = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    let is_arn = input.kms_key_id.as_deref().is_some_and(|key| key.starts_with("arn:"));
    if is_on && !is_arn {
        return Err(invalid("The specified KMS Key Id could not be found."));
    }
    world.logs.group_mut(&name)?.kms_key = input.kms_key_id.filter(|_| is_on);
    Ok(json!({}))
}

/// The input of `DeleteLogGroup`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delete {
    log_group_name: Option<String>,
}

/// Carries out `DeleteLogGroup`, with all streams of the group.
///
/// # Errors
///
/// Refuses unknown groups and those with deletion protection.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Delete = parse(input)?;
    let name = name::group(input.log_group_name, "logGroupName")?;
    if world.logs.group(&name)?.deletion_protection {
        let message = "The log group is protected from deletion.";
        return Err(Refusal::new("ValidationException", message));
    }
    world.logs.groups.remove(&name);
    Ok(json!({}))
}
