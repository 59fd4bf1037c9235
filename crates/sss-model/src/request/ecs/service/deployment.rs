//! Deployments: percentages, circuit breaker, alarms, and what the controller allows.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::worded;
use crate::rules::{self, ECS_SVC_030, ECS_SVC_031, ECS_SVC_032, ECS_SVC_033, ECS_SVC_062};

/// What an external controller gives to its task sets instead.
const OF_TASK_SETS: [&str; 3] = ["taskDefinition", "loadBalancers", "networkConfiguration"];

pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    controller(service, report);
    let deployment = service.request.get("deploymentConfiguration");
    if let Some(deployment) = &deployment {
        percents(service, deployment, report);
        for (member, rule) in [("deploymentCircuitBreaker", &ECS_SVC_031), ("alarms", &ECS_SVC_032)] {
            let part = deployment.get(member).filter(|_| service.controller != "ECS");
            let Some(part) = part else { continue };
            let message = format!("is not for the deployment controller `{}`", service.controller);
            if part.is_set("enable") {
                report.add(part.at(), worded(rule, message));
            } else {
                report.warn(part.at(), worded(rule, message));
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
                let message = "is not for the deployment controller `EXTERNAL`";
                report.add(&request.place(member), worded(&ECS_SVC_033, message));
            }
        }
    } else if !request.has("taskDefinition") {
        request.lacks("taskDefinition", &ECS_SVC_033, report);
    }
    if service.controller == "CODE_DEPLOY"
        && !service.load_balancers().iter().any(|balancer| balancer.has("targetGroupArn"))
    {
        let message = "are required by the deployment controller `CODE_DEPLOY`";
        let fix = "name a target group in `loadBalancers`, or use another controller";
        report.add(&request.place("loadBalancers"), worded(&ECS_SVC_033, message).with_fix(fix));
    }
}

fn percents(service: &Service<'_>, deployment: &Node<'_>, report: &mut Report) {
    deployment.check_integer("minimumHealthyPercent", rules::service::minimum_healthy_percent, report);
    deployment.check_integer("maximumPercent", rules::service::maximum_percent, report);
    let at = deployment.place("maximumPercent");
    if service.daemon && deployment.integer("maximumPercent").is_some_and(|most| most > 100) {
        report.add(
            &at,
            worded(&ECS_SVC_030, "is above 100, and a daemon has no room for more").with_fix("write `100`"),
        );
    }
    match (deployment.integer("minimumHealthyPercent"), deployment.integer("maximumPercent")) {
        (Some(least), Some(most)) => rules::service::percents(least, most, &at, report),
        (None, Some(100)) if !service.daemon => {
            report.warn(&at, worded(&ECS_SVC_030, "is 100, and so is the minimum when it is left out"));
        }
        _ => {}
    }
}

fn rebalancing(service: &Service<'_>, deployment: Option<&Node<'_>>, report: &mut Report) {
    if service.request.text("availabilityZoneRebalancing") != Some("ENABLED") {
        return;
    }
    let at = service.request.place("availabilityZoneRebalancing");
    if service.daemon {
        report.add(&at, worded(&ECS_SVC_062, "is not for daemons"));
    }
    if service.load_balancers().iter().any(|balancer| balancer.has("loadBalancerName")) {
        report.add(&at, worded(&ECS_SVC_062, "is not for Classic Load Balancers"));
    }
    let most = deployment.and_then(|deployment| deployment.integer("maximumPercent"));
    if most.is_some_and(|most| most <= 100) {
        report.add(&at, worded(&ECS_SVC_062, "needs a maximum above 100 per cent"));
    }
}
