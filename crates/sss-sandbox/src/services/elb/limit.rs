//! The quotas of objects. AWS raises some of them on request, and the sandbox does not.
//!
//! Source: the pages "Quotas for your Application Load Balancers" and "Quotas for your Network Load Balancers".

use serde_json::{Value, json};

use super::page::Paging;
use crate::{input::parse, refusal::Refusal, world::World};

/// Load balancers of one type in a region.
pub(super) const LOAD_BALANCERS: usize = 50;
/// Listeners of a load balancer.
pub(super) const LISTENERS: usize = 50;
/// Rules of an Application Load Balancer, without default rules.
pub(super) const RULES: usize = 100;
/// Different target groups of an Application Load Balancer.
pub(super) const TARGET_GROUPS_OF_BALANCER: usize = 100;
/// Target groups of a region.
pub(super) const TARGET_GROUPS: usize = 3000;
/// Targets of a target group.
pub(super) const TARGETS: usize = 1000;

/// The limits in the order of their names, as `DescribeAccountLimits` has them.
const LIMITS: [(&str, usize); 14] = [
    ("application-load-balancers", LOAD_BALANCERS),
    ("certificates-per-application-load-balancer", 25),
    ("condition-values-per-alb-rule", 5),
    ("condition-wildcards-per-alb-rule", 5),
    ("listeners-per-application-load-balancer", LISTENERS),
    ("listeners-per-network-load-balancer", LISTENERS),
    ("network-load-balancers", LOAD_BALANCERS),
    ("rules-per-application-load-balancer", RULES),
    ("target-groups", TARGET_GROUPS),
    ("target-groups-per-action-on-application-load-balancer", 5),
    ("target-groups-per-action-on-network-load-balancer", 1),
    ("target-groups-per-application-load-balancer", TARGET_GROUPS_OF_BALANCER),
    ("targets-per-application-load-balancer", 1000),
    ("targets-per-network-load-balancer", 3000),
];

/// Carries out `DescribeAccountLimits`.
pub(super) fn describe(_world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let paging: Paging = parse(input)?;
    let items = LIMITS.iter().map(|(name, most)| (name, json!({ "Name": name, "Max": most.to_string() })));
    paging.answer("Limits", items)
}
