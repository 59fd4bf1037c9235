//! What there is: the objects of the account that concern a stack.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

use crate::{
    Attempt, Id, Kind,
    engine::dependent::Others,
    tags::{Ownership, Tags},
};

/// The most tags of an object, but for the one that says which logical name it has.
const MOST_TAGS: usize = 49;

/// What was found in the account, at one time: everything that carries the stack's mark, and everything that has a name
/// that the stack wants.
///
/// It can be saved and replayed: planning needs nothing else.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct World {
    account: Option<String>,
    #[serde(with = "listed")]
    objects: BTreeMap<Id, Vec<Live>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    unseen: Vec<Unseen>,
    /// How many objects of a kind there are in the region, of anybody, where that was counted.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    counted: BTreeMap<Kind, u32>,
    #[serde(skip_serializing_if = "Others::is_empty", default)]
    others: Others,
    /// The objects that AWS would refuse in a creation, by id, each with the id of the zone that is the reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    unusable: BTreeMap<String, String>,
}

/// Objects that may be there and could not be looked for: those of the stack that it no longer names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unseen {
    /// Their kind.
    pub kind: Kind,
    /// Why.
    pub because: String,
}

/// An object that exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Live {
    /// What tells it from all others of its kind: an id, an ARN, or a name where names are unique.
    pub physical: String,
    /// Its name on AWS; the logical name unless it replaced an object of that name.
    pub name: String,
    /// Whose it is.
    pub ownership: Ownership,
    /// What the stack manages of it, in normal form.
    pub state: Value,
    /// What AWS names it by: ids and ARNs.
    pub output: Value,
    /// What it is a part of and goes with, as a route goes with its API.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<Id>,
    /// What AWS says of its condition, where it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<String>,
    /// Of an adopted API: the ids of its parts that are not the stack's.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) left_alone: Vec<String>,
    /// What others have set on it beside its state. A replacement takes these members of a state along.
    #[serde(skip_serializing_if = "Value::is_null", default)]
    pub(crate) others: Value,
    /// What a replacement cannot take along.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) lost: Vec<String>,
    /// Of a service that does not run what is wanted: its last deployment, if that was given up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attempt: Option<Attempt>,
    /// How many bytes of data it holds, where AWS says so in a call that is made anyway. No part of its state.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stored_bytes: Option<i64>,
    /// Whether it stays when the stack no longer has it: [`World::keeping_logs`].
    #[serde(skip)]
    pub(crate) is_kept: bool,
}

impl Live {
    pub(crate) fn storing(mut self, bytes: Option<i64>) -> Self {
        self.stored_bytes = bytes;
        self
    }

    pub(crate) fn with_status(mut self, status: impl Into<String>) -> Self {
        self.status = Some(status.into());
        self
    }

    pub(crate) fn leaving_alone(mut self, ids: Vec<String>) -> Self {
        self.left_alone = ids;
        self
    }

    pub(crate) fn leaves_alone(&self, id: &str) -> bool {
        self.left_alone.iter().any(|left| left == id)
    }

    /// With the tags that others put there.
    pub(crate) fn with_tags_of_others(self, tags: &Tags) -> Self {
        let others = if tags.is_empty() { Value::Null } else { json!({ "tags": tags }) };
        Self { others, ..self }
    }

    /// With something else that others have set.
    pub(crate) fn with_of_others(mut self, member: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.others[member] = value.into();
        }
        self
    }

    pub(crate) fn losing(self, lost: Vec<String>) -> Self {
        Self { lost, ..self }
    }

    /// The state of an object that takes this one's place: what others have set goes along.
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

    pub(crate) fn part_of(mut self, parent: &Id) -> Self {
        self.parent = Some(parent.clone());
        self
    }
}

impl World {
    /// The object of this name. Of several, the one that is ours and was found first.
    pub fn get(&self, id: &Id) -> Option<&Live> {
        let all = self.objects.get(id)?;
        all.iter().find(|live| live.ownership == Ownership::Ours).or_else(|| all.first())
    }

    /// The same world, in which nothing was tried before: its plan tries again what was given up.
    #[must_use]
    pub fn without_attempts(mut self) -> Self {
        self.objects.values_mut().flatten().for_each(|live| live.attempt = None);
        self
    }

    /// The same world, in which log groups stay when a stack no longer has them: a plan lists them as kept, and deletes
    /// none. They still carry the stack's mark, so the same stack uses them again.
    #[must_use]
    pub fn keeping_logs(mut self) -> Self {
        let all = self.objects.iter_mut().filter(|(id, _)| id.kind.spec().data.is_some());
        all.flat_map(|(_, all)| all).for_each(|live| live.is_kept = true);
        self
    }

    /// The account, where something that was found tells it.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    pub(crate) fn set_account(&mut self, account: &str) {
        self.account = Some(account.to_owned());
    }

    /// All objects, by kind and logical name. There is more than one of a name after an interrupted replacement.
    pub fn objects(&self) -> impl Iterator<Item = (&Id, &Live)> {
        self.objects.iter().flat_map(|(id, all)| all.iter().map(move |live| (id, live)))
    }

    pub(crate) fn all(&self, id: &Id) -> &[Live] {
        self.objects.get(id).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&Id, &Live)> {
        self.objects().filter(move |(id, _)| id.kind == kind)
    }

    /// How many objects of a kind there are in the region, of anybody. Zero where that was not counted.
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

    pub(crate) fn unusable(&self) -> &BTreeMap<String, String> {
        &self.unusable
    }

    pub(crate) fn note_unusable(&mut self, objects: BTreeMap<String, String>) {
        self.unusable.extend(objects);
    }

    /// What could not be looked for.
    pub fn unseen(&self) -> &[Unseen] {
        &self.unseen
    }

    pub(crate) fn note_unseen(&mut self, unseen: impl IntoIterator<Item = Unseen>) {
        self.unseen.extend(unseen);
    }

    pub(crate) fn note_attempt(&mut self, id: &Id, attempt: &Attempt) {
        let all = self.objects.get_mut(id).into_iter().flatten();
        all.filter(|live| live.ownership == Ownership::Ours)
            .for_each(|live| live.attempt = Some(attempt.clone()));
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

/// The source of the state of an object that never changes once it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// A hash of it in a tag, where that is the hash of the desired state.
    Hashes,
    /// The object itself.
    Nothing,
}

/// JSON maps need string keys; objects are written as a list.
mod listed {
    use super::{BTreeMap, Deserialize, Deserializer, Id, Live, Serialize, Serializer, de};

    #[derive(Serialize)]
    struct Written<'a> {
        id: &'a Id,
        #[serde(flatten)]
        live: &'a Live,
    }

    #[derive(Deserialize)]
    struct Read {
        id: Id,
        #[serde(flatten)]
        live: Live,
    }

    pub(super) fn serialize<S: Serializer>(
        objects: &BTreeMap<Id, Vec<Live>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let all = objects.iter().flat_map(|(id, all)| all.iter().map(move |live| Written { id, live }));
        serializer.collect_seq(all)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Id, Vec<Live>>, D::Error> {
        let mut objects: BTreeMap<Id, Vec<Live>> = BTreeMap::new();
        for Read { id, live } in Vec::<Read>::deserialize(deserializer)? {
            (id.kind.spec().check)(&live).map_err(|error| de::Error::custom(format!("{id}: {error}")))?;
            objects.entry(id).or_default().push(live);
        }
        Ok(objects)
    }
}
