//! Tags of APIs, stages, domain names and VPC links.
//!
//! An object has at most 50 tags. Integrations, routes and authorizers take no tags.

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::request::Operation;

use super::constraint::{not_found, required};
use crate::{gate, refusal::Refusal, service::TaggedObject, tags::Tags, world::World};

/// Returns the tags of a request, or a refusal if one of them breaks a rule.
pub(super) fn checked(tags: Tags) -> Result<Tags, Refusal> {
    gate::pass_member(Operation::ApiGatewayCreateApi, "Tags", &json!(tags))?;
    Ok(tags)
}

/// The input of all operations on tags.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TagInput {
    #[serde(default)]
    resource_arn: String,
    tags: Option<Tags>,
    tag_keys: Option<Vec<String>>,
}

/// Carries out `GetTags`.
pub(super) fn get(world: &mut World, input: &TagInput) -> Result<Value, Refusal> {
    Ok(json!({ "tags": find(world, &input.resource_arn)? }))
}

/// Carries out `TagResource`. It replaces tags of the same keys and keeps the others.
///
/// # Errors
///
/// Refuses unknown objects, tags that break a rule, and more than 50 tags in total.
pub(super) fn tag(world: &mut World, input: TagInput) -> Result<Value, Refusal> {
    let new = required(input.tags, "Tags")?;
    let known = find(world, &input.resource_arn)?;
    let mut all = known.clone();
    all.extend(checked(new)?);
    *known = checked(all)?;
    Ok(json!({}))
}

/// Carries out `UntagResource`. Keys that the object does not have are ignored.
pub(super) fn untag(world: &mut World, input: TagInput) -> Result<Value, Refusal> {
    let keys = required(input.tag_keys, "TagKeys")?;
    find(world, &input.resource_arn)?.retain(|key, _| !keys.contains(key));
    Ok(json!({}))
}

/// Returns the tags of the object with this ARN, or a refusal.
fn find<'a>(world: &'a mut World, arn: &str) -> Result<&'a mut Tags, Refusal> {
    tags_of_arn(world, arn).ok_or_else(|| not_found(format!("Invalid resource ARN specified: {arn}")))
}

/// Returns an ARN of API Gateway. It contains no account.
pub(super) fn arn(world: &World, resource: &str) -> String {
    world.partition().arn("apigateway", &world.region, "", resource)
}

/// Returns the tags of the object with this ARN. `None` for another kind of object or an unknown one.
pub(super) fn tags_of_arn<'a>(world: &'a mut World, resource_arn: &str) -> Option<&'a mut Tags> {
    let resource = resource_arn.strip_prefix(&arn(world, ""))?;
    let state = &mut world.apigateway;
    match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["", "apis", id] => state.apis.get_mut(*id).map(|api| &mut api.settings.tags),
        ["", "apis", id, "stages", name] => {
            state.apis.get_mut(*id)?.stages.get_mut(*name).map(|stage| &mut stage.tags)
        }
        ["", "domainnames", name] => state.domains.get_mut(*name).map(|mapped| &mut mapped.domain.tags),
        ["", "vpclinks", id] => state.vpc_links.get_mut(*id).map(|link| &mut link.settings.tags),
        _ => None,
    }
}

/// Lists the objects that can have tags, with the names of their types in the tagging API.
pub(super) fn objects(world: &World) -> Vec<TaggedObject> {
    let object = |resource: String, resource_type, tags: &Tags| TaggedObject {
        arn: arn(world, &resource),
        resource_type,
        tags: tags.clone(),
    };

    let mut all = Vec::new();
    for (id, api) in &world.apigateway.apis {
        all.push(object(format!("/apis/{id}"), "apigateway:apis", &api.settings.tags));
        for (name, stage) in &api.stages {
            all.push(object(format!("/apis/{id}/stages/{name}"), "apigateway:apis/stages", &stage.tags));
        }
    }
    for (name, mapped) in &world.apigateway.domains {
        let resource = format!("/domainnames/{name}");
        all.push(object(resource, "apigateway:domainnames", &mapped.domain.tags));
    }
    for (id, link) in &world.apigateway.vpc_links {
        all.push(object(format!("/vpclinks/{id}"), "apigateway:vpclinks", &link.settings.tags));
    }
    all
}
