//! What a plan changes in the monthly cost: one line, with what it assumes.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::Planned;
use sss_model::cost::{Parts, Prices, Tasks, Usage};

/// The assumption of the difference.
const ASSUMPTION: &str =
    "each task runs for 730 hours, without requests and logs, at list prices in USD without tax";

/// The monthly cost of the stack's objects before and after a plan, in USD without tax.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Monthly {
    /// The difference, in whole cents.
    difference: f64,
    /// The cost before the plan.
    before: f64,
    /// The cost after the plan.
    after: f64,
    /// The day of the prices.
    as_of: String,
    /// The assumptions.
    assumptions: Vec<&'static str>,
}

impl Monthly {
    /// Returns what a plan changes in the monthly cost, at the built-in prices.
    ///
    /// It returns `None` if nothing changes, if the table does not have the region, and if the plan is refused.
    pub(crate) fn of(planned: &Planned) -> Option<Self> {
        let (before, after) = planned.priced()?;
        Self::between(&before, &after, &planned.observed().stack().region)
    }

    /// Returns the difference between two moments of a region.
    fn between(before: &Parts, after: &Parts, region: &str) -> Option<Self> {
        let prices = Prices::default();
        let list = prices.of(region)?;
        let cost = |parts: &Parts| parts.monthly(list, &Usage::IDLE).ok();
        let (cost_before, cost_after) = (cost(before)?, cost(after)?);
        let difference = ((cost_after - cost_before) * 100.0).round() / 100.0;
        if difference == 0.0 {
            return None;
        }

        let mut assumptions = vec![ASSUMPTION];
        let tasks = || before.tasks.iter().chain(&after.tasks);
        if tasks().any(|tasks| tasks.assumption == Some(Tasks::ON_SPOT)) {
            assumptions.push(Tasks::ON_SPOT);
        }
        Some(Self { difference, before: cost_before, after: cost_after, as_of: prices.as_of, assumptions })
    }
}

impl fmt::Display for Monthly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { difference, as_of, assumptions, .. } = self;
        let on_spot = if assumptions.len() > 1 { ", Spot at the full price" } else { "" };
        write!(
            f,
            "{difference:+.2} USD a month (730 hours, without requests and logs{on_spot}; prices of {as_of})"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_below_a_cent_is_none() {
        let parts = |storage| Parts {
            tasks: vec![Tasks { storage, ..Tasks::new("app", 256, 512) }],
            ..Parts::default()
        };
        let between = |after: &Parts, region| Monthly::between(&parts(20), after, region);
        assert_eq!(between(&parts(20), "us-east-1"), None);
        assert_eq!(between(&parts(200), "mars-1"), None);
        let more = between(&parts(120), "us-east-1").expect("a difference").to_string();
        assert_eq!(more, "+8.10 USD a month (730 hours, without requests and logs; prices of 2026-08-27)");
    }

    #[test]
    fn spot_is_said_in_the_line() {
        let on_spot = Tasks { assumption: Some(Tasks::ON_SPOT), ..Tasks::new("app", 256, 512) };
        let parts = Parts { tasks: vec![on_spot], ..Parts::default() };
        let less =
            Monthly::between(&parts, &Parts::default(), "us-east-1").expect("a difference").to_string();
        assert!(less.starts_with("-9.01 USD") && less.contains("Spot at the full price"), "{less}");
    }
}
