//! Scopes: graphs of some services of a stack.
//!
//! A deployment of one service need not look at the rest of its stack. The graph of a scope has the resources of the
//! services as usual. The resources that they read from are *outside*: they have no desired state, no step changes
//! them, and nobody reads their objects. The observation presumes their ids and ARNs from what the services run
//! ([`World::presumed`](crate::World)), and a plan is refused where it cannot.

use std::collections::BTreeSet;

use crate::{
    Id, Kind,
    engine::graph::{Graph, Node},
};

impl Graph {
    /// Returns the keys of the services that the graph is about. It is empty for the graph of a whole stack.
    pub fn only(&self) -> &[String] {
        &self.only
    }

    /// Returns the graph of these resources. Those that they read from are outside, and all others are left out.
    pub(crate) fn scoped(self, only: Vec<String>, ids: &BTreeSet<Id>) -> Self {
        let own = self.nodes.iter().filter(|node| ids.contains(&node.id));
        let read: BTreeSet<Id> = own.flat_map(|node| node.reads.iter().cloned()).collect();

        let mut scoped = Self { vpc_id: self.vpc_id, region: self.region, only, ..Self::empty(self.stack) };
        for node in self.nodes {
            if ids.contains(&node.id) {
                scoped.push(node);
            } else if read.contains(&node.id) {
                scoped.push(node.outside());
            }
        }
        scoped
    }

    /// Returns the resources of a kind around the services of the scope.
    pub(crate) fn outside(&self, kind: Kind) -> impl Iterator<Item = &Id> {
        self.nodes.iter().filter(move |node| node.is_outside && node.id.kind == kind).map(|node| &node.id)
    }
}

impl Node {
    /// Returns the node as one that nobody reads and no step changes.
    fn outside(self) -> Self {
        Self { reads: Vec::new(), reference: None, is_outside: true, resource: Box::new(()), ..self }
    }
}
