//! Task definitions: families of revisions.
//!
//! Each registration is a new revision, even with the content of an earlier one, and ECS adds its defaults to
//! the content (tfp#11526, ecspresso#123). Numbers are never reused.
//!
//! A revision is ACTIVE, then INACTIVE after it is deregistered, then `DELETE_IN_PROGRESS` until nothing uses
//! it. A service with a deregistered revision still runs and scales, and cannot start a deployment of it.
//! That is the statement of the reference of `DeregisterTaskDefinition`.
//!
//! `registration` reads a request and adds the defaults, with `container` for its containers; `answer` and
//! `query` describe revisions; `concealment` hides values in saved accounts.

mod answer;
mod concealment;
mod container;
mod image;
mod query;
mod registration;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use self::concealment::conceal;
pub(super) use self::{
    image::split_tag,
    query::{describe, families, list},
    registration::register,
};
use super::{Event, State};
use crate::{input, refusal::Refusal, tags::Tags, world::World};

/// The time in milliseconds for which a revision in deletion stays while nothing uses it.
const DELETED_AFTER: u64 = 60_000;

/// A family. Deleted revisions keep their numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Family {
    /// The number of the newest registration.
    last: u32,
    /// The revisions by number, without the deleted ones.
    revisions: BTreeMap<u32, TaskDefinition>,
}

/// A revision. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskDefinition {
    pub(super) arn: String,
    pub(super) family: String,
    revision: u32,
    pub(super) status: Status,
    /// The registered members, with AWS's defaults.
    pub(super) content: serde_json::Map<String, Value>,
    registered_at: u64,
    deregistered_at: Option<u64>,
    delete_requested_at: Option<u64>,
    pub(super) tags: Tags,
}

/// The state of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// Services and deployments can use the revision.
    Active,
    /// The revision is deregistered. Services that have it keep it.
    Inactive,
    /// A caller asked for the deletion. Something may still use the revision.
    DeleteInProgress,
}

impl Status {
    /// Returns AWS's word for the state.
    fn text(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
        }
    }
}

impl TaskDefinition {
    /// Returns a text member, such as `executionRoleArn`.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.content.get(member)?.as_str()
    }

    /// Returns the definitions of the containers.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Value> {
        self.content.get("containerDefinitions").and_then(Value::as_array).into_iter().flatten()
    }

    /// Returns the request that registers the revision, for the rules that compare a service with its task
    /// definition.
    pub(super) fn request(&self) -> Value {
        let mut request = self.content.clone();
        request.insert("family".to_owned(), json!(self.family));
        Value::Object(request)
    }

    /// Returns whether the revision can run on Fargate, by its `compatibilities`.
    pub(super) fn fits_fargate(&self) -> bool {
        self.content["compatibilities"].as_array().is_some_and(|all| all.contains(&json!("FARGATE")))
    }
}

/// Returns a revision by its ARN or `family:revision`. A family alone stands for its latest active revision.
///
/// Revisions in all states are found by number. A malformed number finds nothing.
pub(super) fn find<'a>(world: &'a World, name: &str) -> Option<&'a TaskDefinition> {
    let name = name.strip_prefix(&world.arn("ecs", "task-definition/")).unwrap_or(name);
    let (family, revision) =
        name.split_once(':').map_or((name, None), |(family, revision)| (family, Some(revision)));
    let revisions = &world.ecs.families.get(family)?.revisions;
    match revision {
        Some(revision) => revisions.get(&revision.parse().ok()?),
        None => revisions.values().rev().find(|revision| revision.status == Status::Active),
    }
}

/// Returns the revision with this ARN.
pub(super) fn find_mut<'a>(state: &'a mut State, arn: &str) -> Option<&'a mut TaskDefinition> {
    let revisions = state.families.values_mut().flat_map(|family| family.revisions.values_mut());
    revisions.into_iter().find(|revision| revision.arn == arn)
}

/// Returns all revisions in order, family by family.
pub(super) fn all(state: &State) -> impl Iterator<Item = &TaskDefinition> {
    state.families.values().flat_map(|family| family.revisions.values())
}

/// The input of `DeregisterTaskDefinition`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    task_definition: String,
}

/// Carries out `DeregisterTaskDefinition`. It requires the revision; a family is not enough.
///
/// A second call changes nothing and returns the revision.
///
/// # Errors
///
/// Refuses unknown revisions with `ClientException`.
pub(super) fn deregister(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Named { task_definition: name } = input::parse(input)?;
    let unknown = "The specified task definition does not exist. Specify a valid account, family, revision and \
                   try again.";
    let short = name.strip_prefix(&world.arn("ecs", "task-definition/")).unwrap_or(&name);
    let arn = find(world, short).filter(|_| short.contains(':')).map(|definition| definition.arn.clone());
    let now = world.now;
    let definition = arn.and_then(|arn| find_mut(&mut world.ecs, &arn));
    let definition = definition.ok_or_else(|| Refusal::new("ClientException", unknown))?;
    if definition.status == Status::Active {
        definition.status = Status::Inactive;
        definition.deregistered_at = Some(now);
    }
    let definition = &*definition;
    let answer = definition.clone();
    Ok(json!({ "taskDefinition": answer::render(world, &answer) }))
}

/// The input of `DeleteTaskDefinitions`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deleted {
    task_definitions: Vec<String>,
}

/// Carries out `DeleteTaskDefinitions` for 1 to 10 revisions.
///
/// Unknown and active revisions are in `failures`, and do not stop the deletion of the others.
///
/// # Errors
///
/// Refuses another number of revisions.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let Deleted { task_definitions: names } = input::parse(input)?;
    if !(1..=10).contains(&names.len()) {
        let message = "The number of task definitions must be between 1 and 10.";
        return Err(Refusal::new("InvalidParameterException", message));
    }

    let mut deleted = Vec::new();
    let mut failures = Vec::new();
    for name in names {
        let found = find(world, &name).filter(|_| name.contains(':')).map(|found| found.arn.clone());
        let Some(arn) = found else {
            failures.push(super::failure(&super::arn_of(world, "task-definition", &name), "MISSING"));
            continue;
        };
        match request_deletion(world, &arn) {
            Some(definition) => deleted.push(answer::render(world, &definition)),
            None => failures.push(super::failure(
                &arn,
                "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
            )),
        }
    }
    Ok(json!({ "taskDefinitions": deleted, "failures": failures }))
}

/// Starts the deletion of a revision and returns it. `None` if it is active.
fn request_deletion(world: &mut World, arn: &str) -> Option<TaskDefinition> {
    let now = world.now;
    let definition = find_mut(&mut world.ecs, arn)?;
    if definition.status == Status::Active {
        return None;
    }
    definition.status = Status::DeleteInProgress;
    definition.delete_requested_at.get_or_insert(now);
    let definition = definition.clone();
    super::schedule(world, DELETED_AFTER, Event::TaskDefinitionDeleted(arn.to_owned()));
    Some(definition)
}

/// Removes a revision, or tries again later if a service or a task uses it.
pub(super) fn remove(world: &mut World, arn: &str) {
    if super::service::uses(world, arn) || super::task::uses(world, arn) {
        super::schedule(world, DELETED_AFTER, Event::TaskDefinitionDeleted(arn.to_owned()));
        return;
    }
    for family in world.ecs.families.values_mut() {
        family.revisions.retain(|_, revision| revision.arn != arn);
    }
}
