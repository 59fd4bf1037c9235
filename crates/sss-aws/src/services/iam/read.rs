//! Roles, all of the account's in pages of a thousand: the tagging API does not know roles, and this is the only listing
//! with tags and policies. A caller that may not list them sees those that have a name that the graph wants.

mod by_name;

use std::collections::BTreeMap;

use aws_sdk_iam::types::{EntityType, RoleDetail};
use futures_util::future::try_join_all;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sss_model::PolicyDocument;

use crate::{
    Aws, Graph, Id, Result,
    engine::{
        kind::{Found, Resource, to_value},
        world::{Live, Unseen},
    },
    error::{Answer, Sent},
    services::iam::role::{self, Role},
    tags::{BOUNDARY, NAME, Ownership, marks_in, observed_in, of_others},
};

const OPERATION: &str = "iam:GetAccountAuthorizationDetails";

/// The roles that are ours or have a name that the graph wants, and why others of ours could not be seen.
pub(crate) async fn roles(aws: &Aws, graph: &Graph) -> Result<(Vec<(Id, Live)>, Option<Unseen>)> {
    let (details, unseen) = match all(aws).await {
        Err(error) if error.is_denied() => {
            let unseen = Unseen { kind: Role::KIND, because: error.to_string() };
            (named(aws, graph).await?, Some(unseen))
        }
        details => (details?, None),
    };
    let mut found = Vec::new();
    for detail in &details {
        found.extend(live(graph, aws.region(), detail)?);
    }
    Ok((found, unseen))
}

/// The roles that have a name that the graph wants, or one that a role gets when it replaces another.
async fn named(aws: &Aws, graph: &Graph) -> Result<Vec<RoleDetail>> {
    let all = graph.names(Role::KIND).map(|name| named_like(aws, graph.stack(), name));
    Ok(try_join_all(all).await?.into_iter().flatten().collect())
}

/// The second name is asked for with the first, and each other one where somebody else has the one before.
async fn named_like(aws: &Aws, stack: &str, name: &str) -> Result<Vec<RoleDetail>> {
    let mut names = Role::SUCCESSORS.names(name, |_| false).into_iter();
    let mut next: Vec<String> = names.by_ref().take(2).collect();
    let mut details: Vec<RoleDetail> = Vec::new();
    while let Some(last) = next.last().cloned() {
        details.extend(by_name::roles(aws, next.drain(..)).await?);
        let is_foreign = |detail: &RoleDetail| {
            detail.role_name() == Some(&last)
                && !marks_in(stack, aws.region(), detail.tags().iter().map(|tag| (tag.key(), tag.value())))
        };
        if details.iter().any(is_foreign) {
            next.extend(names.next());
        }
    }
    Ok(details)
}

/// All roles of the account.
async fn all(aws: &Aws) -> Result<Vec<RoleDetail>> {
    let request = aws.iam.get_account_authorization_details().filter(EntityType::Role).max_items(1000);
    let mut pages = request.into_paginator().send();
    let mut details = Vec::new();
    while let Some(page) = pages.next().await {
        details.extend(page.of(OPERATION)?.role_detail_list.unwrap_or_default());
    }
    Ok(details)
}

fn live(graph: &Graph, region: &str, detail: &RoleDetail) -> Result<Option<(Id, Live)>> {
    let name = detail.role_name().sent(OPERATION, "RoleName")?;
    let all: BTreeMap<_, _> =
        detail.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
    let called = all.get(NAME).map_or(name, String::as_str);
    let id = Id::new(Role::KIND, graph.without_case(Role::KIND, called));
    let of_others = of_others(&all);
    let (mark, (ownership, tags)) = (all.get(BOUNDARY).cloned(), observed_in(graph.stack(), region, all));
    // A role of others counts by its own name, whatever it says of itself.
    let id = if ownership == Ownership::Ours {
        id
    } else {
        Id::new(Role::KIND, graph.without_case(Role::KIND, name))
    };
    if ownership != Ownership::Ours && graph.node(&id).is_none() {
        return Ok(None);
    }
    let boundary = detail.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
    let is_compared =
        mark.as_deref() == boundary.map(role::boundary_mark).as_deref() || sets_boundary(graph, &id);
    let (ours, theirs) = if is_compared { (boundary, None) } else { (None, boundary) };
    let mut inline_policies = BTreeMap::new();
    for policy in detail.role_policy_list() {
        let document = document(policy.policy_document().unwrap_or_default());
        inline_policies.insert(policy.policy_name().unwrap_or_default().to_owned(), document);
    }
    let managed = detail.attached_managed_policies().iter().filter_map(|policy| policy.policy_arn());
    let state = role::State {
        path: detail.path().unwrap_or("/").to_owned(),
        trust: document(detail.assume_role_policy_document().unwrap_or_default()),
        inline_policies,
        managed_policies: managed.map(str::to_owned).collect(),
        permissions_boundary: ours.map(str::to_owned),
        tags,
    };
    let output = role::Output { arn: detail.arn().sent(OPERATION, "Arn")?.to_owned() };
    let found = Found::<Role> { physical: name.to_owned(), name: name.to_owned(), state, output };
    let live = found.into_live(ownership).with_tags_of_others(&of_others);
    let live = live.with_of_others("permissions_boundary", theirs).losing(profiles(detail));
    Ok(Some((id, live)))
}

/// Whether the stack says what a role's boundary is.
fn sets_boundary(graph: &Graph, id: &Id) -> bool {
    graph.node(id).is_some_and(|node| node.desired(&|_| None)["permissions_boundary"].is_string())
}

/// What a replacement of the role cannot take along.
fn profiles(detail: &RoleDetail) -> Vec<String> {
    let profiles = detail.instance_profile_list().iter();
    let told = profiles.map(|profile| {
        let name = profile.instance_profile_name();
        format!(
            "the place in the instance profile {name}: IAM keeps the old role until you remove it from there"
        )
    });
    told.collect()
}

/// A policy document in normal form, or as it is where it is none that the model knows. IAM answers documents
/// URL-encoded.
fn document(encoded: &str) -> Value {
    let text = percent_decode_str(encoded).decode_utf8_lossy();
    match PolicyDocument::from_json(&text) {
        Ok(document) => to_value(&document),
        Err(_) => serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned())),
    }
}
