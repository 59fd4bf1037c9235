//! The purpose of a plan, and the permissions and options that the caller gives it.
//!
//! A saved plan stores them, so that the run that applies it plans in the same way.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Mode;

/// The purpose of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Goal {
    /// Make the account equal to the stack.
    #[default]
    Converge,
    /// Make the account equal to the stack, and delete the parts of an adopted API that the stack does not
    /// have.
    Prune,
    /// Mark objects that have the stack's names and no owner as managed by the stack. Nothing else changes.
    Adopt,
    /// Delete all objects of the stack.
    Destroy,
    /// Remove the stack's marks from all its objects. Nothing else changes.
    Release,
}

impl Goal {
    /// Returns the mode of the engine for this purpose. A destroy converges to the empty graph.
    pub(super) fn mode(self) -> Mode {
        match self {
            Self::Converge | Self::Destroy => Mode::Converge,
            Self::Prune => Mode::Prune,
            Self::Adopt => Mode::Adopt,
            Self::Release => Mode::Release,
        }
    }
}

/// The treatment of a stack without services, if its plan would delete objects.
///
/// An empty list of services is most often a mistake: a truncated file, a bad merge, a template that matched
/// nothing. [`Goal::Destroy`] deletes a whole stack on purpose, and needs no consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyStack {
    /// [`Planned::apply`](super::Planned::apply) returns an error
    /// ([`Error::is_emptied`](crate::Error::is_emptied)).
    #[default]
    Refuse,
    /// The plan is applied like any other.
    Delete,
}

/// The purpose of a plan, how it reads the account, and what the caller allows it to do.
///
/// ```
/// use sss_aws::{Goal, Reach};
///
/// let reach = Reach::of(Goal::Destroy).keep_logs(true);
/// assert_eq!(reach.goal, Goal::Destroy);
/// assert!(reach.keep_logs && !reach.retry);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a permission of the caller, independent of the others"
)]
pub struct Reach {
    /// The purpose.
    pub goal: Goal,
    /// Whether the plan retries deployments that failed or were rolled back.
    pub retry: bool,
    /// Whether task definitions are read instead of trusting their hash. This costs one call for each
    /// service.
    pub reread: bool,
    /// Whether log groups that the stack no longer has stay, with all their events.
    pub keep_logs: bool,
    /// The treatment of a stack without services.
    pub empty_stack: EmptyStack,
    /// Whether the stack may be created beside one that has the same objects under another name. Otherwise
    /// such a stack counts as renamed, and [`Planned::apply`](super::Planned::apply) returns an error
    /// ([`Error::is_renamed`](crate::Error::is_renamed)).
    #[serde(default)]
    pub new_stack: bool,
    /// The services that the plan is about, by their keys in the stack or their names on ECS. Empty for the whole
    /// stack.
    ///
    /// Such a plan reads and changes these services and their task definitions alone, with few calls. It does not
    /// look at anything else, so it does not say whether the rest of the stack has changed. A service that needs an
    /// object which it does not use yet is refused.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub only: BTreeSet<String>,
}

impl Reach {
    /// Returns the reach of a plan for this purpose, with all other options at their defaults.
    pub const fn of(goal: Goal) -> Self {
        Self {
            goal,
            retry: false,
            reread: false,
            keep_logs: false,
            empty_stack: EmptyStack::Refuse,
            new_stack: false,
            only: BTreeSet::new(),
        }
    }

    /// Sets [`Reach::retry`].
    #[must_use]
    pub fn retry(self, retry: bool) -> Self {
        Self { retry, ..self }
    }

    /// Sets [`Reach::reread`].
    #[must_use]
    pub fn reread(self, reread: bool) -> Self {
        Self { reread, ..self }
    }

    /// Sets [`Reach::keep_logs`].
    #[must_use]
    pub fn keep_logs(self, keep_logs: bool) -> Self {
        Self { keep_logs, ..self }
    }

    /// Sets [`Reach::empty_stack`].
    #[must_use]
    pub fn empty_stack(self, empty_stack: EmptyStack) -> Self {
        Self { empty_stack, ..self }
    }

    /// Sets [`Reach::new_stack`].
    #[must_use]
    pub fn new_stack(self, new_stack: bool) -> Self {
        Self { new_stack, ..self }
    }

    /// Sets [`Reach::only`]. Only a plan that [converges](Goal::Converge) can be about some services.
    ///
    /// ```
    /// use sss_aws::Reach;
    ///
    /// assert!(Reach::default().only(["orders"]).only.contains("orders"));
    /// ```
    #[must_use]
    pub fn only(self, services: impl IntoIterator<Item: Into<String>>) -> Self {
        Self { only: services.into_iter().map(Into::into).collect(), ..self }
    }
}
