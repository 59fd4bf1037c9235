//! The load balancers of a stack, and the place of each service at them.
//!
//! A load balancer carries a bounded number of services, so a stack may have several of a kind. Moving a service to
//! another one replaces tasks, so a service stays where it is: the account says where it lives ([`Homes`]). A new
//! service goes to the first load balancer with room, in the order of names.

use std::collections::{BTreeMap, BTreeSet};

use sss_model::{
    AlbBackend, Backend, BackendKind, DERIVED_RULE, LoadBalancer as Wanted, NlbBackend, Service, Stack,
    TargetHealthCheck,
};

use super::{number, tagged};
use crate::{
    Graph, Id, World,
    engine::{
        graph::Handle,
        kind::{Resource, from_value},
    },
    services::{
        ec2::security_group::{self, Callers, Peer, Rule, SecurityGroup},
        elb::{
            PORTS, Place,
            health_check::HealthCheck,
            listener::Listener,
            load_balancer::LoadBalancer,
            rule::ListenerRule,
            target_group::{self, TargetGroup},
        },
    },
    tags::{Ownership, Tags},
};

/// The kinds of load balancers.
const KINDS: [BackendKind; 2] = [BackendKind::Alb, BackendKind::Nlb];

/// The most load balancers of a kind that are looked for in the account. AWS allows 50 in a region.
const MOST: usize = 50;

/// The number of the load balancer at which each service lives, by its kind and the key of the service.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Homes(BTreeMap<(BackendKind, String), usize>);

impl Homes {
    /// Returns the homes of all services of a stack.
    ///
    /// A service whose target group belongs to a load balancer of the stack stays there. Every other one goes to the
    /// first load balancer with room.
    pub(super) fn of(stack: &Stack, world: &World) -> Self {
        let mut homes = Self::default();
        for kind in KINDS {
            let mut living = BTreeMap::new();
            for service in stack.services_behind(kind) {
                if let Some(number) = home(stack, world, kind, service) {
                    living.entry(number).or_insert_with(Vec::new).push(service.to_owned());
                }
            }
            let settled: BTreeSet<String> = living.values().flatten().cloned().collect();
            for service in stack.services_behind(kind).filter(|service| !settled.contains(*service)) {
                let has_room =
                    |number: &usize| living.get(number).map_or(0, Vec::len) < Stack::services_of_one(kind);
                let first = (1..=MOST).find(has_room).unwrap_or(MOST);
                living.entry(first).or_default().push(service.to_owned());
            }
            for (number, services) in living {
                homes.0.extend(services.into_iter().map(|service| ((kind, service), number)));
            }
        }
        homes
    }

    /// Returns the numbers of the load balancers of a kind.
    fn numbers(&self, kind: BackendKind) -> BTreeSet<usize> {
        self.0.iter().filter(|((of, _), _)| *of == kind).map(|(_, number)| *number).collect()
    }

    fn get(&self, kind: BackendKind, service: &str) -> usize {
        self.0.get(&(kind, service.to_owned())).copied().unwrap_or(1)
    }
}

/// Returns the number of the stack's load balancer to which the target group of a service belongs.
fn home(stack: &Stack, world: &World, kind: BackendKind, service: &str) -> Option<usize> {
    let id = Id::new(TargetGroup::KIND, stack.target_group_name(service));
    let ours = world.all(&id).iter().filter(|live| live.ownership == Ownership::Ours);
    let mut states = ours.map(|live| from_value::<target_group::State>(&live.state));
    states.find_map(|state| {
        (1..=MOST).find(|number| stack.load_balancer_name(kind, *number) == state.load_balancer)
    })
}

/// The load balancers of a stack, as handles to read from.
pub(super) struct LoadBalancers {
    /// The security groups of the stack's own load balancers, by kind.
    groups: BTreeMap<BackendKind, Handle<SecurityGroup>>,
    /// The load balancers by kind and number.
    all: BTreeMap<(BackendKind, usize), One>,
    homes: Homes,
}

/// A load balancer.
struct One {
    place: Place<LoadBalancer>,
    /// Its name, or the ARN of one that exists already.
    name: String,
    /// The listener with the rules of all services. `None` for a Network Load Balancer.
    listener: Option<Place<Listener>>,
}

/// The way of requests through a load balancer to the tasks of a service.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) target_group: Handle<TargetGroup>,
    /// The listener to which the integration leads.
    pub(super) listener: Place<Listener>,
    /// The rule of the service, with the value of its header. `None` at a Network Load Balancer.
    pub(super) rule: Option<(Handle<ListenerRule>, String)>,
    /// The name that API Gateway verifies. `None` without TLS.
    pub(super) server_name: Option<String>,
}

impl LoadBalancers {
    /// Adds the security groups of the stack's own load balancers. The tasks let them in, so they come first.
    pub(super) fn with_groups(graph: &mut Graph, stack: &Stack, homes: Homes) -> Self {
        let own = KINDS.into_iter().filter(|kind| {
            let given = stack.load_balancers.of(*kind).is_none_or(Wanted::is_given);
            !given && !homes.numbers(*kind).is_empty()
        });
        let groups = own
            .map(|kind| {
                (kind, {
                    let callers = callers(graph, stack, kind);
                    graph.add(security_group(stack, kind, callers))
                })
            })
            .collect();
        Self { groups, all: BTreeMap::new(), homes }
    }

    /// Returns the rules by which the tasks let the load balancers in.
    pub(super) fn lets_in(&self, stack: &Stack) -> Vec<(Handle<SecurityGroup>, Rule)> {
        let of_kind = |(kind, group): (&BackendKind, &Handle<SecurityGroup>)| {
            let ports = stack.balanced_ports(*kind).into_iter();
            ports
                .map(|port| (group.clone(), tcp(i32::from(port)..=i32::from(port), String::new())))
                .collect::<Vec<_>>()
        };
        self.groups.iter().flat_map(of_kind).collect()
    }

    /// Adds the load balancers, and the listeners that services share.
    pub(super) fn add(&mut self, graph: &mut Graph, stack: &Stack) {
        for kind in KINDS {
            let Some(wanted) = stack.load_balancers.of(kind) else { continue };
            let numbers = self.homes.numbers(kind);
            let Some(group) = self.groups.get(&kind).cloned() else {
                // A load balancer that exists already is the only one of its kind.
                if !numbers.is_empty() {
                    let given = given(graph, stack, kind, wanted);
                    let all = self.homes.0.iter_mut().filter(|((of, _), _)| *of == kind);
                    all.for_each(|(_, number)| *number = 1);
                    self.all.insert((kind, 1), given);
                }
                continue;
            };
            for number in numbers {
                let name = stack.load_balancer_name(kind, number);
                let handle = graph.add(LoadBalancer {
                    name: name.clone(),
                    named_by: if kind == BackendKind::Nlb { "names.nlb" } else { "names.alb" },
                    kind,
                    security_group: group.clone(),
                    vpc: stack.network.vpc_id.clone(),
                    subnets: stack.network.private_subnet_ids.iter().cloned().collect(),
                    deletion_protection: wanted.deletion_protection,
                    tags: tagged(stack, [&wanted.tags]),
                });
                let place = Place::Own(handle);
                let listener = shared_listener(graph, stack, kind, &name, &place);
                self.all.insert((kind, number), One { place, name, listener });
            }
        }
    }

    /// Adds the target group of a service, and the rule or the listener that leads to it.
    ///
    /// Returns `None` for a service without a load balancer.
    pub(super) fn way(&self, graph: &mut Graph, stack: &Stack, service: &Service) -> Option<Way> {
        let backend = service.backend.as_ref()?;
        let kind = backend.kind();
        let wanted = stack.load_balancers.of(kind)?;
        let one = self.all.get(&(kind, self.homes.get(kind, &service.name)))?;
        let target_group = graph.add(target_group(stack, service, backend, &one.name)?);

        let tags = tagged(stack, [&wanted.tags, &service.tags]);
        let name = stack.target_group_name(&service.name);
        let (listener, rule) = if let Some(listener) = &one.listener {
            let value = stack.load_balancer_header(&service.name);
            let rule = graph.add(ListenerRule {
                name,
                listener: listener.clone(),
                value: value.clone(),
                target_group: target_group.clone(),
                tags,
            });
            (listener.clone(), Some((rule, value)))
        } else {
            let listener = graph.add(Listener {
                name,
                kind,
                load_balancer: one.place.clone(),
                certificate: wanted.certificate.clone(),
                ssl_policy: wanted.ssl_policy.clone(),
                target_group: Some(target_group.clone()),
                tags,
            });
            (Place::Own(listener), None)
        };
        Some(Way { target_group, listener, rule, server_name: wanted.server_name.clone() })
    }
}

/// Returns a load balancer or a listener that exists already.
///
/// The stack adds a listener of its own to a load balancer, and rules only to a listener.
fn given(graph: &mut Graph, stack: &Stack, kind: BackendKind, wanted: &Wanted) -> One {
    if let Some(listener) = &wanted.listener {
        let balancer = balancer_of(listener);
        let place = Place::Given(balancer.clone());
        return One { place, name: balancer, listener: Some(Place::Given(listener.clone())) };
    }
    let arn = wanted.arn.clone().unwrap_or_default();
    let place = Place::Given(arn.clone());
    let listener = shared_listener(graph, stack, kind, &stack.load_balancer_name(kind, 1), &place);
    One { place, name: arn, listener }
}

/// Returns the ARN of the load balancer of a listener.
fn balancer_of(listener: &str) -> String {
    let path = listener.rsplit_once('/').map_or(listener, |(path, _)| path);
    path.replacen(":listener/", ":loadbalancer/", 1)
}

/// Adds the listener that all services of an Application Load Balancer share.
fn shared_listener(
    graph: &mut Graph,
    stack: &Stack,
    kind: BackendKind,
    name: &str,
    place: &Place<LoadBalancer>,
) -> Option<Place<Listener>> {
    if kind != BackendKind::Alb {
        return None;
    }
    let wanted = stack.load_balancers.of(kind)?;
    Some(Place::Own(graph.add(Listener {
        name: name.to_owned(),
        kind,
        load_balancer: place.clone(),
        certificate: wanted.certificate.clone(),
        ssl_policy: wanted.ssl_policy.clone(),
        target_group: None,
        tags: tagged(stack, [&wanted.tags]),
    })))
}

/// Returns the ports at which the load balancers of a kind take requests.
///
/// Both ports of an Application Load Balancer are open, because a listener with TLS takes the place of one without before
/// that one goes.
fn ports(kind: BackendKind) -> Vec<std::ops::RangeInclusive<i32>> {
    if kind == BackendKind::Nlb { vec![PORTS] } else { vec![80..=80, 443..=443] }
}

/// Returns the VPC link of others from which requests of the API come.
fn callers(graph: &mut Graph, stack: &Stack, kind: BackendKind) -> Option<Callers> {
    let text = stack.network.existing_vpc_link.as_ref()?;
    let ports = ports(kind).into_iter().flatten().filter_map(|port| u16::try_from(port).ok());
    let link = graph.refer(text, "network.existing_vpc_link");
    graph.let_in(&link, "name a link with security groups under `{key}`");
    Some(Callers { link, ports: ports.collect(), description: DERIVED_RULE.to_owned() })
}

/// Returns the security group of the load balancers of a kind: the VPC link may reach their listeners.
///
/// Outbound traffic is open, as in a new group: a rule for the group of the tasks would close a circle of two groups
/// that name one another, and a load balancer sends requests to its registered tasks only.
fn security_group(stack: &Stack, kind: BackendKind, callers: Option<Callers>) -> SecurityGroup {
    let wanted = stack.load_balancers.of(kind).map(|wanted| wanted.tags.clone()).unwrap_or_default();
    let name = stack.load_balancer_group_name(kind);
    // Both ports are open, because a listener with TLS takes the place of one without before that one goes.
    let ports = if kind == BackendKind::Nlb { vec![PORTS] } else { vec![80..=80, 443..=443] };
    let links = stack.network.vpc_link_security_group_ids.iter();
    let ingress = links.flat_map(|group| ports.iter().map(|ports| tcp(ports.clone(), group.clone())));
    let ingress = ingress.map(|rule| (rule.key(), rule));
    let named = Tags::from([("Name".to_owned(), name.clone())]);
    SecurityGroup {
        name,
        callers,
        lets_in: Vec::new(),
        state: security_group::State {
            vpc: stack.network.vpc_id.clone(),
            description: "Requests of the API to the load balancer".to_owned(),
            ingress: ingress.collect(),
            egress: security_group::everywhere(),
            tags: tagged(stack, [&named, &wanted]),
        },
    }
}

/// Returns a rule for TCP ports and a security group.
fn tcp(ports: std::ops::RangeInclusive<i32>, group: String) -> Rule {
    Rule {
        protocol: "tcp".to_owned(),
        from_port: Some(*ports.start()),
        to_port: Some(*ports.end()),
        peer: Peer::SecurityGroup(group),
        description: Some(DERIVED_RULE.to_owned()),
    }
}

/// Returns the target group of a service. `None` for a service that is not behind a load balancer.
fn target_group(stack: &Stack, service: &Service, backend: &Backend, balancer: &str) -> Option<TargetGroup> {
    let (protocol, delay, slow_start, stickiness) = match backend {
        Backend::Alb(AlbBackend { deregistration_delay, slow_start, stickiness, .. }) => {
            ("HTTP", *deregistration_delay, *slow_start, *stickiness)
        }
        Backend::Nlb(NlbBackend { deregistration_delay, .. }) => ("TCP", *deregistration_delay, 0, None),
        _ => return None,
    };
    let check = backend.target_health_check()?;
    Some(TargetGroup {
        name: stack.target_group_name(&service.name),
        named_by: format!("services.{}.names.target_group", service.name),
        state: target_group::State {
            protocol: protocol.to_owned(),
            vpc: stack.network.vpc_id.clone(),
            target_type: "ip".to_owned(),
            ip_address_type: "ipv4".to_owned(),
            protocol_version: (protocol == "HTTP").then(|| "HTTP1".to_owned()),
            load_balancer: balancer.to_owned(),
            health_check: health_check(check, backend.kind()),
            deregistration_delay: number(delay),
            slow_start: (slow_start != 0).then(|| number(slow_start)),
            stickiness: stickiness.map(number),
            preserve_client_ip: false,
            tags: tagged(stack, [&service.tags]),
        },
    })
}

/// Returns a health check in normal form. Behind a Network Load Balancer, one without a path is a TCP connection.
fn health_check(check: &TargetHealthCheck, kind: BackendKind) -> HealthCheck {
    let (path, codes) = match kind {
        BackendKind::Nlb => (check.path.clone(), "200-399"),
        _ => (Some(check.path.clone().unwrap_or_else(|| "/".to_owned())), "200"),
    };
    let matcher = path.is_some().then(|| check.matcher.clone().unwrap_or_else(|| codes.to_owned()));
    HealthCheck {
        protocol: if path.is_some() { "HTTP" } else { "TCP" }.to_owned(),
        by_connection: path.is_none(),
        port: "traffic-port".to_owned(),
        path,
        matcher,
        interval: number(check.interval),
        timeout: number(check.timeout),
        healthy_threshold: number(check.healthy_threshold),
        unhealthy_threshold: number(check.unhealthy_threshold),
    }
}
