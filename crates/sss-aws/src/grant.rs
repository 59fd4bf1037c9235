//! The rights that calls need, as data beside the calls.
//!
//! A [`Grant`] has calls that AWS checks in the same way: their actions, the resources and the conditions. Each kind
//! and each AWS service lists its own. A policy for a stack is the grants of its kinds, with the names of its resources
//! in their templates.
//!
//! # Templates
//!
//! A template is an ARN behind its partition, with gaps: `{region}`, `{account}`, `{stack}`, a kind such as
//! `{ecs/cluster}` for the names of its resources, `{ecs/cluster+}` for those and the ones of others that the stack
//! uses, and `{iam/role.managed_policies}` for the texts in a member of their desired states. With `!` behind the
//! member, it has a value only if all resources of the kind have one. `{log-group}` are all log groups that daily
//! operation reads, and `{secret}` the secrets of the stack. A gap with several values stands for several texts. A grant without resources is left out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The purpose of a policy, and of a grant in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Purpose {
    /// Plan, apply, adopt, release and destroy the stack, and daily operation.
    #[default]
    Deploy,
    /// Plan and read: the status, logs, events, tasks and the history of the stack.
    Read,
}

/// Calls that AWS checks in the same way.
#[derive(Debug)]
pub(crate) struct Grant {
    /// The id of the statement: letters and digits, unique among all grants.
    pub(crate) sid: &'static str,
    /// The reason for people, as a sentence without its full stop.
    pub(crate) because: &'static str,
    /// The policies that have it. A policy for [`Purpose::Deploy`] has all.
    pub(crate) purpose: Purpose,
    /// The calls of this program, by the names of the operations.
    pub(crate) calls: &'static [&'static str],
    /// The actions in policies. `None`: they have the names of the calls.
    pub(crate) actions: Option<&'static [&'static str]>,
    /// The resources, as templates. `*` stands for an action without resources.
    pub(crate) on: &'static [&'static str],
    /// The conditions.
    pub(crate) when: &'static [When],
    /// A template that must have a value, if only some stacks with the kind need the grant.
    pub(crate) given: Option<&'static str>,
    /// A template that must have no value, as above.
    pub(crate) unless: Option<&'static str>,
}

/// A condition: the operator, the key, and templates of the values.
#[derive(Debug)]
pub(crate) struct When {
    pub(crate) operator: &'static str,
    pub(crate) key: &'static str,
    pub(crate) values: &'static [&'static str],
    /// Whether a condition without values is left out. A grant with another one without values is left out itself.
    pub(crate) is_optional: bool,
}

impl When {
    /// Creates a condition that has values in every stack with the grant.
    pub(crate) const fn new(
        operator: &'static str,
        key: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        Self { operator, key, values, is_optional: false }
    }

    /// Lets the condition be left out if it has no values.
    pub(crate) const fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }
}

impl Grant {
    /// Creates a grant of calls that only read.
    pub(crate) const fn read(
        sid: &'static str,
        calls: &'static [&'static str],
        on: &'static [&'static str],
        because: &'static str,
    ) -> Self {
        Self {
            sid,
            because,
            purpose: Purpose::Read,
            calls,
            actions: None,
            on,
            when: &[],
            given: None,
            unless: None,
        }
    }

    /// Creates a grant of calls that a deployment makes.
    pub(crate) const fn deploy(
        sid: &'static str,
        calls: &'static [&'static str],
        on: &'static [&'static str],
        because: &'static str,
    ) -> Self {
        Self {
            sid,
            because,
            purpose: Purpose::Deploy,
            calls,
            actions: None,
            on,
            when: &[],
            given: None,
            unless: None,
        }
    }

    /// Replaces the actions, where they have other names than the calls.
    pub(crate) const fn with_actions(self, actions: &'static [&'static str]) -> Self {
        Self { actions: Some(actions), ..self }
    }

    /// Adds conditions.
    pub(crate) const fn when(self, when: &'static [When]) -> Self {
        Self { when, ..self }
    }

    /// Narrows the grant to stacks for which a template has a value.
    pub(crate) const fn given(self, template: &'static str) -> Self {
        Self { given: Some(template), ..self }
    }

    /// Narrows the grant to stacks for which a template has no value.
    pub(crate) const fn unless(self, template: &'static str) -> Self {
        Self { unless: Some(template), ..self }
    }

    /// Returns the actions.
    pub(crate) fn actions(&self) -> &'static [&'static str] {
        self.actions.unwrap_or(self.calls)
    }
}

/// The stack, as a value of conditions.
const STACK: &[&str] = &["{stack}"];

/// Whether the object is marked as the stack's.
pub(crate) const OURS: When = When::new("StringEquals", "aws:ResourceTag/sss:stack", STACK);
/// Whether the object is marked as the stack's, or has no mark. It also holds where AWS does not tell the tags, and for
/// an object that is gone: a deletion is sent again if its answer is lost.
pub(crate) const OURS_OR_UNMARKED: When =
    When::new("StringEqualsIfExists", "aws:ResourceTag/sss:stack", STACK);
/// Whether the request marks an object as the stack's.
pub(crate) const MARKS: When = When::new("StringEquals", "aws:RequestTag/sss:stack", STACK);
/// Whether the request does not mark an object as another stack's.
pub(crate) const MARKS_NO_OTHER: When = When::new("StringEqualsIfExists", "aws:RequestTag/sss:stack", STACK);
/// Whether the call is made in the stack's region.
pub(crate) const HERE: When = When::new("StringEquals", "aws:RequestedRegion", &["{region}"]);
/// Whether the call is about a cluster of the stack.
pub(crate) const IN_CLUSTER: When =
    When::new("ArnLike", "ecs:cluster", &["ecs:{region}:{account}:cluster/{ecs/cluster+}"]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags;

    #[test]
    fn conditions_name_the_tag_of_the_stack() {
        for when in [OURS, OURS_OR_UNMARKED, MARKS, MARKS_NO_OTHER] {
            assert!(when.key.ends_with(&format!("Tag/{}", tags::STACK)), "{}", when.key);
        }
    }
}
