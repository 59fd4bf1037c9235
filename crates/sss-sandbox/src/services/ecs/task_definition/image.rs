//! References to container images.

/// The tag stands behind a colon in the last part; a colon before is the registry's port.
pub(in crate::services::ecs) fn split_tag(name: &str) -> (&str, Option<&str>) {
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[last..].find(':') {
        Some(colon) => (&name[..last + colon], Some(&name[last + colon + 1..])),
        None => (name, None),
    }
}
