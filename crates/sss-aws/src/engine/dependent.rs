//! Objects of others that depend on objects of the stack. AWS refuses to delete what they use.
//!
//! AWS says so after most of the stack is gone, and often without a name. So a plan that would delete such an
//! object is refused before its first write, with the names of the users.
//!
//! The listings of an observation show most of them. The kinds look for the others only where a plan deletes
//! something: [`dependents`] does that for a caller who shows the plan, and an apply does it before its first
//! task. A kind names all objects in one call, and calls only where AWS counts more than the stack has.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Action, Aws, Error, Id, Kind, Plan, Result, Step, World,
    engine::{
        order::strings,
        world::{Live, Unseen},
    },
    tags::Ownership,
};

/// An object of another owner that uses an object of the stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Dependent {
    /// Its kind and its name, as they fit "… uses it".
    pub(crate) name: String,
    /// The id or ARN of the object that it uses.
    pub(crate) uses: String,
}

impl Dependent {
    pub(crate) fn new(name: impl Into<String>, uses: impl Into<String>) -> Self {
        Self { name: name.into(), uses: uses.into() }
    }
}

/// The objects of other owners around the stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Others {
    /// The objects that use an object of the stack.
    pub(crate) dependents: Vec<Dependent>,
    /// The number of objects that AWS counts in an object of the stack, by id or ARN.
    ///
    /// The services set it from their listings. Where it is more than the stack has itself, a kind looks for
    /// the others before a deletion.
    pub(crate) counted: BTreeMap<String, i32>,
    /// The objects of the stack that answer no request, or soon none: those whose tasks all stop, by id or ARN.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) idle: BTreeSet<String>,
    /// The kinds whose look AWS denied.
    pub(crate) unchecked: Vec<Unseen>,
    /// Whether the kinds have looked for all objects that a deletion of the plan depends on.
    pub(crate) is_complete: bool,
}

impl Others {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the findings of another look.
    pub(crate) fn extend(&mut self, other: Self) {
        self.dependents.extend(other.dependents);
        self.counted.extend(other.counted);
        self.idle.extend(other.idle);
        self.unchecked.extend(other.unchecked);
        self.is_complete |= other.is_complete;
    }
}

/// An object of the stack that a plan would delete and another owner uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct InUse {
    /// The object of the stack.
    pub id: Id,
    /// Its name or id on AWS.
    pub physical: String,
    /// The object that uses it, such as `ECS service theirs`.
    pub by: String,
}

/// Looks for all objects of others that depend on what a plan deletes, and adds them to the world. Make a new
/// plan of this world: it names them and is refused.
///
/// It makes no call for a plan without deletions. A kind whose look AWS denies is listed as not checked.
///
/// # Errors
///
/// A read fails for another reason than missing permission.
///
/// # Cancellation
///
/// Dropping the future is safe at any time: it only reads.
pub async fn dependents(aws: &Aws, mut world: World, plan: &Plan) -> Result<World> {
    let found = Box::pin(found(aws, &world, plan)).await?;
    world.others_mut().extend(found);
    Ok(world)
}

/// Returns the world with the findings for a plan; an empty world for a plan without deletions.
pub(crate) async fn looked_for(aws: &Aws, world: &World, plan: &Plan) -> Result<World> {
    if removed(world, plan).next().is_none() {
        return Ok(World::default());
    }
    dependents(aws, world.clone(), plan).await
}

/// Asks the kinds of the deleted objects, all at the same time.
async fn found(aws: &Aws, world: &World, plan: &Plan) -> Result<Others> {
    let mut kinds: BTreeMap<Kind, Vec<&Live>> = BTreeMap::new();
    for (step, live) in removed(world, plan) {
        kinds.entry(step.id.kind).or_default().push(live);
    }

    let looks =
        kinds.iter().map(|(kind, removed)| checked(*kind, (kind.spec().dependents)(aws, world, removed)));

    let mut all = Others { is_complete: true, ..Others::default() };
    for others in try_join_all(looks).await? {
        all.extend(others);
    }
    Ok(all)
}

/// Returns the dependents that a look found, or notes that AWS denied it.
async fn checked(kind: Kind, look: impl Future<Output = Result<Vec<Dependent>>>) -> Result<Others> {
    match look.await {
        Ok(dependents) => Ok(Others { dependents, ..Others::default() }),
        Err(error) if error.is_denied() => {
            let unseen = Unseen { kind, because: error.to_string() };
            Ok(Others { unchecked: vec![unseen], ..Others::default() })
        }
        Err(error) => Err(error),
    }
}

/// Returns the objects that a plan deletes, with their steps. Parts that are deleted with their object are
/// not among them.
pub(crate) fn removed<'a>(world: &'a World, plan: &'a Plan) -> impl Iterator<Item = (&'a Step, &'a Live)> {
    plan.steps.iter().filter(|step| removes(step)).filter_map(|step| {
        let all = world.all(&step.id).iter();
        let live = all.into_iter().find(|live| Some(live.physical.as_str()) == step.physical.as_deref());
        Some((step, live?))
    })
}

/// Returns whether a step deletes an object by a call of its own.
pub(crate) fn removes(step: &Step) -> bool {
    match step.action {
        Action::Delete => step.with.is_none(),
        Action::Replace => true,
        Action::Create | Action::Update | Action::Revise | Action::Adopt | Action::Release => false,
    }
}

/// Returns the objects that a plan would delete although others use them, as far as the world shows.
pub(crate) fn in_use(world: &World, plan: &Plan) -> Vec<InUse> {
    let mut found = Vec::new();
    for step in plan.steps.iter().filter(|step| removes(step) || step.with.is_some()) {
        let Some(live) = step.live(world) else { continue };
        let names = names_of(live);
        let known = world.others().dependents.iter().filter(|dependent| names.contains(&dependent.uses));
        let known = known.map(|dependent| dependent.name.clone());
        // Parts of a part are in the same object, and deleted with it.
        let parts = if removes(step) { parts_of_others(world, plan, &names) } else { Vec::new() };
        found.extend(known.chain(parts).map(|by| InUse {
            id: step.id.clone(),
            physical: live.physical.clone(),
            by,
        }));
    }
    found
}

/// Returns the reasons why these objects cannot be deleted.
pub(crate) fn errors(in_use: &[InUse]) -> BTreeMap<Id, Error> {
    let mut users: BTreeMap<&Id, Vec<&str>> = BTreeMap::new();
    for used in in_use {
        users.entry(&used.id).or_default().push(&used.by);
    }
    let error = |(id, users): (&Id, Vec<&str>)| (id.clone(), Error::in_use(&users.join(", ")));
    users.into_iter().map(error).collect()
}

/// Returns all ids and ARNs of an object.
pub(crate) fn names_of(live: &Live) -> Vec<String> {
    let mut names = vec![live.physical.clone()];
    strings(&live.output, &mut |text| names.push(text.to_owned()));
    names.sort();
    names.dedup();
    names
}

/// Returns the parts of others that stay and refer to one of these names.
fn parts_of_others(world: &World, plan: &Plan, names: &[String]) -> Vec<String> {
    let goes = |id: &Id| plan.steps.iter().any(|step| step.id == *id && step.action == Action::Delete);
    let stays = |id: &Id, live: &Live| !goes(id) && live.parent.as_ref().is_some_and(|parent| !goes(parent));
    let others = world.objects().filter(|(_, live)| live.ownership != Ownership::Ours);
    let others = others.filter(|(id, live)| stays(id, live));
    let mut found = Vec::new();
    for (id, live) in others {
        let mut refers = false;
        strings(&live.state, &mut |text| refers |= names.iter().any(|name| name == text));
        if refers {
            found.push(format!("{id} ({})", live.physical));
        }
    }
    found
}
