//! Tags of load balancers, target groups, listeners and rules.
//!
//! An object has at most 50 tags. A request changes all of its objects or none.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::{request::Operation, rules::limits::TAGS};

use super::{State, invalid};
use crate::{gate, input::parse, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// The largest number of objects in a request of `DescribeTags`.
const MAX_OBJECTS: usize = 20;

/// A tag on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// Returns the tags of a request that creates an object. The gate has checked them.
pub(super) fn read(tags: Vec<Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// Returns tags in the form of the answers.
fn rendered(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

/// The input of all three operations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    #[serde(default)]
    resource_arns: Vec<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    tag_keys: Vec<String>,
}

/// Carries out `AddTags`. It replaces tags of the same keys and keeps the others.
///
/// # Errors
///
/// Refuses unknown objects, tags that break a rule, and more than 50 tags on an object.
pub(super) fn add(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    gate::pass_member(Operation::ElbCreateLoadBalancer, "Tags", &json!(request.tags))?;
    let added = read(request.tags);
    let mut merged = Vec::new();
    for arn in &request.resource_arns {
        let mut tags = found(&mut world.elb, arn)?.clone();
        tags.extend(added.clone());
        if tags.len() > TAGS {
            return Err(Refusal::new("TooManyTags", format!("You can have a maximum of {TAGS} tags")));
        }
        merged.push((arn, tags));
    }

    for (arn, tags) in merged {
        *found(&mut world.elb, arn)? = tags;
    }
    Ok(json!({}))
}

/// Carries out `RemoveTags`. Keys that an object does not have are ignored.
pub(super) fn remove(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    for arn in &request.resource_arns {
        found(&mut world.elb, arn)?;
    }
    for arn in &request.resource_arns {
        found(&mut world.elb, arn)?.retain(|key, _| !request.tag_keys.contains(key));
    }
    Ok(json!({}))
}

/// Carries out `DescribeTags`, in the order of the request.
///
/// # Errors
///
/// Refuses unknown objects, and more than 20 objects.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    if request.resource_arns.len() > MAX_OBJECTS {
        return Err(invalid(format!(
            "The maximum number of resources that you can specify is {MAX_OBJECTS}"
        )));
    }
    let described = request.resource_arns.iter().map(|arn| {
        let tags = found(&mut world.elb, arn)?;
        Ok(json!({ "ResourceArn": arn, "Tags": rendered(tags) }))
    });
    Ok(json!({ "TagDescriptions": described.collect::<Result<Vec<Value>, Refusal>>()? }))
}

/// Returns the tags of an object.
///
/// # Errors
///
/// Refuses an unknown ARN with the code of its kind.
fn found<'state>(state: &'state mut State, arn: &str) -> Result<&'state mut Tags, Refusal> {
    let kind = arn.splitn(6, ':').nth(5).and_then(|resource| resource.split_once('/')).map(|(kind, _)| kind);
    let (code, noun) = match kind {
        Some("loadbalancer") => ("LoadBalancerNotFound", "load balancers"),
        Some("targetgroup") => ("TargetGroupNotFound", "target groups"),
        Some("listener") => ("ListenerNotFound", "listeners"),
        Some("listener-rule") => ("RuleNotFound", "rules"),
        _ => return Err(invalid(format!("'{arn}' is not a valid resource ARN"))),
    };
    tags_of(state, arn).ok_or_else(|| Refusal::new(code, format!("One or more {noun} not found")))
}

/// Returns the tags of the object with this ARN.
fn tags_of<'state>(state: &'state mut State, arn: &str) -> Option<&'state mut Tags> {
    let State { load_balancers, target_groups, listeners, rules, .. } = state;
    if let Some(found) = load_balancers.get_mut(arn) {
        return Some(&mut found.tags);
    }
    if let Some(found) = target_groups.get_mut(arn) {
        return Some(&mut found.tags);
    }
    if let Some(found) = rules.get_mut(arn) {
        return Some(&mut found.tags);
    }
    for (of_listener, listener) in listeners {
        if of_listener == arn {
            return Some(&mut listener.tags);
        }
        if listener.default_rule == arn {
            return Some(&mut listener.default_tags);
        }
    }
    None
}

/// Lists the objects with tags, for the tagging API.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let State { load_balancers, target_groups, listeners, rules, .. } = &world.elb;
    let balancers =
        load_balancers.iter().map(|(arn, of)| (arn, "elasticloadbalancing:loadbalancer", &of.tags));
    let groups = target_groups.iter().map(|(arn, of)| (arn, "elasticloadbalancing:targetgroup", &of.tags));
    let of_listeners = listeners.iter().map(|(arn, of)| (arn, "elasticloadbalancing:listener", &of.tags));
    let of_rules = rules.iter().map(|(arn, of)| (arn, "elasticloadbalancing:listener-rule", &of.tags));
    let all = balancers.chain(groups).chain(of_listeners).chain(of_rules);
    let object = |(arn, resource_type, tags): (&String, _, &Tags)| TaggedObject {
        arn: arn.clone(),
        resource_type,
        tags: tags.clone(),
    };
    all.filter(|(.., tags)| !tags.is_empty()).map(object).collect()
}

/// Returns the tags of the object with this ARN, for the tagging API.
pub(super) fn tags_of_arn<'world>(world: &'world mut World, arn: &str) -> Option<&'world mut Tags> {
    tags_of(&mut world.elb, arn)
}
