//! The steps of a plan.
//!
//! A step explains itself: the changed paths, the reasons for a replacement, the effect on processes,
//! the requests that fail, and the data and settings that are lost. These facts are for people and programs that
//! read the plan; an apply follows the action and the two states.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sss_model::Path;

use crate::{
    Graph, Id, Plan, World,
    engine::{
        diff::Change,
        kind::{Immutable, NewName, Workload},
        plan::{phase::Phase, removal::Removal},
        world::Live,
    },
    tags::{self, Tags},
};

/// The verb of a step.
///
/// Each has a sign for plans in text, and each defines which of the two states exist: a creation has no live
/// state, a deletion has no desired one.
///
/// ```
/// use sss_aws::Action;
///
/// assert_eq!((Action::Replace.sign(), Action::Replace.to_string().as_str()), ("±", "replace"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The resource is created.
    Create,
    /// The object is changed in place.
    Update,
    /// A new revision is registered, dependents move to it, and the earlier ones stay.
    ///
    /// AWS changes no revision, so this is the update of such an object: nothing is lost, and no id that others
    /// know changes. In JSON it is `update`.
    #[serde(rename = "update")]
    // Its value in JSON is that of an update, which the schema has already.
    #[schemars(skip)]
    Revise,
    /// A new object is created, dependents move to it, and the old object is deleted.
    Replace,
    /// The object is deleted.
    Delete,
    /// The object is marked as managed by the stack. Only its tags change.
    Adopt,
    /// The stack's marks are removed from the object. Only its tags change.
    Release,
}

impl Action {
    /// Returns the sign of the action in a plan.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Update | Self::Revise => "~",
            Self::Replace => "±",
            Self::Delete => "-",
            Self::Adopt => "=",
            Self::Release => "≠",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Update | Self::Revise => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Adopt => "adopt",
            Self::Release => "release",
        })
    }
}

/// The action on one resource, and its reasons.
///
/// A plan has at most one step for an id, except where several objects of ours have one name and the surplus
/// ones are deleted.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Step {
    /// The resource.
    pub id: Id,
    /// The action.
    pub action: Action,
    /// The name or id on AWS of the object that the step changes or deletes. `None` for a creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical: Option<String>,
    /// The paths of the state that change, in their order. A creation and a deletion list each leaf of the
    /// state.
    pub changes: Vec<Change>,
    /// The reasons for a replacement or a new revision. Empty for any other action.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// The effect on the processes that the object runs. `None` for a kind that runs nothing. In JSON it is
    /// `tasks`.
    #[serde(rename = "tasks", skip_serializing_if = "Option::is_none")]
    pub workload: Option<Workload>,
    /// The former id of an object that is renamed in place, or the id of the removed object that a new one
    /// takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Id>,
    /// The phase in which the step takes up the move of a service to another registry. `None` if it does not move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// The requests that fail during the step, because AWS offers no way without a gap. A reason may have a
    /// downtime of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downtime: Option<&'static str>,
    /// The acts of AWS that follow from the step, such as starting tasks. Each is a phrase for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<String>,
    /// The settings of others on the object that its replacement cannot take along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// The object that it is a part of and is deleted with. Such a step makes no call. `None` for a step with
    /// calls of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<Id>,
    /// The reason for a deletion. `None` for any other action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Removal>,
    /// The data that the deletion or replacement loses for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loses: Option<Loss>,
    /// The ids of the object's parts that stay foreign when it is adopted.
    #[serde(skip)]
    pub(crate) left_alone: Vec<String>,
    /// Whether it removes nothing, because an object that stays as it is uses the parts that it would remove.
    #[serde(skip)]
    pub(crate) only_adds: bool,
    /// The name of the new object of a replacement.
    #[serde(skip)]
    pub(crate) new_name: NewName,
}

impl Step {
    /// Returns a step without explanations.
    pub(super) fn new(id: Id, action: Action, live: Option<&Live>, changes: Vec<Change>) -> Self {
        Self {
            id,
            action,
            physical: live.map(|live| live.physical.clone()),
            changes,
            reasons: Vec::new(),
            workload: None,
            moved_from: None,
            phase: None,
            downtime: None,
            consequences: Vec::new(),
            lost: Vec::new(),
            with: None,
            because: None,
            loses: None,
            left_alone: Vec::new(),
            only_adds: false,
            new_name: NewName::default(),
        }
    }

    /// Returns the object that the step changes or deletes. `None` for a creation.
    pub(crate) fn live<'w>(&self, world: &'w World) -> Option<&'w Live> {
        let physical = self.physical.as_deref()?;
        let found = self.moved_from.as_ref().unwrap_or(&self.id);
        world.all(found).iter().find(|live| live.physical == physical)
    }

    /// Returns the state to which the step changes an object, where `want` is the desired one.
    ///
    /// The forecast and the apply both take it from here. `is_split` is `true` if another task of the step
    /// removes the parts that the users of the object still need.
    pub(crate) fn target(&self, live: &Live, want: Value, is_split: bool) -> Value {
        if self.action == Action::Adopt {
            return self.adopted(live, &want);
        }
        if self.changes.iter().all(Change::is_of_tags) {
            return with_tags(&live.state, &tags::of_state(&want));
        }
        let widened = (is_split || self.only_adds).then(|| (self.id.kind.spec().widened)(&live.state, &want));
        widened.flatten().unwrap_or(want)
    }

    /// Returns the state of an adopted object: its own, with the desired tags added.
    fn adopted(&self, live: &Live, want: &Value) -> Value {
        let mut all = tags::of_state(&live.state);
        all.extend(tags::of_state(want));
        if !self.left_alone.is_empty() {
            all.extend(tags::leave_alone(&self.left_alone));
        }
        with_tags(&live.state, &all)
    }

    /// Returns the desired state of the step's resource, as far as it is known before the apply. `None` for a
    /// deletion.
    pub(crate) fn want(&self, graph: &Graph, plan: &Plan, live: Option<&Live>) -> Option<Value> {
        let node = graph.node(&self.id)?;
        let want = node.desired(&|id| plan.outputs.get(id));
        Some(live.map(|live| node.desired_over(&live.state, &want).into_owned()).unwrap_or(want))
    }
}

/// Data that is lost for good when an object is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Loss {
    /// The name of the data, such as `log events`.
    pub data: &'static str,
    /// The number of bytes. `None` if AWS did not answer it to the observation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored_bytes: Option<i64>,
}

/// A reason for a replacement. It explains; nothing is decided by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Reason {
    /// The path that changes.
    pub path: Path,
    /// The reason why AWS cannot change the path in place.
    pub because: &'static str,
    /// The requests that fail meanwhile. `None` if dependents move to the new object first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downtime: Option<&'static str>,
}

/// Returns the reasons why these changes need a new object. Empty if AWS can make them in place.
pub(super) fn reasons(immutable: &[Immutable], changes: &[Change]) -> Vec<Reason> {
    let reason = |(change, fixed): (&Change, &Immutable)| Reason {
        path: change.path.clone(),
        because: fixed.because,
        downtime: fixed.downtime,
    };
    unchangeable(immutable, changes).map(reason).collect()
}

/// Returns the name of the new object that these changes need. One change that allows the same name is
/// enough: the new object is then in another place.
pub(super) fn new_name(immutable: &[Immutable], changes: &[Change]) -> NewName {
    let mut names = unchangeable(immutable, changes).map(|(_, fixed)| fixed.name);
    if names.any(|name| name == NewName::Same) { NewName::Same } else { NewName::Other }
}

/// Returns the changes that AWS cannot make in place.
fn unchangeable<'a>(
    immutable: &'a [Immutable],
    changes: &'a [Change],
) -> impl Iterator<Item = (&'a Change, &'a Immutable)> {
    changes.iter().filter_map(|change| {
        let fixed = immutable.iter().find(|fixed| change.path.starts_with(&fixed.path))?;
        Some((change, fixed))
    })
}

/// Returns a state with other tags. A kind that takes no tags keeps its state.
pub(super) fn with_tags(state: &Value, tags: &Tags) -> Value {
    let mut state = state.clone();
    if let Some(of_state) = tags::PATH.value_in_mut(&mut state) {
        *of_state = serde_json::json!(tags);
    }
    state
}
