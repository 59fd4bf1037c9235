//! Deployments: percentages, circuit breaker, alarms, and the deployment controller.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{
    self, ECS_SVC_030, ECS_SVC_031, ECS_SVC_032, ECS_SVC_033, ECS_SVC_062, WRONG_CONTROLLER, broken,
};

/// The parameters that an external controller gives to its task sets instead.
const OF_TASK_SETS: [&str; 3] = ["taskDefinition", "loadBalancers", "networkConfiguration"];

/// Checks the deployment controller and the deployment configuration of a service.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    controller(service, report);
    let deployment = service.request.get("deploymentConfiguration");
    if let Some(deployment) = &deployment {
        percents(service, deployment, report);
        for (member, rule) in [("deploymentCircuitBreaker", &ECS_SVC_031), ("alarms", &ECS_SVC_032)] {
            let part = deployment.get(member).filter(|_| service.controller != "ECS");
            let Some(part) = part else { continue };
            let broken = broken!(rule, WRONG_CONTROLLER, controller = service.controller);
            if part.is_set("enable") {
                report.add(part.at(), broken);
            } else {
                report.warn(part.at(), broken);
            }
        }
    }
    rebalancing(service, deployment.as_ref(), report);
}

fn controller(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    if service.external() {
        for member in OF_TASK_SETS {
            let given = request.get(member);
            if given.is_some_and(|given| given.value().as_array().is_none_or(|list| !list.is_empty())) {
                let broken = broken!(ECS_SVC_033, "wrong-controller", controller = service.controller);
                report.add(&request.place(member), broken);
            }
        }
    } else if !request.has("taskDefinition") {
        request.lacks("taskDefinition", &ECS_SVC_033, report);
    }

    if service.controller == "CODE_DEPLOY"
        && !service.load_balancers().iter().any(|balancer| balancer.has("targetGroupArn"))
    {
        report.add(&request.place("loadBalancers"), broken!(ECS_SVC_033, "no-target-group"));
    }
}

fn percents(service: &Service<'_>, deployment: &Node<'_>, report: &mut Report) {
    deployment.check_integer("minimumHealthyPercent", rules::service::minimum_healthy_percent, report);
    deployment.check_integer("maximumPercent", rules::service::maximum_percent, report);

    let at = deployment.place("maximumPercent");
    let (least, most) = (deployment.integer("minimumHealthyPercent"), deployment.integer("maximumPercent"));
    if let Some(most) = most.filter(|most| service.daemon && *most > 100) {
        report.add(&at, broken!(ECS_SVC_030, "daemon", given = most));
    }
    match (least, most) {
        (Some(least), Some(most)) => rules::service::percents(least, most, &at, report),
        (None, Some(100)) if !service.daemon => report.warn(&at, broken!(ECS_SVC_030, "default-100")),
        _ => {}
    }
}

fn rebalancing(service: &Service<'_>, deployment: Option<&Node<'_>>, report: &mut Report) {
    if service.request.text("availabilityZoneRebalancing") != Some("ENABLED") {
        return;
    }
    let at = service.request.place("availabilityZoneRebalancing");
    if service.daemon {
        report.add(&at, broken!(ECS_SVC_062, "daemon"));
    }
    if service.load_balancers().iter().any(|balancer| balancer.has("loadBalancerName")) {
        report.add(&at, broken!(ECS_SVC_062, "classic"));
    }
    let most = deployment.and_then(|deployment| deployment.integer("maximumPercent"));
    if let Some(most) = most.filter(|most| *most <= 100) {
        report.add(&at, broken!(ECS_SVC_062, "maximum", most = most));
    }
}
