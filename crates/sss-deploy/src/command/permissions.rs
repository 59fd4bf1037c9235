//! `permissions`: prints the policies that a caller needs for the stack, or the boundary of its roles.
//!
//! It makes no call. Without an account number the ARNs have `*` in its place.

use clap::{Args, ValueEnum};
use sss_aws::permissions::{Boundary, LONGEST, Permissions, Purpose};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::permissions::{self as render, Document},
};

/// The largest number of managed policies on a role, unless IAM raises the quota.
const PER_ROLE: usize = 10;

/// The arguments of `permissions`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The work that the policy allows
    #[arg(long = "for", value_enum, default_value_t, value_name = "WORK")]
    purpose: Work,
    /// Print the permissions boundary of the roles that the stack makes
    #[arg(long, conflicts_with = "purpose")]
    boundary: bool,
    /// The number of the account in ARNs
    #[arg(long, value_name = "ID", default_value = "*", value_parser = account)]
    account: String,
    /// Print Markdown with the reason of each statement
    #[arg(long, conflicts_with = "boundary")]
    markdown: bool,
}

/// The work that a policy allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Work {
    /// Plan, apply, adopt, release and destroy; daily operation
    #[default]
    Deploy,
    /// Plan, verify, status, and the reads of daily operation
    Read,
}

/// Parses the number of an account, or `*`.
fn account(text: &str) -> Result<String, String> {
    let is_number = text.len() == 12 && text.chars().all(|digit| digit.is_ascii_digit());
    (is_number || text == "*").then(|| text.to_owned()).ok_or_else(|| "must be 12 digits or `*`".to_owned())
}

/// Prints the policies.
///
/// # Errors
///
/// The stack is invalid, or its boundary is longer than a policy can be.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let read = invocation.read()?;
    if arguments.boundary {
        return bound(invocation, &read.stack);
    }

    let purpose = match arguments.purpose {
        Work::Deploy => Purpose::Deploy,
        Work::Read => Purpose::Read,
    };
    let permissions =
        Permissions::of(&read.stack, purpose, &arguments.account).expect("a stack that was read is valid");
    let documents = permissions.documents();
    let output = &invocation.output;
    if output.json {
        let statements = &permissions.permissions;
        let stack = &read.stack.name;
        output.document(&Document { stack, policies: &documents, statements, unknown: &[] })?;
    } else if arguments.markdown {
        output.data(|w| render::markdown(w, &read.stack.name, &permissions.permissions, &documents))?;
    } else {
        output.data(|w| documents.iter().try_for_each(|document| render::document(w, document)))?;
    }
    if documents.len() > 1 && !output.json {
        output.note(|w| render::several(w, documents.len(), PER_ROLE));
    }
    Ok(Exit::Done)
}

/// Prints the boundary of the roles.
fn bound(invocation: &Invocation, stack: &sss_model::Stack) -> Result<Exit, Failure> {
    let boundary = Boundary::of(stack).expect("a stack that was read is valid");
    if boundary.length > LONGEST {
        let message = format!(
            "print the boundary: it has {} characters without white space; IAM takes at most {LONGEST}",
            boundary.length
        );
        let hint = "give roles fewer statements, or write a boundary with wildcards yourself";
        return Err(Failure::new(message).hint(hint));
    }

    let output = &invocation.output;
    if output.json {
        let policies = std::slice::from_ref(&boundary.document);
        let Boundary { unknown, .. } = &boundary;
        output.document(&Document { stack: &stack.name, policies, statements: &[], unknown })?;
    } else {
        output.data(|w| render::document(w, &boundary.document))?;
    }
    if !boundary.unknown.is_empty() && !output.json {
        output.note(|w| render::unknown(w, &boundary.unknown));
    }
    Ok(Exit::Done)
}
