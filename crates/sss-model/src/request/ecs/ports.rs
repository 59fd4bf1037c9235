//! Port mappings of a task definition.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::ports::{self, Mapping};
use crate::rules::{
    self, ECS_TD_030, ECS_TD_031, ECS_TD_033, ECS_TD_034, ECS_TD_035, ECS_TD_037, Rule, UNKNOWN_CONTAINER,
    UNKNOWN_PORT, broken, out_of_range,
};

/// The most ranges of ports of a container.
const RANGES: usize = 100;

/// The numbers that ECS takes as a port of the host: 0 lets the host choose one.
const HOST_PORTS: std::ops::RangeInclusive<i64> = 0..=65535;

/// Checks the port mappings of all containers.
pub(super) fn inspect(task: &Task<'_>, report: &mut Report) {
    let mode = task.network_mode();
    let all = || task.containers.iter().flat_map(|container| container.items("portMappings"));
    for mapping in all() {
        each(&mapping, mode, report);
    }
    for container in &task.containers {
        let mappings = container.items("portMappings");
        let count = mappings.iter().filter(|mapping| mapping.has("containerPortRange")).count();
        if count > RANGES {
            let broken = broken!(ECS_TD_034, "too-many", count = count, most = RANGES);
            report.add(&container.place("portMappings"), broken);
        }
    }

    let named = all().filter_map(|mapping| Some((mapping.text("name")?, mapping.place("name"))));
    ports::names_differ(named, report);
    if mode == Some("awsvpc") {
        let mappings: Vec<Mapping<'_>> = all().filter_map(|mapping| used(&mapping)).collect();
        ports::differ(&mappings, report);
    }
}

fn each(mapping: &Node<'_>, mode: Option<&str>, report: &mut Report) {
    let range = mapping.text("containerPortRange");
    mapping.check_integer("containerPort", rules::container::port, report);
    match (mapping.has("containerPort"), range) {
        (false, None) => report.add(mapping.at(), broken!(ECS_TD_031, "neither")),
        (true, Some(_)) => {
            let broken = broken!(ECS_TD_034, "beside", other = "containerPort");
            report.add(&mapping.place("containerPortRange"), broken);
        }
        _ => {}
    }
    if range.is_some() {
        ranged(mapping, mode, report);
    } else {
        host_port(mapping, mode, report);
    }

    if let Some(protocol) = mapping.text("protocol") {
        ports::protocol(protocol, &mapping.place("protocol"), report);
    }
    mapping.check_text("name", &ECS_TD_035, ports::name, report);
    if mapping.has("appProtocol") && !mapping.has("name") {
        report.warn(&mapping.place("appProtocol"), broken!(ECS_TD_037, "no-name"));
    }
}

/// Checks a mapping that has a range of ports.
fn ranged(mapping: &Node<'_>, mode: Option<&str>, report: &mut Report) {
    mapping.check_text("containerPortRange", &ECS_TD_034, ports::container_port_range, report);
    if mapping.integer("hostPort").is_some() {
        let broken = broken!(ECS_TD_034, "beside", other = "containerPortRange");
        report.add(&mapping.place("hostPort"), broken);
    }
    if let Some(mode) = mode.filter(|mode| !["awsvpc", "bridge"].contains(mode)) {
        report.add(&mapping.place("containerPortRange"), broken!(ECS_TD_034, "wrong-mode", mode = mode));
    }
}

/// Checks the port of the host in a mapping that has one port.
fn host_port(mapping: &Node<'_>, mode: Option<&str>, report: &mut Report) {
    let Some(host) = mapping.integer("hostPort") else { return };
    let at = mapping.place("hostPort");
    let same = mode.filter(|mode| ["awsvpc", "host"].contains(mode));
    match mapping.integer("containerPort").zip(same) {
        _ if !HOST_PORTS.contains(&host) => report.add(&at, out_of_range(&ECS_TD_031, host, &HOST_PORTS)),
        Some((port, mode)) if port != host => {
            report.add(&at, broken!(ECS_TD_030, "differs", port = port, mode = mode, host = host));
        }
        _ => {}
    }
}

/// Returns the ports of a mapping, or `None` for a mapping that is wrong in itself.
fn used<'a>(mapping: &Node<'a>) -> Option<Mapping<'a>> {
    let ports = match (mapping.integer("containerPort"), mapping.text("containerPortRange")) {
        (Some(port), None) => port..=port,
        (None, Some(range)) => ports::range(range)?,
        _ => return None,
    };
    let protocol = mapping.text("protocol").unwrap_or("tcp");
    Some(Mapping { ports, protocol, at: mapping.at().clone() })
}

/// Checks that `containerName` and `containerPort`, if they are there, lead to one port of the task.
pub(super) fn target(node: &Node<'_>, task: &Task<'_>, rule: &'static Rule, report: &mut Report) {
    let Some(name) = node.text("containerName") else { return };
    let Some(container) = task.container(name) else {
        if task.lacks_container(name) {
            report.add(&node.place("containerName"), broken!(rule, UNKNOWN_CONTAINER, name = name));
        }
        return;
    };

    let Some(port) = node.integer("containerPort") else { return };
    let mappings = container.items("portMappings");
    let at = node.place("containerPort");
    match mappings.iter().filter_map(used).filter(|mapping| mapping.ports.contains(&port)).count() {
        0 => report.add(&at, broken!(rule, UNKNOWN_PORT, name = name, port = port)),
        1 => {}
        _ => report.add(&at, broken!(ECS_TD_033, "in-several-mappings", name = name, port = port)),
    }
}
