//! Capacity provider strategies: how ECS divides the tasks of a service among providers of capacity.
//!
//! Each entry of `capacityProviderStrategy` has a *base* (tasks that run there first, 0 by default) and a *weight* (its
//! share of the other tasks; 0 by default). The rule is ECS-SVC-004, which `rules::service::strategy` checks for stacks
//! too. Only requests can mix providers of Fargate with others, because a stack knows no others.

use super::Service;
use crate::report::Report;
use crate::rules::service::{self, Share};
use crate::rules::{ECS_SVC_004, ECS_SVC_006, broken, logging, reference};

/// Checks the capacity provider strategy of a service, and that its task definition fits Fargate.
///
/// Weights are 0 to 1000, bases 0 to 100000. ECS refuses a strategy that mixes Fargate with other providers
/// (ECS-SVC-004). A name that is no valid provider does not count as another one: `reference` reports it.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    let at = service.request.place("capacityProviderStrategy");
    let items = service.request.items("capacityProviderStrategy");
    for item in &items {
        item.check_integer("weight", service::weight, report);
        item.check_integer("base", service::base, report);
    }

    let shares: Vec<Share<'_>> = items
        .iter()
        .filter_map(|item| {
            Some(Share {
                provider: item.text("capacityProvider")?,
                weight: item.integer("weight"),
                base: item.integer("base").unwrap_or_default(),
                provider_at: item.place("capacityProvider"),
                base_at: item.place("base"),
            })
        })
        .collect();
    service::strategy(&shares, &at, report);

    let fargate = |share: &&Share<'_>| service::is_fargate_provider(share.provider);
    if let Some(other) = shares
        .iter()
        .find(|share| !fargate(share) && reference::capacity_provider(share.provider).is_none())
        .filter(|_| shares.iter().any(|share| fargate(&share)))
    {
        report.add(&other.provider_at, broken!(ECS_SVC_004, "mixed", provider = other.provider));
    }
    compatible(service, report);
}

/// Checks that the task definition of a service on Fargate is for Fargate (ECS-SVC-006).
///
/// ECS finds out itself with what a task definition is compatible. One that fits (`awsvpc`, with `cpu` and `memory`)
/// and does not say so is a warning, since only `cfn-lint` is known to require `requiresCompatibilities`. A log driver
/// that Fargate does not have is an error at any rate.
fn compatible(service: &Service<'_>, report: &mut Report) {
    let Some(task) = service.task.as_ref().filter(|_| service.fargate && !service.external()) else { return };
    let at = service.request.place("taskDefinition");
    let mut drivers = task.containers.iter().filter_map(|container| container.get("logConfiguration"));
    if drivers.any(|log| log.text("logDriver").is_some_and(|driver| !logging::FARGATE.contains(&driver))) {
        report.add(&at, broken!(ECS_SVC_006, "log-driver"));
    }
    if !task.on_instances() {
        return;
    }

    let silent = task.request.items("requiresCompatibilities").is_empty();
    let fits = task.network_mode() == Some("awsvpc") && task.cpu().is_some() && task.memory().is_some();
    if silent && fits {
        report.warn(&at, broken!(ECS_SVC_006, "silent"));
    } else {
        report.add(&at, broken!(ECS_SVC_006, "not-for-fargate"));
    }
}
