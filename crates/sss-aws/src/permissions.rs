//! The policies that a caller needs for a stack: to deploy it, or to read it.
//!
//! The statements come from the calls: each kind and each AWS service lists the rights of its own calls, with the
//! reason. Names and ids of the stack narrow them, and the tag `sss:stack` where names are random. The functions make
//! no call.
//!
//! # Names
//!
//! An object with a name of the scheme, such as `shop-app-role`, is covered by the pattern `shop-*`. So the policy also
//! covers services that the stack gets later or no longer has, and the names of replacements. An object with a name of
//! its own is covered by that name alone: print the policy before such a name changes, and after it. Where IAM knows
//! tags, conditions keep the objects of other stacks apart, also of one whose name begins like this one's.
//!
//! # Examples
//!
//! ```
//! use sss_aws::permissions::{Permissions, Purpose};
//! use sss_model::{Stack, tfvars};
//!
//! let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
//! let permissions = Permissions::of(&stack, Purpose::Deploy, "123456789012").expect("a valid stack");
//! for document in permissions.documents() {
//!     assert!(document.to_json().len() <= 6144);
//! }
//! ```

mod boundary;
mod split;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use sss_model::{Invalid, PolicyDocument, Stack, Statement, rules::limits};

pub use self::boundary::Boundary;
use self::template::Scope;
pub use crate::grant::Purpose;
use crate::{client::lease, grant::Grant, lower::lower, services};

/// The largest length of a managed policy, in characters without white space.
pub const LONGEST: usize = limits::MANAGED_POLICY;

/// The rights that a caller needs for a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permissions {
    /// The statements, those of one AWS service together.
    pub permissions: Vec<Permission>,
}

/// A statement with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Permission {
    /// The id of the statement.
    pub sid: String,
    /// The reason, as a sentence without its full stop.
    pub because: String,
    /// The operations of this program that need it.
    pub calls: Vec<String>,
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// The ARNs, with wildcards. `*` stands for actions that take no resources.
    pub resources: Vec<String>,
    /// The conditions: operators, keys and values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Permissions {
    /// Returns the least rights for a stack and a purpose.
    ///
    /// `account` is the number of the account, or `*`.
    ///
    /// # Errors
    ///
    /// The stack breaks a rule.
    pub fn of(stack: &Stack, purpose: Purpose, account: &str) -> Result<Self, Invalid> {
        let graph = lower(stack)?;
        let scope = Scope::new(stack, &graph, account);
        let grants = services::grants(&graph).chain(lease::GRANTS);
        let grants = grants.filter(|grant| purpose == Purpose::Deploy || grant.purpose == purpose);
        Ok(Self { permissions: grants.filter_map(|grant| Permission::of(grant, &scope)).collect() })
    }

    /// Returns the rights as documents of managed policies, each at most [`LONGEST`] characters long.
    ///
    /// A statement that is too long for a document has its resources in several.
    #[must_use]
    pub fn documents(&self) -> Vec<PolicyDocument> {
        split::documents(&self.permissions)
    }
}

impl Permission {
    /// Returns a grant with the names of a stack. `None` if the stack does not need it.
    fn of(grant: &Grant, scope: &Scope<'_>) -> Option<Self> {
        let has_value = |template: &&str| !scope.fill(template).is_empty();
        if grant.given.as_ref().is_some_and(|template| !has_value(template))
            || grant.unless.as_ref().is_some_and(has_value)
        {
            return None;
        }

        let mut resources: Vec<String> = grant.on.iter().flat_map(|template| scope.arns(template)).collect();
        resources.sort_unstable();
        resources.dedup();
        let mut conditions: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        for when in grant.when {
            let values: Vec<String> =
                when.values.iter().flat_map(|template| scope.values(template)).collect();
            if !values.is_empty() {
                let keys = conditions.entry(when.operator.to_owned()).or_default();
                keys.insert(when.key.to_owned(), values);
            } else if !when.is_optional {
                return None;
            }
        }
        let mut actions: Vec<String> = grant.actions().iter().map(|action| (*action).to_owned()).collect();
        actions.sort_unstable();
        (!resources.is_empty()).then(|| Self {
            sid: grant.sid.to_owned(),
            because: grant.because.to_owned(),
            calls: grant.calls.iter().map(|call| (*call).to_owned()).collect(),
            actions,
            resources,
            conditions,
        })
    }

    /// Returns the statement of a policy.
    #[must_use]
    pub fn statement(&self) -> Statement {
        let mut statement = Statement::allow(&self.actions, &self.resources);
        statement.conditions.clone_from(&self.conditions);
        statement.sid = Some(self.sid.clone());
        statement
    }
}
