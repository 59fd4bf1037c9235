//! The reasons why services do not run as they should.

use std::collections::BTreeSet;

use super::{
    Named, Target,
    tasks::{Which, tasks},
};
pub use crate::services::ecs::operating::why::Why;
use crate::{
    Aws,
    causes::{Diagnosis, Evidence, known},
    services::ecs::operating,
    verify::{
        Reach,
        image::{Registered, registered},
    },
};

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
    let (cluster, name) = (&target.cluster, &service.service);
    let mut found = Box::pin(operating::why::why(aws, cluster, name, service.desired_count)).await;
    if found.causes.is_empty() && found.not_checked.is_empty() {
        match moved(aws, target, service).await {
            Ok(moved) => found.causes.extend(moved),
            Err(reason) => found.not_checked.push(reason),
        }
    }
    found
}

/// Returns the image of ECR whose tag was pushed again after the tasks had started.
///
/// # Errors
///
/// Returns the reason why ECR or the tasks could not be read. Other registries are not asked.
async fn moved(aws: &Aws, target: &Target, service: &Named) -> Result<Option<Diagnosis>, String> {
    let running = tasks(aws, target, &[service], Which::Wanted).await.map_err(|error| error.to_string())?;
    let containers = running.into_iter().flat_map(|task| task.containers);
    let images: BTreeSet<(String, String)> =
        containers.filter_map(|container| Some((container.image?, container.digest?))).collect();
    for (image, digest) in images.iter().filter(|(image, _)| image.contains(".dkr.ecr.")) {
        // A digest beside the tag keeps the image.
        if image.contains('@') {
            continue;
        }
        match registered(aws, image, "amd64", false, Reach::AwsOnly).await {
            Registered::Image { digest: found, entries, .. }
                if found != *digest && !entries.contains(digest) =>
            {
                let (operation, object) = ("ecr:BatchGetImage", image.clone());
                let evidence = Evidence { operation, object, field: "imageDigest", value: found };
                return Ok(Some(Diagnosis::of(known("E21")).shown_by(evidence)));
            }
            Registered::Unseen(reason) => return Err(reason),
            Registered::Image { .. } | Registered::Missing(_) => {}
        }
    }
    Ok(None)
}
