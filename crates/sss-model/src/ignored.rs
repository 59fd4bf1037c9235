//! Fields of a service that other programs change.
//!
//! A pipeline that deploys images and autoscaling both write to a service of the stack. Without `ignore_changes`, each
//! apply would undo their change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field of a service that others may change.
///
/// The stack's value counts when the service is created. Afterwards the value of the account stays.
///
/// ```
/// use sss_model::{Ignored, Service};
///
/// let scaled = Service::builder().name("app").image("app:1.4").ignore_changes([Ignored::DesiredCount]).build()?;
/// assert!(scaled.ignore_changes.contains(&Ignored::DesiredCount));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ignored {
    /// The image of the main container, which a pipeline of its own deploys in revisions of the same family.
    Image,
    /// The number of running tasks, which autoscaling sets.
    DesiredCount,
}
