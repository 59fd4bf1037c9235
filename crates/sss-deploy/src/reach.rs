//! The flags that choose what a plan does.
//!
//! `plan` and `apply` share them, so that `plan` shows what `apply` with the same flags does. A saved plan
//! contains them, so `apply FILE` accepts none.

use clap::Args;
use sss_aws::{EmptyStack, Goal};

/// The flags that `plan` and `apply` share.
#[derive(Debug, Default, Clone, Copy, Args)]
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
}

impl From<Reach> for sss_aws::Reach {
    fn from(flags: Reach) -> Self {
        let Reach { prune, retry, reread, keep_logs, allow_empty, new_stack } = flags;
        Self::of(if prune { Goal::Prune } else { Goal::Converge })
            .retry(retry)
            .reread(reread)
            .keep_logs(keep_logs)
            .new_stack(new_stack)
            .empty_stack(if allow_empty { EmptyStack::Delete } else { EmptyStack::Refuse })
    }
}
