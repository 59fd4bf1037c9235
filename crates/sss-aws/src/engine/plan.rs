//! The comparison of a graph with a world. It is a synchronous function and makes no call.
//!
//! First each resource of the graph gets its step, in the order of the graph, so that the outputs of earlier
//! resources are known or are about to change. Then each object without a resource is deleted, kept or left
//! alone. After that, passes complete the plan: `held` removes retries of failed deployments, `moves`,
//! `workload` and `renames` explain steps, and the order of the tasks shows downtime.
//!
//! | word | meaning |
//! |---|---|
//! | *reference* | an object of others that the stack uses, and that no step changes |
//! | *refusal* | an object that prevents the plan: it belongs to others, or AWS would refuse the creation |
//! | *left alone* | an object of others that prevents nothing |
//! | *unseen*, *unchecked* | objects that could not be looked for, and users of objects that could not be |
//! | *held* | a resource that stays as it is, because AWS gave up the same change |
//! | *kept* | an object that stays on request, although the stack no longer has it |
//! | *surplus* | a second object of ours of one name, left by an interrupted replacement |
//!
//! The invariant: after an apply of a plan, the next plan is empty, for every kind.

pub(crate) mod adoption;
mod heir;
mod moves;
mod obstacle;
mod pairs;
mod pending;
mod phase;
pub(crate) mod release;
mod removal;
mod renames;
mod revisions;
mod step;
mod text;
mod used;
mod workload;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

pub use self::{
    obstacle::Refused,
    phase::Phase,
    removal::Removal,
    step::{Action, Loss, Reason, Step},
    used::{LeftAlone, Used},
};
use self::{
    pairs::{Pairings, closest},
    step::{new_name, reasons},
};
use crate::{
    Id,
    engine::{
        dependent::{self, InUse, in_use},
        diff::{Change, diff},
        graph::{Graph, Node},
        held::{Held, hold},
        kind::{Replaced, Spec},
        order::Tasks,
        world::{Live, Unseen, World},
    },
    tags::Ownership,
};

/// The purpose of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Change the account to the desired state.
    #[default]
    Converge,
    /// The same, and delete the parts of an adopted API that the stack does not have. `Converge` leaves them
    /// alone.
    Prune,
    /// Mark objects that have the stack's names and no owner as managed by the stack. Such a plan creates and
    /// deletes nothing.
    Adopt,
    /// Remove the stack's marks from all its objects, and change nothing else. The objects belong to nobody
    /// then.
    Release,
}

/// The steps from the world to the stack. A plan without steps is empty.
///
/// [`plan()`] makes it and [`apply`](crate::apply()) carries it out. It prints itself as text
/// and serializes as JSON; neither shows a value that looks secret. It is only valid with the graph and the
/// world from which it was made.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Plan {
    /// The stack's name.
    pub stack: String,
    /// The keys of the only services that were looked at. It is empty for a plan of the whole stack.
    ///
    /// The plan does not say whether anything else differs from the stack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// The steps, in an order in which they could be carried out one by one. An apply runs independent ones
    /// side by side.
    pub steps: Vec<Step>,
    /// The objects that prevent the plan. [`Plan::is_refused`] tells whether there are any.
    pub refusals: Vec<Refused>,
    /// The objects of others that the stack uses. No step changes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Used>,
    /// The objects that were found, do not belong to the stack, and are not changed.
    pub left_alone: Vec<LeftAlone>,
    /// The kinds that the observation could not look for, so that the plan may lack deletions of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<Unseen>,
    /// The resources that stay as they are, because AWS gave up the same change before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// The objects that the stack no longer has and that stay on request: [`World::keeping_logs`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<Id>,
    /// The objects that the plan would delete although others use them. They refuse the plan as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_use: Vec<InUse>,
    /// The kinds of objects that the plan would delete without knowing whether others use them, because AWS
    /// denied the read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<Unseen>,
    /// The outputs of the resources that exist and stay. Those of new or replaced objects are missing until
    /// an apply.
    #[serde(skip)]
    pub(crate) outputs: BTreeMap<Id, Value>,
}

impl Plan {
    /// Returns whether the plan has no steps.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns whether a resource stays as it is although the stack wants another state. `is_empty` does not
    /// count it.
    pub fn is_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Returns whether an object prevents the plan. An apply of it writes nothing.
    pub fn is_refused(&self) -> bool {
        !self.refusals.is_empty() || !self.in_use.is_empty()
    }

    /// Returns whether the plan deletes an object, replaced ones included. Only then,
    /// [`dependents`](crate::dependents()) has anything to look for.
    pub fn removes(&self) -> bool {
        self.steps.iter().any(dependent::removes)
    }

    /// Returns the resources during whose steps requests fail, each with a phrase that says which requests
    /// and how long.
    pub fn downtimes(&self) -> impl Iterator<Item = (&Id, &'static str)> {
        self.steps.iter().flat_map(|step| {
            let reasons = step.reasons.iter().filter_map(|reason| reason.downtime);
            reasons.chain(step.downtime).map(|downtime| (&step.id, downtime))
        })
    }

    /// Returns the number of steps with an action.
    pub fn count(&self, action: Action) -> usize {
        self.steps.iter().filter(|step| step.action == action).count()
    }
}

/// Compares the desired resources with the world.
///
/// # Guarantees
///
/// - It makes no call, and the same graph, world and mode give the same plan.
/// - Objects that are not marked as the stack's are neither changed nor deleted, except for parts of an
///   adopted API with [`Mode::Prune`] and for the tags of objects with [`Mode::Adopt`].
/// - [`Mode::Adopt`] and [`Mode::Release`] change tags only.
///
/// ```
/// use sss_aws::{Graph, Mode, Plan, World, plan};
///
/// fn deletion(graph: &Graph, world: &World) -> Plan {
///     plan(&graph.emptied(), world, Mode::Converge)
/// }
/// ```
pub fn plan(graph: &Graph, world: &World, mode: Mode) -> Plan {
    if mode == Mode::Release {
        let mut plan = Plan::of(graph, world);
        plan.steps = release::steps(world);
        workload::tell(graph, world, &mut plan);
        return plan;
    }
    let pairings = if mode == Mode::Adopt { Pairings::default() } else { Pairings::of(graph, world) };
    let mut planning = Planning { graph, world, mode, pairings, plan: Plan::of(graph, world) };
    for node in graph.nodes() {
        planning.wanted(node);
    }

    planning.plan.refusals.extend(obstacle::refused_by_aws(graph, world, &planning.plan.steps));
    planning.unwanted();

    let mut plan = planning.plan;
    if mode != Mode::Adopt {
        hold(graph, world, &mut plan);
    }
    moves::tell(world, &mut plan);
    removal::tell(graph, world, &mut plan);
    workload::tell(graph, world, &mut plan);
    renames::tell(graph, world, &mut plan);
    let tasks = Tasks::of(graph, world, &plan);
    phase::tell(graph, world, &tasks, &mut plan);
    for (step, downtime) in tasks.gaps {
        plan.steps[step].downtime = Some(downtime);
    }

    plan.in_use = in_use(world, &plan);
    plan
}

impl Plan {
    /// Returns a plan without steps.
    fn of(graph: &Graph, world: &World) -> Self {
        Self {
            stack: graph.stack().to_owned(),
            only: graph.only().to_vec(),
            steps: Vec::new(),
            refusals: world.obstacles().to_vec(),
            uses: Vec::new(),
            left_alone: Vec::new(),
            unseen: world.unseen().to_vec(),
            held: Vec::new(),
            kept: Vec::new(),
            in_use: Vec::new(),
            unchecked: world.others().unchecked.clone(),
            outputs: BTreeMap::new(),
        }
    }
}

/// A plan under construction.
struct Planning<'a> {
    graph: &'a Graph,
    world: &'a World,
    mode: Mode,
    pairings: Pairings<'a>,
    plan: Plan,
}

impl Planning<'_> {
    /// Plans a resource of the graph: by its owner and the mode, then by its changes.
    fn wanted(&mut self, node: &Node) {
        if node.is_outside {
            let presumed = self.world.presumed(&node.id).map(|output| (node.id.clone(), output.clone()));
            return self.plan.outputs.extend(presumed);
        }
        if let Some(reference) = &node.reference {
            return used::tell(self.graph, self.world, node, reference, &mut self.plan);
        }
        let desired = node.desired(&|id| self.plan.outputs.get(id));
        if node.spec.replaced == Replaced::Kept && self.mode != Mode::Adopt {
            return self.revision(node, &desired);
        }
        let moved = self.pairings.get(&node.id);
        let all = moved.map_or_else(|| self.world.all(&node.id), |(_, live)| std::slice::from_ref(live));
        let Some((live, changes)) = closest(node, all, &desired) else {
            if self.mode != Mode::Adopt {
                self.create(node, &desired);
            }
            return;
        };

        let reasons = reasons(node.spec.immutable, &changes);
        let replaced = live.ownership == Ownership::Ours && self.mode != Mode::Adopt && !reasons.is_empty();
        let output = if replaced { (node.spec.replaced_output)(&node.id) } else { live.output.clone() };
        self.plan.outputs.insert(node.id.clone(), output);

        match (&live.ownership, self.mode) {
            (Ownership::Other(_) | Ownership::Elsewhere(_), _)
            | (Ownership::Unmarked, Mode::Converge | Mode::Prune) => {
                self.refuse(node, live);
            }
            (_, Mode::Adopt) => self.adopt(node, live, changes),
            // A release has no graph to reach.
            (_, Mode::Release) => {}
            (Ownership::Ours, Mode::Converge | Mode::Prune) => {
                self.surplus(node, live);
                let action = if replaced { Action::Replace } else { Action::Update };
                if replaced || !changes.is_empty() {
                    let moved_from = moved.map(|(id, _)| id.clone());
                    let step = self.step(node.id.clone(), action, Some(live), changes);
                    (step.reasons, step.moved_from) = (reasons, moved_from);
                    if replaced {
                        step.new_name = new_name(node.spec.immutable, &step.changes);
                        step.loses = loss(node.spec, live);
                        step.lost.clone_from(&live.lost);
                    }
                }
            }
        }
    }

    /// Deletes all objects of ours of one name but the chosen one. An earlier run died between the creation
    /// of one and the deletion of the other.
    fn surplus(&mut self, node: &Node, chosen: &Live) {
        let world = self.world;
        for live in world.all(&node.id) {
            if live.ownership == Ownership::Ours && !std::ptr::eq(live, chosen) {
                self.delete(&node.id, live, Removal::Surplus);
            }
        }
    }

    /// Plans the objects that are not in the graph. A part that is deleted with its API has no order of its
    /// own.
    fn unwanted(&mut self) {
        let (graph, world) = (self.graph, self.world);
        let unwanted = world.objects().filter(|(id, _)| graph.node(id).is_none());
        let unwanted: Vec<_> = unwanted.filter(|(_, live)| !self.pairings.has(live)).collect();
        for (id, live) in unwanted {
            let is_ours = live.ownership == Ownership::Ours;
            if !is_ours && graph.refers_to(id, live) {
                continue;
            }
            match (&live.ownership, self.mode) {
                (Ownership::Ours, Mode::Converge | Mode::Prune) if world.keeps(id.kind) => {
                    self.plan.kept.push(id.clone());
                }
                (Ownership::Ours, Mode::Converge | Mode::Prune) => self.delete(id, live, Removal::NotInStack),
                (Ownership::Unmarked, Mode::Prune)
                    if live.parent.as_ref().is_some_and(|id| self.owns(id)) =>
                {
                    self.delete(id, live, Removal::MadeByOthers);
                }
                (Ownership::Unmarked | Ownership::Other(_) | Ownership::Elsewhere(_), _) => {
                    self.stands_for_ours(id, live);
                    self.plan.left_alone.push(LeftAlone { id: id.clone(), physical: live.physical.clone() });
                }
                (Ownership::Ours, Mode::Adopt | Mode::Release) => {}
            }
        }

        self.plan.steps.sort_by_key(removal_rank);
        removal::join(world, &mut self.plan);
    }

    fn owns(&self, id: &Id) -> bool {
        self.world.get(id).is_some_and(|live| live.ownership == Ownership::Ours)
    }

    fn delete(&mut self, id: &Id, live: &Live, because: Removal) {
        let spec = id.kind.spec();
        if spec.replaced == Replaced::Kept && self.goes_along(id, live) {
            return;
        }
        let changes = diff(&live.state, &Value::Object(serde_json::Map::new()));
        let parent = live.parent.clone();
        let step = self.step(id.clone(), Action::Delete, Some(live), changes);
        step.with = parent;
        step.because = Some(because);
        step.loses = loss(spec, live);
    }

    fn refuse(&mut self, node: &Node, live: &Live) {
        self.plan.refusals.push(obstacle::foreign(self.graph, node, live));
    }

    fn create(&mut self, node: &Node, desired: &Value) {
        let (desired, former) = heir::creation(self.graph, self.world, node, desired);
        let mut changes = diff(&Value::Object(serde_json::Map::new()), &desired);
        // The step itself has the name.
        let name = node.spec.renamed.as_ref().map(|renamed| &renamed.member);
        changes.retain(|change| Some(&change.path) != name);
        self.step(node.id.clone(), Action::Create, None, changes).moved_from = former;
    }

    fn step(&mut self, id: Id, action: Action, live: Option<&Live>, changes: Vec<Change>) -> &mut Step {
        self.plan.steps.push(Step::new(id, action, live, changes));
        self.plan.steps.last_mut().expect("a step was pushed")
    }
}

/// Returns the data that a deletion of an object loses for good.
fn loss(spec: &Spec, live: &Live) -> Option<Loss> {
    spec.data.as_ref().map(|data| Loss { data: data.name, stored_bytes: (data.stored_bytes)(live) })
}

/// Orders creations first, in the order of the graph, and deletions last, dependents before what they depend on.
fn removal_rank(step: &Step) -> (bool, std::cmp::Reverse<usize>) {
    let removed = step.action == Action::Delete;
    (removed, std::cmp::Reverse(if removed { step.id.kind.spec().rank } else { 0 }))
}
