//! Live objects that are resources of the graph under another name.
//!
//! There is no state file that remembers a former name. A resource without an object of its name is paired
//! with an object of ours that no resource names, if AWS can change the one into the other in place. The
//! closest pair is taken first: names that stand for the same place, then names of one sort, then the fewest
//! other changes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    Graph, Id,
    engine::{
        diff::{Change, diff},
        graph::Node,
        kind::{Kinship, Pairs},
        plan::reasons,
        world::{Live, World},
    },
    tags::Ownership,
};

/// The object of ours that is the resource under another name, by resource.
#[derive(Default)]
pub(super) struct Pairings<'a>(BTreeMap<Id, (&'a Id, &'a Live)>);

/// A resource and an object that may be the same.
struct Candidate<'a, 'g> {
    /// Smaller is closer: the kinship of the names, then the number of other changes.
    closeness: (Kinship, usize),
    node: &'g Node,
    found: (&'a Id, &'a Live),
}

impl<'a> Pairings<'a> {
    /// Pairs the resources that have no object of their name. A resource with such an object is not paired,
    /// whoever owns the object.
    pub(super) fn of(graph: &Graph, world: &'a World) -> Self {
        let mut pairings = Self::default();
        let own = graph.nodes().iter().filter(|node| node.is_managed());
        let unmatched = own.filter(|node| world.all(&node.id).is_empty());
        let mut by_kind: BTreeMap<usize, Vec<&Node>> = BTreeMap::new();
        for node in unmatched {
            by_kind.entry(node.id.kind.spec().rank).or_default().push(node);
        }
        // A kind refers to earlier kinds only, so these are paired by then.
        for nodes in by_kind.into_values() {
            pairings.pair(graph, world, &nodes);
        }
        pairings
    }

    /// Returns the object that a resource is paired with, and its former id.
    pub(super) fn get(&self, id: &Id) -> Option<(&'a Id, &'a Live)> {
        self.0.get(id).copied()
    }

    /// Returns whether this object is a resource of the graph.
    pub(super) fn has(&self, live: &Live) -> bool {
        self.0.values().any(|(_, paired)| std::ptr::eq(*paired, live))
    }

    /// Pairs the resources of one kind.
    fn pair(&mut self, graph: &Graph, world: &'a World, nodes: &[&Node]) {
        let Some(first) = nodes.first() else { return };
        let is_free =
            |(id, live): &(&Id, &Live)| live.ownership == Ownership::Ours && graph.node(id).is_none();
        let free: Vec<_> = world.of_kind(first.id.kind).filter(is_free).collect();
        if free.is_empty() {
            return;
        }

        let mut candidates = Vec::new();
        for node in nodes {
            let desired = node.desired(&|id| self.output(graph, world, id));
            candidates.extend(free.iter().filter_map(|found| {
                let closeness = closeness(node, &desired, *found)?;
                Some(Candidate { closeness, node, found: *found })
            }));
        }

        candidates.sort_by_key(|candidate| candidate.closeness);
        self.take(&candidates);
    }

    /// Returns the output of a resource, under its new or its old name.
    fn output(&self, graph: &Graph, world: &'a World, id: &Id) -> Option<&'a Value> {
        self.get(id).map(|(_, live)| live).map(|live| &live.output).or_else(|| graph.output(world, id))
    }

    /// Pairs the closest candidates with one another.
    ///
    /// If AWS refuses each one's new name beside the other's old one, two pairs cannot both be renamed: the
    /// second resource is created anew.
    fn take(&mut self, candidates: &[Candidate<'a, '_>]) {
        let mut taken: BTreeSet<(&Id, &str)> = BTreeSet::new();
        let mut kept: Vec<&Candidate<'a, '_>> = Vec::new();
        for candidate in candidates {
            let (old, live) = candidate.found;
            if self.0.contains_key(&candidate.node.id) || taken.contains(&(old, &live.physical)) {
                continue;
            }

            let clash = candidate.node.spec.clash;
            let in_the_way = |other: &&&Candidate<'_, '_>| {
                clash(&candidate.node.id.name, &other.found.0.name) && clash(&other.node.id.name, &old.name)
            };
            if kept.iter().find(in_the_way).is_some() {
                continue;
            }

            taken.insert((old, &live.physical));
            self.0.insert(candidate.node.id.clone(), candidate.found);
            kept.push(candidate);
        }
    }
}

/// Returns how close an object is to a resource. `None` if they are not the same.
fn closeness(node: &Node, desired: &Value, (id, live): (&Id, &Live)) -> Option<(Kinship, usize)> {
    let spec = node.spec;
    if (spec.is_same_name)(&node.id.name, &id.name) {
        return Some((Kinship::Place, 0));
    }
    let renamed = spec.renamed.as_ref()?;
    let changes = diff(&live.state, &node.desired_over(&live.state, desired));
    if !reasons(spec.immutable, &changes).is_empty() {
        return None;
    }
    let kinship = (spec.kinship)(&node.id.name, &id.name);
    let others = changes.iter().filter(|change| change.path != renamed.member).count();
    let (one, other) = (&node.id.name, &id.name);
    // They cannot exist beside one another, so a creation would follow a removal.
    let is_in_its_place = (spec.clash)(one, other) && (spec.overlap)(one, other);
    let is_same = renamed.pairs == Pairs::Any || kinship == Kinship::Place || is_in_its_place || others == 0;
    is_same.then_some((kinship, others))
}

/// Returns the object of several of one name to continue with: ours before others, then the one with the
/// fewest changes.
pub(super) fn closest<'a>(node: &Node, all: &'a [Live], desired: &Value) -> Option<(&'a Live, Vec<Change>)> {
    let changes = |live: &Live| diff(&live.state, &node.desired_over(&live.state, desired));
    all.iter().map(|live| (live, changes(live))).min_by_key(|(live, changes)| {
        let foreign = live.ownership != Ownership::Ours;
        (foreign, reasons(node.spec.immutable, changes).len(), changes.len())
    })
}
