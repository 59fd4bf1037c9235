//! Broken images. ECS can pull every other image, and its containers run for ever.
//!
//! A fault belongs to the exact reference, with tag or digest. Clients over TCP cannot set faults, so some tags
//! have a fixed one: four simple ones, and those of `texts`, which end in AWS's own words.
//!
//! Containers log a line when they start. An image can log more, in regular intervals ([`Talk`]).

mod texts;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::task_definition;
use crate::{web, world::World};

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
    /// Its container runs and never passes a health check: neither its own, nor one of a load balancer.
    Unhealthy,
    /// Its container answers every request with this status code of HTTP.
    ///
    /// A load balancer's health check fails unless its matcher has the code. The container's own health check passes.
    Answers {
        /// The status code, such as 404.
        status: u16,
    },
    /// Its container never passes its own health check, if it has one, and logs these lines when it starts.
    Ill {
        /// The lines.
        log: Vec<String>,
    },
    /// Its task ends with these words of AWS.
    Ends {
        /// The stop code, such as `TaskFailedToStart`.
        code: String,
        /// The reason of the task.
        reason: String,
        /// The reason of the container. `None` if it has none.
        container: Option<String>,
        /// The exit code. `None` if the container never ran.
        exit_code: Option<i32>,
    },
    /// ECS does not place its task, and writes an event with this reason.
    Unplaceable {
        /// The end of the event, such as `was unable to place a task. Reason: …`.
        event: String,
    },
}

/// The lines that the containers of an image log while they run, for
/// [`Sandbox::make_talk`](crate::Sandbox::make_talk).
///
/// The lines are `line 1`, `line 2` and so on, behind the first one of every container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Talk {
    /// The time between two lines.
    pub every: Duration,
    /// The time from a line to its arrival in CloudWatch Logs.
    pub late: Duration,
}

impl Talk {
    /// Returns lines in this interval, which arrive at once.
    pub fn every(every: Duration) -> Self {
        Self { every, late: Duration::ZERO }
    }

    /// Sets the time from a line to its arrival.
    #[must_use]
    pub fn late(self, late: Duration) -> Self {
        Self { late, ..self }
    }
}

/// Returns the lines of an image. `None` if its containers log only their start.
pub(super) fn talk(world: &World, image: &str) -> Option<Talk> {
    let is_chatty = task_definition::split_tag(image).1 == Some("chatty");
    let set = world.ecs.talking_images.get(image).copied();
    set.or(is_chatty.then(|| Talk::every(Duration::from_secs(2))))
}

/// Makes the containers of an image log lines, for those that start from now on.
pub(crate) fn make_talk(world: &mut World, image: &str, talk: Talk) {
    world.ecs.talking_images.insert(image.to_owned(), talk);
}

/// Returns the fault of an image, `None` if it works.
///
/// A caller can break an image, or its tag does: `does-not-exist`, `fail`, `unhealthy` and such as `answers-404` are for
/// clients over TCP.
pub(super) fn trouble(world: &World, image: &str) -> Option<BrokenImage> {
    if let Some(broken) = world.ecs.broken_images.get(image) {
        return Some(broken.clone());
    }
    if web::is_missing(world, image) {
        return Some(BrokenImage::Missing);
    }
    match task_definition::split_tag(image).1? {
        "does-not-exist" => Some(BrokenImage::Missing),
        "fail" => Some(BrokenImage::Exits {
            code: 1,
            after: Duration::ZERO,
            log: vec!["the image is made to fail".to_owned()],
        }),
        "unhealthy" => Some(BrokenImage::Unhealthy),
        tag => match tag.strip_prefix("answers-").and_then(|status| status.parse().ok()) {
            Some(status) => Some(BrokenImage::Answers { status }),
            None => texts::of_tag(tag, image),
        },
    }
}

/// Returns ECS's words for a task that never starts, by the end of a tag that begins with `ends-`.
pub(super) fn words(word: &str, image: &str) -> Option<String> {
    match texts::of_tag(&format!("ends-{word}"), image)? {
        BrokenImage::Ends { reason, .. } => Some(reason),
        _ => None,
    }
}

/// Returns the status code with which the containers of a broken image answer. `None` if the image works.
pub(super) fn status(world: &World, image: &str) -> Option<u16> {
    match trouble(world, image)? {
        BrokenImage::Answers { status } => Some(status),
        BrokenImage::Unhealthy => Some(503),
        _ => None,
    }
}

/// What the registry of an image says of it, if nobody published it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InRegistry {
    /// It exists.
    There,
    /// It exists, for another platform than those of Fargate.
    OtherPlatform,
    /// The repository does not have it.
    NoImage,
    /// The registry does not have the repository.
    NoRepository,
    /// The registry does not let anybody pull it.
    Denied,
    /// The registry refuses more requests.
    Limited,
    /// No host has the registry's name.
    NoRegistry,
}

/// Returns what the registry of an image says, so that it agrees with the pulls of ECS.
pub(crate) fn in_registry(world: &World, image: &str) -> InRegistry {
    if trouble(world, image) == Some(BrokenImage::Missing) {
        return InRegistry::NoImage;
    }
    match task_definition::split_tag(image).1.and_then(|tag| tag.strip_prefix("ends-")) {
        Some("image-missing") => InRegistry::NoImage,
        Some("repository-missing") => InRegistry::NoRepository,
        Some("wrong-platform") => InRegistry::OtherPlatform,
        Some("pull-limit") => InRegistry::Limited,
        Some("no-credentials" | "pull-denied") => InRegistry::Denied,
        Some("registry-unknown") => InRegistry::NoRegistry,
        _ => InRegistry::There,
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
