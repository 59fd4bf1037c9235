//! Placement of tasks on instances: `placementStrategy` and `placementConstraints` of a service.
//!
//! A strategy says how ECS chooses among instances, and a constraint which of them are possible. Fargate has no
//! instances and refuses both (ECS-SVC-041). A daemon runs on every instance, so it has constraints only (ECS-SVC-005).

use super::Service;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{ECS_SVC_005, ECS_SVC_041, ECS_SVC_042, broken};

/// The most placement strategies of a service (ECS-SVC-042).
const STRATEGIES: usize = 5;

/// Checks the placement strategies and constraints of a service.
///
/// On Fargate, a list with an element is an error, and its elements are not checked.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    if service.fargate {
        for member in ["placementConstraints", "placementStrategy"] {
            if !request.items(member).is_empty() {
                report.add(&request.place(member), broken!(ECS_SVC_041, "on-fargate"));
            }
        }
        return;
    }

    let strategies = request.items("placementStrategy");
    let at = request.place("placementStrategy");
    if service.daemon && !strategies.is_empty() {
        report.add(&at, broken!(ECS_SVC_005, "placed"));
    }
    if strategies.len() > STRATEGIES {
        let broken = broken!(ECS_SVC_042, "too-many", count = strategies.len(), most = STRATEGIES);
        report.add(&at, broken);
    }
    for strategy in &strategies {
        field(strategy, report);
    }
    for constraint in request.items("placementConstraints") {
        expression(&constraint, report);
    }
}

/// Checks the field of a strategy (ECS-SVC-042).
///
/// `random` has no field, and `binpack` has `cpu` or `memory` in upper or lower case. `spread` takes any attribute of
/// instances.
fn field(strategy: &Node<'_>, report: &mut Report) {
    let at = strategy.place("field");
    match (strategy.text("type"), strategy.text("field")) {
        (Some("random"), Some(_)) => report.add(&at, broken!(ECS_SVC_042, "field-of-random")),
        (Some("binpack"), Some(field))
            if !["cpu", "memory"].contains(&field.to_ascii_lowercase().as_str()) =>
        {
            report.add(&at, broken!(ECS_SVC_042, "field-of-binpack", given = field));
        }
        _ => {}
    }
}

/// Checks the expression of a constraint: `memberOf` requires one and `distinctInstance` refuses one (ECS-SVC-042).
///
/// The language of expressions is not checked.
fn expression(constraint: &Node<'_>, report: &mut Report) {
    match (constraint.text("type"), constraint.has("expression")) {
        (Some("distinctInstance"), true) => {
            report.add(&constraint.place("expression"), broken!(ECS_SVC_042, "distinct-instance"));
        }
        (Some("memberOf"), false) => constraint.lacks("expression", &ECS_SVC_042, report),
        _ => {}
    }
}
