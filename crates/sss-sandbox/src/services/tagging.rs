//! The Resource Groups Tagging API: tags across services. It does not know roles.
//!
//! The API has no objects of its own. It collects those of all services from their tables of facts
//! ([`Tagged`]), and changes their tags in place. Objects that never had a tag are not in its listing.
//!
//! # The lag
//!
//! On AWS the listing lags behind the account (aws-sdk#581, cartography#655). With
//! [`Delays::tags_listed`](crate::Delays::tags_listed) this module keeps the objects as it knew them last: it
//! misses new objects and still has removed ones. It learns the account anew when the first unknown change is
//! as old as the delay, so a change is known after the delay at the latest. The lengths are assumptions.
//!
//! # Left out
//!
//! Compliance, and objects that lost their last tag, which AWS lists for a time.

mod access;
mod query;
#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "inputs are written out where they are used")]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::rules::limits::TAGS;

use crate::{
    clock::milliseconds,
    gate::Form,
    input::parse,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, TaggedObject, Trouble, Troubles},
    services,
    tags::Tags,
    token::Tokens,
    wire::Protocol,
    world::World,
};

/// The message for an ARN of no object that can have tags.
const UNKNOWN: &str = "The resource does not exist or cannot be tagged";

/// The largest number of objects in a write.
const ARNS_PER_WRITE: usize = 20;
/// Quotas on the calls of this service.
///
/// Source: none. AWS documents no quota on `GetResources`; clients found that 15 calls per second work, with a burst of
/// as many.
const QUOTAS: &[Quota] = &[Quota::new(Calls::Any(&["GetResources"]), 15, 15)];

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "tagging",
    cli_name: "resourcegroupstaggingapi",
    protocol: Protocol::Json("ResourceGroupsTaggingAPI_20170126"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottledException"),
        failed: Trouble::failed(500, "InternalServiceException"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: None,
    furnish: None,
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "PaginationToken",
    given: &["PaginationToken"],
    refusal: || invalid("The specified PaginationToken is not valid."),
};

/// The objects that the tagging API knows, if `Delays` let it lag behind the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The objects at the last moment at which the API learned the account.
    known: Resources,
    /// The time of the first change that it does not know.
    changed_at: Option<u64>,
}

/// Objects by ARN, with type and tags.
type Resources = BTreeMap<String, (String, Tags)>;

/// Notes that the account has changed. It must run after every change.
pub(crate) fn change(world: &mut World) {
    let now = world.now;
    // Without a delay the API lists the account itself.
    if !world.delays.tags_listed.is_zero() {
        world.tagging.changed_at.get_or_insert(now);
    }
}

/// Learns of changes that are old enough.
///
/// It must run before every change, because the API then learns the account as it is at that moment.
pub(crate) fn catch_up(world: &mut World) {
    let delay = milliseconds(world.delays.tags_listed);
    if world.tagging.changed_at.is_some_and(|changed_at| changed_at + delay <= world.now) {
        learn(world);
    }
}

/// Learns the account as it is now.
pub(crate) fn learn(world: &mut World) {
    world.tagging = State { known: resources(world), changed_at: None };
}

/// Returns the objects that the API knows.
fn known(world: &World) -> Resources {
    if world.delays.tags_listed.is_zero() { resources(world) } else { world.tagging.known.clone() }
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the operation's own refusal, or the one for an operation that the sandbox does not have. A failure
/// for one object is in the answer.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetResources" => query::get_resources(world, &parse(input)?),
        "TagResources" => tag(world, parse(input)?),
        "UntagResources" => untag(world, parse(input)?),
        _ => Err(Refusal::new("UnknownOperationException", format!("unknown operation {operation}"))),
    }
}

/// Returns the refusal of an invalid parameter.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}

/// Returns the services whose objects can have tags.
fn tagged_services() -> impl Iterator<Item = &'static Tagged> {
    services::ALL.iter().filter_map(|service| service.tagged.as_ref())
}

/// Returns all objects that can have tags.
fn resources(world: &World) -> Resources {
    let objects = tagged_services().flat_map(|tagged| (tagged.objects)(world));
    objects.map(|TaggedObject { arn, resource_type, tags }| (arn, (resource_type.to_owned(), tags))).collect()
}

/// The input of both operations that write.
#[derive(Deserialize)]
struct WriteInput {
    #[serde(rename = "ResourceARNList", default)]
    arns: Vec<String>,
    #[serde(rename = "Tags", default)]
    tags: Tags,
    #[serde(rename = "TagKeys", default)]
    keys: Vec<String>,
}

impl WriteInput {
    /// Refuses too many ARNs, and texts that are no ARN.
    fn check(&self) -> Result<(), Refusal> {
        if !(1..=ARNS_PER_WRITE).contains(&self.arns.len()) {
            return Err(invalid(format!("ResourceARNList must have 1 to {ARNS_PER_WRITE} members")));
        }
        match self.arns.iter().find(|arn| arn.splitn(6, ':').count() < 6 || !arn.starts_with("arn:")) {
            Some(arn) => Err(invalid(format!("Invalid ARN: {arn}"))),
            None => Ok(()),
        }
    }
}

/// Carries out `TagResources`. It finds objects that the listing does not show yet.
///
/// # Errors
///
/// Refuses numbers of ARNs outside 1 to 20 and tags that break a rule.
fn tag(world: &mut World, input: WriteInput) -> Result<Value, Refusal> {
    input.check()?;
    if !(1..=TAGS).contains(&input.tags.len()) {
        return Err(invalid(format!("Tags must have 1 to {TAGS} members")));
    }
    for (key, value) in &input.tags {
        let length = key.chars().count();
        if !(1..=128).contains(&length) || value.chars().count() > 256 {
            return Err(invalid(format!("Invalid length of tag {key}")));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid(format!("The tag key {key} starts with the reserved prefix aws:")));
        }
    }

    let before = resources(world);
    let failed = write(input.arns, |arn| {
        let (_, current) = before.get(arn).ok_or(UNKNOWN)?;
        let new = input.tags.keys().filter(|key| !current.contains_key(*key)).count();
        if current.len() + new > TAGS {
            return Err("The resource would have too many tags");
        }
        tags_of_arn(world, arn).ok_or(UNKNOWN)?.extend(input.tags.clone());
        Ok(())
    });
    Ok(failed)
}

/// Carries out `UntagResources`. Keys that an object does not have are ignored.
///
/// # Errors
///
/// Refuses numbers of ARNs outside 1 to 20.
fn untag(world: &mut World, input: WriteInput) -> Result<Value, Refusal> {
    input.check()?;
    if !(1..=TAGS).contains(&input.keys.len()) {
        return Err(invalid(format!("TagKeys must have 1 to {TAGS} members")));
    }
    Ok(write(input.arns, |arn| {
        tags_of_arn(world, arn).ok_or(UNKNOWN)?.retain(|key, _| !input.keys.contains(key));
        Ok(())
    }))
}

/// Applies a write to each object. A failure for one object does not stop the others.
fn write(arns: Vec<String>, mut apply: impl FnMut(&str) -> Result<(), &'static str>) -> Value {
    let mut failed = BTreeMap::new();
    for arn in arns {
        if let Err(message) = apply(&arn) {
            let failure = json!({ "StatusCode": 400, "ErrorCode": "InvalidParameterException", "ErrorMessage": message });
            failed.insert(arn, failure);
        }
    }
    json!({ "FailedResourcesMap": failed })
}

/// Returns the tags of the object with this ARN.
fn tags_of_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Tags> {
    // The search and the borrow are two steps, because a borrow that a loop returns lasts for the whole loop.
    let tagged = tagged_services().find(|tagged| (tagged.tags)(world, arn).is_some())?;
    (tagged.tags)(world, arn)
}
