//! A rule in the form of a script.
//!
//! A script is JSON that a person writes, so unknown members, services that the sandbox does not have, and
//! contradictory choices of calls are errors with a message. `*` stands for every operation, as an absent
//! operation does.

use std::num::NonZeroU64;

use serde::Deserialize;

use super::{Fault, Occurrence, Rule};
use crate::services;

/// A rule as a script has it. At most one of `nth`, `every` and `probability` may be present.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    service: Option<String>,
    operation: Option<String>,
    /// The number of the call, from 1.
    nth: Option<NonZeroU64>,
    /// The interval between the calls, at least 1.
    every: Option<NonZeroU64>,
    /// The probability of each call, from 0 to 1.
    probability: Option<f64>,
    fault: Fault,
}

impl TryFrom<Line> for Rule {
    type Error = String;

    /// Returns the rule, or a message about the first mistake.
    fn try_from(line: Line) -> Result<Self, String> {
        if let Some(name) = line.service.as_deref().filter(|name| services::signed_as(name).is_none()) {
            return Err(format!("the sandbox has no service `{name}`"));
        }
        let occurrence = match (line.nth, line.every, line.probability) {
            (None, None, None) => Occurrence::Always,
            (Some(number), None, None) => Occurrence::Nth(number.get()),
            (None, Some(interval), None) => Occurrence::Every(interval.get()),
            (None, None, Some(probability)) if (0.0..=1.0).contains(&probability) => {
                Occurrence::Probability(probability)
            }
            (None, None, Some(_)) => return Err("`probability` must be from 0 to 1".to_owned()),
            _ => return Err("a rule can have only one of `nth`, `every` and `probability`".to_owned()),
        };
        let operation = line.operation.filter(|name| name != "*");
        Ok(Self { fault: line.fault, service: line.service, operation, occurrence })
    }
}
