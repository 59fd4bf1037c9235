//! The incoming traffic of the tasks: the rules that a stack writes, or those that follow from its routes.
//!
//! A route without a rule that opens the port of its service gets no answer, and nothing in AWS says why. So a stack
//! that writes no `ingress` opens the port of each routed service to the VPC link, and to nobody else. A stack that
//! writes `ingress` has these rules and no others; `rules/reach.rs` then warns of ports that nobody reaches.
//!
//! The groups of a VPC link of others are in the account, and not in the stack file. The engine adds the rules for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::backend::BackendKind;
use crate::container::TransportProtocol;
use crate::load_balancer::LoadBalancer;
use crate::security_group::{Protocol, Rule};
use crate::service::Service;
use crate::stack::Stack;

/// The description of a rule that follows from the routes of a stack.
///
/// Use it to tell such rules from those that a stack file writes.
pub const DERIVED_RULE: &str = "requests of the API";

impl Stack {
    /// Returns the rules for the traffic that may reach the tasks.
    ///
    /// They are [`SecurityGroup::ingress`](crate::SecurityGroup::ingress) of the stack. Without these, each port that a
    /// routed service listens on is open to the security groups of the VPC link. A VPC link without security groups is
    /// in the default group of the VPC, whose id the stack does not know, so no port is opened to it. Neither are the
    /// groups of a VPC link of others: [`routed_ports`](Self::routed_ports) are opened to them when the link is known.
    ///
    /// ```
    /// use sss_model::{Rule, Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// let derived = stack.ingress();
    /// assert_eq!((derived.len(), derived[0].ports()), (1, Some((80, 80))));
    /// assert_eq!(derived[0].security_groups, stack.network.vpc_link_security_group_ids);
    ///
    /// stack.security_group.ingress = Some(vec![Rule::tcp(80).from("10.0.0.0/16")]);
    /// assert_eq!(stack.ingress()[0].cidrs, ["10.0.0.0/16"]);
    /// ```
    pub fn ingress(&self) -> Vec<Rule> {
        match &self.security_group.ingress {
            Some(rules) => rules.clone(),
            None => self.derived_ingress(),
        }
    }

    /// Returns a rule for each port that requests of the API come to, in the order of the ports.
    ///
    /// The groups are those of the VPC link, or those of a load balancer that exists already. The stack's own load
    /// balancers are not among them, because their groups have no id yet: [`Stack::balanced_ports`].
    pub(crate) fn derived_ingress(&self) -> Vec<Rule> {
        let mut groups_of_port: BTreeMap<u16, BTreeSet<&String>> = BTreeMap::new();
        for service in self.services.values() {
            let Some(port) = service.task.port else { continue };
            let groups = match self.load_balancer_of(service) {
                Some(balancer) => &balancer.security_group_ids,
                None if self.is_routed(service) => &self.network.vpc_link_security_group_ids,
                None => continue,
            };
            if !groups.is_empty() {
                groups_of_port.entry(port).or_default().extend(groups);
            }
        }
        let rule = |(port, groups): (u16, BTreeSet<&String>)| Rule {
            security_groups: groups.into_iter().cloned().collect(),
            ..Rule::tcp(port).described(DERIVED_RULE)
        };
        groups_of_port.into_iter().map(rule).collect()
    }

    /// Returns the ports to which routes lead without a load balancer in between.
    ///
    /// ```
    /// use sss_model::{Stack, tfvars};
    ///
    /// let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// assert_eq!(Vec::from_iter(stack.routed_ports()), [80]);
    /// ```
    pub fn routed_ports(&self) -> BTreeSet<u16> {
        let routed = self
            .services
            .values()
            .filter(|service| self.is_routed(service) && self.load_balancer_of(service).is_none());
        routed.filter_map(|service| service.task.port).collect()
    }

    /// Returns the ports of the services behind the stack's own load balancers of a kind.
    ///
    /// The tasks let the group of these load balancers in beside the rules of [`Stack::ingress`]: nobody knows its id
    /// before it exists, so no stack file can name it.
    ///
    /// ```
    /// use sss_model::{Backend, BackendKind, Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// stack.services.get_mut("web").expect("the service").backend = Some(Backend::from(BackendKind::Alb));
    /// assert_eq!(stack.balanced_ports(BackendKind::Alb).into_iter().collect::<Vec<_>>(), [80]);
    /// assert!(stack.ingress().is_empty());
    /// ```
    pub fn balanced_ports(&self, kind: BackendKind) -> BTreeSet<u16> {
        if self.load_balancers.of(kind).is_none_or(LoadBalancer::is_given) {
            return BTreeSet::new();
        }
        let behind = self.services_behind(kind).filter_map(|key| self.services.get(key)?.task.port);
        behind.collect()
    }

    /// Returns the load balancer behind which a service is, or `None` for a service without one.
    pub(crate) fn load_balancer_of(&self, service: &Service) -> Option<&LoadBalancer> {
        self.load_balancers.of(service.backend.as_ref()?.kind())
    }

    /// Returns whether requests of the API go to a service.
    pub(crate) fn is_routed(&self, service: &Service) -> bool {
        self.api.is_some() && !service.routes.is_empty()
    }
}

impl Rule {
    /// Returns whether the rule opens a port of this protocol to somebody.
    pub(crate) fn opens(&self, protocol: TransportProtocol, port: u16) -> bool {
        let port = i32::from(port);
        let is_of = match self.protocol.named() {
            Protocol::All => return true,
            Protocol::Tcp => protocol == TransportProtocol::Tcp,
            Protocol::Udp => protocol == TransportProtocol::Udp,
            _ => false,
        };
        is_of && self.ports().is_some_and(|(first, last)| (first..=last).contains(&port))
    }
}
