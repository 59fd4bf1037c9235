//! Objects of others that a stack uses: how it names them, and what it cannot say of them.
//!
//! The stack changes nothing of such an object. So no other key of its table has an effect, and a role does not get the
//! permissions that the stack gives to its own roles.
//!
//! Whether the object exists is a question for the engine.

use validator::ValidationError;

use super::reference::is_arn_of;
use super::{STACK_014, STACK_015, broken, cloud_map, iam, is_ecs_name, judge, logs};
use crate::path::Path;
use crate::policy::Statement;
use crate::report::Report;
use crate::stack::Stack;

/// Checks how a stack names a cluster of others.
pub(crate) fn cluster(text: &str) -> Result<(), ValidationError> {
    let holds = is_ecs_name(text) || is_arn_of(text, "ecs", &["cluster/"]);
    judge(holds, || {
        broken!(STACK_014, "not-a-reference", given = text, noun = "an ECS cluster", example = "shared")
    })
}

/// Checks how a stack names a namespace of others.
pub(crate) fn namespace(text: &str) -> Result<(), ValidationError> {
    let mut report = Report::default();
    cloud_map::namespace_name(text, &Path::root(), &mut report);
    let holds = is_arn_of(text, "servicediscovery", &["namespace/ns-"])
        || (report.problems.is_empty() && !text.contains(':'));
    judge(holds, || {
        broken!(
            STACK_014,
            "not-a-reference",
            given = text,
            noun = "a namespace",
            example = "ns-abcdefghijklmnop"
        )
    })
}

/// Checks how a stack names a role of others.
pub(crate) fn role(text: &str) -> Result<(), ValidationError> {
    let holds = iam::is_role_name(text) || is_arn_of(text, "iam", &["role/"]);
    judge(holds, || {
        broken!(STACK_014, "not-a-reference", given = text, noun = "a role", example = "ecsTaskRole")
    })
}

/// Checks how a stack names a log group of others.
pub(crate) fn log_group(text: &str) -> Result<(), ValidationError> {
    let mut report = Report::default();
    logs::group_name(text, &Path::root(), &mut report);
    let holds = is_arn_of(text, "logs", &["log-group:"]) || report.problems.is_empty();
    judge(holds, || {
        broken!(STACK_014, "not-a-reference", given = text, noun = "a log group", example = "/shop/all")
    })
}

/// Checks how a stack names a VPC link of others.
pub(crate) fn vpc_link(text: &str) -> Result<(), ValidationError> {
    let holds = (1..=128).contains(&text.trim().chars().count());
    judge(holds, || {
        broken!(STACK_014, "not-a-reference", given = text, noun = "a VPC link", example = "a1b2c3")
    })
}

/// Checks all objects of others of a stack: nothing else is set of them, and their owner gives the permissions.
pub(crate) fn inspect(stack: &Stack, at: &Path, report: &mut Report) {
    let names = at.key("names");
    let (cluster, own) = (&stack.cluster, &stack.names);
    if cluster.existing.is_some() {
        let is_plain =
            *cluster == crate::Cluster { existing: cluster.existing.clone(), ..crate::Cluster::default() };
        alone(&at.key("cluster"), is_plain, report);
        unnamed(&names.key("cluster"), own.cluster.is_some(), report);
    }
    let namespace = &stack.namespace;
    if namespace.existing.is_some() {
        alone(&at.key("namespace"), namespace.description.is_none() && namespace.tags.is_empty(), report);
        unnamed(&names.key("namespace"), own.namespace.is_some(), report);
    }
    if stack.network.existing_vpc_link.is_some() {
        let groups = &stack.network.vpc_link_security_group_ids;
        unnamed(&at.key("network").key("vpc_link_security_group_ids"), !groups.is_empty(), report);
        unnamed(&names.key("vpc_link"), own.vpc_link.is_some(), report);
    }
    execution_role(stack, at, report);
    log_groups(stack, at, report);
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        let role = &service.task.task_role;
        if let Some(existing) = &role.existing {
            let plain = crate::TaskRole { existing: role.existing.clone(), ..crate::TaskRole::default() };
            alone(&place.key("task_role"), *role == plain, report);
            unnamed(&place.key("names").key("task_role"), service.names.task_role.is_some(), report);
            needs(existing, &stack.exec_statements(key), &place.key("task_role"), report);
        }
    }
}

fn execution_role(stack: &Stack, at: &Path, report: &mut Report) {
    let role = &stack.execution_role;
    let Some(existing) = &role.existing else { return };
    let plain = crate::ExecutionRole { existing: role.existing.clone(), ..crate::ExecutionRole::default() };
    alone(&at.key("execution_role"), *role == plain, report);
    let named = stack.names.execution_role.is_some();
    unnamed(&at.key("names").key("execution_role"), named, report);
    needs(existing, &stack.secret_statements(), &at.key("execution_role"), report);
}

fn log_groups(stack: &Stack, at: &Path, report: &mut Report) {
    let mut check =
        |group: &crate::LogGroup, retention: bool, place: &Path, key: &str, named: (Path, bool)| {
            if group.existing.is_some() {
                let is_plain = group.kms_key_id.is_none() && group.class.is_none();
                alone(&place.key("log_group"), is_plain, report);
                unnamed(&place.key(key), retention, report);
                unnamed(&named.0, named.1, report);
            }
        };
    if let Some(log) = stack.api.as_ref().and_then(|api| api.access_log.as_ref()) {
        let named = (at.key("names").key("api_log_group"), stack.names.api_log_group.is_some());
        let place = at.key("api").key("access_log");
        check(&log.log_group, log.retention_days.is_some(), &place, "retention_days", named);
    }
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        let named = (place.key("names").key("log_group"), service.names.log_group.is_some());
        let retention = service.task.log_retention_days.is_some();
        check(&service.log_group, retention, &place, "log_retention_days", named);
    }
    if stack.log_group.existing.is_some() {
        let broken = broken!(STACK_014, "not-for-all");
        report.add(&at.key("log_group").key("existing"), broken);
    }
}

/// Checks that a table sets nothing beside `existing`.
fn alone(at: &Path, is_plain: bool, report: &mut Report) {
    if !is_plain {
        report.add(&at.key("existing"), broken!(STACK_014, "beside"));
    }
}

/// Checks that a key about an object of others is not set.
fn unnamed(at: &Path, is_set: bool, report: &mut Report) {
    if is_set {
        report.add(at, broken!(STACK_014, "no-effect"));
    }
}

/// Warns of the permissions that the stack does not give to a role of others, if its tasks need some.
fn needs(role: &str, needs: &[Statement], at: &Path, report: &mut Report) {
    let actions: Vec<&str> =
        needs.iter().flat_map(|statement| &statement.actions).map(String::as_str).collect();
    if !actions.is_empty() {
        let needs = format!("`{}`", actions.join("`, `"));
        report.add(&at.key("existing"), broken!(STACK_015, "not-given", role = role, needs = needs));
    }
}
