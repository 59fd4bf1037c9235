//! The parts of an account that cost something, before and after a plan.
//!
//! The cost of a plan follows from the account and the steps, not from the stack file: a service whose deployment failed
//! stays as it is, and so does a number of tasks that others set.

use std::collections::BTreeMap;

use serde_json::Value;
use sss_model::{
    BackendKind, CpuArchitecture,
    cost::{LoadBalancer as Priced, Parts, Tasks},
};

use crate::{
    Action, Graph, Id, Plan, Step, World,
    engine::kind::{Resource, from_value},
    services::{
        apigateway::api::Api,
        cloudmap::namespace::Namespace,
        ecs::{
            service::{self, Service},
            task_definition::{self, TaskDefinition},
        },
        elb::{
            load_balancer::{self, LoadBalancer},
            target_group::{self, TargetGroup},
        },
    },
    tags::Ownership,
};

/// The name of the capacity provider whose tasks cost less.
const SPOT: &str = "FARGATE_SPOT";

/// Returns the priced parts of the stack's objects before and after a plan.
///
/// It returns `None` if the world lacks a revision that a service runs: its size is unknown then.
pub(crate) fn priced(graph: &Graph, world: &World, plan: &Plan) -> Option<(Parts, Parts)> {
    let mut tasks = BTreeMap::new();
    for (id, live) in world.of_kind(Service::KIND).filter(|(_, live)| live.ownership == Ownership::Ours) {
        let state: service::State = from_value(&live.state);
        let definition = revision(world, &state.task_definition)?;
        tasks.insert(id.clone(), tasks_of(id, &state, &from_value(definition))?);
    }
    let mut before = parts(&tasks, |object| object.before, world, plan);
    let is_change = |step: &&Step| !matches!(step.action, Action::Adopt | Action::Release);
    for step in plan.steps.iter().filter(is_change).filter(|step| step.id.kind == Service::KIND) {
        tasks.remove(step.moved_from.as_ref().unwrap_or(&step.id));
        if step.action != Action::Delete {
            tasks.insert(step.id.clone(), wanted(step, graph, world, plan)?);
        }
    }
    let mut after = parts(&tasks, |object| object.after, world, plan);

    let balancers = states::<LoadBalancer>(graph, world, plan);
    let groups = states::<TargetGroup>(graph, world, plan);
    before.load_balancers = load_balancers(&balancers.before, &groups.before);
    after.load_balancers = load_balancers(&balancers.after, &groups.after);
    Some((before, after))
}

/// Whether the stack has an object of a kind.
struct Exists {
    before: bool,
    after: bool,
}

impl Exists {
    /// Returns whether the stack has an object of a kind, before and after a plan.
    fn of<R: Resource>(world: &World, plan: &Plan) -> Self {
        let is_ours = |live: &crate::Live| live.ownership == Ownership::Ours;
        let before = world.of_kind(R::KIND).any(|(_, live)| is_ours(live));
        let steps = plan.steps.iter().filter(|step| step.id.kind == R::KIND);
        let after = steps.fold(before, |exists, step| match step.action {
            Action::Create => true,
            Action::Delete => false,
            _ => exists,
        });
        Self { before, after }
    }
}

/// The states of the stack's objects of a kind, before and after a plan.
struct States {
    before: BTreeMap<Id, Value>,
    after: BTreeMap<Id, Value>,
}

/// Returns the states of the stack's objects of a kind, before and after a plan.
fn states<R: Resource>(graph: &Graph, world: &World, plan: &Plan) -> States {
    let ours = world.of_kind(R::KIND).filter(|(_, live)| live.ownership == Ownership::Ours);
    let before: BTreeMap<Id, Value> = ours.map(|(id, live)| (id.clone(), live.state.clone())).collect();
    let mut after = before.clone();
    for step in plan.steps.iter().filter(|step| step.id.kind == R::KIND) {
        after.remove(step.moved_from.as_ref().unwrap_or(&step.id));
        let wanted = step.want(graph, plan, step.live(world)).filter(|_| step.action != Action::Delete);
        after.extend(wanted.map(|state| (step.id.clone(), state)));
    }
    States { before, after }
}

/// Returns the load balancers with the numbers of the services behind them.
fn load_balancers(balancers: &BTreeMap<Id, Value>, groups: &BTreeMap<Id, Value>) -> Vec<Priced> {
    let homes: Vec<String> =
        groups.values().map(|state| from_value::<target_group::State>(state).load_balancer).collect();
    let priced = |(id, state): (&Id, &Value)| {
        let is_network = from_value::<load_balancer::State>(state).kind == "network";
        let services = homes.iter().filter(|home| **home == id.name).count();
        Priced {
            kind: if is_network { BackendKind::Nlb } else { BackendKind::Alb },
            services: u32::try_from(services).unwrap_or(u32::MAX),
        }
    };
    balancers.iter().map(priced).collect()
}

/// Returns the parts with these tasks at one of the two moments.
fn parts(tasks: &BTreeMap<Id, Tasks>, at: fn(&Exists) -> bool, world: &World, plan: &Plan) -> Parts {
    Parts {
        tasks: tasks.values().cloned().collect(),
        has_api: at(&Exists::of::<Api>(world, plan)),
        has_zone: at(&Exists::of::<Namespace>(world, plan)),
        ..Parts::default()
    }
}

/// Returns the tasks of a service after its step.
fn wanted(step: &Step, graph: &Graph, world: &World, plan: &Plan) -> Option<Tasks> {
    let state: service::State = from_value(&step.want(graph, plan, step.live(world))?);
    let definition = graph.reads(&step.id).iter().find(|id| id.kind == TaskDefinition::KIND)?;
    let registered = plan.steps.iter().find(|step| step.id == *definition);
    let content = match registered {
        Some(step) => step.want(graph, plan, step.live(world))?,
        None => revision(world, &state.task_definition)?.clone(),
    };
    tasks_of(&step.id, &state, &from_value(&content))
}

/// Returns the state of a revision by its ARN.
fn revision<'w>(world: &'w World, arn: &str) -> Option<&'w Value> {
    let family = arn.rsplit('/').next()?.rsplit_once(':')?.0;
    let all = world.all(&Id::new(TaskDefinition::KIND, family));
    all.iter().find(|live| live.physical == arn).map(|live| &live.state)
}

/// Returns the tasks of a service that runs this revision. `None` if a size is no number.
fn tasks_of(id: &Id, state: &service::State, definition: &task_definition::State) -> Option<Tasks> {
    let settings = &state.settings;
    let mut tasks = Tasks::new(&id.name, definition.cpu.parse().ok()?, definition.memory.parse().ok()?);
    tasks.count = settings.desired_count.try_into().ok()?;
    if definition.cpu_architecture.as_deref() == Some("ARM64") {
        tasks.cpu_architecture = CpuArchitecture::Arm64;
    }
    if let Some(storage) = definition.ephemeral_storage {
        tasks.storage = storage.try_into().ok()?;
    }
    tasks.has_public_ip = settings.assign_public_ip;
    tasks.assumption = settings.capacity.contains_key(SPOT).then_some(Tasks::ON_SPOT);
    Some(tasks)
}
