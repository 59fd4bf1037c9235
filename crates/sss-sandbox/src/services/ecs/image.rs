//! Images that do not work. All others can be pulled, and their containers run for ever.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::task_definition;
use crate::world::World;

/// What is wrong with an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BrokenImage {
    /// There is none to be pulled.
    Missing,
    /// Its container ends by itself.
    Exits {
        /// With this exit code.
        code: i32,
        /// So long after it was started. Without any time the task never counts as running; otherwise it does, and no
        /// circuit breaker takes notice of its end.
        after: Duration,
        /// After it has written these lines to its log.
        log: Vec<String>,
    },
    /// Its container runs and never passes its health check, if it has one.
    Unhealthy,
}

/// What is wrong with an image: what was said of it, or what its tag says. The tags `does-not-exist`, `fail` and
/// `unhealthy` are for clients that cannot say it otherwise.
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

/// Lets an image be broken from now on, for containers that are started from now on.
pub(crate) fn break_image(world: &mut World, image: &str, how: BrokenImage) {
    world.ecs.broken_images.insert(image.to_owned(), how);
}

/// Lets an image work again.
pub(crate) fn mend_image(world: &mut World, image: &str) {
    world.ecs.broken_images.remove(image);
}
