//! The grammar of image references, as the distribution project has it.
//!
//! The grammar is that of `github.com/distribution/reference`: `[domain[:port]/]path[:tag][@digest]`. ECS accepts no
//! other digest than `sha256`. The first part of a path is a domain if it fits one, so `Uppercase/image` is an image of
//! the host `Uppercase`.
//!
//! The module also knows the host names of private registries of ECR, because an image there needs an execution role,
//! and because the host name has a region.

/// Returns whether a text is a reference to an image: `[domain[:port]/]path[:tag][@sha256:digest]`.
pub(super) fn is_reference(image: &str) -> bool {
    let (tagged, digest) = match image.split_once('@') {
        Some((tagged, digest)) => (tagged, Some(digest)),
        None => (image, None),
    };
    let (name, tag) = match tagged.rsplit_once(':') {
        // A colon before the last slash is that of a registry's port.
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (tagged, None),
    };
    is_name(name) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

/// Returns whether an image is in a private repository of ECR: `account.dkr.ecr.region.amazonaws.com/…`.
pub(crate) fn is_in_private_ecr(image: &str) -> bool {
    private_ecr(image).is_some()
}

/// Returns the region of a private repository of ECR, and the domain at the end of the registry's name.
///
/// The domain follows from the partition. `None` is an image of another registry.
pub(crate) fn region_of_ecr(image: &str) -> Option<(&str, &str)> {
    private_ecr(image)?.split_once('.')
}

/// Returns the name of a private registry of ECR after `account.dkr.ecr.`.
///
/// Registries for FIPS and for dual-stack networks have other names in the middle.
fn private_ecr(image: &str) -> Option<&str> {
    let (host, _) = image.split_once('/')?;
    let (account, rest) = host.split_once('.')?;
    let of_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let starts = ["dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."];
    starts.iter().find_map(|start| rest.strip_prefix(start)).filter(|_| of_account)
}

/// Returns whether a text is a path of components, perhaps behind a domain.
fn is_name(name: &str) -> bool {
    let is_path = |path: &str| path.split('/').all(is_component);
    is_path(name) || name.split_once('/').is_some_and(|(domain, path)| is_domain(domain) && is_path(path))
}

/// Returns whether a text is a component of a path.
///
/// It has lower-case letters and digits, with `.`, `_`, `__` or hyphens between them.
fn is_component(component: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = component.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    is_word(*first)
        && is_word(*last)
        && component
            .split(|c: char| c.is_ascii() && is_word(c as u8))
            .all(|between| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|b| b == b'-'))
}

/// Returns whether a text is a host with an optional port. An IPv6 address is in brackets.
fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (domain, None),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };

    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bracketed {
        Some(address) => !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':'),
        None => host.split('.').all(is_label),
    };
    is_host && port.is_none_or(is_port)
}

/// Returns whether a text is a tag: 1 to 128 letters, digits, `_`, `.` and `-`, the first no `.` or `-`.
fn is_tag(tag: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=128).contains(&tag.len())
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|b| is_word(b) || b".-".contains(&b))
}

/// Returns whether a text is a digest: `sha256:` and 64 hexadecimal digits in small letters.
fn is_digest(digest: &str) -> bool {
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(is_hex))
}
