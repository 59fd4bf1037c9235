//! Port mappings: `portMappings` of the containers, and references to a port of the task.
//!
//! A mapping has `containerPort` or `containerPortRange` (such as `8000-8010`). The network mode of the task decides
//! about the rest. In `awsvpc` all containers share one network interface, so a port belongs to one container and the
//! host port is the container port. In `host` the two are equal too. In `bridge` the host port may differ, and 0 lets
//! the host choose one.
//!
//! Load balancers and registries of a service refer to a port by its container and its number, so `target` is here too.

use super::task::Task;
use crate::report::Report;
use crate::request::Node;
use crate::rules::ports::{self, Mapping};
use crate::rules::{
    self, ECS_TD_030, ECS_TD_031, ECS_TD_033, ECS_TD_034, ECS_TD_035, ECS_TD_037, Rule, UNKNOWN_CONTAINER,
    UNKNOWN_PORT, broken, out_of_range,
};

/// The most ranges of ports of a container (ECS-TD-034). Mappings of single ports do not count.
const RANGES: usize = 100;

/// The numbers that ECS accepts as a port of the host (ECS-TD-031). 0 lets the host choose one, in the network mode
/// `bridge`.
const HOST_PORTS: std::ops::RangeInclusive<i64> = 0..=65535;

/// Checks the port mappings of all containers.
///
/// After each mapping it checks what they have in common: at most 100 ranges in a container (ECS-TD-034), and names
/// that differ over the whole task (ECS-TD-036), since Service Connect refers to them. In `awsvpc`, ports differ over
/// the whole task too (ECS-TD-033). The same port for `tcp` and `udp` is only a warning there: ECS registers it, and
/// `CreateService` refuses to refer to it.
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

/// Checks one mapping: its port or its range, protocol, name, and application protocol.
///
/// An unknown protocol is a warning (ECS-TD-032): the documentation says that ECS treats it as `tcp`, but the API model
/// has an enum. `appProtocol` without `name` is a warning too (ECS-TD-037): the CDK refuses it, and nobody has measured
/// AWS.
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

/// Checks a mapping that has a range of ports (ECS-TD-034).
///
/// Its ports are 1 to 65535, the first below the last. ECS refuses `hostPort` beside it, and network modes other than
/// `awsvpc` and `bridge`. An unknown mode is no problem.
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

/// Checks the port of the host in a mapping that has one port: 0 to 65535 (ECS-TD-031).
///
/// In `awsvpc` and `host` it is the container port (ECS-TD-030). That includes 0, which ECS refuses there.
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
///
/// The protocol is `tcp` unless the mapping has another one.
fn used<'a>(mapping: &Node<'a>) -> Option<Mapping<'a>> {
    let ports = match (mapping.integer("containerPort"), mapping.text("containerPortRange")) {
        (Some(port), None) => port..=port,
        (None, Some(range)) => ports::range(range)?,
        _ => return None,
    };
    let protocol = mapping.text("protocol").unwrap_or("tcp");
    Some(Mapping { ports, protocol, at: mapping.at().clone() })
}

/// Checks that `containerName` and `containerPort`, if they are present, lead to one port of the task.
///
/// The caller gives the rule: ECS-SVC-053 for a load balancer, ECS-SVC-013 for a registry. A port in several mappings
/// of the container breaks ECS-TD-033. `RegisterTaskDefinition` accepts such a container if the protocols differ, and
/// `CreateService` refuses it ("Container port 53 is used in more than one port mapping for container",
/// `terraform-aws-ecs#89`).
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
