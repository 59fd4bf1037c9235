//! The steps of a plan.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::{
    Graph, Id, Plan, World,
    engine::{
        diff::Change,
        kind::{Immutable, NewName, ServiceTasks},
        world::Live,
    },
};

/// What is done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// A new one is made, what depends on it moves over, the old one goes.
    Replace,
    /// It is removed.
    Delete,
    /// It is marked as the stack's; nothing but its tags changes.
    Adopt,
}

impl Action {
    /// The sign of the action in a plan.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "±",
            Self::Delete => "-",
            Self::Adopt => "=",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Adopt => "adopt",
        })
    }
}

/// What is done with one resource, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The resource.
    #[serde(flatten)]
    pub id: Id,
    /// What is done.
    pub action: Action,
    /// Its name or id on AWS, where it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical: Option<String>,
    /// The paths that change.
    pub changes: Vec<Change>,
    /// Why a replacement is needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What becomes of the tasks of a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<ServiceTasks>,
    /// The object that this is under another name now: one that is renamed in place, or one that this takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Id>,
    /// Which requests fail while this step is carried out, because AWS offers no way without a gap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downtime: Option<&'static str>,
    /// What others have set on the object and its replacement cannot take along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// What it goes with, when it is removed as a part of something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<Id>,
    /// The data that is lost for good with the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loses: Option<Loss>,
    /// On adoption of an API: the ids in it that stay foreign.
    #[serde(skip)]
    pub(crate) left_alone: Option<Vec<String>>,
    /// Whether it takes nothing away: what it would take away is in use by something that stays as it is.
    #[serde(skip)]
    pub(crate) only_adds: bool,
}

impl Step {
    pub(super) fn new(id: Id, action: Action, live: Option<&Live>, changes: Vec<Change>) -> Self {
        Self {
            id,
            action,
            physical: live.map(|live| live.physical.clone()),
            changes,
            reasons: Vec::new(),
            tasks: None,
            moved_from: None,
            downtime: None,
            lost: Vec::new(),
            with: None,
            loses: None,
            left_alone: None,
            only_adds: false,
        }
    }

    /// The object that the step changes or removes.
    pub(crate) fn live<'w>(&self, world: &'w World) -> Option<&'w Live> {
        let physical = self.physical.as_deref()?;
        let found = self.moved_from.as_ref().unwrap_or(&self.id);
        world.all(found).iter().find(|live| live.physical == physical)
    }

    /// The state that the step leads to, as far as it is known before.
    pub(crate) fn want(&self, graph: &Graph, plan: &Plan, live: Option<&Live>) -> Option<Value> {
        let node = graph.node(&self.id)?;
        let want = node.desired(&|id| plan.outputs.get(id).cloned());
        Some(live.map(|live| node.desired_over(&live.state, &want).into_owned()).unwrap_or(want))
    }
}

/// Data that is lost for good when an object is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Loss {
    /// What it is, such as `log events`.
    pub data: &'static str,
    /// How many bytes, where AWS said so when the account was observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stored_bytes: Option<i64>,
}

/// Why something is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The path that changes.
    pub path: String,
    /// Why AWS cannot change it in place.
    pub because: &'static str,
    /// What fails for whom meanwhile; none when what depends is moved over first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub downtime: Option<&'static str>,
    #[serde(skip)]
    pub(crate) name: NewName,
}

/// Why these changes need a new object, if they do.
pub(super) fn reasons(immutable: &[Immutable], changes: &[Change]) -> Vec<Reason> {
    let within = |path: &str, above: &str| {
        path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    changes
        .iter()
        .filter_map(|change| {
            let fixed = immutable.iter().find(|fixed| within(&change.path, fixed.path))?;
            Some(Reason {
                path: change.path.clone(),
                because: fixed.because,
                downtime: fixed.downtime,
                name: fixed.name,
            })
        })
        .collect()
}
