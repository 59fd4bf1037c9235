//! Tags in the types of the SDK's crates.

use crate::tags::Tags;

/// Returns tags as the SDK's crate of a service has them.
pub(crate) fn sdk_tags<T>(tags: &Tags, tag: impl Fn(&str, &str) -> T) -> Vec<T> {
    tags.iter().map(|(key, value)| tag(key, value)).collect()
}

/// Sets or removes tags of an object that a service names by its ARN, by requests of its client. `$names` are the calls that set and
/// remove tags.
macro_rules! retag {
    ($untag:expr, $tag:expr, $names:expr, $arn:expr, $change:expr, $tags:expr) => {
        match $change {
            $crate::engine::kind::Retag::Remove(keys) => {
                let request = $untag.resource_arn($arn).set_tag_keys(Some(keys));
                $crate::error::Answer::of(request.send().await, $names[1]).map(drop)
            }
            $crate::engine::kind::Retag::Set(tags) => {
                let request = $tag.resource_arn($arn).set_tags(Some($tags(&tags)));
                $crate::error::Answer::of(request.send().await, $names[0]).map(drop)
            }
        }
    };
}

pub(crate) use retag;
