//! The permissions of the tagging API.
//!
//! Source: "Actions, resources, and condition keys for Amazon Resource Group Tagging API", in the Service
//! Authorization Reference. Its actions have the prefix `tag`, and no resources. That a write also needs the right of
//! the object's own service is left out.

use crate::access::{Access, Check, no_tags, unchanged};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: &[],
    usual: Check::of("tag:{operation}", "*"),
    arn: |world, resource| world.arn("tagging", resource),
    name: unchanged,
    tags: no_tags,
};
