//! Tags of EC2's objects, for EC2's own operations and for the tagging API.
//!
//! An object has at most 50 tags. A request tags all of its objects or none. Only groups, VPCs and subnets
//! are in the listing of the tagging API.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::{Value, json};
use sss_model::{request::Operation, rules::limits::TAGS};

use super::{
    State,
    id::{self, Kind},
    required,
};
use crate::{gate, input::parse, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};
/// The kinds of objects that can have tags.
const KINDS: [Kind; 5] = [id::GROUP, id::RULE, id::VPC, id::SUBNET, id::INTERFACE];

/// A tag on the wire. A deletion may leave the value out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: Option<String>,
    value: Option<String>,
}

/// The tags for objects that a request creates.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagSpecification {
    #[serde(default, deserialize_with = "listed")]
    tag: Vec<Tag>,
}

/// Reads a list. On the wire an empty one is an empty text.
fn listed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Tag>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum List {
        Tags(Vec<Tag>),
        Empty(String),
    }
    match List::deserialize(deserializer)? {
        List::Tags(tags) => Ok(tags),
        List::Empty(text) if text.is_empty() => Ok(Vec::new()),
        List::Empty(_) => Err(D::Error::custom("invalid type: string, expected a sequence")),
    }
}

/// Returns the tags in a request that creates an object.
///
/// # Errors
///
/// Refuses tags that break a rule, and more than 50 tags.
pub(super) fn specified(specifications: Vec<TagSpecification>) -> Result<Tags, Refusal> {
    let mut tags = Tags::new();
    for specification in specifications {
        merge(&mut tags, read(specification.tag)?)?;
    }
    Ok(tags)
}

/// Returns the tags of a request, each key once.
fn read(list: Vec<Tag>) -> Result<Tags, Refusal> {
    let keyed =
        list.into_iter().map(|tag| Ok((required(tag.key, "Tag.Key")?, tag.value.unwrap_or_default())));
    let keyed: Vec<(String, String)> = keyed.collect::<Result<_, Refusal>>()?;
    let tags: Value = keyed.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    let specification = json!([{ "Tags": tags }]);
    gate::pass_member(Operation::Ec2CreateSecurityGroup, "TagSpecifications", &specification)?;
    Ok(keyed.into_iter().collect())
}

/// Adds tags to others. Refuses more than 50 in total.
fn merge(present: &mut Tags, added: Tags) -> Result<(), Refusal> {
    let new = added.keys().filter(|key| !present.contains_key(*key)).count();
    if present.len() + new > TAGS {
        let message = format!("The maximum number of Tags for a resource has been reached: {TAGS}");
        return Err(Refusal::new("TagLimitExceeded", message));
    }
    present.extend(added);
    Ok(())
}

/// The input of both operations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    #[serde(default)]
    resource_id: Vec<String>,
    tag: Option<Vec<Tag>>,
}

/// Carries out `CreateTags`.
///
/// # Errors
///
/// Refuses a request without tags, malformed and unknown ids, tags that break a rule, and more than 50 tags
/// on an object.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let tags = read(input.tag.unwrap_or_default())?;
    if tags.is_empty() {
        return Err(Refusal::new("MissingParameter", "The request must contain the parameter Tag"));
    }
    // A request tags all of its objects or none.
    let mut merged = Vec::new();
    for id in resource_ids(&world.ec2, &input.resource_id)? {
        let mut present = tags_of(&mut world.ec2, id).cloned().unwrap_or_default();
        merge(&mut present, tags.clone())?;
        merged.push((id, present));
    }

    for (id, tags) in merged {
        if let Some(present) = tags_of(&mut world.ec2, id) {
            *present = tags;
        }
    }
    Ok(json!({ "return": true }))
}

/// Carries out `DeleteTags`. Without tags in the request it removes all tags of the objects.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    for id in resource_ids(&world.ec2, &input.resource_id)? {
        let Some(present) = tags_of(&mut world.ec2, id) else {
            continue;
        };
        match &input.tag {
            None => present.clear(),
            Some(tags) => present.retain(|key, value| !tags.iter().any(|tag| names(tag, key, value))),
        }
    }
    Ok(json!({ "return": true }))
}

/// Returns whether a request names a tag: by key, or by key and value.
fn names(tag: &Tag, key: &str, value: &str) -> bool {
    tag.key.as_deref() == Some(key) && tag.value.as_deref().is_none_or(|wanted| wanted == value)
}

/// Returns the ids of a request if all of their objects exist.
fn resource_ids<'id>(state: &State, ids: &'id [String]) -> Result<&'id [String], Refusal> {
    if ids.is_empty() {
        return Err(Refusal::new("MissingParameter", "The request must contain the parameter resourceIdSet"));
    }

    for id in ids {
        let Some(kind) = KINDS.iter().find(|kind| id.starts_with(kind.prefix)) else {
            return Err(Refusal::new("InvalidID", format!("The ID '{id}' is not valid")));
        };
        kind.check_form(id)?;
        let exists = match kind.prefix {
            "sg-" => state.groups.contains_key(id),
            "vpc-" => state.vpcs.contains_key(id),
            "subnet-" => state.subnets.contains_key(id),
            "eni-" => state.interfaces.contains_key(id),
            _ => state.groups.values().any(|group| group.rules.iter().any(|rule| rule.id == *id)),
        };
        if !exists {
            return Err(kind.not_found(id));
        }
    }
    Ok(ids)
}

/// Returns the tags of an object by its id.
fn tags_of<'state>(state: &'state mut State, id: &str) -> Option<&'state mut Tags> {
    match id.split_once('-')?.0 {
        "sg" => state.groups.get_mut(id).map(|group| &mut group.tags),
        "vpc" => state.vpcs.get_mut(id).map(|vpc| &mut vpc.tags),
        "subnet" => state.subnets.get_mut(id).map(|subnet| &mut subnet.tags),
        "eni" => state.interfaces.get_mut(id).map(|interface| &mut interface.tags),
        "sgr" => {
            let mut rules = state.groups.values_mut().flat_map(|group| &mut group.rules);
            rules.find(|rule| rule.id == id).map(|rule| &mut rule.tags)
        }
        _ => None,
    }
}

/// Returns tags in the form of EC2's answers.
pub(super) fn rendered(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

/// Lists the objects with tags, for the tagging API.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let state = &world.ec2;
    let groups = state.groups.iter().map(|(id, group)| (id, "ec2:security-group", &id::GROUP, &group.tags));
    let vpcs = state.vpcs.iter().map(|(id, vpc)| (id, "ec2:vpc", &id::VPC, &vpc.tags));
    let subnets = state.subnets.iter().map(|(id, subnet)| (id, "ec2:subnet", &id::SUBNET, &subnet.tags));
    let tagged = groups.chain(vpcs).chain(subnets).filter(|(.., tags)| !tags.is_empty());
    let object = |(id, resource_type, kind, tags): (&String, _, &id::Kind, &Tags)| TaggedObject {
        arn: world.arn("ec2", &format!("{}/{id}", kind.resource_type)),
        resource_type,
        tags: tags.clone(),
    };
    tagged.map(object).collect()
}

/// Returns the tags of the object with this ARN.
pub(super) fn tags_of_arn<'world>(world: &'world mut World, arn: &str) -> Option<&'world mut Tags> {
    let resource = arn.strip_prefix(&world.arn("ec2", ""))?;
    let (resource_type, id) = resource.split_once('/')?;
    let kind = KINDS.iter().find(|kind| kind.resource_type == resource_type)?;
    tags_of(&mut world.ec2, id).filter(|_| kind.is_id(id))
}
