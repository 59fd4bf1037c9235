//! Port mappings of a task definition.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::ports::{self, Mapping};
use crate::rules::worded;
use crate::rules::{self, ECS_TD_030, ECS_TD_031, ECS_TD_033, ECS_TD_034, ECS_TD_035, ECS_TD_037, Rule};

/// How many ranges a container has at most.
const RANGES: usize = 100;

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
            report.add(&container.place("portMappings"), worded(&ECS_TD_034, format!("has {count} ranges")));
        }
    }
    let named = all().filter_map(|mapping| Some((mapping.text("name")?, mapping.place("name"))));
    ports::names_differ(named, report);
    if mode == "awsvpc" {
        let mappings: Vec<Mapping<'_>> = all().filter_map(|mapping| used(&mapping)).collect();
        ports::differ(&mappings, report);
    }
}

fn each(mapping: &Node<'_>, mode: &str, report: &mut Report) {
    let (port, host) = (mapping.integer("containerPort"), mapping.integer("hostPort"));
    let range = mapping.text("containerPortRange");
    mapping.check_integer("containerPort", rules::container::port, report);
    match (mapping.has("containerPort"), range) {
        (false, None) => {
            let message = "has neither a port nor a range";
            report.add(mapping.at(), worded(&ECS_TD_031, message).with_fix("set `containerPort`"));
        }
        (true, Some(_)) => {
            report.add(
                &mapping.place("containerPortRange"),
                worded(&ECS_TD_034, "stands beside `containerPort`"),
            );
        }
        _ => {}
    }
    if range.is_some() {
        mapping.check_text("containerPortRange", &ECS_TD_034, ports::container_port_range, report);
        if host.is_some() {
            report.add(&mapping.place("hostPort"), worded(&ECS_TD_034, "stands beside `containerPortRange`"));
        }
        if !["awsvpc", "bridge"].contains(&mode) {
            let message = format!("is not for the network mode `{mode}`");
            report.add(&mapping.place("containerPortRange"), worded(&ECS_TD_034, message));
        }
    } else if let Some(host) = host {
        let at = mapping.place("hostPort");
        if !(0..=65535).contains(&host) {
            report.add(&at, worded(&ECS_TD_031, format!("is {host}, and not from 0 to 65535")));
        } else if ["awsvpc", "host"].contains(&mode) && port.is_some_and(|port| port != host) {
            report.add(&at, worded(&ECS_TD_030, format!("is {host}, and not the container port")));
        }
    }
    if let Some(protocol) = mapping.text("protocol") {
        ports::protocol(protocol, &mapping.place("protocol"), report);
    }
    mapping.check_text("name", &ECS_TD_035, ports::name, report);
    if mapping.has("appProtocol") && !mapping.has("name") {
        report.warn(&mapping.place("appProtocol"), worded(&ECS_TD_037, "the port has no name"));
    }
}

/// The ports of a mapping; none for one that is wrong in itself.
fn used<'a>(mapping: &Node<'a>) -> Option<Mapping<'a>> {
    let ports = match (mapping.integer("containerPort"), mapping.text("containerPortRange")) {
        (Some(port), None) => port..=port,
        (None, Some(range)) => ports::range(range)?,
        _ => return None,
    };
    let protocol = mapping.text("protocol").unwrap_or("tcp");
    Some(Mapping { ports, protocol, at: mapping.at().clone() })
}

/// The rule that `containerName` and `containerPort`, where they are, lead to one port of the task.
pub(super) fn target(node: &Node<'_>, task: &Task<'_>, rule: &'static Rule, report: &mut Report) {
    let Some(name) = node.text("containerName") else { return };
    let Some(container) = task.container(name) else {
        let message = format!("the task definition has no container `{name}`");
        report.add(&node.place("containerName"), worded(rule, message));
        return;
    };
    let Some(port) = node.integer("containerPort") else { return };
    let mappings = container.items("portMappings");
    let at = node.place("containerPort");
    match mappings.iter().filter_map(used).filter(|mapping| mapping.ports.contains(&port)).count() {
        0 => report.add(&at, worded(rule, format!("the container `{name}` has no port {port}"))),
        1 => {}
        _ => {
            let message = format!("the container `{name}` has port {port} in several mappings");
            report.add(&at, worded(&ECS_TD_033, message));
        }
    }
}
