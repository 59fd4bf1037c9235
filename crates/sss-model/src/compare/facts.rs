//! What differs between the backends without a number.

use super::{BackendKind, reached};
use crate::Stack;

/// Returns what happens to requests while tasks are replaced.
pub(super) fn deployments(stack: &Stack, kind: BackendKind) -> String {
    match kind {
        BackendKind::CloudMap => by_cached_names(stack),
        BackendKind::Alb => {
            "No 503: ECS takes a task out of the target group and waits 30 s for its requests before it stops the task."
                .to_owned()
        }
        BackendKind::Nlb => "No 503 while each zone has a healthy task, or with cross-zone balancing. ECS waits 30 s for \
                             open connections before it stops a task."
            .to_owned(),
    }
}

/// Returns the risk of answers 503 behind Cloud Map, for the services of a stack.
fn by_cached_names(stack: &Stack) -> String {
    let all = reached(stack).count();
    let without = reached(stack).filter(|service| service.task.stop_timeout.is_none()).count();
    let cause =
        "API Gateway caches the list of tasks, and ECS does not wait for requests before it stops a task.";
    if without == 0 {
        return format!("503 only if a task ends before its `stop_timeout`: {cause}");
    }
    let (number, verb) =
        if without == 1 { ("1 service".to_owned(), "sets") } else { (format!("{without} services"), "set") };
    format!("Risk of 503: {cause} {number} of {all} {verb} no `stop_timeout`.")
}

/// Returns what a backend can do with requests.
pub(super) const fn features(kind: BackendKind) -> &'static str {
    match kind {
        BackendKind::CloudMap => {
            "A list of tasks, of which API Gateway takes any. No weights, no stickiness."
        }
        BackendKind::Alb => {
            "Layer 7: rules, weights, stickiness, slow start, scaling by requests, access logs, WAF."
        }
        BackendKind::Nlb => "Layer 4: TCP and TLS, static addresses. No rules, no scaling by requests.",
    }
}

/// Returns how services reach one another.
pub(super) const fn service_to_service(kind: BackendKind) -> &'static str {
    match kind {
        BackendKind::CloudMap => "By DNS (SRV records), directly. Service Connect works beside it.",
        BackendKind::Alb | BackendKind::Nlb => {
            "By the DNS name of the load balancer and a rule of its security group: one hop more. Service Connect works \
             beside it."
        }
    }
}

/// Returns the kinds of API that reach a backend.
pub(super) const fn integration(kind: BackendKind) -> &'static str {
    match kind {
        BackendKind::CloudMap => "HTTP API: yes. REST API: no.",
        BackendKind::Alb => "HTTP API: yes. REST API: yes, by a VPC link V2.",
        BackendKind::Nlb => "HTTP API: yes. REST API: yes.",
    }
}

/// Returns what the team must know.
pub(super) const fn knowledge(kind: BackendKind) -> &'static str {
    match kind {
        BackendKind::CloudMap => "SRV records, cached names, the causes of 503. Few people know it.",
        BackendKind::Alb => "Listeners, rules, target groups, health checks. Many people know it.",
        BackendKind::Nlb => {
            "Listeners, target groups, source addresses, zones. A security group only from its creation on."
        }
    }
}
