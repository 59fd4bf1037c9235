//! The purpose of a plan, and the permissions and options that the caller gives it.
//!
//! A saved plan stores them, so that the run that applies it plans in the same way.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
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
        }
    }

    /// Sets [`Reach::retry`].
    #[must_use]
    pub const fn retry(self, retry: bool) -> Self {
        Self { retry, ..self }
    }

    /// Sets [`Reach::reread`].
    #[must_use]
    pub const fn reread(self, reread: bool) -> Self {
        Self { reread, ..self }
    }

    /// Sets [`Reach::keep_logs`].
    #[must_use]
    pub const fn keep_logs(self, keep_logs: bool) -> Self {
        Self { keep_logs, ..self }
    }

    /// Sets [`Reach::empty_stack`].
    #[must_use]
    pub const fn empty_stack(self, empty_stack: EmptyStack) -> Self {
        Self { empty_stack, ..self }
    }

    /// Sets [`Reach::new_stack`].
    #[must_use]
    pub const fn new_stack(self, new_stack: bool) -> Self {
        Self { new_stack, ..self }
    }
}
