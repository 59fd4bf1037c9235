//! The objects of others that a stack uses: found, checked, and left as they are.
//!
//! A reference that finds no object, several objects, or one that cannot be used is an obstacle. All of them are
//! refused together, before the first write.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Graph, Id,
    engine::{
        graph::{Node, Reference},
        plan::{Plan, Refused},
        world::{Live, World},
    },
    tags::Ownership,
};

/// An object of others that the stack uses. No step changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Used {
    /// The resource, as the stack file names it.
    pub id: Id,
    /// Its name on AWS.
    pub called: String,
    /// Its id or its ARN.
    pub physical: String,
    /// The stack that owns it. `None` if it has no mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The reason why the stack may not work with the object. `None` if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// The remedy for the warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// An object that does not belong to the stack and prevents nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LeftAlone {
    /// The resource.
    pub id: Id,
    /// Its name or id on AWS.
    pub physical: String,
}

/// Adds the object that a reference names to a plan, or the reason why it cannot be used.
pub(super) fn tell(graph: &Graph, world: &World, node: &Node, reference: &Reference, plan: &mut Plan) {
    let refused = |because: String, hint: String| Refused {
        id: node.id.clone(),
        physical: node.id.name.clone(),
        owner: None,
        because: Some(because),
        hint: Some(hint),
    };

    let key = &reference.key;
    match graph.found(world, &node.id).as_slice() {
        [] => plan.refusals.push(refused(
            "does not exist in this account and region".to_owned(),
            format!("check `{key}`; it names an object of others, which the stack does not create"),
        )),
        [live] => {
            if let Some((because, hint)) = unusable(graph, node, live) {
                plan.refusals.push(refused(because, hint.replace("{key}", key)));
            } else {
                plan.outputs.insert(node.id.clone(), live.output.clone());
                plan.uses.push(used(node, reference, live));
            }
        }
        several => plan.refusals.push(refused(
            format!("is the name of {} objects", several.len()),
            format!("write the id of one of them under `{key}`, such as `{}`", several[0].physical),
        )),
    }
}

/// Returns why an object cannot be used, and the remedy. `None` if it can.
fn unusable(graph: &Graph, node: &Node, live: &Live) -> Option<(String, String)> {
    if live.ownership == Ownership::Ours {
        let because = "is managed by this stack itself".to_owned();
        return Some((because, "remove `{key}`; it is for objects of others".to_owned()));
    }
    (node.spec.unusable)(live, graph.vpc_id().unwrap_or_default())
}

fn used(node: &Node, reference: &Reference, live: &Live) -> Used {
    let owner = match &live.ownership {
        Ownership::Other(owner) => Some(owner.clone()),
        Ownership::Elsewhere(_) | Ownership::Unmarked | Ownership::Ours => None,
    };
    let closed = reference.let_in.and_then(|remedy| Some(((node.spec.unreached)(live)?, remedy)));
    let (warning, hint) =
        closed.map(|(reason, remedy)| (reason.to_owned(), remedy.replace("{key}", &reference.key))).unzip();
    let (id, called, physical) = (node.id.clone(), live.name.clone(), live.physical.clone());
    Used { id, called, physical, owner, warning, hint }
}
