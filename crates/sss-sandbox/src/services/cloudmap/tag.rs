//! Tags of namespaces and services.
//!
//! An object has at most 50 tags. A namespace has tags only once its creation is over. Instances and
//! operations take none.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::{request::Operation, rules::limits::TAGS};

use super::{constraint::required, namespace, service};
use crate::{gate, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// A tag on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

/// Returns the tags of a request, or a refusal if one of them breaks a rule.
pub(super) fn checked(tags: Vec<Tag>) -> Result<Tags, Refusal> {
    if tags.len() > TAGS {
        return Err(too_many());
    }
    gate::pass_member(Operation::CloudMapCreateService, "Tags", &json!(tags))?;
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// Returns the refusal of more than 50 tags.
fn too_many() -> Refusal {
    Refusal::new("TooManyTagsException", format!("A resource can have at most {TAGS} tags"))
}

/// The input of all operations on tags.
#[derive(Deserialize)]
pub(super) struct TagInput {
    #[serde(rename = "ResourceARN")]
    arn: Option<String>,
    #[serde(rename = "Tags")]
    tags: Option<Vec<Tag>>,
    #[serde(rename = "TagKeys")]
    keys: Option<Vec<String>>,
}

/// Carries out `TagResource`. It replaces tags of the same keys and keeps the others.
///
/// # Errors
///
/// Refuses unknown objects, tags that break a rule, and more than 50 tags in total.
pub(super) fn tag(world: &mut World, input: TagInput) -> Result<Value, Refusal> {
    let arn = required(input.arn, "resourceARN")?;
    let tags = checked(required(input.tags, "tags")?)?;
    let known = tags_of_arn(world, &arn).ok_or_else(|| not_found(&arn))?;
    let mut all = known.clone();
    all.extend(tags);
    if all.len() > TAGS {
        return Err(too_many());
    }
    *known = all;
    Ok(json!({}))
}

/// Carries out `UntagResource`. Keys that the object does not have are ignored.
pub(super) fn untag(world: &mut World, input: TagInput) -> Result<Value, Refusal> {
    let arn = required(input.arn, "resourceARN")?;
    let keys = required(input.keys, "tagKeys")?;
    let known = tags_of_arn(world, &arn).ok_or_else(|| not_found(&arn))?;
    known.retain(|key, _| !keys.contains(key));
    Ok(json!({}))
}

/// Carries out `ListTagsForResource`.
pub(super) fn list(world: &mut World, input: TagInput) -> Result<Value, Refusal> {
    let arn = required(input.arn, "resourceARN")?;
    let known = tags_of_arn(world, &arn).ok_or_else(|| not_found(&arn))?;
    let tags: Vec<Value> = known.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    Ok(json!({ "Tags": tags }))
}

/// Returns the refusal of an unknown object.
fn not_found(arn: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("Can't find resource: {arn}"))
}

/// Returns the tags of the object with this ARN.
pub(super) fn tags_of_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Tags> {
    let resource = arn.strip_prefix(&world.arn("servicediscovery", ""))?;
    let state = &mut world.cloudmap;
    match resource.split_once('/')? {
        ("namespace", id) => {
            state.namespaces.get_mut(id).filter(|namespace| namespace.ready).map(|found| &mut found.tags)
        }
        ("service", id) => state.services.get_mut(id).map(|service| &mut service.tags),
        _ => None,
    }
}

/// Lists the objects that can have tags.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let state = &world.cloudmap;
    let ready = state.namespaces.iter().filter(|(_, namespace)| namespace.ready);
    let namespaces = ready.map(|(id, found)| TaggedObject {
        arn: namespace::arn(world, id),
        resource_type: "servicediscovery:namespace",
        tags: found.tags.clone(),
    });
    let services = state.services.iter().map(|(id, found)| TaggedObject {
        arn: service::arn(world, id),
        resource_type: "servicediscovery:service",
        tags: found.tags.clone(),
    });
    namespaces.chain(services).collect()
}
