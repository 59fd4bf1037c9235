//! The ports under `ports`, beside the one to which routes lead.
//!
//! Containers of one task reach each other at `localhost` without a rule and without a mapping. So a mapping that no
//! rule opens is of no use, or it lacks its rule.

use std::collections::{BTreeMap, BTreeSet};

use super::derived;
use crate::container::{Port, TransportProtocol};
use crate::path::Path;
use crate::problem::Severity;
use crate::report::Report;
use crate::rules::{SG_040, broken, ports};
use crate::security_group::Rule;
use crate::service::Service;
use crate::stack::Stack;

/// Warns of ports that no rule opens. Services with the same ports share a warning.
///
/// A service with security groups of others is not judged, because these may open its ports. Neither is one with an
/// error, which has to be mended first.
pub(super) fn inspect(stack: &Stack, rules: &[Rule], at: &Path, report: &mut Report) {
    let mut closed: BTreeMap<Vec<Closed>, Vec<(&str, Path)>> = BTreeMap::new();
    let at = at.key("services");
    let refused = refused(&at, report);
    for (key, service) in &stack.services {
        let place = at.key(key);
        if !service.security_group_ids.is_empty() || refused.contains(&place) {
            continue;
        }
        let (ports, first) = of_service(service, rules, &place);
        if let Some(first) = first {
            closed.entry(ports).or_default().push((key.as_str(), first));
        }
    }

    let routed = derived(stack);
    for (ports, services) in closed {
        let names: Vec<String> = ports.iter().map(Closed::name).collect();
        let lines: Vec<String> = ports.iter().map(Closed::line).collect();
        let keys: Vec<&str> = services.iter().map(|(key, _)| *key).collect();
        let broken = if routed.is_empty() {
            broken!(SG_040, "ports-closed", ports = names, lines = lines, services = keys)
        } else {
            let routed = routed.clone();
            broken!(
                SG_040,
                "ports-closed-beside-routes",
                ports = names,
                lines = lines,
                routed = routed,
                services = keys
            )
        };
        report.add(&services[0].1, broken);
    }
}

/// Returns the paths of the services with an error.
fn refused(services: &Path, report: &Report) -> BTreeSet<Path> {
    let errors = report.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let is_service = |path: &Path| path.parent().as_ref() == Some(services);
    errors.filter_map(|problem| problem.path.ancestors().find(is_service)).collect()
}

/// A port or a range of ports that no rule opens.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Closed {
    first: u16,
    last: u16,
    protocol: TransportProtocol,
}

impl Closed {
    /// Returns the port of a mapping. `None` if rules open all of it, or if its number is no port.
    fn of(port: &Port, rules: &[Rule]) -> Option<Self> {
        let range = port.range.as_deref().and_then(ports::range);
        let range = range
            .and_then(|range| Some((u16::try_from(*range.start()).ok()?, u16::try_from(*range.end()).ok()?)));
        let (first, last) = port.number().map(|port| (port, port)).or(range)?;
        let opened = |number: u16| rules.iter().any(|rule| rule.opens(port.protocol, number));
        let is_closed = first > 0 && !(first..=last).all(opened);
        is_closed.then_some(Self { first, last, protocol: port.protocol })
    }

    /// Returns the port as people write it, such as `53/udp`.
    fn name(&self) -> String {
        let protocol = if self.protocol.is_tcp() { "" } else { "/udp" };
        if self.first == self.last {
            format!("{}{protocol}", self.first)
        } else {
            format!("{}-{}{protocol}", self.first, self.last)
        }
    }

    /// Returns a rule that opens the port within a private network, as a stack file writes it.
    fn line(&self) -> String {
        let protocol = if self.protocol.is_tcp() { "" } else { "protocol = \"udp\", " };
        let ports = if self.first == self.last {
            format!("port = {}", self.first)
        } else {
            format!("ports = \"{}-{}\"", self.first, self.last)
        };
        format!("{{ {protocol}{ports}, cidrs = [\"10.0.0.0/16\"] }}")
    }
}

/// Returns the closed ports of a service, and the path of the first of them.
fn of_service(service: &Service, rules: &[Rule], at: &Path) -> (Vec<Closed>, Option<Path>) {
    let is_main = |port: &&Port| port.protocol.is_tcp() && port.number() == service.task.port;
    let (mut closed, mut place) = (Vec::new(), None);
    let mut take = |ports: &[Port], at: Path| {
        let beside = ports.iter().filter(|port| !is_main(port));
        let found: Vec<Closed> = beside.filter_map(|port| Closed::of(port, rules)).collect();
        if !found.is_empty() {
            place.get_or_insert(at);
            closed.extend(found);
        }
    };

    take(&service.task.ports, at.key("ports"));
    for (index, container) in service.task.containers.iter().enumerate() {
        take(&container.ports, at.key("containers").index(index).key("ports"));
    }
    closed.sort();
    closed.dedup();
    (closed, place)
}
