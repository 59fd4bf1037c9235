//! References to container images.

/// Splits a reference into name and tag. A colon before the last part belongs to the registry's port.
pub(in crate::services::ecs) fn split_tag(name: &str) -> (&str, Option<&str>) {
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[last..].find(':') {
        Some(colon) => (&name[..last + colon], Some(&name[last + colon + 1..])),
        None => (name, None),
    }
}
