//! Images: whether they exist, and for the architecture of the tasks.
//!
//! ECR is asked through AWS, and every other registry through its own protocol, without credentials. A registry
//! that does not answer, or that limits requests, proves nothing.

mod platform;
mod reference;
mod registry;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::Value;

pub(crate) use self::platform::Checked;
pub(super) use self::reference::{Place, Reference};
use self::{
    platform::{Fit, Platforms},
    registry::Answer,
};
use super::{Check, Reach, subject::Subject, unread};
use crate::{
    Aws, Error, Id,
    services::ecr::{self, Repository},
};

/// An image and its users.
struct Wanted<'a> {
    reference: String,
    /// The architectures of the tasks that use it, in the words of images.
    architectures: Vec<&'static str>,
    /// Whether tasks pull it with credentials of a secret.
    has_credentials: bool,
    concerns: Vec<&'a Id>,
}

/// The part of an image that could be read.
enum Found {
    /// Its platforms and its digest, and a remark about its name.
    Image { platforms: Platforms, digest: Option<String>, remark: Option<String> },
    /// It does not exist, with the sentence and the remedy.
    Missing { reason: String, fix: String },
    /// It cannot be seen from here.
    Unseen(String),
}

/// Checks the images of all containers whose image the stack owns.
pub(super) async fn check(aws: &Aws, subject: &Subject<'_>, reach: Reach) -> Vec<Check> {
    join_all(wanted(subject).iter().map(|wanted| one(aws, wanted, reach))).await
}

/// Returns the images of a stack, each once.
fn wanted<'a>(subject: &Subject<'a>) -> Vec<Wanted<'a>> {
    let mut images: BTreeMap<&str, Wanted<'a>> = BTreeMap::new();
    for need in &subject.services {
        for (name, container) in &need.content.containers {
            if need.definition.deployed.as_ref() == Some(name) {
                continue;
            }
            let wanted = images.entry(&container.image).or_insert_with(|| Wanted {
                reference: container.image.clone(),
                architectures: Vec::new(),
                has_credentials: false,
                concerns: Vec::new(),
            });
            wanted.has_credentials |= container.repository_credentials.is_some();
            if need.is_linux() && !wanted.architectures.contains(&need.architecture()) {
                wanted.architectures.push(need.architecture());
            }
            wanted.concerns.push(need.definition_id);
        }
    }
    images.into_values().collect()
}

/// Checks one image.
async fn one(aws: &Aws, wanted: &Wanted<'_>, reach: Reach) -> Check {
    let id = "image";
    let subject = wanted.reference.as_str();
    let found = find(aws, &Reference::parse(subject), wanted.has_credentials, reach).await;
    let check = match found {
        Found::Missing { reason, fix } => Check::problem(id, subject, reason, fix),
        Found::Unseen(reason) => Check::not_checked(id, subject, reason),
        Found::Image { platforms, remark, .. } => {
            let check = fits(wanted, &platforms);
            Check { reason: check.reason.or(remark), ..check }
        }
    };
    check.about(wanted.concerns.iter().copied())
}

/// Reads an image from its registry.
async fn find(aws: &Aws, reference: &Reference, has_credentials: bool, reach: Reach) -> Found {
    match &reference.place {
        Place::Ecr(repository) => from_ecr(aws, repository, reference).await,
        Place::Registry(_) if has_credentials => Found::Unseen(
            "its registry needs the credentials of a secret, which this check does not read".to_owned(),
        ),
        Place::Registry(_) if reach == Reach::AwsOnly => Found::Unseen("only AWS is asked".to_owned()),
        Place::Registry(_) => from_registry(aws, reference).await,
    }
}

/// The content of a registry under a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Registered {
    /// An image with this digest. An index has those of its images too.
    Image { digest: String, entries: Vec<String>, fits: bool, health_check: Checked },
    /// Nothing, for this reason.
    Missing(String),
    /// It cannot be seen from here, for this reason.
    Unseen(String),
}

/// Returns what a registry has under a reference, and whether it is for an architecture.
pub(crate) async fn registered(
    aws: &Aws,
    reference: &str,
    architecture: &str,
    has_credentials: bool,
    reach: Reach,
) -> Registered {
    match find(aws, &Reference::parse(reference), has_credentials, reach).await {
        Found::Missing { reason, .. } => Registered::Missing(reason),
        Found::Unseen(reason) => Registered::Unseen(reason),
        Found::Image { digest: None, .. } => Registered::Unseen("its registry tells no digest".to_owned()),
        Found::Image { platforms, digest: Some(digest), .. } => {
            let fits = platforms.fit(architecture) != Fit::No;
            let Platforms { entries, health_check, .. } = platforms;
            Registered::Image { digest, entries, fits, health_check }
        }
    }
}

/// Compares the platforms of an image with those of its tasks.
fn fits(wanted: &Wanted<'_>, platforms: &Platforms) -> Check {
    let subject = wanted.reference.as_str();
    if let Some(kind) = &platforms.other {
        let reason = format!("{subject} is no image of a container, but {kind}");
        return Check::problem("image", subject, reason, "name an image that a build has pushed");
    }
    for architecture in &wanted.architectures {
        match platforms.fit(architecture) {
            Fit::Yes => {}
            Fit::Unknown => {
                let reason = format!("{subject} does not say for which architecture it is");
                return Check::not_checked("image", subject, reason);
            }
            Fit::No => {
                let there = platforms.names();
                let reason = format!("{subject} is for {there}, and the tasks run on linux/{architecture}");
                let key = if *architecture == "arm64" { "X86_64" } else { "ARM64" };
                let fix = format!(
                    "build the image for linux/{architecture}, or write `cpu_architecture = \"{key}\"`"
                );
                return Check::problem("image", subject, reason, fix);
            }
        }
    }
    if platforms.is_large() {
        let reason = format!("{subject} has more than 5 GiB, which tasks pull before they start");
        return Check::warning("image", subject, reason, "make the image smaller");
    }
    Check::ok("image", subject)
}

/// Reads an image of ECR.
async fn from_ecr(aws: &Aws, repository: &Repository, reference: &Reference) -> Found {
    let name = &repository.name;
    let wanted = reference.wanted();
    let (tag, digest) = (reference.tag.as_deref(), reference.digest.as_deref());
    let image = match ecr::image(aws, repository, tag, digest).await {
        Ok(Some(image)) => image,
        Ok(None) => {
            let fix = format!(
                "push it, or correct `image`; `aws ecr list-images --repository-name {name}` lists the others"
            );
            return missing(aws, repository, format!("the repository {name} has no image {wanted}"), fix)
                .await;
        }
        Err(error) if error.has_code("RepositoryNotFoundException") => {
            let reason = format!("ECR has no repository {name} in {}", repository.region);
            let fix = format!(
                "create it with `aws ecr create-repository --repository-name {name}` and push the image"
            );
            return missing(aws, repository, reason, fix).await;
        }
        Err(error) => return Found::Unseen(unread(&error)),
    };

    let Ok(manifest) = serde_json::from_str::<Value>(&image.manifest) else {
        return Found::Unseen("its manifest is no JSON".to_owned());
    };
    let mut platforms = Platforms::of_manifest(&manifest);
    if let Some(config) = platforms.configuration.take() {
        match configuration(aws, repository, &config).await {
            Ok(body) => platforms.add_configuration(&body),
            Err(reason) => platforms.health_check = Checked::Unread(reason),
        }
    }
    let remark = moved(aws, repository, reference, &image.digest).await;
    Found::Image { platforms, digest: Some(image.digest), remark }
}

/// Reads the configuration of an image of ECR by its digest.
///
/// # Errors
///
/// Returns the reason why it could not be read.
async fn configuration(aws: &Aws, repository: &Repository, digest: &str) -> Result<Vec<u8>, String> {
    let url = ecr::download_url(aws, repository, digest).await.map_err(|error| unread(&error))?;
    match aws.web.get(&url, &[]).await {
        Ok(page) if page.is_success() => Ok(page.body),
        _ => Err(format!("the configuration of an image of {} cannot be read from here", repository.name)),
    }
}

/// Returns a remark about a tag that leads to another digest than the one beside it.
async fn moved(aws: &Aws, repository: &Repository, reference: &Reference, digest: &str) -> Option<String> {
    let (tag, _) = (reference.tag.as_deref()?, reference.digest.as_deref()?);
    let now = ecr::image(aws, repository, Some(tag), None).await.ok()??;
    (now.digest != digest).then(|| format!("the tag {tag} leads to another image by now; the digest counts"))
}

/// Returns an image of ECR as missing, unless a pull-through cache creates its repository at the first pull.
async fn missing(aws: &Aws, repository: &Repository, reason: String, fix: String) -> Found {
    let prefixes = match ecr::cached_prefixes(aws).await {
        Ok(prefixes) => prefixes,
        Err(error) if is_unknown(&error) => Vec::new(),
        Err(error) => {
            return Found::Unseen(format!(
                "{reason}, unless a pull-through cache has it: {}",
                unread(&error)
            ));
        }
    };
    let is_cached = |prefix: &String| prefix == "ROOT" || repository.name.starts_with(&format!("{prefix}/"));
    if prefixes.iter().any(is_cached) {
        return Found::Unseen("a pull-through cache reads it at its first pull".to_owned());
    }
    Found::Missing { reason, fix }
}

/// Returns whether a service does not know the call, as emulators of AWS do not.
fn is_unknown(error: &Error) -> bool {
    error.has_code("UnknownOperationException")
}

/// Reads an image of another registry.
async fn from_registry(aws: &Aws, reference: &Reference) -> Found {
    let Place::Registry(host) = &reference.place else { return Found::Unseen(String::new()) };
    let path = &reference.path;
    let (manifest, digest) = match registry::manifest(aws, host, path, reference.wanted()).await {
        Answer::Document(manifest, digest) => (manifest, digest),
        Answer::Missing => {
            return Found::Missing {
                reason: format!("{host} has no image {path} with {}", reference.wanted()),
                fix: "push it, or correct `image`".to_owned(),
            };
        }
        Answer::Unauthorized => {
            return Found::Missing {
                reason: format!("{host} does not let anybody pull {path}: it is private, or does not exist"),
                fix: "correct `image`, or name a secret with credentials in `repository_credentials`"
                    .to_owned(),
            };
        }
        Answer::Unseen(reason) => return Found::Unseen(reason),
    };

    let mut platforms = Platforms::of_manifest(&manifest);
    if let Some(config) = platforms.configuration.take()
        && let Some(body) = registry::blob(aws, host, path, &config).await
    {
        platforms.add_configuration(&body);
    }
    Found::Image { platforms, digest, remark: None }
}
