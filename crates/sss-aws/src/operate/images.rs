//! The images of a stack: what it names, what runs, and what the registries have by now.
//!
//! A tag can be moved. ECS resolves it when a deployment begins, so tasks keep the image that the tag named then, and
//! the next deployment takes another one. A digest beside the tag keeps it: see [`pinned`].

use futures_util::future::join_all;
use schemars::JsonSchema;
use serde::Serialize;
use sss_model::{CpuArchitecture, Stack};

use super::{
    Named, Target,
    tasks::{Task, Which, tasks},
};
use crate::{
    Aws, Result,
    error::Absent,
    verify::{
        Reach,
        image::{Registered, registered},
    },
};

/// An image of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Image {
    /// The key of the service.
    pub service: String,
    /// The name of the container.
    pub container: String,
    /// The reference that the stack names.
    pub reference: String,
    /// The digests of the images that run, each once.
    pub running: Vec<String>,
    /// The digest that the registry has under the tag. `None` if it was not asked, or does not tell.
    pub registry: Option<String>,
    /// The comparison of both.
    pub state: State,
    /// The reason of the state, where there is more to say.
    pub reason: Option<String>,
}

/// How a registry compares with what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// The registry has what runs.
    Same,
    /// The registry has another image under the tag.
    Moved,
    /// The registry does not have it: new tasks cannot start.
    Gone,
    /// The image is for another architecture.
    OtherArchitecture,
    /// The registry has it, and no task runs.
    NotRunning,
    /// The registry was not asked, or does not tell.
    NotChecked,
}

impl State {
    /// Returns whether the next deployment would run another image, or none.
    pub const fn is_other(self) -> bool {
        matches!(self, Self::Moved | Self::Gone | Self::OtherArchitecture)
    }
}

/// Reads the images of these services, from the tasks that run and from the registries.
///
/// The registries are not asked without a reach. Of a reference with a tag and a digest, the tag is asked for.
///
/// # Errors
///
/// The tasks could not be read.
pub async fn images(
    aws: &Aws,
    stack: &Stack,
    services: &[&Named],
    reach: Option<Reach>,
) -> Result<Vec<Image>> {
    // Before the first apply there is no cluster.
    let running = tasks(aws, &Target::of(stack), services, Which::Wanted).await;
    let running = running.none_if(&["ClusterNotFoundException"])?.unwrap_or_default();
    let wanted = services.iter().flat_map(|named| wanted(stack, named));
    Ok(join_all(wanted.map(|wanted| one(aws, wanted, &running, reach))).await)
}

/// Returns a reference with this digest beside its tag, in place of another one.
///
/// ```
/// use sss_aws::operate::images::pinned;
///
/// assert_eq!(pinned("example/app:1.4@sha256:0d", "sha256:17"), "example/app:1.4@sha256:17");
/// ```
pub fn pinned(reference: &str, digest: &str) -> String {
    format!("{}@{digest}", without_digest(reference))
}

/// Returns a reference without its digest.
///
/// ```
/// use sss_aws::operate::images::without_digest;
///
/// assert_eq!(without_digest("example/app:1.4@sha256:0d"), "example/app:1.4");
/// ```
pub fn without_digest(reference: &str) -> &str {
    reference.split_once('@').map_or(reference, |(name, _)| name)
}

/// Returns whether a reference has a tag.
fn has_tag(reference: &str) -> bool {
    let name = without_digest(reference);
    name.rsplit('/').next().is_some_and(|last| last.contains(':'))
}

/// A container of a service.
struct Wanted<'a> {
    named: &'a Named,
    container: String,
    reference: String,
    architecture: &'static str,
    has_credentials: bool,
}

/// Returns the containers of a service.
fn wanted<'a>(stack: &Stack, named: &'a Named) -> Vec<Wanted<'a>> {
    let Some(service) = stack.services.get(named.key.as_str()) else { return Vec::new() };
    let is_arm = service.task.cpu_architecture == CpuArchitecture::Arm64;
    let architecture = if is_arm { "arm64" } else { "amd64" };
    let containers = service.task.all_containers(stack.container_name(&named.key));
    let wanted = containers.into_iter().map(|container| Wanted {
        named,
        container: container.name,
        reference: container.image,
        architecture,
        has_credentials: container.repository_credentials.is_some(),
    });
    wanted.collect()
}

/// Compares a container's image in its registry with those that run.
async fn one(aws: &Aws, wanted: Wanted<'_>, tasks: &[Task], reach: Option<Reach>) -> Image {
    let Wanted { named, container, reference, architecture, has_credentials } = wanted;
    let of_service = tasks.iter().filter(|task| task.service.as_ref() == Some(&named.service));
    let containers = of_service.flat_map(|task| &task.containers).filter(|found| found.name == container);
    let mut running: Vec<String> = containers.filter_map(|found| found.digest.clone()).collect();
    running.sort();
    running.dedup();

    let asked = if has_tag(&reference) { without_digest(&reference) } else { &reference };
    let found = match reach {
        Some(reach) => registered(aws, asked, architecture, has_credentials, reach).await,
        None => Registered::Unseen("its registry was not asked".to_owned()),
    };
    let (registry, state, reason) = judge(found, &running, architecture);
    Image { service: named.key.clone(), container, reference, running, registry, state, reason }
}

/// Returns the digest of a registry, the state and its reason.
fn judge(
    found: Registered,
    running: &[String],
    architecture: &str,
) -> (Option<String>, State, Option<String>) {
    match found {
        Registered::Unseen(reason) => (None, State::NotChecked, Some(reason)),
        Registered::Missing(reason) => (None, State::Gone, Some(reason)),
        Registered::Image { digest, fits: false, .. } => {
            let reason = format!("it is not for linux/{architecture}");
            (Some(digest), State::OtherArchitecture, Some(reason))
        }
        Registered::Image { digest, entries, .. } => {
            let is_known = |found: &String| *found == digest || entries.contains(found);
            let state = if running.is_empty() {
                State::NotRunning
            } else if running.iter().all(is_known) {
                State::Same
            } else {
                State::Moved
            };
            (Some(digest), state, None)
        }
    }
}
