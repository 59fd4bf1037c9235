//! References: resources of a graph that belong to others and are only read.
//!
//! A stack may run in a cluster that another team owns, or share a VPC link. Such an object is a node of the
//! graph like any other, so that resources read its ids and ARNs through a handle. But it has no desired
//! state: no step creates, changes, tags or deletes it, also not `destroy`.
//!
//! The stack file names the object by its name, its id or its ARN. The node has that text as its name, and
//! [`Graph::found`] looks for the object among those of the world, which have their own names.

use serde_json::Value;

use crate::{
    Id, Kind,
    engine::{
        graph::{Graph, Handle, Node},
        kind::Resource,
        world::{Live, World},
    },
};

/// The way in which a stack file names an object of others.
pub(crate) struct Reference {
    /// The key of the stack file, such as `cluster.existing`.
    pub(crate) key: String,
    /// The remedy if the stack cannot let in the requests that come from the object. `None` if it opens nothing for it.
    pub(crate) let_in: Option<&'static str>,
}

impl Graph {
    /// Adds an object of others, and returns the handle by which resources may read its output.
    ///
    /// Several references to one object by the same text are one.
    pub(crate) fn refer<R: Resource>(&mut self, text: &str, key: impl Into<String>) -> Handle<R> {
        let id = Id::new(R::KIND, text);
        if !self.index.contains_key(&id) {
            let reference = Some(Reference { key: key.into(), let_in: None });
            self.push(Node {
                id: id.clone(),
                spec: R::KIND.spec(),
                reads: Vec::new(),
                left: Vec::new(),
                unset: Vec::new(),
                named_by: None,
                reference,
                is_outside: false,
                resource: Box::new(()),
            });
        }
        Handle::to(id)
    }

    /// Notes that the stack opens ports for an object of others, with the remedy if that is impossible.
    ///
    /// The kind knows whether it is ([`Resource::unreached`]). The remedy has `{key}` in the place of the key that names
    /// the object.
    pub(crate) fn let_in<R: Resource>(&mut self, caller: &Handle<R>, remedy: &'static str) {
        let node = self.index.get(caller.id()).map(|index| &mut self.nodes[*index]);
        if let Some(reference) = node.and_then(|node| node.reference.as_mut()) {
            reference.let_in = Some(remedy);
        }
    }

    /// Returns the texts by which the stack file names objects of others of a kind.
    pub(crate) fn references(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let references =
            self.nodes.iter().filter(move |node| node.id.kind == kind && node.reference.is_some());
        references.map(|node| node.id.name.as_str())
    }

    /// Returns whether the stack file names this object of others.
    pub(crate) fn refers_to(&self, id: &Id, live: &Live) -> bool {
        self.references(id.kind).any(|text| is_named(live, text))
    }

    /// Returns the objects of a resource: those of its name, or those that a reference names.
    ///
    /// A reference finds several objects if it is a name that is not unique.
    pub(crate) fn found<'w>(&self, world: &'w World, id: &Id) -> Vec<&'w Live> {
        if self.node(id).is_none_or(|node| node.reference.is_none()) {
            return world.get(id).into_iter().collect();
        }
        let all = world.of_kind(id.kind).map(|(_, live)| live);
        all.filter(|live| is_named(live, &id.name)).collect()
    }

    /// Returns the output of a resource, as far as the world has it.
    pub(crate) fn output<'w>(&self, world: &'w World, id: &Id) -> Option<&'w Value> {
        let found = self.found(world, id).into_iter().next();
        found.map(|live| &live.output).or_else(|| world.presumed(id))
    }
}

/// Returns whether a text is the name, the id or an ARN of an object.
///
/// CloudWatch Logs shows ARNs that end in `:*`.
fn is_named(live: &Live, text: &str) -> bool {
    let text = text.strip_suffix(":*").unwrap_or(text);
    let mut outputs = live.output.as_object().into_iter().flat_map(|members| members.values());
    live.name == text || live.physical == text || outputs.any(|value| value == text)
}
