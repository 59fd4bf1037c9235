//! Reading task definitions.
//!
//! Descriptions find revisions in all states. Listings have one state, which is ACTIVE by default.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Status, TaskDefinition, all, answer, find};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{page, tag},
    world::World,
};

/// The input of `DescribeTaskDefinition`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    task_definition: String,
    #[serde(default)]
    include: Vec<String>,
}

/// Carries out `DescribeTaskDefinition`. Tags are in the answer only if the request includes them.
///
/// # Errors
///
/// Refuses unknown revisions and families without an active revision with `ClientException`.
pub(in crate::services::ecs) fn describe(world: &World, input: &Value) -> Result<Value, Refusal> {
    let Described { task_definition: name, include } = input::parse(input)?;
    let definition = find(world, &name);
    let definition =
        definition.ok_or_else(|| Refusal::new("ClientException", "Unable to describe task definition."))?;
    let mut described = json!({ "taskDefinition": answer::render(world, definition) });
    if include.iter().any(|part| part == "TAGS") {
        described["tags"] = tag::render(&definition.tags);
    }
    Ok(described)
}

/// The input of `ListTaskDefinitions`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    family_prefix: Option<String>,
    status: Option<String>,
    sort: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `ListTaskDefinitions`. AWS's family prefix is the whole name of a family here.
///
/// # Errors
///
/// Refuses unknown states and orders, and page sizes outside 1 to 100.
pub(in crate::services::ecs) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    let status = match asked.status.as_deref() {
        None | Some("ACTIVE") => Status::Active,
        Some("INACTIVE") => Status::Inactive,
        Some("DELETE_IN_PROGRESS") => Status::DeleteInProgress,
        Some(_) => return Err(invalid("Invalid status.")),
    };
    let listed = |definition: &&TaskDefinition| {
        let family = asked.family_prefix.as_ref();
        definition.status == status && family.is_none_or(|family| *family == definition.family)
    };

    let mut arns: Vec<String> = all(&world.ecs).filter(listed).map(|found| found.arn.clone()).collect();
    let order = match asked.sort.as_deref() {
        None | Some("ASC") => page::Order::Ascending,
        Some("DESC") => page::Order::Descending,
        Some(_) => return Err(invalid("Invalid sort.")),
    };
    if order == page::Order::Descending {
        arns.reverse();
    }
    let limit = page::limit(asked.max_results, 100)?;
    page::answer("taskDefinitionArns", &arns, order, limit, asked.next_token.as_deref())
}

/// `ListTaskDefinitionFamilies`.
pub(in crate::services::ecs) fn families(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    let prefix = asked.family_prefix.unwrap_or_default();
    let status = asked.status.as_deref().unwrap_or("ALL");
    if !["ACTIVE", "INACTIVE", "ALL"].contains(&status) {
        return Err(invalid("Invalid status."));
    }
    let listed = world.ecs.families.iter().filter(|(name, family)| {
        let mut revisions = family.revisions.values();
        let active = revisions.any(|revision| revision.status == Status::Active);
        name.starts_with(&prefix) && (status == "ALL" || active == (status == "ACTIVE"))
    });
    let names: Vec<String> = listed.map(|(name, _)| name.clone()).collect();
    let limit = page::limit(asked.max_results, 100)?;
    page::answer("families", &names, page::Order::Ascending, limit, asked.next_token.as_deref())
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}
