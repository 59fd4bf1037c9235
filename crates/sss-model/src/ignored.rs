//! What a stack leaves to others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What of a service others may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ignored {
    /// The image of the main container, which a pipeline of its own deploys in revisions of the same family.
    Image,
    /// How many tasks run, which autoscaling says.
    DesiredCount,
}
