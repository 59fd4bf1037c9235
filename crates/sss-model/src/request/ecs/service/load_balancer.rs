//! Load balancers: `loadBalancers` of a service, and the members that need one.
//!
//! An entry is a target group or a Classic Load Balancer, and a port of a container to which it sends requests. Fargate
//! has target groups only (ECS-SVC-052). Whether the target type of the group is `ip` cannot be seen in the request.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::request::ecs::ports::target;
use crate::rules::{
    self, ECS_SVC_050, ECS_SVC_051, ECS_SVC_052, ECS_SVC_053, ECS_SVC_054, ECS_SVC_055, broken,
};

/// The most target groups of a service (ECS-SVC-054).
const MOST: usize = 5;

/// Checks the load balancers of a service, and the parameters that need one.
///
/// Several entries require the deployment controller `ECS` (ECS-SVC-054). The grace period of health checks is 0 to
/// 2147483647 seconds. Without a load balancer it is a warning (ECS-SVC-051): an older page of AWS refuses it, and the
/// current one says that ECS does not use it.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    let balancers = service.load_balancers();
    for balancer in &balancers {
        each(service, balancer, report);
    }

    let at = request.place("loadBalancers");
    if balancers.len() > MOST {
        report.add(&at, broken!(ECS_SVC_054, "too-many", count = balancers.len(), most = MOST));
    }
    if balancers.len() > 1 && service.controller != "ECS" {
        report.add(&at, broken!(ECS_SVC_054, "several"));
    }

    request.check_integer("healthCheckGracePeriodSeconds", rules::service::grace_period, report);
    if balancers.is_empty()
        && request.integer("healthCheckGracePeriodSeconds").is_some_and(|seconds| seconds >= 0)
    {
        let broken = broken!(ECS_SVC_051, "no-load-balancer");
        report.warn(&request.place("healthCheckGracePeriodSeconds"), broken);
    }
    role(service, balancers.len(), report);
}

/// Checks one entry: its target group (ECS-SVC-050, ECS-SVC-052), and its container and port.
///
/// The port is 1 to 65535 (ECS-TD-031). With the referred task definition, the pair leads to one port of it
/// (ECS-SVC-053).
fn each(service: &Service<'_>, balancer: &Node<'_>, report: &mut Report) {
    match (balancer.has("targetGroupArn"), balancer.has("loadBalancerName")) {
        (true, true) => {
            let broken = broken!(ECS_SVC_052, "beside", other = "targetGroupArn");
            report.add(&balancer.place("loadBalancerName"), broken);
        }
        (false, false) => balancer.lacks("targetGroupArn", &ECS_SVC_052, report),
        (false, true) if service.fargate => {
            report.add(&balancer.place("loadBalancerName"), broken!(ECS_SVC_052, "on-fargate"));
        }
        _ => {}
    }
    if let Some(arn) = balancer.text("targetGroupArn").filter(|arn| !is_target_group(arn)) {
        report.add(&balancer.place("targetGroupArn"), broken!(ECS_SVC_050, "not-an-arn", given = arn));
    }

    for member in ["containerName", "containerPort"] {
        if !balancer.has(member) {
            balancer.lacks(member, &ECS_SVC_050, report);
        }
    }
    balancer.check_integer("containerPort", rules::container::port, report);
    let Some(task) = &service.task else { return };
    target(balancer, task, &ECS_SVC_053, report);
}

/// Returns whether a text is `arn:<partition>:elasticloadbalancing:<Region>:<account>:targetgroup/<name>/<id>`.
///
/// It reads the service and the kind of the ARN only.
fn is_target_group(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "elasticloadbalancing", _, _, group] if group.starts_with("targetgroup/"))
}

/// Checks `role`, by which ECS registers targets in place of its service-linked role.
///
/// ECS refuses it for tasks in `awsvpc` and without a load balancer (ECS-SVC-055), and with several of them
/// (ECS-SVC-054).
fn role(service: &Service<'_>, balancers: usize, report: &mut Report) {
    if !service.request.has("role") {
        return;
    }
    let at = service.request.place("role");
    let awsvpc = service.fargate
        || service.request.has("networkConfiguration")
        || service.task.as_ref().is_some_and(|task| task.network_mode() == Some("awsvpc"));
    if awsvpc {
        report.add(&at, broken!(ECS_SVC_055, "awsvpc"));
    } else if balancers == 0 {
        report.add(&at, broken!(ECS_SVC_055, "no-load-balancer"));
    } else if balancers > 1 {
        report.add(&at, broken!(ECS_SVC_054, "role"));
    }
}
