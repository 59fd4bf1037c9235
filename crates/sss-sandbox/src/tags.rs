//! Tags, as every service keeps them: a map. Each service renders its own wire form.

use std::collections::BTreeMap;

/// Key to value.
pub(crate) type Tags = BTreeMap<String, String>;
