//! The caller of a walk: one with all rights, or one with the printed policies of the stack alone.
//!
//! A walk edits its stack, so each run gets the policies of the stack that the account has and of the stack that it is
//! to have. A name that the user has chosen himself is only in one of them.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use sss_aws::permissions::{Permissions, Purpose};
use sss_model::{PolicyDocument, Stack};

use crate::account::Account;

/// The name of the role.
const ROLE: &str = "deployer";
/// The error codes of denied calls.
const DENIED: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/// The rights of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rights {
    /// Every call is allowed.
    All,
    /// The calls that `permissions` prints for the stack are allowed.
    Printed,
}

impl Rights {
    /// Returns the account as a caller with the policies of these stacks sees it. `None` for a caller with all rights.
    pub(super) fn caller(self, account: &Account, stacks: &[&Stack]) -> Option<Account> {
        if self == Self::All {
            return None;
        }
        let number = account.sandbox.account();
        let documents: BTreeSet<String> = stacks.iter().flat_map(|stack| documents(stack, &number)).collect();
        let documents: Vec<String> = documents.into_iter().collect();
        let role = account.sandbox.as_role(ROLE, &documents).expect("policies that IAM takes");
        Some(Account { plans: Arc::clone(&account.plans), ..Account::of(role) })
    }

    /// Takes all policies from the role, so that accounts can be compared.
    pub(super) fn rest(self, account: &Account) {
        if self == Self::Printed {
            account.sandbox.as_role(ROLE, &[]).expect("a role without policies");
        }
    }
}

/// Returns the state of an account without the role of the caller.
pub(super) fn without_caller(mut state: Value) -> Value {
    if let Some(roles) = state["roles"].as_array_mut() {
        roles.retain(|role| role["RoleName"] != ROLE);
    }
    state
}

/// Returns the policies of a stack.
fn documents(stack: &Stack, account: &str) -> Vec<String> {
    let permissions = Permissions::of(stack, Purpose::Deploy, account).expect("a valid stack");
    permissions.documents().iter().map(PolicyDocument::to_json).collect()
}

/// Refuses a walk with a denied call.
pub(super) fn nothing_denied(account: &Account) -> Result<(), String> {
    let calls = account.sandbox.calls().into_iter();
    let denied = calls.filter(|call| call.error.as_deref().is_some_and(|code| DENIED.contains(&code)));
    let denied: BTreeSet<String> =
        denied.map(|call| format!("{}:{}", call.service, call.operation)).collect();
    if denied.is_empty() { Ok(()) } else { Err(format!("denied: {denied:?}")) }
}
