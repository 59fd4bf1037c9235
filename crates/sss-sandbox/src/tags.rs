//! Tags. All services keep them as a map and render their own wire form.

use std::collections::BTreeMap;

/// Values by key.
pub(crate) type Tags = BTreeMap<String, String>;
