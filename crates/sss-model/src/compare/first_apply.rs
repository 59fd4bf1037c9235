//! The least time of a first apply, from AWS's delays and quotas on calls.
//!
//! The delays are those of the sandbox. An apply works on all chains at the same time, so the longest one is the floor.

use schemars::JsonSchema;
use serde::Serialize;

use super::{BackendKind, number, reached};
use crate::{Stack, cost::services_of_one};

/// The assumptions behind the times.
pub(super) const ASSUMPTIONS: [&str; 3] = [
    "a VPC link takes 150 s, a namespace 46 s, a service 50 s, an ALB 120 s, an NLB 180 s: times of the sandbox, which \
     nobody measured on an account",
    "a task is healthy after one check of an ALB, or two of an NLB, one each 10 s",
    "calls take no time, and all tokens of the quotas are there at the start: RegisterTaskDefinition 20 and 1 a second, writes to \
     Elastic Load Balancing 20 and 3 a second",
];

const VPC_LINK: f64 = 150.0;
const NAMESPACE: f64 = 46.0;
const SERVICE: f64 = 50.0;
const CHECK: f64 = 10.0;

/// The calls of a quota at once, and those of a second from then on.
struct Rate {
    burst: f64,
    each_second: f64,
}

impl Rate {
    /// The quota of `RegisterTaskDefinition`.
    const REGISTER: Self = Self { burst: 20.0, each_second: 1.0 };
    /// The quota of writes to Elastic Load Balancing.
    const BALANCING: Self = Self { burst: 20.0, each_second: 3.0 };

    /// Returns the seconds after which a number of calls is made.
    fn seconds(&self, calls: u32) -> f64 {
        (f64::from(calls) - self.burst).max(0.0) / self.each_second
    }
}

/// The least time of the first apply of a stack.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FirstApply {
    /// The seconds of the longest stage.
    pub seconds: f64,
    /// The stages, which run side by side, the longest first.
    pub stages: Vec<Stage>,
}

/// Something that a first apply waits for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Stage {
    /// The stage, such as `the VPC link becomes available`.
    pub stage: &'static str,
    /// Its seconds.
    pub seconds: f64,
}

impl FirstApply {
    /// Returns the least time of the first apply of a stack behind a backend.
    pub(super) fn of(stack: &Stack, kind: BackendKind) -> Self {
        let mut stages = stages(stack, kind);
        stages.retain(|stage| stage.seconds > 0.0);
        stages.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
        Self { seconds: stages.first().map_or(0.0, |stage| stage.seconds), stages }
    }
}

/// Returns all stages, in no order. One that the stack does not need has no seconds.
fn stages(stack: &Stack, kind: BackendKind) -> Vec<Stage> {
    let services = number(stack.services.len());
    let behind = number(reached(stack).count());
    let if_any = |count: u32, seconds: f64| if count > 0 { seconds } else { 0.0 };
    let new = |stage, seconds| Stage { stage, seconds };

    let needs_link =
        stack.network.existing_vpc_link.is_none() && reached(stack).any(|one| !one.routes.is_empty());
    let mut stages = vec![
        new("the VPC link becomes available", if needs_link { VPC_LINK } else { 0.0 }),
        new(
            "the quota of RegisterTaskDefinition, then the last service starts",
            if_any(services, Rate::REGISTER.seconds(services) + SERVICE),
        ),
    ];
    match kind {
        BackendKind::CloudMap => {
            let namespace = if stack.namespace.existing.is_none() { NAMESPACE } else { 0.0 };
            stages.push(new(
                "the namespace, then the first service starts",
                if_any(behind, namespace + SERVICE),
            ));
        }
        BackendKind::Alb => stages.push(new(
            "the load balancer becomes active, then its first check passes",
            if_any(behind, 120.0 + CHECK),
        )),
        BackendKind::Nlb => stages.push(new(
            "the load balancer becomes active, then two checks pass",
            if_any(behind, 180.0 + 2.0 * CHECK),
        )),
    }
    if let Some(most) = services_of_one(kind) {
        // A target group, its attributes, and its rule or listener. The rules of one ALB share a listener.
        let listeners = if kind == BackendKind::Alb { behind.div_ceil(most) } else { 0 };
        let calls = 3 * behind + listeners;
        stages.push(new(
            "the quota of Elastic Load Balancing, then the last service starts",
            if_any(behind, Rate::BALANCING.seconds(calls) + SERVICE),
        ));
    }
    stages
}
