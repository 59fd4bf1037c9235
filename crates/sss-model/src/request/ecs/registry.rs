//! Service registries, which enter the tasks of a service into Cloud Map.

use super::ports::target;
use super::task::Task;
use crate::report::Report;
use crate::request::{Node, Operation, Referred};
use crate::rules::{
    self, ECS_SVC_010, ECS_SVC_011, ECS_SVC_012, ECS_SVC_013, ECS_SVC_014, ECS_SVC_015, broken, out_of_range,
};

/// The records of the Cloud Map service of a registry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    Srv,
    Addresses,
}

/// The numbers that ECS takes as a port.
const PORTS: std::ops::RangeInclusive<i64> = 1..=65535;

/// Checks the registries of a service.
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

fn records(referred: &Referred) -> Option<Records> {
    let service = referred.get(Operation::CloudMapCreateService)?;
    let records = service.get("DnsConfig")?.items("DnsRecords");
    let has = |kinds: &[&str]| {
        records.iter().any(|record| record.text("Type").is_some_and(|kind| kinds.contains(&kind)))
    };
    if has(&["SRV"]) { Some(Records::Srv) } else { has(&["A", "AAAA"]).then_some(Records::Addresses) }
}
