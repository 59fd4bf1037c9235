//! Tags in the types of the SDK's crates.
//!
//! Each crate of the SDK has a type `Tag` of its own, and no trait that they share. ECS, Cloud Map and IAM
//! take a list of them, API Gateway and CloudWatch Logs a map. API Gateway, Cloud Map, CloudWatch Logs and
//! ECS name the tagged object by its ARN, so one macro has the two calls for all four. IAM and EC2 name it
//! otherwise and make these calls themselves.

use crate::tags::Tags;

/// Returns tags as the SDK's crate of a service has them.
///
/// `tag` makes one tag from a key and a value. The order is that of the keys.
pub(crate) fn sdk_tags<T>(tags: &Tags, tag: impl Fn(&str, &str) -> T) -> Vec<T> {
    tags.iter().map(|(key, value)| tag(key, value)).collect()
}

/// Sets or removes tags of an object that a service names by its ARN, by requests of its client.
///
/// - `$untag` and `$tag` are the requests that remove and set tags, without an object.
/// - `$names` are the names of the calls that set and remove tags, in this order, for errors.
/// - `$arn` is the object, and `$change` the tags to set or to remove.
/// - `$tags` converts tags into the form of the client.
///
/// The macro evaluates to a `Result<()>`. A repeated call does no harm: setting an equal tag or removing an
/// absent one changes nothing.
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
