//! Keys whose type allows fewer values than the schema can describe.
//!
//! The words of a security group's rule are such keys: `port`, `ports`, `icmp_type` and others together give a protocol
//! and two numbers. So are those of an authorizer, whose issuer follows from a user pool. The type refuses a wrong combination. The reader asks the type here, before it reads the stack, and
//! reports the refusal beside all other problems.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{AuthorizerWords, JwtAuthorizer};
use crate::problem::Problem;
use crate::security_group::{Rule, RuleWords};

/// Keys that make one value of a type together.
pub(super) struct Held {
    /// The definition in the schema that has the keys.
    pub(super) definition: &'static str,
    /// The keys, each with a value in its place that breaks no other rule.
    pub(super) keys: &'static [(&'static str, Option<u32>)],
    /// Returns the problem of an object whose keys make no value of the type.
    pub(super) judge: fn(&Value) -> Option<Problem>,
}

pub(super) const HELD: &[Held] = &[AUTHORIZER, RULE];

const AUTHORIZER: Held = Held {
    definition: "JwtAuthorizer",
    keys: &[("issuer", None), ("audience", None), ("cognito", None)],
    judge: refused::<AuthorizerWords, JwtAuthorizer>,
};

const RULE: Held = Held {
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
};

/// Keys that a rule judges together, by the definition that has them. Without one of them the others are not judged.
pub(super) const TOGETHER: &[(&str, &[&str])] = &[("Service", &["cpu", "memory"])];

/// Returns the problem with which a type refuses an object.
fn refused<Words: DeserializeOwned, T: TryFrom<Words, Error = Problem>>(value: &Value) -> Option<Problem> {
    // The structure has reported an object that cannot be read at all.
    let words = serde_json::from_value::<Words>(value.clone()).ok()?;
    T::try_from(words).err()
}
