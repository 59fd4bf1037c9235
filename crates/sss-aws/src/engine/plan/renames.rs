//! New objects that take the place of removed ones with the same content: a key of the stack was renamed.
//!
//! AWS cannot rename a service, so the plan has a creation and a deletion. A person who renamed a key would
//! read them as two unrelated steps; `moved_from` connects them. Nothing is decided by it.
//!
//! *Content* is each value of the two states, except for tags and for members that name something: ids, ARNs
//! and names differ after a rename.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{
    Graph, Id,
    engine::{
        kind::Replaced,
        order::strings,
        plan::{Action, Plan, Step},
        world::{Live, World},
    },
};

/// Notes for each new object that requests reach which removed object has the same content.
pub(super) fn tell(graph: &Graph, world: &World, plan: &mut Plan) {
    let is_reached = |step: &&Step| step.id.kind.spec().is_reached();
    let of = |action| plan.steps.iter().filter(is_reached).filter(move |step| step.action == action);
    if of(Action::Create).next().is_none() {
        return;
    }

    let outputs = outputs(world);
    let mut removed: Vec<_> = of(Action::Delete)
        .filter_map(|step| Some((step.id.clone(), Content::of_live(step.live(world)?, &outputs))))
        .collect();
    let created: Vec<_> = (0..plan.steps.len())
        .filter(|index| plan.steps[*index].action == Action::Create && is_reached(&&plan.steps[*index]))
        .collect();

    for index in created {
        let step = &plan.steps[index];
        let same = removed
            .iter()
            .position(|(id, content)| id.kind == step.id.kind && content.is_of(graph, plan, step));
        if let Some(same) = same {
            plan.steps[index].moved_from = Some(removed.swap_remove(same).0);
        }
    }
}

/// Returns the objects by the strings that AWS names them by.
fn outputs(world: &World) -> BTreeMap<&str, (&Id, &Live)> {
    let mut outputs = BTreeMap::new();
    for (id, live) in world.objects() {
        strings(&live.output, &mut |text| {
            outputs.insert(text, (id, live));
        });
    }
    outputs
}

/// The values in an object and in the kept objects that it refers to, such as the revision of a service.
struct Content {
    values: Vec<(String, String)>,
    /// The members that name something and so differ after a rename.
    names: BTreeSet<String>,
}

impl Content {
    /// Returns the content of a live object.
    fn of_live(live: &Live, outputs: &BTreeMap<&str, (&Id, &Live)>) -> Self {
        let mut states = vec![&live.state];
        strings(&live.state, &mut |text| {
            let kept = outputs.get(text).filter(|(id, _)| is_kept(id));
            states.extend(kept.map(|(_, other)| &other.state));
        });

        let mut content = Self { values: Vec::new(), names: BTreeSet::new() };
        let mut keys = BTreeSet::new();
        let mut note = |key: &str, _: &Value| {
            keys.insert(key.to_owned());
        };
        for state in &states {
            members(state, &mut note);
        }
        for state in states {
            members(state, &mut |key, value| {
                let is_name = |text: &str| outputs.contains_key(text) || keys.contains(text);
                if value.as_str().is_some_and(is_name) {
                    content.names.insert(key.to_owned());
                }
            });
            values(state, &mut content.values);
        }
        content
    }

    /// Returns whether a step creates an object with this content.
    fn is_of(&self, graph: &Graph, plan: &Plan, step: &Step) -> bool {
        let reads = graph.reads(&step.id).iter().filter(|id| is_kept(id));
        let known = |id: &Id| plan.outputs.get(id);
        let nodes = std::iter::once(&step.id).chain(reads).filter_map(|id| graph.node(id));
        let mut wanted = Vec::new();
        nodes.for_each(|node| values(&node.desired(&known), &mut wanted));
        self.without_names(&self.values) == self.without_names(&wanted)
    }

    /// Returns the values of all members that name nothing, sorted.
    fn without_names<'v>(&self, values: &'v [(String, String)]) -> Vec<&'v (String, String)> {
        let mut left: Vec<_> = values.iter().filter(|(key, _)| !self.names.contains(key)).collect();
        left.sort();
        left
    }
}

fn is_kept(id: &Id) -> bool {
    id.kind.spec().replaced == Replaced::Kept
}

/// Calls `take` with each member at any depth. Tags are no content.
fn members(value: &Value, take: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(all) => {
            for (key, value) in all.iter().filter(|(key, _)| *key != "tags") {
                take(key, value);
                members(value, take);
            }
        }
        Value::Array(all) => all.iter().for_each(|item| members(item, take)),
        _ => {}
    }
}

/// Collects the values at any depth, each with the member that contains it.
fn values(state: &Value, found: &mut Vec<(String, String)>) {
    members(state, &mut |key, value| match value {
        Value::Object(_) => {}
        value => found.push((key.to_owned(), value.to_string())),
    });
}
