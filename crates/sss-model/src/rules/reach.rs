//! Rules on whether requests reach the ports of services.
//!
//! A security group drops what no rule of it lets in, and the caller waits until its time is up. SG-040 warns of a port
//! that nobody reaches, and of a routed service that the VPC link does not reach. The VPC link sends requests from its
//! network interfaces in the private subnets, which are in all of its security groups: a rule that names one of these
//! lets it in, and so does a rule on addresses, because the model does not know which ones the subnets have.
//!
//! `port` is a TCP port. Those under `ports` have a protocol of their own, and no route leads there: whoever needs them
//! is another task or another machine, for which a rule has to be written. A rule for another protocol or another port
//! does not open a port.

mod beside;

use std::collections::{BTreeMap, BTreeSet};

use super::{Broken, SG_040, broken, security_group};
use crate::container::TransportProtocol;
use crate::load_balancer::LoadBalancer;
use crate::path::Path;
use crate::problem::{Problem, Severity};
use crate::report::Report;
use crate::security_group::Rule;
use crate::stack::Stack;

/// Warns of ports that their callers do not reach.
///
/// Rules with an error are not judged: the error is what has to be mended first. A service with security groups of
/// others is not judged either, because these may open its port. Services with one port and one cause share a warning.
pub(crate) fn inspect(stack: &Stack, at: &Path, report: &mut Report) {
    let ingress = at.key("security_group").key("ingress");
    let is_refused =
        |problem: &Problem| problem.severity == Severity::Error && problem.path.starts_with(&ingress);
    if report.problems.iter().any(is_refused) {
        return;
    }
    let rules = stack.ingress();
    if stack.security_group.ingress.is_none() {
        security_group::derived_quota(&rules, at, report);
    }

    let mut ports: BTreeMap<(u16, bool), Vec<&str>> = BTreeMap::new();
    for (key, service) in &stack.services {
        let balancer = stack.load_balancer_of(service);
        // The tasks always let the stack's own load balancers in.
        let is_judged = service.security_group_ids.is_empty() && balancer.is_none_or(LoadBalancer::is_given);
        if let Some(port) = service.task.port.filter(|port| *port > 0 && is_judged) {
            let is_routed = stack.is_routed(service) && balancer.is_none();
            ports.entry((port, is_routed)).or_default().push(key);
        }
    }
    for ((port, is_routed), services) in ports {
        let opens = |rule: &&Rule| rule.opens(TransportProtocol::Tcp, port);
        let opening: Vec<&Rule> = rules.iter().filter(opens).collect();
        let broken = if is_routed {
            of_route(stack, port, &opening, &services)
        } else if opening.is_empty() {
            Some(of_nobody(stack, port, &services))
        } else {
            None
        };
        let place = at.key("services").key(services[0]).key("port");
        if let Some(broken) = broken {
            report.add(&place, broken);
        }
    }
    beside::inspect(stack, &rules, at, report);
}

/// Returns the case of a port behind routes, if the VPC link does not reach it.
///
/// A VPC link without security groups is a warning of its own (APIGW-VL-004): no rule can name it. The groups of a VPC
/// link of others are known to the engine only. It opens the port to them if the stack writes no `ingress`, and any
/// rule that the stack writes for the port may let them in.
fn of_route(stack: &Stack, port: u16, opening: &[&Rule], services: &[&str]) -> Option<Broken> {
    let groups = &stack.network.vpc_link_security_group_ids;
    let Some(group) = groups.first() else {
        let is_closed = stack.security_group.ingress.is_some() && opening.is_empty();
        return is_closed.then(|| broken!(SG_040, "closed", port = port, services = services.to_vec()));
    };
    if opening.is_empty() {
        let line = line(port, groups);
        return Some(broken!(
            SG_040,
            "closed-to-link",
            port = port,
            line = line,
            services = services.to_vec()
        ));
    }

    let by_address = opening.iter().any(|rule| !rule.cidrs.is_empty());
    let named: BTreeSet<&String> = opening.iter().flat_map(|rule| &rule.security_groups).collect();
    let is_let_in = by_address || groups.iter().any(|group| named.contains(group));
    let named: Vec<String> = named.into_iter().cloned().collect();
    let (group, services) = (group.as_str(), services.to_vec());
    (!is_let_in).then(|| {
        broken!(SG_040, "other-group", port = port, named = named, group = group, services = services)
    })
}

/// Returns the case of a port without routes that no rule opens.
///
/// A stack that writes `ingress` has no derived rules, so the fix names the ones of its routes as well.
fn of_nobody(stack: &Stack, port: u16, services: &[&str]) -> Broken {
    let lines = derived(stack);
    if lines.is_empty() {
        return broken!(SG_040, "closed", port = port, services = services.to_vec());
    }
    broken!(SG_040, "closed-beside-routes", port = port, lines = lines, services = services.to_vec())
}

/// Returns the rules that follow from routes, as a stack file writes them. A stack that writes `ingress` has none.
///
/// The groups of a VPC link of others are for the reader to fill in.
fn derived(stack: &Stack) -> Vec<String> {
    const OF_OTHERS: &str = "<group of the VPC link>";
    let network = &stack.network;
    let groups = match &network.existing_vpc_link {
        Some(_) => vec![OF_OTHERS.to_owned()],
        None => network.vpc_link_security_group_ids.clone(),
    };
    if stack.security_group.ingress.is_some() || groups.is_empty() {
        return Vec::new();
    }
    stack.routed_ports().into_iter().map(|port| line(port, &groups)).collect()
}

/// Returns a rule that opens a port to security groups, as a stack file writes it.
fn line(port: u16, groups: &[String]) -> String {
    let groups: Vec<String> = groups.iter().map(|group| format!("\"{group}\"")).collect();
    format!("{{ port = {port}, security_groups = [{}] }}", groups.join(", "))
}
