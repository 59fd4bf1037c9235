//! The reasons why services do not run as they should.

use super::{Named, Target};
pub use crate::services::ecs::operating::why::Why;
use crate::{Aws, services::ecs::operating};

/// Finds out why a service does not run as it should: from what ECS says about it, its last deployment and its tasks,
/// and from reads of what lies behind that.
///
/// It never fails: reads that fail or are denied are in [`Why::not_checked`], and a cause that such a read could
/// refute is not named. A service that runs as it should has no cause.
///
/// ```no_run
/// use sss_aws::{Aws, operate::{Target, why::why}};
///
/// # async fn example(aws: &Aws, stack: &sss_model::Stack) {
/// let target = Target::of(stack);
/// for service in &target.services {
///     for cause in why(aws, &target, service).await.causes {
///         println!("{}: {}", service.key, cause.headline());
///     }
/// }
/// # }
/// ```
pub async fn why(aws: &Aws, target: &Target, service: &Named) -> Why {
    Box::pin(operating::why::why(aws, &target.cluster, &service.service)).await
}
