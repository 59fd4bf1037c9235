//! References to container images.

use super::registration::client;
use crate::refusal::Refusal;

/// Refuses what is no image reference: `[domain[:port]/]path[:tag][@digest]`.
pub(super) fn check(image: Option<&str>) -> Result<(), Refusal> {
    let image = image.filter(|image| !image.is_empty());
    let image = image.ok_or_else(|| client("Container.image should not be null or empty."))?;
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let (repository, tag) = split_tag(name);
    let fits = name.len() <= 255
        && digest.is_none_or(is_digest)
        && tag.is_none_or(is_tag)
        && path(repository).split('/').all(is_component);
    if fits { Ok(()) } else { Err(client(format!("Invalid image reference '{image}'."))) }
}

/// The tag stands behind a colon in the last part; a colon before is the registry's port.
pub(in crate::ecs) fn split_tag(name: &str) -> (&str, Option<&str>) {
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[last..].find(':') {
        Some(colon) => (&name[..last + colon], Some(&name[last + colon + 1..])),
        None => (name, None),
    }
}

/// The repository's path without the registry.
fn path(repository: &str) -> &str {
    match repository.split_once('/') {
        Some((first, rest)) if is_registry(first) => rest,
        _ => repository,
    }
}

fn is_registry(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.chars().any(|c| c.is_ascii_uppercase())
}

fn is_component(component: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    component.starts_with(edge)
        && component.ends_with(edge)
        && component.chars().all(|c| edge(c) || "._-".contains(c))
        && !["..", "___", "._", "_.", ".-", "-.", "-_", "_-"].iter().any(|pair| component.contains(pair))
}

fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.starts_with(word) && tag.len() <= 128 && tag.chars().all(|c| word(c) || c == '.' || c == '-')
}

fn is_digest(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
    })
}
