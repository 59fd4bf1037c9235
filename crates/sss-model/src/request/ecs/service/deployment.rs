//! Deployments: percentages, circuit breaker, alarms, and the deployment controller.
//!
//! The controller decides what the other members mean. `ECS` replaces tasks itself, within the two percentages.
//! `CODE_DEPLOY` needs a target group to shift requests. `EXTERNAL` creates task sets, which have their own task
//! definition, load balancers and network (ECS-SVC-033). Circuit breaker and alarms are functions of `ECS`
//! (ECS-SVC-031, ECS-SVC-032).

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{
    self, ECS_SVC_030, ECS_SVC_031, ECS_SVC_032, ECS_SVC_033, ECS_SVC_062, WRONG_CONTROLLER, broken,
};

/// The members that an external controller gives to its task sets instead (ECS-SVC-033).
const OF_TASK_SETS: [&str; 3] = ["taskDefinition", "loadBalancers", "networkConfiguration"];

/// Checks the deployment controller and the deployment configuration of a service.
///
/// A circuit breaker or alarms with another controller are an error if they are enabled. Otherwise they are a warning,
/// because they do nothing.
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

/// Checks the members that a controller requires or refuses (ECS-SVC-033).
///
/// An empty list of load balancers counts as absent. All controllers but `EXTERNAL` require a task definition.
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

/// Checks the percentages of running tasks during a deployment (ECS-SVC-030), and the bake time (ECS-SVC-034).
///
/// The minimum is 0 to 100 and the maximum 100 or more; a daemon has 100 at most. ECS refuses 100 for both: it could
/// neither stop an old task nor start a new one. The default of the minimum is 100 too, so a maximum
/// of 100 needs a lower minimum.
fn percents(service: &Service<'_>, deployment: &Node<'_>, report: &mut Report) {
    deployment.check_integer("minimumHealthyPercent", rules::deployment::minimum_healthy_percent, report);
    deployment.check_integer("maximumPercent", rules::deployment::maximum_percent, report);
    deployment.check_integer("bakeTimeInMinutes", rules::deployment::bake_time, report);

    let at = deployment.place("maximumPercent");
    let (least, most) = (deployment.integer("minimumHealthyPercent"), deployment.integer("maximumPercent"));
    if let Some(most) = most.filter(|most| service.daemon && *most > 100) {
        report.add(&at, broken!(ECS_SVC_030, "daemon", given = most));
    }
    match (least, most) {
        (Some(least), Some(most)) => rules::deployment::percents(least, most, &at, report),
        (None, Some(100)) if !service.daemon => report.add(&at, broken!(ECS_SVC_030, "default-100")),
        _ => {}
    }
}

/// Checks that ECS can rebalance tasks between zones if `availabilityZoneRebalancing` is `ENABLED` (ECS-SVC-062).
///
/// ECS starts a task in the other zone before it stops one, so the maximum percentage is above 100. It rebalances
/// neither daemons nor services behind a Classic Load Balancer. An absent member is not checked, although ECS then
/// enables rebalancing where it can.
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
