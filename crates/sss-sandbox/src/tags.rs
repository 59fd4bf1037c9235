//! Tags. All services keep them as a map and render their own wire form.
//!
//! Keys are unique and case-sensitive, and a listing has their order. IAM compares keys without case.

use std::collections::BTreeMap;

/// Values by key.
pub(crate) type Tags = BTreeMap<String, String>;
