//! The areas of a stack: the parts that people think in, such as the network or one service.
//!
//! A stack of ten services has a hundred objects. People ask about the services, so a plan and a status show the
//! objects by area. The names of the stack decide for everything that the stack has. An object that it no longer
//! has belongs to the service whose objects refer to it, or that it refers to.

use std::collections::{HashMap, VecDeque};

use schemars::JsonSchema;
use serde::Serialize;
use sss_model::{BackendKind, Stack};

use crate::{
    Graph, Id, Kind, World,
    engine::{kind::Resource, order::strings},
    lower,
    services::{
        apigateway::{
            api::Api,
            api_mapping::ApiMapping,
            authorizer::Authorizer,
            domain_name::DomainName,
            integration::{self, Integration},
            route::Route,
            stage::Stage,
            vpc_link::VpcLink,
        },
        autoscaling::scalable_target::ScalableTarget,
        cloudmap::{cloudmap_service::CloudMapService, namespace::Namespace},
        ec2::security_group::SecurityGroup,
        ecs::{cluster::Cluster, service::Service, task_definition::TaskDefinition},
        elb::{
            listener::Listener, load_balancer::LoadBalancer, rule::ListenerRule, target_group::TargetGroup,
        },
        iam::role::Role,
        logs::log_group::LogGroup,
        route53::record_set::RecordSet,
    },
};

/// A part of a stack that people think in.
///
/// The order is the one of screens: what everything else needs comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Area {
    /// The way of requests into the VPC: VPC link, load balancers, namespace and security groups.
    Network,
    /// The parts that all tasks share: the cluster and the execution role.
    Tasks,
    /// The HTTP API with its stage, its authorizer, its domain names and its access log.
    Api,
    /// One service, by its key in the stack. A service that the stack no longer has goes by its name on AWS, without
    /// the name of the stack in front.
    Service(String),
}

/// The areas of the objects of a stack.
///
/// ```
/// use sss_aws::{Area, Areas, World, lower};
/// use sss_model::{Stack, tfvars};
///
/// let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
/// let graph = lower(&stack).expect("a valid stack");
/// let areas = Areas::of(&stack, &graph, &World::default());
/// let cluster = graph.ids().find(|id| id.kind == "ecs/cluster").expect("a cluster");
/// assert_eq!(areas.get(cluster), Area::Tasks);
/// ```
#[derive(Debug, Clone)]
pub struct Areas {
    stack: String,
    known: HashMap<Id, Area>,
}

impl Areas {
    /// Returns the areas of the objects of a stack and of a world that was read for it.
    ///
    /// The graph is the one of the whole stack, or the empty one of a removal. It makes no call.
    pub fn of(stack: &Stack, graph: &Graph, world: &World) -> Self {
        let mut areas = Self { stack: stack.name.clone(), known: named(stack) };
        let unknown = |id: &Id| !areas.known.contains_key(id) && shared(id.kind).is_none();
        let ids = graph.ids().chain(world.objects().map(|(id, _)| id));
        if ids.into_iter().any(unknown) {
            areas.follow_links(world);
        }
        areas
    }

    /// Returns the area of an object.
    pub fn get(&self, id: &Id) -> Area {
        let known = self.known.get(id).cloned().or_else(|| shared(id.kind));
        known.unwrap_or_else(|| {
            // Without links, they are only known to be parts of an API.
            if [Route::KIND, Integration::KIND].contains(&id.kind) {
                return Area::Api;
            }
            Area::Service(self.short(&id.name).to_owned())
        })
    }

    /// Returns a name on AWS without the folder and the stack in front of it.
    fn short<'n>(&self, name: &'n str) -> &'n str {
        let last = name.rsplit('/').next().unwrap_or(name);
        last.strip_prefix(&self.stack).and_then(|rest| rest.strip_prefix('-')).unwrap_or(last)
    }

    /// Gives each object of a service that the stack no longer has its area, from the objects that are linked to it.
    fn follow_links(&mut self, world: &World) {
        let objects: Vec<_> = world.objects().filter(|(id, _)| shared(id.kind).is_none()).collect();
        for (id, _) in objects.iter().filter(|(id, _)| id.kind == Service::KIND) {
            let area = Area::Service(self.short(&id.name).to_owned());
            self.known.entry((*id).clone()).or_insert(area);
        }

        let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, (_, live)) in objects.iter().enumerate() {
            strings(&live.output, &mut |text| named.entry(text).or_default().push(index));
        }
        let mut links = vec![Vec::new(); objects.len()];
        for (from, (_, live)) in objects.iter().enumerate() {
            strings(&live.state, &mut |text| {
                for to in named.get(text).into_iter().flatten().copied().filter(|to| *to != from) {
                    links[from].push(to);
                    links[to].push(from);
                }
            });
        }

        let is_known = |index: &usize| self.known.contains_key(objects[*index].0);
        let mut open: VecDeque<usize> = (0..objects.len()).filter(is_known).collect();
        while let Some(from) = open.pop_front() {
            let Some(area @ Area::Service(_)) = self.known.get(objects[from].0).cloned() else { continue };
            for to in &links[from] {
                let id = objects[*to].0;
                if !self.known.contains_key(id) {
                    self.known.insert(id.clone(), area.clone());
                    open.push_back(*to);
                }
            }
        }
    }
}

/// Returns the areas of all objects that the stack names.
fn named(stack: &Stack) -> HashMap<Id, Area> {
    let mut known = HashMap::from([
        (Id::new(Role::KIND, stack.execution_role_name()), Area::Tasks),
        (Id::new(LogGroup::KIND, stack.api_log_group_name()), Area::Api),
    ]);
    // The listener that services share has the name of its load balancer.
    let shared = [BackendKind::Alb, BackendKind::Nlb].into_iter().flat_map(|kind| {
        let count = stack.services_behind(kind).count();
        (1..=count).map(move |number| stack.load_balancer_name(kind, number))
    });
    known.extend(shared.map(|name| (Id::new(Listener::KIND, name), Area::Network)));
    for (key, service) in &stack.services {
        let own = [
            Id::new(Role::KIND, stack.task_role_name(key)),
            Id::new(LogGroup::KIND, stack.log_group_name(key)),
            Id::new(TaskDefinition::KIND, stack.family_name(key)),
            Id::new(CloudMapService::KIND, stack.cloud_map_name(key)),
            Id::new(TargetGroup::KIND, stack.target_group_name(key)),
            Id::new(ListenerRule::KIND, stack.target_group_name(key)),
            Id::new(Listener::KIND, stack.target_group_name(key)),
            Id::new(Service::KIND, stack.service_name(key)),
            Id::new(ScalableTarget::KIND, stack.service_name(key)),
        ];
        let scaling = service.scaling.iter().flat_map(|scaling| lower::scaling_parts(stack, key, scaling));
        let integrations = service.routes.iter().map(|route| {
            let name =
                integration::name(&lower::target_name(stack, service), route.forwarded_path().as_deref());
            Id::new(Integration::KIND, name)
        });
        let routes = service.routes.iter().flat_map(sss_model::Route::keys);
        let routes = routes.map(|route| Id::new(Route::KIND, route));
        known.extend(
            own.into_iter()
                .chain(integrations)
                .chain(routes)
                .chain(scaling)
                .map(|id| (id, Area::Service(key.clone()))),
        );
    }
    known
}

/// Returns the area of the kinds that all services share. `None` for a kind of which services have their own.
fn shared(kind: Kind) -> Option<Area> {
    const NETWORK: [Kind; 4] = [VpcLink::KIND, Namespace::KIND, SecurityGroup::KIND, LoadBalancer::KIND];
    const API: [Kind; 6] =
        [Api::KIND, Stage::KIND, Authorizer::KIND, DomainName::KIND, ApiMapping::KIND, RecordSet::KIND];
    if NETWORK.contains(&kind) {
        return Some(Area::Network);
    }
    if API.contains(&kind) {
        return Some(Area::Api);
    }
    (kind == Cluster::KIND).then_some(Area::Tasks)
}
