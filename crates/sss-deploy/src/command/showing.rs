//! How much of a plan a command shows.

use clap::Args;

use crate::render::plan::Amount;

/// The flag of all commands that show a plan.
#[derive(Debug, Default, Clone, Copy, Args)]
pub(crate) struct Showing {
    /// List every object with every value, not only the changes by service
    #[arg(long)]
    full: bool,
}

impl From<Showing> for Amount {
    fn from(showing: Showing) -> Self {
        if showing.full { Self::Full } else { Self::Grouped }
    }
}
