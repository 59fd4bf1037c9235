//! Keys of which a type holds less than the schema can say.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;
use crate::security_group::{Rule, RuleWords};

/// Keys that only together make a value which a type holds.
pub(super) struct Held {
    /// The definition in the schema that has the keys.
    pub(super) definition: &'static str,
    /// The keys, and values in their place that no other rule minds.
    pub(super) keys: &'static [(&'static str, Option<u32>)],
    /// What the type says.
    pub(super) judge: fn(&Value) -> Option<Problem>,
}

pub(super) const HELD: &[Held] = &[Held {
    definition: "Rule",
    keys: &[
        ("protocol", None),
        ("port", None),
        ("ports", None),
        ("icmp_type", None),
        ("icmp_code", None),
        ("from_port", Some(0)),
        ("to_port", Some(255)),
    ],
    judge: refused::<RuleWords, Rule>,
}];

/// Keys that a rule judges together, by the definition that has them. Without one of them the others are not judged.
pub(super) const TOGETHER: &[(&str, &[&str])] = &[("Service", &["cpu", "memory"])];

fn refused<Words: DeserializeOwned, T: TryFrom<Words, Error = Problem>>(value: &Value) -> Option<Problem> {
    // What cannot be read at all has been reported with the structure.
    let words = serde_json::from_value::<Words>(value.clone()).ok()?;
    T::try_from(words).err()
}
