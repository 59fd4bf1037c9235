//! Broken images. ECS can pull every other image, and its containers run for ever.
//!
//! A fault belongs to the exact reference, with tag or digest. Clients over TCP cannot set faults, so three
//! tags have a fixed one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::task_definition;
use crate::world::World;

/// The fault of an image, for [`Sandbox::break_image`](crate::Sandbox::break_image).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use sss_sandbox::{BrokenImage, Sandbox};
///
/// let crash = BrokenImage::Exits { code: 137, after: Duration::ZERO, log: vec!["out of memory".to_owned()] };
/// Sandbox::new().break_image("example/app:1.4", crash);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BrokenImage {
    /// The registry does not have the image.
    Missing,
    /// Its container exits by itself.
    Exits {
        /// The exit code.
        code: i32,
        /// The time from the start to the exit.
        ///
        /// With zero, the task never counts as running. With more it does, so no circuit breaker counts its exit.
        after: Duration,
        /// The lines that the container logs before it exits.
        log: Vec<String>,
    },
    /// Its container runs and never passes its health check, if it has one.
    Unhealthy,
}

/// Returns the fault of an image, `None` if it works.
///
/// A caller can break an image, or its tag does: `does-not-exist`, `fail` and `unhealthy` are for clients over TCP.
pub(super) fn trouble(world: &World, image: &str) -> Option<BrokenImage> {
    if let Some(broken) = world.ecs.broken_images.get(image) {
        return Some(broken.clone());
    }
    match task_definition::split_tag(image).1? {
        "does-not-exist" => Some(BrokenImage::Missing),
        "fail" => Some(BrokenImage::Exits {
            code: 1,
            after: Duration::ZERO,
            log: vec!["the image is made to fail".to_owned()],
        }),
        "unhealthy" => Some(BrokenImage::Unhealthy),
        _ => None,
    }
}

/// Breaks an image for containers that start from now on. Running containers stay as they are.
pub(crate) fn break_image(world: &mut World, image: &str, how: BrokenImage) {
    world.ecs.broken_images.insert(image.to_owned(), how);
}

/// Makes an image work again, for containers that start from now on. A fault that its tag gives stays.
pub(crate) fn mend_image(world: &mut World, image: &str) {
    world.ecs.broken_images.remove(image);
}
