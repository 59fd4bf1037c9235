//! The objects of an account that concern a stack.
//!
//! A world is the only input of a plan beside the graph. It holds each object with the owner that its tags
//! show, and everything else that a plan has to know and could not ask for: failed deployments, objects of
//! others that use ours, and reads that AWS denied.
//!
//! Several objects may have one id. A replacement that was interrupted leaves the old and the new object with
//! one logical name, API Gateway allows two APIs of one name, and a family has many revisions.
//!
//! A world is plain data: it can be saved as JSON, and the plan of the loaded world is the same.

mod facts;
mod saved;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sss_model::rules::limits;

pub(crate) use self::facts::{Fact, Facts};
use crate::{
    Attempt, Id, Kind, Refused,
    engine::dependent::Others,
    tags::{Ownership, Tags},
};

/// The number of tags that an object may have, less the one for its logical name.
const MOST_TAGS: usize = limits::TAGS - 1;

/// The result of one observation: all objects that the stack owns, and all objects that have a name of the
/// stack.
///
/// `observe` reads it. It is a snapshot: nobody keeps it up to date, and an apply does
/// not change it.
///
/// # Guarantees
///
/// - It can be saved and loaded: planning needs nothing else. Values that look secret are replaced by digests
///   before they enter it.
/// - Loading fails for a state that its kind cannot read, so no later step does.
///
/// ```
/// let world = sss_aws::World::default();
/// let saved = serde_json::to_string(&world)?;
/// assert_eq!(serde_json::from_str::<sss_aws::World>(&saved)?, world);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// The id of the account. `None` if no object that was found shows it.
    account: Option<String>,
    #[serde(with = "saved::listed")]
    objects: BTreeMap<Id, Vec<Live>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    unseen: Vec<Unseen>,
    /// The last attempts at resources of the stack, where AWS gave them up.
    #[serde(with = "saved::pairs", skip_serializing_if = "BTreeMap::is_empty", default)]
    attempts: BTreeMap<Id, Attempt>,
    /// The number of objects of a kind in the region, of all owners, where a listing counted them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    counted: BTreeMap<Kind, u32>,
    /// The objects of other owners around the stack.
    #[serde(skip_serializing_if = "Others::is_empty", default)]
    others: Others,
    /// The objects of other stacks that were found in listings of the whole region.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    neighbours: Vec<Neighbour>,
    /// The facts that AWS services have noted about the account and only they read.
    #[serde(skip_serializing_if = "Facts::is_empty", default)]
    facts: Facts,
    /// The outputs of objects around the services of a scope, as far as the services show them.
    #[serde(with = "saved::pairs", skip_serializing_if = "BTreeMap::is_empty", default)]
    presumed: BTreeMap<Id, Value>,
    /// The reasons why the services of a scope cannot be deployed alone.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    obstacles: Vec<Refused>,
    /// Whether objects with data stay when the stack no longer has them: [`World::keeping_logs`].
    #[serde(skip)]
    keeps_data: bool,
}

/// An object of another stack. It tells whether that stack is this one under its former name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Neighbour {
    /// The object.
    pub(crate) id: Id,
    /// The stack that manages it.
    pub(crate) stack: String,
    /// The ids of the parts of the network that it is in. Empty if it is in none.
    pub(crate) within: Vec<String>,
}

/// A kind of objects that the observation could not look for, such as roles that the stack no longer names.
///
/// A plan has no steps for them. The most common reason is a denied read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Unseen {
    /// Their kind.
    pub kind: Kind,
    /// The reason, with the operation.
    pub because: String,
}

/// An object that exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Live {
    /// The id, the ARN, or the unique name that identifies it among the objects of its kind. A step finds its
    /// object by it.
    pub physical: String,
    /// Its name on AWS: the logical name, unless the object replaced another one of that name.
    pub name: String,
    /// Its owner.
    pub ownership: Ownership,
    /// The part of it that the stack manages, in normal form.
    pub state: Value,
    /// The way in which the state is known.
    #[serde(default)]
    pub source: Source,
    /// The ids and ARNs that AWS gives it.
    pub output: Value,
    /// The object that it is a part of and is deleted with. A route is deleted with its API.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<Id>,
    /// The condition that AWS reports, such as `AVAILABLE`. `None` if the kind has no condition.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<String>,
    /// The members of a state that others have set on it, such as tags. A replacement takes them along.
    #[serde(skip_serializing_if = "Value::is_null", default)]
    pub(crate) others: Value,
    /// The settings of others that a replacement cannot take along, as phrases for a plan.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) lost: Vec<String>,
    /// The facts that its kind has noted about it and only the kind reads.
    #[serde(skip_serializing_if = "Facts::is_empty", default)]
    pub(crate) facts: Facts,
}

/// The way in which the state of an object is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// AWS answered with it.
    #[default]
    Read,
    /// A tag has the hash of the desired state, so the state is taken from the graph. An observation that
    /// trusts no hash (`reread`) reads it.
    Hash,
    /// Nobody has read it yet, and it is taken to be as desired. The observation is not complete.
    Presumed,
}

impl Live {
    /// Notes a fact that only its kind reads.
    pub(crate) fn with_fact<F: Fact>(mut self, fact: &F) -> Self {
        self.facts.note(fact);
        self
    }

    /// Notes that the state follows from a hash.
    pub(crate) fn known_by_hash(self) -> Self {
        Self { source: Source::Hash, ..self }
    }

    /// Notes that nobody has read the state.
    pub(crate) fn presumed(self) -> Self {
        Self { source: Source::Presumed, ..self }
    }

    /// Sets the condition that AWS reports.
    pub(crate) fn with_status(mut self, status: impl Into<String>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Adds the tags that others have set.
    pub(crate) fn with_tags_of_others(self, tags: &Tags) -> Self {
        let others = if tags.is_empty() { Value::Null } else { json!({ "tags": tags }) };
        Self { others, ..self }
    }

    /// Adds a member of a state that others have set, if it has a value.
    pub(crate) fn with_of_others(mut self, member: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.others[member] = value.into();
        }
        self
    }

    /// Sets the settings of others that a replacement cannot take along.
    pub(crate) fn losing(self, lost: Vec<String>) -> Self {
        Self { lost, ..self }
    }

    /// Returns the state of an object that replaces this one: the desired state with the settings of others.
    ///
    /// The desired value wins where both have one. Tags beyond AWS's limit are dropped.
    pub(crate) fn inherited_by(&self, mut want: Value) -> Value {
        for (member, value) in self.others.as_object().into_iter().flatten() {
            match (want.get_mut(member), value) {
                (Some(Value::Object(wanted)), Value::Object(theirs)) => {
                    for (key, value) in theirs.iter().take(MOST_TAGS.saturating_sub(wanted.len())) {
                        wanted.entry(key).or_insert_with(|| value.clone());
                    }
                }
                (None, value) => want[member] = value.clone(),
                _ => {}
            }
        }
        want
    }

    /// Sets the object that it is a part of and is deleted with.
    pub(crate) fn part_of(mut self, parent: &Id) -> Self {
        self.parent = Some(parent.clone());
        self
    }
}

impl World {
    /// Returns the object of this name. Of several, it is the first one that is ours.
    pub fn get(&self, id: &Id) -> Option<&Live> {
        let all = self.objects.get(id)?;
        all.iter().find(|live| live.ownership == Ownership::Ours).or_else(|| all.first())
    }

    /// Returns the last attempt at a resource, if AWS gave it up and the account is not as the stack says.
    pub fn attempt(&self, id: &Id) -> Option<&Attempt> {
        self.attempts.get(id)
    }

    /// Returns the same world without failed attempts: its plan retries them. This is `--retry` of the
    /// command line.
    #[must_use]
    pub fn without_attempts(mut self) -> Self {
        self.forget_attempts();
        self
    }

    /// Forgets the failed attempts.
    pub(crate) fn forget_attempts(&mut self) {
        self.attempts.clear();
    }

    /// Returns the same world, in which log groups stay when a stack no longer has them.
    ///
    /// A plan lists them as kept and deletes none. They still carry the stack's mark, so the same stack uses
    /// them again.
    #[must_use]
    pub fn keeping_logs(mut self) -> Self {
        self.keeps_data = true;
        self
    }

    /// Returns whether an object of this kind stays when the stack no longer has it.
    pub(crate) fn keeps(&self, kind: Kind) -> bool {
        self.keeps_data && kind.spec().data.is_some()
    }

    /// Returns the id of the account. `None` if no object that was found shows it.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Notes the account, from an ARN.
    pub(crate) fn set_account(&mut self, account: &str) {
        self.account = Some(account.to_owned());
    }

    /// Returns all objects by kind and logical name. Several may have one name.
    pub fn objects(&self) -> impl Iterator<Item = (&Id, &Live)> {
        self.objects.iter().flat_map(|(id, all)| all.iter().map(move |live| (id, live)))
    }

    /// Returns all objects to change them, by kind and logical name.
    pub(crate) fn objects_mut(&mut self) -> impl Iterator<Item = (&Id, &mut Live)> {
        self.objects.iter_mut().flat_map(|(id, all)| all.iter_mut().map(move |live| (id, live)))
    }

    /// Returns the objects of other stacks that were found in listings of the whole region.
    pub(crate) fn neighbours(&self) -> &[Neighbour] {
        &self.neighbours
    }

    /// Notes an object of another stack, with the ids of the network that it is in. An object without the mark
    /// of another stack is left out.
    pub(crate) fn note_neighbour(&mut self, id: &Id, live: &Live, within: impl IntoIterator<Item = String>) {
        if let Ownership::Other(stack) = &live.ownership {
            let (stack, within) = (stack.clone(), within.into_iter().collect());
            self.neighbours.push(Neighbour { id: id.clone(), stack, within });
        }
    }

    /// Returns all objects of one name.
    pub(crate) fn all(&self, id: &Id) -> &[Live] {
        self.objects.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns all objects of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Id, &Live)> {
        self.objects().filter(move |(id, _)| id.kind == kind)
    }

    /// Returns the number of objects of a kind in the region, of all owners. It is 0 if no listing counted
    /// them.
    pub(crate) fn counted(&self, kind: Kind) -> u32 {
        self.counted.get(&kind).copied().unwrap_or(0)
    }

    pub(crate) fn note_count(&mut self, kind: Kind, count: u32) {
        self.counted.insert(kind, count);
    }

    pub(crate) fn others(&self) -> &Others {
        &self.others
    }

    pub(crate) fn others_mut(&mut self) -> &mut Others {
        &mut self.others
    }

    /// Returns a fact about the account that an AWS service has noted, or its default.
    pub(crate) fn fact<F: Fact>(&self) -> F {
        self.facts.get()
    }

    pub(crate) fn note<F: Fact>(&mut self, fact: &F) {
        self.facts.note(fact);
    }

    /// Returns the kinds of objects that the observation could not look for.
    pub fn unseen(&self) -> &[Unseen] {
        &self.unseen
    }

    pub(crate) fn note_unseen(&mut self, unseen: impl IntoIterator<Item = Unseen>) {
        self.unseen.extend(unseen);
    }

    pub(crate) fn attempts(&self) -> impl Iterator<Item = (&Id, &Attempt)> {
        self.attempts.iter()
    }

    pub(crate) fn note_attempt(&mut self, id: Id, attempt: Attempt) {
        self.attempts.insert(id, attempt);
    }

    /// Returns the output of an object that nobody has read, as far as the services of a scope show it.
    pub(crate) fn presumed(&self, id: &Id) -> Option<&Value> {
        self.presumed.get(id)
    }

    pub(crate) fn presume(&mut self, id: Id, output: Value) {
        self.presumed.insert(id, output);
    }

    /// Returns the reasons why the services of a scope cannot be deployed alone.
    pub(crate) fn obstacles(&self) -> &[Refused] {
        &self.obstacles
    }

    pub(crate) fn note_obstacle(&mut self, refused: Refused) {
        self.obstacles.push(refused);
    }

    /// Returns the objects that nobody has read yet.
    pub(crate) fn unread(&self) -> impl Iterator<Item = (&Id, &Live)> {
        self.objects().filter(|(_, live)| live.source == Source::Presumed)
    }

    /// Removes all objects of a name.
    pub(crate) fn remove(&mut self, id: &Id) {
        self.objects.remove(id);
    }

    /// Returns the world of these objects alone.
    pub(crate) fn only(&self, ids: &BTreeSet<Id>) -> Self {
        let objects = ids.iter().filter_map(|id| Some((id.clone(), self.objects.get(id)?.clone())));
        Self { account: self.account.clone(), objects: objects.collect(), ..Self::default() }
    }

    pub(crate) fn insert(&mut self, id: Id, live: Live) {
        self.objects.entry(id).or_default().push(live);
    }

    pub(crate) fn extend(&mut self, found: impl IntoIterator<Item = (Id, Live)>) {
        for (id, live) in found {
            self.insert(id, live);
        }
    }
}
