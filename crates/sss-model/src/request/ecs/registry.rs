//! Service registries: `serviceRegistries`, by which ECS enters the tasks of a service into Cloud Map.
//!
//! ECS registers each task as an instance of the Cloud Map service that `registryArn` names. The records of that
//! service decide about the members beside it:
//!
//! - SRV records hold a port. The registry has `port`, or `containerName` with `containerPort`. Tasks without `awsvpc`
//!   always have the latter (ECS-SVC-010, ECS-SVC-012).
//! - A and AAAA records hold an address only. In `awsvpc` the registry has none of the three members (ECS-SVC-011).
//!
//! The records are those of the referred request of `CreateService` of Cloud Map. Without it, only the rules that hold
//! for both kinds are checked.

use super::ports::target;
use super::task::Task;
use crate::report::Report;
use crate::request::{Node, Operation, Referred};
use crate::rules::{
    self, ECS_SVC_010, ECS_SVC_011, ECS_SVC_012, ECS_SVC_013, ECS_SVC_014, ECS_SVC_015, broken, out_of_range,
};

/// The records of the Cloud Map service of a registry, which decide whether a registry has a port.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    /// SRV records, alone or beside others. They need a port.
    Srv,
    /// A records, AAAA records or both, without SRV. They hold no port.
    Addresses,
}

/// The numbers that ECS accepts as a port of a registry (ECS-SVC-010).
const PORTS: std::ops::RangeInclusive<i64> = 1..=65535;

/// Checks the registries of a service.
///
/// A service has at most one registry, and Cloud Map registers at most 1000 instances of a service, so `desiredCount`
/// behind a registry is at most 1000 (ECS-SVC-014). A second registry is checked like the first.
pub(super) fn inspect(request: &Node<'_>, task: Option<&Task<'_>>, referred: &Referred, report: &mut Report) {
    let registries = request.items("serviceRegistries");
    for registry in registries.iter().skip(1) {
        report.add(registry.at(), broken!(ECS_SVC_014, "second-registry"));
    }
    if let Some(count) = request.integer("desiredCount").filter(|_| !registries.is_empty()) {
        rules::service::behind_registry(count, &request.place("desiredCount"), report);
    }
    for registry in &registries {
        each(registry, task, referred, report);
    }
}

/// Checks one registry: its ARN (ECS-SVC-015), its ports (ECS-SVC-010), its members, and the port of the task to which
/// it leads (ECS-SVC-013).
fn each(registry: &Node<'_>, task: Option<&Task<'_>>, referred: &Referred, report: &mut Report) {
    let at = registry.place("registryArn");
    match registry.text("registryArn") {
        Some(arn) if !rules::cloud_map::is_service_arn(arn) => {
            report.add(&at, broken!(ECS_SVC_015, "not-an-arn", given = arn));
        }
        None if !registry.has("registryArn") => {
            registry.lacks("registryArn", &ECS_SVC_015, report);
        }
        _ => {}
    }

    for member in ["port", "containerPort"] {
        if let Some(port) = registry.integer(member).filter(|port| !PORTS.contains(port)) {
            report.add(&registry.place(member), out_of_range(&ECS_SVC_010, port, &PORTS));
        }
    }

    members(registry, task, referred, report);
    if let Some(task) = task {
        target(registry, task, &ECS_SVC_013, report);
    }
}

/// Checks that a registry has the members for its records and for the network mode, and no others.
///
/// Beside address records, each member is a problem of its own. Otherwise it reports one mistake at most. Without the
/// task definition the network mode is unknown. Address records are then judged as in `awsvpc`, the only mode in which
/// a stack runs tasks.
fn members(registry: &Node<'_>, task: Option<&Task<'_>>, referred: &Referred, report: &mut Report) {
    let mode = task.and_then(Task::network_mode);
    let (port, name, container_port) =
        (registry.has("port"), registry.has("containerName"), registry.has("containerPort"));
    let by_container = name || container_port;

    if records(referred) == Some(Records::Addresses) && mode.is_none_or(|mode| mode == "awsvpc") {
        for member in
            ["port", "containerName", "containerPort"].into_iter().filter(|member| registry.has(member))
        {
            report.add(&registry.place(member), broken!(ECS_SVC_011, "not-for-addresses"));
        }
    } else if port && by_container {
        report.add(&registry.place("port"), broken!(ECS_SVC_012, "both"));
    } else if name != container_port {
        let (missing, other) =
            if name { ("containerPort", "containerName") } else { ("containerName", "containerPort") };
        report.add(&registry.place(missing), broken!(ECS_SVC_012, "incomplete", other = other));
    } else if let Some(mode) = mode.filter(|mode| *mode != "awsvpc" && !by_container) {
        let broken = broken!(ECS_SVC_012, "no-container", mode = mode);
        report.add(&registry.place("containerName"), broken);
    } else if records(referred) == Some(Records::Srv) && !port && !by_container {
        report.add(&registry.place("containerName"), broken!(ECS_SVC_012, "no-port"));
    }
}

/// Returns the records of the referred Cloud Map service.
///
/// `None` means that the caller has referred to no such request, or that it has neither SRV nor address records.
fn records(referred: &Referred) -> Option<Records> {
    let service = referred.get(Operation::CloudMapCreateService)?;
    let records = service.get("DnsConfig")?.items("DnsRecords");
    let has = |kinds: &[&str]| {
        records.iter().any(|record| record.text("Type").is_some_and(|kind| kinds.contains(&kind)))
    };
    if has(&["SRV"]) { Some(Records::Srv) } else { has(&["A", "AAAA"]).then_some(Records::Addresses) }
}
