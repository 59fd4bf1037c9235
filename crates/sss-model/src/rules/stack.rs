//! The stack as a whole: its own fields, its parts, and the rules between them.

use validator::ValidationError;

use super::{
    APIGW_VL_001, APIGW_VL_004, ECS_SVC_021, STACK_002, STACK_003, STACK_013, judge, logs, names, required,
    route, service, tags,
};
use crate::problem::{Place, Report};
use crate::stack::Stack;

pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    let holds = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    judge(holds, &STACK_002, || format!("`{name}` holds other characters"))
}

pub(crate) fn region(region: &str) -> Result<(), ValidationError> {
    required(region)?;
    judge(is_region(region), &STACK_003, || format!("`{region}` is not a region"))
}

/// `^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$`
fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let [first, words @ .., number] = parts.as_slice() else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    (2..=4).contains(&first.len())
        && is_word(first)
        && !words.is_empty()
        && words.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// A rule between parts of the stack.
type Check = fn(&Stack, &Place, &mut Report);

/// Every rule between parts of the stack.
const BETWEEN_PARTS: [Check; 7] =
    [names::inspect, subnets, link_groups, retentions, route::inspect_all, capacity, tag_counts];

pub(crate) fn inspect(stack: &Stack, at: &Place, report: &mut Report) {
    tags::inspect(&stack.tags, at, report);
    report.inspect(&stack.names, &at.key("names"));
    report.inspect(&stack.network, &at.key("network"));
    report.inspect(&stack.cluster, &at.key("cluster"));
    report.inspect(&stack.namespace, &at.key("namespace"));
    report.inspect(&stack.execution_role, &at.key("execution_role"));
    report.inspect(&stack.security_group, &at.key("security_group"));
    if let Some(api) = &stack.api {
        report.inspect(api, &at.key("api"));
    }
    for (key, service) in &stack.services {
        let main = stack.container_name(key);
        service::inspect_in_stack(service, &main, &at.key("services").key(key), report);
    }
    for check in BETWEEN_PARTS {
        check(stack, at, report);
    }
}

fn subnets(stack: &Stack, at: &Place, report: &mut Report) {
    let place = at.key("network").key("private_subnet_ids");
    let count = stack.network.private_subnet_ids.len();
    if stack.api.is_some() && !(1..=10).contains(&count) {
        report.add(&APIGW_VL_001, &place, format!("names {count} subnets for the VPC link"));
    } else if !stack.services.is_empty() && count == 0 {
        report.add(&ECS_SVC_021, &place, "names no subnet, and the stack has services");
    } else if count == 1 {
        report.add(&STACK_013, &place, "names one subnet, so everything is in one zone");
    }
}

fn link_groups(stack: &Stack, at: &Place, report: &mut Report) {
    if stack.api.is_some() && stack.network.vpc_link_security_group_ids.is_empty() {
        let place = at.key("network").key("vpc_link_security_group_ids");
        report.add(
            &APIGW_VL_004,
            &place,
            "is empty: the VPC link would be in the VPC's default security group",
        );
    }
}

/// Where a retention is said: the stack's own counts for every log group that has none of its own.
fn retentions(stack: &Stack, at: &Place, report: &mut Report) {
    let key = "log_retention_days";
    logs::expires(Some(stack.log_retention_days), &at.key(key), report);
    if let Some(log) = stack.api.as_ref().and_then(|api| api.access_log.as_ref()) {
        logs::expires(log.retention_days, &at.key("api").key("access_log").key("retention_days"), report);
    }
    for (name, service) in &stack.services {
        logs::expires(service.log_retention_days, &at.key("services").key(name).key(key), report);
    }
}

fn capacity(stack: &Stack, at: &Place, report: &mut Report) {
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        service::offered(service, &stack.cluster.capacity_providers, &place, report);
    }
}

fn tag_counts(stack: &Stack, at: &Place, report: &mut Report) {
    let own = |part: &str| at.key(part);
    tags::count(&[&stack.tags], 0, at, report);
    tags::count(&[&stack.tags, &stack.cluster.tags], 0, &own("cluster"), report);
    tags::count(&[&stack.tags, &stack.namespace.tags], 0, &own("namespace"), report);
    tags::count(&[&stack.tags, &stack.execution_role.tags], 0, &own("execution_role"), report);
    tags::count(&[&stack.tags, &stack.security_group.tags], 1, &own("security_group"), report);
    if let Some(api) = &stack.api {
        tags::count(&[&stack.tags, &api.tags], 0, &own("api"), report);
    }
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        tags::count(&[&stack.tags, &service.tags], 0, &place, report);
        let role = &service.task_role.tags;
        tags::count(&[&stack.tags, &service.tags, role], 0, &place.key("task_role"), report);
    }
}
