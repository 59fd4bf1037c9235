//! Service registries: how a service enters Cloud Map.

use super::ports::target;
use super::task::Task;
use crate::report::Report;
use crate::request::{Node, Operation, Referred};
use crate::rules::worded;
use crate::rules::{self, ECS_SVC_010, ECS_SVC_011, ECS_SVC_012, ECS_SVC_013, ECS_SVC_014, ECS_SVC_015};

/// What the Cloud Map service of a registry answers with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Records {
    Srv,
    Addresses,
}

pub(super) fn inspect(request: &Node<'_>, task: Option<&Task<'_>>, referred: &Referred, report: &mut Report) {
    let registries = request.items("serviceRegistries");
    for registry in registries.iter().skip(1) {
        let fix = "take the registry out";
        report.add(registry.at(), worded(&ECS_SVC_014, "a service has one registry").with_fix(fix));
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
            report.add(&at, worded(&ECS_SVC_015, format!("`{arn}` is not the ARN of a Cloud Map service")));
        }
        None if !registry.has("registryArn") => {
            registry.lacks("registryArn", &ECS_SVC_015, report);
        }
        _ => {}
    }
    for member in ["port", "containerPort"] {
        if registry.integer(member).is_some_and(|port| !(1..=65535).contains(&port)) {
            report.add(&registry.place(member), worded(&ECS_SVC_010, "is not from 1 to 65535"));
        }
    }
    let mode = task.map(Task::network_mode);
    let (port, name, container_port) =
        (registry.has("port"), registry.has("containerName"), registry.has("containerPort"));
    let by_container = name || container_port;
    if records(referred) == Some(Records::Addresses) && mode.is_none_or(|mode| mode == "awsvpc") {
        for member in
            ["port", "containerName", "containerPort"].into_iter().filter(|member| registry.has(member))
        {
            report.add(&registry.place(member), worded(&ECS_SVC_011, "is not for A and AAAA records"));
        }
    } else if port && by_container {
        report.add(
            &registry.place("port"),
            worded(&ECS_SVC_012, "stands beside `containerName` or `containerPort`"),
        );
    } else if name != container_port {
        let missing = if name { "containerPort" } else { "containerName" };
        report.add(
            &registry.place(missing),
            worded(&ECS_SVC_012, "is required beside the other one").with_fix(format!("set `{missing}`")),
        );
    } else if let Some(mode) = mode.filter(|mode| *mode != "awsvpc" && !by_container) {
        let message = format!("is required in the network mode `{mode}`");
        report.add(&registry.place("containerName"), worded(&ECS_SVC_012, message));
    } else if records(referred) == Some(Records::Srv) && !port && !by_container {
        report.add(&registry.place("containerName"), worded(&ECS_SVC_012, "SRV records need a port"));
    }
    if let Some(task) = task {
        target(registry, task, &ECS_SVC_013, report);
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
