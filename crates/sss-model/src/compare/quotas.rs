//! AWS's quotas beside what a stack needs.

use schemars::JsonSchema;
use serde::Serialize;

use super::{BackendKind, number, reached};
use crate::{Stack, cost::services_of_one};

/// A quota, and what the stack needs of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Quota {
    /// The things that are counted, such as `target groups of an ALB`.
    pub quota: &'static str,
    /// AWS's default value.
    pub limit: u32,
    /// The number that the stack needs.
    pub needed: u32,
    /// Whether AWS raises it on request.
    pub is_adjustable: bool,
    /// Whether the stack needs more than the default value.
    pub binds: bool,
    /// What follows if it binds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
}

impl Quota {
    /// Returns a quota that AWS raises on request.
    fn raised(quota: &'static str, limit: u32, needed: u32) -> Self {
        let binds = needed > limit;
        let effect = binds.then(|| "AWS must raise it first".to_owned());
        Self { quota, limit, needed, is_adjustable: true, binds, effect }
    }

    /// Returns a quota that AWS does not raise, and what follows if it binds.
    fn fixed(quota: &'static str, limit: u32, needed: u32, effect: impl Into<String>) -> Self {
        let binds = needed > limit;
        Self { quota, limit, needed, is_adjustable: false, binds, effect: binds.then(|| effect.into()) }
    }

    /// Returns the used part, for the order: 1 for a quota that is used up.
    fn share(&self) -> f64 {
        f64::from(self.needed) / f64::from(self.limit)
    }
}

/// Returns the quotas that are the same behind each backend, those that bind first.
pub(super) fn shared(stack: &Stack) -> Vec<Quota> {
    let routed = stack.services.values().filter(|service| !service.routes.is_empty());
    let keys = |service: &crate::Service| {
        service.routes.iter().map(|route| route.methods.len().max(1)).sum::<usize>()
    };
    let units = |service: &crate::Service| u64::from(service.most_tasks()) * u64::from(service.task.cpu);
    let vcpus = stack.services.values().map(units).sum::<u64>().div_ceil(1024);

    let vcpus = u32::try_from(vcpus).unwrap_or(u32::MAX);
    let effect = "the API cannot have them all";
    ordered(vec![
        Quota::raised("routes of an API", 300, number(routed.clone().map(keys).sum())),
        Quota::fixed("integrations of an API", 300, number(routed.count()), effect),
        Quota::raised("vCPUs of Fargate in the region", 6, vcpus),
    ])
}

/// Returns the quotas of a backend, those that bind first.
pub(super) fn of(stack: &Stack, kind: BackendKind) -> Vec<Quota> {
    let behind = number(reached(stack).count());
    let tasks: Vec<u32> = reached(stack).map(crate::Service::most_tasks).collect();
    let sum = |tasks: &[u32]| tasks.iter().fold(0_u32, |sum, count| sum.saturating_add(*count));
    let balancers = behind.div_ceil(services_of_one(kind).unwrap_or(u32::MAX));
    let several = format!("the stack has {balancers} of them");
    let fullest = || {
        let most = services_of_one(kind).unwrap_or(u32::MAX) as usize;
        tasks.chunks(most).map(sum).max().unwrap_or_default()
    };

    ordered(match kind {
        BackendKind::CloudMap => {
            let most = tasks.iter().copied().max().unwrap_or_default();
            vec![Quota::fixed("tasks of a service in Cloud Map", 1000, most, "ECS registers no more tasks")]
        }
        BackendKind::Alb => vec![
            Quota::fixed("target groups of an ALB", 100, behind, several),
            Quota::raised("ALBs of the region", 50, balancers),
            Quota::raised("targets of an ALB", 1000, fullest()),
        ],
        BackendKind::Nlb => vec![
            Quota::fixed("listeners of an NLB", 50, behind, several),
            Quota::raised("NLBs of the region", 50, balancers),
            Quota::raised("targets of an NLB in a zone", 500, fullest()),
        ],
    })
}

/// Orders quotas by the part that is used.
fn ordered(mut quotas: Vec<Quota>) -> Vec<Quota> {
    quotas.sort_by(|a, b| b.share().total_cmp(&a.share()));
    quotas
}
