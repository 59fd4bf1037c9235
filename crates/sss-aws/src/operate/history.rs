//! The deployments of a stack.

use super::{Named, Target};
pub use crate::services::ecs::operating::history::{Deployment, Image};
use crate::{Aws, Result, services::ecs::operating};

/// Reads the newest deployments of these services, for each service the newest first.
///
/// ECS forgets a deployment after some weeks.
///
/// # Errors
///
/// A call failed or was denied, or the cluster has no such service.
pub async fn history(
    aws: &Aws,
    target: &Target,
    services: &[&Named],
    most: usize,
) -> Result<Vec<Deployment>> {
    let mut all = Vec::new();
    for named in services {
        all.extend(operating::history::history(aws, &target.cluster, &named.service, most).await?);
    }
    Ok(all)
}
