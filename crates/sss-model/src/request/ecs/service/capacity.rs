//! Capacity provider strategies.

use super::Service;
use crate::report::Report;
use crate::rules::service::{self, Share};
use crate::rules::worded;
use crate::rules::{ECS_SVC_004, ECS_SVC_006, logging};

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
    if let Some(other) =
        shares.iter().find(|share| !fargate(share)).filter(|_| shares.iter().any(|share| fargate(&share)))
    {
        let message = format!("`{}` is no provider of Fargate, and another one is", other.provider);
        report.add(&other.provider_at, worded(&ECS_SVC_004, message));
    }
    compatible(service, report);
}

/// ECS works out itself what a task definition is compatible with; one that fits needs not say so.
fn compatible(service: &Service<'_>, report: &mut Report) {
    let Some(task) = service.task.as_ref().filter(|_| service.fargate && !service.external()) else { return };
    let at = service.request.place("taskDefinition");
    let mut drivers = task.containers.iter().filter_map(|container| container.get("logConfiguration"));
    if drivers.any(|log| log.text("logDriver").is_some_and(|driver| !logging::FARGATE.contains(&driver))) {
        report.add(&at, worded(&ECS_SVC_006, "has a log driver that Fargate does not have"));
    }
    if task.fargate {
        return;
    }
    let silent = task.request.items("requiresCompatibilities").is_empty();
    let fits = task.network_mode() == "awsvpc" && task.cpu().is_some() && task.memory().is_some();
    if silent && fits {
        report.warn(&at, worded(&ECS_SVC_006, "does not say that it is for Fargate"));
    } else {
        report.add(&at, worded(&ECS_SVC_006, "is not for Fargate"));
    }
}
