//! The boundary of the roles that a stack makes.
//!
//! A caller that may write policies of roles and hand the roles to tasks can give itself every right. A boundary ends
//! that: the roles have no more rights than the boundary, whatever their policies say. It is the sum of what the roles
//! of the stack may do.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sss_model::{Invalid, PolicyDocument, Stack};

use super::split;
use crate::{
    engine::kind::Resource,
    lower::lower,
    services::iam::{execution, role::Role},
};

/// The permissions boundary of the roles that a stack makes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Boundary {
    /// The document: all that the policies of the stack's roles allow.
    pub document: PolicyDocument,
    /// The managed policies of the roles whose statements the boundary lacks, because the stack does not have them.
    pub unknown: Vec<String>,
    /// The length that counts for IAM, in characters without white space. IAM takes [`LONGEST`](super::LONGEST).
    pub length: usize,
}

impl Boundary {
    /// Returns the boundary of a stack's roles.
    ///
    /// # Errors
    ///
    /// The stack breaks a rule.
    ///
    /// # Examples
    ///
    /// ```
    /// use sss_aws::permissions::Boundary;
    /// use sss_model::{Stack, tfvars};
    ///
    /// let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// let boundary = Boundary::of(&stack).expect("a valid stack");
    /// assert!(boundary.document.to_json().contains("ecr:GetAuthorizationToken"));
    /// ```
    #[expect(clippy::missing_panics_doc, reason = "the statements are those of documents that were read")]
    pub fn of(stack: &Stack) -> Result<Self, Invalid> {
        let graph = lower(stack)?;
        let (mut statements, mut unknown) = (Vec::new(), BTreeSet::new());
        for name in graph.names(Role::KIND) {
            let Some(role) = graph.resource::<Role>(&crate::Id::new(Role::KIND, name)) else { continue };
            for policy in &role.state.managed_policies {
                if execution::is_policy(policy) {
                    statements.push(execution::statement());
                } else {
                    unknown.insert(policy.clone());
                }
            }
            statements.extend(role.state.inline_policies.values().flat_map(allowing));
        }

        let mut distinct: Vec<Value> = Vec::new();
        for statement in statements {
            if !distinct.contains(&statement) {
                distinct.push(statement);
            }
        }
        let document = json!({ "Version": "2012-10-17", "Statement": distinct });
        let document = PolicyDocument::from_json(&document.to_string()).expect("a policy document");
        let length = split::count(&document);
        Ok(Self { document, unknown: unknown.into_iter().collect(), length })
    }
}

/// Returns the statements of a document that allow, without their ids.
fn allowing(document: &Value) -> Vec<Value> {
    let statements = document["Statement"].as_array().cloned().unwrap_or_default().into_iter();
    let allowing = statements.filter(|statement| statement["Effect"] == "Allow");
    let without_id = allowing.map(|mut statement| {
        statement.as_object_mut().map(|members| members.remove("Sid"));
        statement
    });
    without_id.collect()
}
