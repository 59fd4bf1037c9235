//! Where instances take the tasks of a service: for instances only.

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::worded;
use crate::rules::{ECS_SVC_005, ECS_SVC_041, ECS_SVC_042};

/// How many strategies a service has at most.
const STRATEGIES: usize = 5;

pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    if service.fargate {
        for member in ["placementConstraints", "placementStrategy"] {
            if !request.items(member).is_empty() {
                report.add(&request.place(member), worded(&ECS_SVC_041, "is not for Fargate"));
            }
        }
        return;
    }
    let strategies = request.items("placementStrategy");
    let at = request.place("placementStrategy");
    if service.daemon && !strategies.is_empty() {
        report.add(&at, worded(&ECS_SVC_005, "is not for a daemon, which is on every instance"));
    }
    if strategies.len() > STRATEGIES {
        report.add(&at, worded(&ECS_SVC_042, format!("has {} strategies", strategies.len())));
    }
    for strategy in &strategies {
        field(strategy, report);
    }
    for constraint in request.items("placementConstraints") {
        expression(&constraint, report);
    }
}

fn field(strategy: &Node<'_>, report: &mut Report) {
    let at = strategy.place("field");
    match (strategy.text("type"), strategy.text("field")) {
        (Some("random"), Some(_)) => report.add(&at, worded(&ECS_SVC_042, "stands beside `random`")),
        (Some("binpack"), Some(field))
            if !["cpu", "memory"].contains(&field.to_ascii_lowercase().as_str()) =>
        {
            report.add(
                &at,
                worded(&ECS_SVC_042, format!("is `{field}`, and `binpack` is by `cpu` or `memory`")),
            );
        }
        _ => {}
    }
}

fn expression(constraint: &Node<'_>, report: &mut Report) {
    match (constraint.text("type"), constraint.has("expression")) {
        (Some("distinctInstance"), true) => {
            report.add(
                &constraint.place("expression"),
                worded(&ECS_SVC_042, "stands beside `distinctInstance`"),
            );
        }
        (Some("memberOf"), false) => {
            report.add(
                &constraint.place("expression"),
                worded(&ECS_SVC_042, "is required by `memberOf`").with_fix("set `expression`"),
            );
        }
        _ => {}
    }
}
