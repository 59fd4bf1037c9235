//! The desired resources of a stack and the edges between them.
//!
//! A resource states its desired state as a function of the outputs of others. While a referenced object does
//! not exist, the function gets names in place of its ids (`Resource::pending`), so a plan can show a
//! complete state before the first call. During an apply, the same function gets the ids.
//!
//! The graph calls each function once when the resource is added, and records the reads: they are the edges.
//! So an edge cannot be forgotten, and none is declared without need.

mod reference;
mod scope;

use std::{any::Any, borrow::Cow, cell::RefCell, collections::BTreeMap, fmt, marker::PhantomData};

use serde_json::{Value, json};

pub(crate) use self::reference::Reference;

use crate::{
    Id, Kind,
    engine::{
        kind::{Left, Resource, Spec, from_value, is_recorded},
        world::{Live, World},
    },
    hash,
    tags::Ownership,
};

/// The desired resources of a stack.
///
/// `lower` makes it from a stack, and [`Graph::emptied`] turns it into the graph that deletes the stack.
///
/// # Guarantees
///
/// - An edge is a read: a resource reads another's output only through the handle that adding that one
///   returned. So a graph has no cycles, and the order of insertion is an order to create in.
/// - A graph is immutable for callers of this crate.
pub struct Graph {
    stack: String,
    /// The VPC, by which the services find objects whose names are unique in a VPC only. `None` for an empty
    /// graph.
    vpc_id: Option<String>,
    /// The region, for hints only. `None` for an empty graph.
    region: Option<String>,
    nodes: Vec<Node>,
    /// The position of each resource among the nodes.
    index: BTreeMap<Id, usize>,
    /// The keys of the services that the graph is about. Empty for the graph of a whole stack.
    only: Vec<String>,
}

/// A resource of the graph without its type.
pub(crate) struct Node {
    pub(crate) id: Id,
    pub(crate) spec: &'static Spec,
    /// The resources whose outputs it reads, sorted, each once.
    pub(crate) reads: Vec<Id>,
    /// The parts of the state that are left to others (`ignore_changes`).
    left: Vec<Left>,
    /// The optional settings that the stack leaves to others.
    unset: Vec<&'static str>,
    /// The key of the stack file that gives the resource another name.
    pub(crate) named_by: Option<String>,
    /// The key that names the object, if it belongs to others and is only read. Such a node has no desired state.
    pub(crate) reference: Option<Reference>,
    /// Whether it is a resource of the stack around the services of a [scope](Graph::only): it has no desired state,
    /// and nobody reads its object.
    pub(crate) is_outside: bool,
    /// The resource with its type, which only its kind knows.
    resource: Box<dyn Any + Send + Sync>,
}

/// A reference to a resource of the graph, with its kind as a type: only `Graph::add` makes one.
pub(crate) struct Handle<R> {
    id: Id,
    kind: PhantomData<fn() -> R>,
}

impl<R> Handle<R> {
    /// Returns the handle of a node that the graph has.
    fn to(id: Id) -> Self {
        Self { id, kind: PhantomData }
    }

    /// Returns the id of the resource.
    pub(crate) fn id(&self) -> &Id {
        &self.id
    }
}

impl<R> Clone for Handle<R> {
    fn clone(&self) -> Self {
        Self { id: self.id.clone(), kind: PhantomData }
    }
}

/// The outputs of other resources that a desired state may read.
pub(crate) struct Refs<'a> {
    /// Returns the output of a resource. `None` while it is not known.
    known: &'a dyn Fn(&Id) -> Option<&'a Value>,
    /// The resources that were read.
    reads: RefCell<Vec<Id>>,
}

impl Refs<'_> {
    /// Returns the output of another resource, or the names of its members while the object does not exist.
    pub(crate) fn get<R: Resource>(&self, handle: &Handle<R>) -> R::Output {
        self.reads.borrow_mut().push(handle.id.clone());
        match (self.known)(&handle.id) {
            Some(output) => from_value(output),
            None => R::pending(&handle.id),
        }
    }
}

impl Node {
    /// Returns whether steps may change the object.
    pub(crate) fn is_managed(&self) -> bool {
        self.reference.is_none() && !self.is_outside
    }

    /// Returns the desired state, with the known outputs of others. It is empty for an object that no step changes.
    pub(crate) fn desired<'a>(&'a self, known: &'a dyn Fn(&Id) -> Option<&'a Value>) -> Value {
        if !self.is_managed() {
            return json!({});
        }
        (self.spec.desired)(&*self.resource, &Refs { known, reads: RefCell::default() })
    }

    /// Returns the name of the resource in ARNs, for a name or a pattern of names.
    pub(crate) fn in_arns(&self, name: &str) -> String {
        (self.spec.in_arns)(&*self.resource, name)
    }

    /// Returns the resource with its type. `None` for a resource of another kind.
    pub(crate) fn resource<R: Resource>(&self) -> Option<&R> {
        self.resource.downcast_ref()
    }

    /// Returns whether a part of the state is left to others.
    pub(crate) fn is_shared(&self) -> bool {
        !self.left.is_empty()
    }

    /// Returns the desired state of an object that exists in this state: the parts that are left to others
    /// stay as they are.
    ///
    /// Both the comparison and the apply use it, so a change of another part carries the live value along.
    pub(crate) fn desired_over<'a>(&self, state: &Value, desired: &'a Value) -> Cow<'a, Value> {
        let mut desired = Cow::Borrowed(desired);
        for Left { path, except } in &self.left {
            let (found, wanted) = (path.value_in(state), path.value_in(&desired));
            if let (Some(found), Some(wanted)) = (found, wanted)
                && found != wanted
                && except.as_ref() != Some(found)
                && let Some(wanted) = path.value_in_mut(desired.to_mut())
            {
                wanted.clone_from(found);
            }
        }

        self.leave(state, &mut desired);
        desired
    }

    /// Returns the desired state of a new object in the place of another one: what others set on that stays.
    pub(crate) fn inheriting(&self, former: &Live, desired: Value) -> Value {
        let mut desired = Cow::Owned(desired);
        self.leave(&former.state, &mut desired);
        former.inherited_by(desired.into_owned())
    }

    /// Leaves the members to others that the stack does not set and has not set.
    fn leave(&self, state: &Value, desired: &mut Cow<'_, Value>) {
        for member in &self.unset {
            if let Some(found) = state.get(*member).filter(|_| !is_recorded(state, member))
                && desired.get(*member) != Some(found)
            {
                desired.to_mut()[*member] = found.clone();
            }
        }
    }
}

impl Graph {
    /// Returns a graph without resources.
    pub(crate) fn empty(stack: impl Into<String>) -> Self {
        Self {
            stack: stack.into(),
            vpc_id: None,
            region: None,
            nodes: Vec::new(),
            index: BTreeMap::new(),
            only: Vec::new(),
        }
    }

    /// Returns the graph of the same stack without resources. Its plan deletes the stack.
    ///
    /// Observe with the whole graph first: objects without tags are found by their names only.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::empty(&self.stack)
    }

    /// Returns the stack's name, which is the mark of ownership.
    pub fn stack(&self) -> &str {
        &self.stack
    }

    /// Returns the VPC of the stack. `None` for an empty graph.
    pub fn vpc_id(&self) -> Option<&str> {
        self.vpc_id.as_deref()
    }

    /// Returns the resources in an order to create them in.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.nodes.iter().map(|node| &node.id)
    }

    /// Returns the resources that this one reads from; none for a resource that is not in the graph.
    pub fn reads(&self, id: &Id) -> &[Id] {
        self.index.get(id).map_or(&[], |index| &self.nodes[*index].reads)
    }

    /// Returns the hash of the names and of the desired states, as far as the stack alone determines them.
    ///
    /// A saved plan keeps it, so that it is not applied to another stack.
    ///
    /// ```
    /// fn is_same(one: &sss_aws::Graph, other: &sss_aws::Graph) -> bool {
    ///     one.fingerprint() == other.fingerprint()
    /// }
    /// ```
    pub fn fingerprint(&self) -> String {
        let wanted = self.nodes.iter().map(|node| json!([node.id, node.desired(&|_| None)]));
        hash::content(&json!([self.stack, self.vpc_id, wanted.collect::<Vec<_>>()]))
    }

    /// Sets the VPC.
    pub(crate) fn in_vpc(mut self, vpc_id: &str) -> Self {
        self.vpc_id = Some(vpc_id.to_owned());
        self
    }

    /// Sets the region.
    pub(crate) fn in_region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Returns the resources in the order of insertion.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub(crate) fn node(&self, id: &Id) -> Option<&Node> {
        self.index.get(id).map(|index| &self.nodes[*index])
    }

    /// Returns a resource, for its own kind and those that know that kind.
    pub(crate) fn resource<R: Resource>(&self, id: &Id) -> Option<&R> {
        self.node(id)?.resource()
    }

    /// Returns the resources of one kind with their ids.
    pub(crate) fn resources<R: Resource>(&self) -> impl Iterator<Item = (&Id, &R)> {
        self.nodes.iter().filter_map(|node| Some((&node.id, node.resource()?)))
    }

    /// Returns whether an object concerns the stack: the stack owns it, wants an object of its name, or refers to
    /// it.
    pub(crate) fn concerns(&self, id: &Id, live: &Live) -> bool {
        live.ownership == Ownership::Ours || self.node(id).is_some() || self.refers_to(id, live)
    }

    /// Returns the logical names of the resources of a kind that the stack manages.
    pub(crate) fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let own = self.nodes.iter().filter(move |node| node.id.kind == kind && node.is_managed());
        own.map(|node| node.id.name.as_str())
    }

    /// Returns the desired name that differs from this one in case only, or the name itself.
    ///
    /// Use it for kinds whose names AWS compares without case: an object in another spelling is then the
    /// resource.
    pub(crate) fn without_case<'a>(&'a self, kind: Kind, name: &'a str) -> &'a str {
        if self.node(&Id::new(kind, name)).is_some() {
            return name;
        }
        self.names(kind).find(|wanted| wanted.eq_ignore_ascii_case(name)).unwrap_or(name)
    }

    /// Returns the desired state of a resource, with the outputs that the world has. `None` if the graph does
    /// not have it.
    pub(crate) fn desired(&self, id: &Id, world: &World) -> Option<Value> {
        self.node(id).map(|node| node.desired(&|id| self.output(world, id)))
    }

    /// Adds a resource and returns the handle by which later ones may read its output.
    pub(crate) fn add<R: Resource>(&mut self, resource: R) -> Handle<R> {
        let id = Id::new(R::KIND, resource.name());
        let refs = Refs { known: &|_| None, reads: RefCell::default() };
        resource.desired(&refs);

        let mut reads = refs.reads.into_inner();
        reads.sort();
        reads.dedup();

        self.push(Node {
            id: id.clone(),
            spec: R::KIND.spec(),
            reads,
            left: resource.left(),
            unset: resource.unset(),
            named_by: resource.named_by(),
            reference: None,
            is_outside: false,
            resource: Box::new(resource),
        });

        Handle::to(id)
    }

    fn push(&mut self, node: Node) {
        self.index.insert(node.id.clone(), self.nodes.len());
        self.nodes.push(node);
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
