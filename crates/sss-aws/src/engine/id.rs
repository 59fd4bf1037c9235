//! The names of resources: a kind and a logical name.
//!
//! A [`Kind`] is a handle to the table of its kind, so code that has an [`Id`] has everything that the engine
//! knows of the kind, without a registry to look it up in. Two handles are the same kind if they have the
//! same name.

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::engine::kind::Spec;

/// A kind of resource, such as `ecs/service`.
///
/// A kind is a handle to a table, so copying and comparing one is cheap. In JSON it is its name.
#[derive(Clone, Copy)]
pub struct Kind(&'static Spec);

impl Kind {
    /// Returns the handle to a kind.
    pub(crate) const fn of(spec: &'static Spec) -> Self {
        Self(spec)
    }

    /// Returns the name: the AWS service and a noun.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Returns the table of the kind.
    pub(crate) const fn spec(self) -> &'static Spec {
        self.0
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Kind {}

impl PartialEq<str> for Kind {
    fn eq(&self, name: &str) -> bool {
        self.name() == name
    }
}

impl PartialEq<&str> for Kind {
    fn eq(&self, name: &&str) -> bool {
        self.name() == *name
    }
}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.name(), f)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl JsonSchema for Kind {
    fn schema_name() -> Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A kind of objects: the service of AWS, a slash, and the type." })
    }
}

/// A resource of a stack, named by kind and logical name.
///
/// The logical name is the name that the stack gives it. The name on AWS is the same, except for an object
/// that replaced another one of that name; see [`Live::physical`](crate::Live::physical).
///
/// An id is no id of AWS. It is the same in each run and each account, so plans, events and saved worlds use
/// it. It orders by kind, then by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize, JsonSchema)]
pub struct Id {
    /// The kind, such as `ecs/service`.
    pub kind: Kind,
    /// The logical name, such as `mz-dev-app`; a route's is its route key.
    pub name: String,
}

impl Id {
    pub(crate) fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}
