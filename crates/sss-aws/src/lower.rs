//! From the desired stack to the resources that AWS needs for it.
//!
//! Lowering is the only place that knows both the stack and all kinds of resources. It names each
//! resource by the stack's names, fills the desired state in normal form, and draws an edge wherever one
//! resource reads the id or ARN of another: the read goes through the `Handle` that `Graph::add` returned, so
//! a resource can only refer to one that was added before.
//!
//! The order of insertion is an order to create in: roles and the security groups, the load balancers
//! ([`load_balancing`]), the namespace, the cluster, the VPC link, the API with its stage and authorizer, then service by
//! service ([`service`]), and the domain names of the API.
//!
//! *Shared* resources serve the whole stack. A part that no service needs is left out: a stack without a
//! service in Cloud Map has no namespace, and one without routes has no VPC link.

mod api;
mod load_balancing;
mod scaling;
mod scope;
mod service;

use std::collections::BTreeMap;

pub use self::scope::lower_only;
pub(crate) use self::{scaling::parts as scaling_parts, service::target_name};

use sss_model::{
    BackendKind, DERIVED_RULE, Invalid, LogClass, PolicyDocument, Stack, Statement, TASK_PRINCIPAL,
};

use self::load_balancing::{Homes, LoadBalancers};
use crate::{
    Graph, World,
    engine::{
        graph::Handle,
        kind::{Resource, Settings, to_value},
    },
    services::{
        apigateway::vpc_link::VpcLink,
        cloudmap::namespace::{self, Namespace},
        ec2::security_group::{self, Callers, SecurityGroup},
        ecs::cluster::{self, Cluster},
        iam::role::{self, Role},
        logs::log_group::{self, LogGroup},
    },
    tags::{self, Tags},
};

/// Returns the resources of a stack and the edges between them.
///
/// The function makes no call. The names and edges depend on the stack alone, so two graphs of one stack have
/// the same [`Graph::fingerprint`].
///
/// # Errors
///
/// The stack breaks a rule. Its fields are public, so a program may have changed it after its validation; the
/// rules are checked once more.
pub fn lower(stack: &Stack) -> Result<Graph, Invalid> {
    lower_in(stack, &World::default())
}

/// Returns the resources of a stack in an account: each service stays at the load balancer at which it lives.
///
/// A load balancer carries 100 services or, if it is a network load balancer, 50. The graph of a stack with more
/// services behind one depends on the account; the graph of any other stack does not. The front door
/// observes with the graph of [`lower`], and plans with this one.
///
/// # Errors
///
/// As [`lower`].
pub fn lower_in(stack: &Stack, world: &World) -> Result<Graph, Invalid> {
    stack.check()?;
    Ok(lowered(stack, Homes::of(stack, world)))
}

/// Returns the graph of a stack in an account from the one of [`lower`], which has checked this stack.
///
/// Only services behind load balancers make a difference.
pub(crate) fn housed(stack: &Stack, graph: Graph, world: &World) -> Graph {
    let homes = Homes::of(stack, world);
    if homes == Homes::of(stack, &World::default()) { graph } else { lowered(stack, homes) }
}

fn lowered(stack: &Stack, homes: Homes) -> Graph {
    let mut graph = Graph::empty(&stack.name).in_vpc(&stack.network.vpc_id).in_region(&stack.region);
    let mut shared = Shared::add(&mut graph, stack, homes);
    let mut limited = BTreeMap::new();
    for service in stack.services.values() {
        limited.extend(service::add(&mut graph, stack, &shared, service));
    }
    if let Some((front, api)) = shared.front.take().zip(stack.api.as_ref()) {
        front.close(&mut graph, stack, api, limited);
    }
    graph
}

/// The resources that all services of a stack share, as handles to read from.
struct Shared {
    cluster: Handle<Cluster>,
    execution_role: Handle<Role>,
    security_group: Handle<SecurityGroup>,
    load_balancers: LoadBalancers,
    /// `None` if no service is registered in Cloud Map.
    namespace: Option<Handle<Namespace>>,
    /// `None` if the stack has no API, or no service has routes.
    vpc_link: Option<Handle<VpcLink>>,
    /// `None` if the stack has no API.
    front: Option<api::Front>,
}

impl Shared {
    /// Adds the shared resources in an order in which each follows the ones that it reads from.
    fn add(graph: &mut Graph, stack: &Stack, homes: Homes) -> Self {
        let execution_role = match &stack.execution_role.existing {
            Some(text) => graph.refer(text, "execution_role.existing"),
            None => graph.add(execution_role(stack)),
        };
        let callers = callers(graph, stack);
        let mut load_balancers = LoadBalancers::with_groups(graph, stack, homes);
        let security_group = graph.add(security_group(stack, callers, &load_balancers));
        load_balancers.add(graph, stack);
        let registered = stack.services_behind(BackendKind::CloudMap).next().is_some();

        let namespace = registered.then(|| match &stack.namespace.existing {
            Some(text) => graph.refer(text, "namespace.existing"),
            None => graph.add(namespace(stack)),
        });
        let cluster = match &stack.cluster.existing {
            Some(text) => graph.refer(text, "cluster.existing"),
            None => graph.add(cluster(stack)),
        };
        let routed = stack.api.is_some() && stack.services.values().any(|service| !service.routes.is_empty());

        let vpc_link = routed.then(|| match &stack.network.existing_vpc_link {
            Some(text) => graph.refer(text, "network.existing_vpc_link"),
            None => graph.add(api::vpc_link(stack)),
        });
        let front = stack.api.as_ref().map(|api| api::add(graph, stack, api));
        Self { cluster, execution_role, security_group, load_balancers, namespace, vpc_link, front }
    }
}

/// Returns the role by which ECS pulls images, writes logs and reads secrets for the tasks.
///
/// An inline policy of its own lists exactly the secrets and parameters that the stack refers to.
fn execution_role(stack: &Stack) -> Role {
    let wanted = &stack.execution_role;
    let mut inline_policies = policies(stack.execution_policy_name(), &wanted.statements);
    inline_policies.extend(policies(stack.secrets_policy_name(), &stack.secret_statements()));
    Role {
        name: stack.execution_role_name(),
        named_by: "names.execution_role".to_owned(),
        state: role::State {
            path: wanted.path.clone(),
            trust: to_value(&PolicyDocument::trust(TASK_PRINCIPAL)),
            inline_policies,
            managed_policies: stack.execution_policies().into_iter().collect(),
            permissions_boundary: wanted.permissions_boundary.clone(),
            tags: role_tags(stack, wanted.permissions_boundary.as_ref(), [&wanted.tags]),
        },
    }
}

/// Returns the tags of a role. It has no region, so a tag names the region of its stack, and another one the
/// permissions boundary that the stack sets.
fn role_tags<'a>(
    stack: &'a Stack,
    boundary: Option<&String>,
    layers: impl IntoIterator<Item = &'a Tags>,
) -> Tags {
    let layers = std::iter::once(&stack.tags).chain(layers);
    let mut tags = tags::wanted_in(&stack.name, &stack.region, layers);
    tags.extend(boundary.map(|arn| (tags::BOUNDARY.to_owned(), role::boundary_mark(arn))));
    tags
}

/// Returns an inline policy of this name, or an empty map if it has no statements: IAM refuses an empty
/// policy.
fn policies(name: String, statements: &[Statement]) -> BTreeMap<String, serde_json::Value> {
    let document = (!statements.is_empty()).then(|| to_value(&PolicyDocument::new(statements)));
    document.map(|document| (name, document)).into_iter().collect()
}

/// The remedy for a VPC link of others without security groups.
const OPEN_BY_HAND: &str = "open the ports to the default security group of the VPC under `[[security_group.ingress]]`, \
     or name a link with security groups under `{key}`";

/// Returns the VPC link of others from which requests of the API come, if the stack writes no rules of its own.
fn callers(graph: &mut Graph, stack: &Stack) -> Option<Callers> {
    let text = stack.network.existing_vpc_link.as_ref().filter(|_| stack.security_group.ingress.is_none())?;
    let ports = stack.routed_ports();
    (!ports.is_empty()).then(|| {
        let link = graph.refer(text, "network.existing_vpc_link");
        graph.let_in(&link, OPEN_BY_HAND);
        Callers { link, ports, description: DERIVED_RULE.to_owned() }
    })
}

/// Returns the security group of the tasks. The tag `Name` is the name that the console shows.
///
/// It lets the stack's own load balancers in beside the rules of the stack file.
fn security_group(stack: &Stack, callers: Option<Callers>, load_balancers: &LoadBalancers) -> SecurityGroup {
    let wanted = &stack.security_group;
    let name = Tags::from([("Name".to_owned(), stack.security_group_tag())]);
    let mut tags = tagged(stack, [&name, &wanted.tags]);
    tags.extend(inside(stack));
    SecurityGroup {
        name: stack.security_group_name(),
        callers,
        lets_in: load_balancers.lets_in(stack),
        state: security_group::State {
            vpc: stack.network.vpc_id.clone(),
            description: wanted.description.clone(),
            ingress: rules(&stack.ingress()),
            egress: rules(&wanted.egress),
            tags,
        },
    }
}

/// Returns the record of the cluster and the namespace of others that hold objects of the stack.
///
/// The end of an ARN names the same object in fewer letters.
fn inside(stack: &Stack) -> Tags {
    let objects = [(Cluster::NAME, &stack.cluster.existing), (Namespace::NAME, &stack.namespace.existing)];
    let places = objects.into_iter().filter_map(|(kind, text)| {
        let short = text.as_ref()?.rsplit('/').next()?;
        Some(format!("{kind}={short}"))
    });
    tags::hold_inside(places)
}

/// Returns the rules by their keys, one for each peer.
///
/// EC2 keeps a rule of several blocks or groups as several rules, so the normal form has one peer per rule,
/// and blocks in the spelling of EC2.
fn rules(wanted: &[sss_model::Rule]) -> security_group::Rules {
    let one = |rule: &sss_model::Rule, peer| {
        let (from_port, to_port) = rule.ports().unzip();
        let description = said(rule.description.as_ref());
        security_group::Rule { protocol: rule.protocol.to_string(), from_port, to_port, peer, description }
    };

    let peers = |rule: &sss_model::Rule| -> Vec<security_group::Peer> {
        let block = |cidr: &String| {
            let cidr = security_group::canonical(cidr);
            if cidr.contains(':') {
                security_group::Peer::Ipv6(cidr)
            } else {
                security_group::Peer::Ipv4(cidr)
            }
        };
        let groups = rule.security_groups.iter().cloned().map(security_group::Peer::SecurityGroup);
        rule.cidrs.iter().map(block).chain(groups).collect()
    };

    let all = wanted.iter().flat_map(|rule| peers(rule).into_iter().map(move |peer| one(rule, peer)));
    all.map(|rule| (rule.key(), rule)).collect()
}

/// Returns the namespace, with a tag for its VPC: AWS shows the VPC of a namespace through Route 53 only.
fn namespace(stack: &Stack) -> Namespace {
    let mut tags = tagged(stack, [&stack.namespace.tags]);
    tags.insert(namespace::VPC.to_owned(), stack.network.vpc_id.clone());
    let description = said(stack.namespace.description.as_ref());
    Namespace { name: stack.namespace_name(), state: namespace::State { description, tags } }
}

fn cluster(stack: &Stack) -> Cluster {
    let wanted = &stack.cluster;
    let optional = Settings::of([
        ("default_capacity", !wanted.default_capacity.is_empty()),
        ("container_insights", wanted.container_insights.is_some()),
        ("execute_command", wanted.execute_command.is_some()),
        ("managed_storage", wanted.managed_storage.is_some()),
    ]);
    let mut tags = tagged(stack, [&wanted.tags]);
    optional.record(&mut tags);

    let providers = wanted.capacity_providers.iter().map(|provider| provider.as_str().to_owned());
    let insights = wanted.container_insights.map(|insights| insights.as_str().to_owned());
    let sessions = wanted.execute_command.as_ref().map(sessions);
    let storage = wanted.managed_storage.as_ref().map(|storage| cluster::Storage {
        ephemeral: storage.fargate_ephemeral_storage_kms_key_id.clone(),
        volumes: storage.kms_key_id.clone(),
    });
    let state = cluster::State {
        capacity_providers: providers.collect(),
        default_capacity: service::shares(&wanted.default_capacity),
        container_insights: insights.filter(|insights| insights != "disabled"),
        execute_command: sessions.filter(|sessions| !sessions.is_default()),
        managed_storage: storage.filter(|storage| *storage != cluster::Storage::default()),
        tags,
    };
    Cluster { name: stack.cluster_name(), unset: optional.unset(), state }
}

/// Returns the configuration of sessions of ECS Exec.
fn sessions(wanted: &sss_model::ExecuteCommand) -> cluster::Sessions {
    cluster::Sessions {
        logging: wanted.logging.as_str().to_owned(),
        kms_key: wanted.kms_key_id.clone(),
        log_group: wanted.log_group.clone(),
        log_group_encrypted: wanted.log_group_encrypted,
        bucket: wanted.bucket.clone(),
        bucket_prefix: wanted.bucket_prefix.clone(),
        bucket_encrypted: wanted.bucket_encrypted,
    }
}

/// Returns a log group. A retention without days keeps events for ever.
///
/// Its own key and class win over those of the stack. Events of the class DELIVERY have no retention.
fn log_group(
    stack: &Stack,
    name: String,
    retention: sss_model::Retention,
    own: &sss_model::LogGroup,
    mut tags: Tags,
) -> LogGroup {
    let class = own.class.or(stack.log_group.class);
    let kms_key = own.kms_key_id.as_ref().or(stack.log_group.kms_key_id.as_ref()).cloned();
    let optional = Settings::of([("kms_key", kms_key.is_some()), ("class", class.is_some())]);
    optional.record(&mut tags);

    let days = retention.in_days().map(|days| i32::try_from(days).expect("a number of days that AWS knows"));
    let state = log_group::State {
        retention_days: days.filter(|_| class != Some(LogClass::Delivery)),
        kms_key,
        class: class.map(|class| class.as_str().to_owned()).filter(|class| class != log_group::STANDARD),
        tags,
    };
    LogGroup { name, unset: optional.unset(), state }
}

/// Returns a number as AWS's signed integer. The model's rules keep it in range.
fn number(value: u32) -> i32 {
    i32::try_from(value).expect("a number within AWS's range")
}

/// Returns a description unless it is empty: AWS answers an empty one as an absent one.
fn said(description: Option<&String>) -> Option<String> {
    description.filter(|text| !text.is_empty()).cloned()
}

/// Returns the stack's tags, these layers over them, and the marks.
fn tagged<'a>(stack: &'a Stack, layers: impl IntoIterator<Item = &'a Tags>) -> Tags {
    tags::wanted(&stack.name, std::iter::once(&stack.tags).chain(layers))
}
