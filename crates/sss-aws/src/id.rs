//! What names a resource: its kind and its logical name.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// A resource of a stack, named by kind and logical name.
///
/// The logical name is the name that the stack gives it. The name on AWS is the same but for an object that replaced
/// another one of that name; see [`crate::Live::physical`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Id {
    /// The kind, such as `ecs/service`.
    pub kind: &'static str,
    /// The logical name, such as `mz-dev-app`; a route's is its route key.
    pub name: String,
}

impl Id {
    pub(crate) fn new(kind: &'static str, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Words {
            kind: String,
            name: String,
        }
        let Words { kind, name } = Words::deserialize(deserializer)?;
        let spec = crate::services::find(&kind)
            .ok_or_else(|| de::Error::custom(format!("there is no kind {kind}")))?;
        Ok(Self { kind: spec.kind, name })
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}
