//! The flags that choose what a plan does.
//!
//! `plan` and `apply` share them, so that `plan` shows what `apply` with the same flags does. A saved plan
//! contains them, so `apply FILE` accepts none.

use std::collections::BTreeSet;

use clap::Args;
use sss_aws::{EmptyStack, Goal, operate::Target};
use sss_model::Stack;

use crate::{command::day_two::choice::unnamed, failure::Failure};

/// The flags that `plan` and `apply` share.
#[derive(Debug, Default, Clone, Args)]
#[group(id = "reach", multiple = true)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line and independent of the others"
)]
pub(crate) struct Reach {
    /// Also delete the parts of an adopted API that the stack does not have
    #[arg(long)]
    prune: bool,
    /// Retry deployments that failed or were rolled back
    #[arg(long)]
    retry: bool,
    /// Re-read task definitions from AWS instead of trusting their hash (1 more call per service)
    #[arg(long)]
    reread: bool,
    /// Keep log groups that the stack no longer has, with all their events
    #[arg(long)]
    keep_logs: bool,
    /// Allow a stack without services to delete its objects; `destroy` deletes the whole stack
    #[arg(long)]
    allow_empty: bool,
    /// Create this stack although the account has the same objects under another name of the stack
    #[arg(long)]
    new_stack: bool,
    /// Deploy these services alone, separated by commas, and look at nothing else
    #[arg(
        long,
        value_name = "SERVICE",
        value_delimiter = ',',
        conflicts_with_all = ["prune", "keep_logs", "allow_empty", "new_stack"]
    )]
    only: Vec<String>,
}

impl Reach {
    /// Checks that the stack has the services of `--only`, before the account is read.
    ///
    /// # Errors
    ///
    /// The stack has no service of a name, which is an error of the arguments.
    pub(crate) fn check(&self, stack: &Stack) -> Result<(), Failure> {
        Target::of(stack).chosen(&self.only).map(drop).map_err(unnamed)
    }

    /// Returns the services of `--only`.
    pub(crate) fn only(&self) -> BTreeSet<String> {
        self.only.iter().cloned().collect()
    }
}

impl From<Reach> for sss_aws::Reach {
    fn from(flags: Reach) -> Self {
        let Reach { prune, retry, reread, keep_logs, allow_empty, new_stack, only } = flags;
        Self::of(if prune { Goal::Prune } else { Goal::Converge })
            .retry(retry)
            .reread(reread)
            .keep_logs(keep_logs)
            .new_stack(new_stack)
            .only(only)
            .empty_stack(if allow_empty { EmptyStack::Delete } else { EmptyStack::Refuse })
    }
}
