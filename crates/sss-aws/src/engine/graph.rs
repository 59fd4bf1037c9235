//! What is wanted: resources and the edges between them.

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, fmt, marker::PhantomData};

use serde_json::{Value, json};

use crate::{
    Id, Kind,
    engine::{
        kind::{Resource, Spec, from_value, to_value},
        world::World,
    },
    hash,
};

/// The resources of a stack. An edge is a read: a resource gets at another's id only through the handle that adding
/// it returned, so a graph has no cycles and the order of insertion is an order to build in.
pub struct Graph {
    stack: String,
    vpc_id: Option<String>,
    region: Option<String>,
    /// The zones that have VPC links by now, as the stack says.
    link_zones: Vec<String>,
    nodes: Vec<Node>,
    index: BTreeMap<Id, usize>,
}

pub(crate) struct Node {
    pub(crate) id: Id,
    pub(crate) spec: &'static Spec,
    pub(crate) reads: Vec<Id>,
    /// Whether every update replaces the tasks.
    pub(crate) forced: bool,
    ignored: Vec<String>,
    /// The key of the stack file that gives it another name.
    pub(crate) named_by: Option<String>,
    desired: Box<dyn Fn(&Refs<'_>) -> Value + Send + Sync>,
}

/// A resource of the graph, to refer to it.
pub(crate) struct Handle<R> {
    id: Id,
    kind: PhantomData<fn() -> R>,
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), kind: PhantomData }
    }
}

/// The outputs that a desired state may read.
pub(crate) struct Refs<'a> {
    known: &'a dyn Fn(&Id) -> Option<Value>,
    reads: RefCell<Vec<Id>>,
}

impl Refs<'_> {
    /// The output of another resource; the names of its members while it does not exist.
    pub(crate) fn get<R: Resource>(&self, handle: &Handle<R>) -> R::Output {
        self.reads.borrow_mut().push(handle.id.clone());
        match (self.known)(&handle.id) {
            Some(output) => from_value(&output),
            None => R::pending(&handle.id),
        }
    }
}

impl Node {
    /// The desired state, given what is known of others.
    pub(crate) fn desired(&self, known: &dyn Fn(&Id) -> Option<Value>) -> Value {
        (self.desired)(&Refs { known, reads: RefCell::default() })
    }

    /// Whether something of it is left to others.
    pub(crate) fn is_shared(&self) -> bool {
        !self.ignored.is_empty()
    }

    /// The desired state of an object that exists in this state: what is left to others stays as it is.
    pub(crate) fn desired_over<'a>(&self, state: &Value, desired: &'a Value) -> Cow<'a, Value> {
        let mut desired = Cow::Borrowed(desired);
        for path in &self.ignored {
            if let Some(found) = state.pointer(path)
                && let Some(wanted) = desired.to_mut().pointer_mut(path)
            {
                wanted.clone_from(found);
            }
        }
        desired
    }
}

impl Graph {
    /// A graph of the stack of this name, with nothing in it. Its plan is to remove the stack.
    pub fn empty(stack: impl Into<String>) -> Self {
        Self {
            stack: stack.into(),
            vpc_id: None,
            region: None,
            link_zones: Vec::new(),
            nodes: Vec::new(),
            index: BTreeMap::new(),
        }
    }

    /// The stack's name, which is the mark of ownership.
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// The VPC that the stack is in.
    pub fn vpc_id(&self) -> Option<&str> {
        self.vpc_id.as_deref()
    }

    /// The resources, in an order to build in.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.nodes.iter().map(|node| &node.id)
    }

    /// The resources that this one reads from.
    pub fn reads(&self, id: &Id) -> &[Id] {
        self.index.get(id).map_or(&[], |index| &self.nodes[*index].reads)
    }

    /// The hash of all that is wanted: of the names, and of the desired states as far as they are known from the stack.
    pub fn fingerprint(&self) -> String {
        let wanted = self.nodes.iter().map(|node| json!([node.id, node.desired(&|_| None)]));
        hash::content(&json!([self.stack, self.vpc_id, wanted.collect::<Vec<_>>()]))
    }

    pub(crate) fn in_vpc(mut self, vpc_id: &str) -> Self {
        self.vpc_id = Some(vpc_id.to_owned());
        self
    }

    pub(crate) fn in_region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub(crate) fn with_link_zones(mut self, zone_ids: &[String]) -> Self {
        self.link_zones = zone_ids.to_vec();
        self
    }

    pub(crate) fn link_zones(&self) -> &[String] {
        &self.link_zones
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn node(&self, id: &Id) -> Option<&Node> {
        self.index.get(id).map(|index| &self.nodes[*index])
    }

    pub(crate) fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.ids().filter(move |id| id.kind == kind).map(|id| id.name.as_str())
    }

    /// The name that the graph wants for an object of this name, in a service that compares names without case; otherwise
    /// the name itself.
    pub(crate) fn without_case<'a>(&'a self, kind: Kind, name: &'a str) -> &'a str {
        if self.node(&Id::new(kind, name)).is_some() {
            return name;
        }
        self.names(kind).find(|wanted| wanted.eq_ignore_ascii_case(name)).unwrap_or(name)
    }

    /// The desired state of a resource as far as the world knows what it reads.
    pub(crate) fn desired(&self, id: &Id, world: &World) -> Option<Value> {
        let known = |id: &Id| world.get(id).map(|live| live.output.clone());
        self.node(id).map(|node| node.desired(&known))
    }

    pub(crate) fn add<R: Resource>(&mut self, resource: R) -> Handle<R> {
        let id = Id::new(R::KIND, resource.name());
        let refs = Refs { known: &|_| None, reads: RefCell::default() };
        resource.desired(&refs);
        let mut reads = refs.reads.into_inner();
        reads.sort();
        reads.dedup();
        self.index.insert(id.clone(), self.nodes.len());
        self.nodes.push(Node {
            id: id.clone(),
            spec: R::KIND.spec(),
            reads,
            forced: resource.forces_deployments(),
            ignored: resource.ignored(),
            named_by: resource.named_by(),
            desired: Box::new(move |refs| to_value(&resource.desired(refs))),
        });
        Handle { id, kind: PhantomData }
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("stack", &self.stack)
            .field("nodes", &self.nodes.iter().map(|node| (&node.id, &node.reads)).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
