//! Service Connect: the names under which services of a namespace reach each other (ECS-SVC-070).
//!
//! Each entry of `services` publishes one named port of the task definition. `discoveryName` is its name in Cloud Map
//! (1 to 64 characters), and an alias is the name and the port that clients use (`dnsName`, 1 to 127 characters).

use super::Service;
use crate::report::Report;
use crate::request::{Node, bounds};
use crate::rules::{ECS_SVC_070, broken};

/// Checks the names and ports of Service Connect.
///
/// An entry has at most one alias. Ports of aliases and `ingressPortOverride` are 1 to 65535. The entries are checked
/// even if `enabled` is `false`, and the shape requires that member.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    let Some(connect) = service.request.get("serviceConnectConfiguration") else { return };
    for entry in connect.items("services") {
        port_name(service, &entry, report);
        bounds::length(&entry, "discoveryName", 1..=64, &ECS_SVC_070, report);
        name(&entry, "discoveryName", "_-", report);
        bounds::count(&entry, "clientAliases", 0..=1, &ECS_SVC_070, report);
        bounds::number(&entry, "ingressPortOverride", 1..=65535, &ECS_SVC_070, report);
        for alias in entry.items("clientAliases") {
            bounds::number(&alias, "port", 1..=65535, &ECS_SVC_070, report);
            bounds::length(&alias, "dnsName", 1..=127, &ECS_SVC_070, report);
            name(&alias, "dnsName", "_-.", report);
        }
    }
}

/// Checks that `portName` is the `name` of a port mapping in the referred task definition.
fn port_name(service: &Service<'_>, entry: &Node<'_>, report: &mut Report) {
    let (Some(task), Some(name)) = (&service.task, entry.text("portName")) else { return };
    let mut mappings = task.containers.iter().flat_map(|container| container.items("portMappings"));
    if !mappings.any(|mapping| mapping.text("name") == Some(name)) {
        report.add(&entry.place("portName"), broken!(ECS_SVC_070, "unknown-port", name = name));
    }
}

/// Checks a DNS name: letters, digits and the given marks, without `-` at its beginning.
///
/// Upper case is a warning: the documentation of AWS asks for lower case, and the API may accept it.
fn name(node: &Node<'_>, member: &str, marks: &str, report: &mut Report) {
    let Some(text) = node.text(member) else { return };
    let at = node.place(member);
    if text.starts_with('-') || !text.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c)) {
        report.add(&at, broken!(ECS_SVC_070, "invalid-name", name = text));
    } else if text.contains(|c: char| c.is_ascii_uppercase()) {
        report.warn(&at, broken!(ECS_SVC_070, "upper-case", name = text));
    }
}
