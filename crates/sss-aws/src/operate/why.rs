//! The reasons why services do not run as they should.

use std::collections::BTreeSet;

use super::{
    Named, Target,
    tasks::{Container, Task, Which, tasks},
};
pub use crate::services::ecs::operating::why::Why;
use crate::{
    Aws,
    causes::{Diagnosis, Evidence, known},
    services::ecs::operating,
    verify::{
        Reach,
        image::{Checked, Registered, registered},
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
        match of_images(aws, target, service).await {
            Ok(shown) => found.causes.extend(shown),
            Err(reason) => found.not_checked.push(reason),
        }
    }
    found
}

/// Returns what the images of ECR show about a service in a steady state: a tag that was pushed again after the tasks
/// had started, or a health check that ECS ignores.
///
/// # Errors
///
/// Returns the reason why ECR or the tasks could not be read. Other registries are not asked.
async fn of_images(aws: &Aws, target: &Target, service: &Named) -> Result<Option<Diagnosis>, String> {
    let running = tasks(aws, target, &[service], Which::Wanted).await.map_err(|error| error.to_string())?;
    let of_ecr = |container: &&Container| {
        // A digest beside the tag keeps the image.
        container.image.as_ref().is_some_and(|image| image.contains(".dkr.ecr.") && !image.contains('@'))
    };
    let mut asked = BTreeSet::new();
    for task in &running {
        for container in task.containers.iter().filter(of_ecr) {
            let Some((image, digest)) = container.image.clone().zip(container.digest.clone()) else {
                continue;
            };
            if !asked.insert((image.clone(), digest.clone())) {
                continue;
            }
            match registered(aws, &image, "amd64", false, Reach::AwsOnly).await {
                Registered::Image { digest: found, entries, .. }
                    if found != digest && !entries.contains(&digest) =>
                {
                    let (operation, field) = ("ecr:BatchGetImage", "imageDigest");
                    let evidence = Evidence { operation, object: image, field, value: found };
                    return Ok(Some(Diagnosis::of(known("E21")).shown_by(evidence)));
                }
                Registered::Unseen(reason) => return Err(reason),
                Registered::Image { health_check, .. } => {
                    let ignored = ignored(aws, task, container, health_check).await?;
                    if ignored.is_some() {
                        return Ok(ignored);
                    }
                }
                Registered::Missing(_) => {}
            }
        }
    }
    Ok(None)
}

/// Returns the cause of a container whose image has a health check, and whose definition has none.
///
/// # Errors
///
/// Returns the reason why the image or the definition could not be read.
async fn ignored(
    aws: &Aws,
    task: &Task,
    container: &Container,
    health_check: Checked,
) -> Result<Option<Diagnosis>, String> {
    if health_check == Checked::No || container.health != "UNKNOWN" {
        return Ok(None);
    }
    let declares = operating::task::declares_check(aws, &task.revision, &container.name).await;
    match (declares.map_err(|error| error.to_string())?, health_check) {
        (false, Checked::Unread(reason)) => Err(reason),
        (false, _) => {
            let (operation, field) = ("ecr:GetDownloadUrlForLayer", "config.Healthcheck");
            let object = container.image.clone().unwrap_or_default();
            let evidence = Evidence { operation, object, field, value: container.name.clone() };
            Ok(Some(Diagnosis::of(known("K11")).shown_by(evidence)))
        }
        (true, _) => Ok(None),
    }
}
