//! The objects that prevent a plan, and the remedies.
//!
//! A plan with an obstacle is refused before its first write: a stack that fails in the middle costs more
//! than one that never begins. Obstacles are objects with the name of a resource that belong to others, and
//! objects beside which AWS refuses a creation, as far as the kinds know.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Action, Graph, Id, Step,
    engine::{
        graph::Node,
        kind::Obstacle,
        world::{Live, World},
    },
    tags::Ownership,
};

/// An object that prevents a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Refused {
    /// The resource.
    pub id: Id,
    /// The name or id on AWS of the object that has its name, or the value that AWS would refuse.
    pub physical: String,
    /// The stack that owns the object. `None` if it has no mark, or if no object is in the way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<String>,
    /// The reason. `None` if the owner alone explains it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
    /// The remedy. `None` if it is the same for all: adopt the object, or choose another name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

/// Returns the refusal of an object that has the name of a resource of the stack.
pub(super) fn foreign(graph: &Graph, node: &Node, live: &Live) -> Refused {
    let owner = match &live.ownership {
        Ownership::Other(owner) => Some(owner.clone()),
        Ownership::Elsewhere(_) => Some(graph.stack().to_owned()),
        Ownership::Unmarked | Ownership::Ours => None,
    };

    let elsewhere = match &live.ownership {
        Ownership::Elsewhere(region) => {
            let because = node.spec.regionless.map(|because| format!("; {because}")).unwrap_or_default();
            Some(format!("is managed by the stack {} in {region}{because}", graph.stack()))
        }
        _ => None,
    };

    let variant = (live.name != node.id.name && live.name.eq_ignore_ascii_case(&node.id.name)).then(|| {
        format!(
            "cannot be created: `{}` has the same name, and AWS compares these names without case",
            live.name
        )
    });
    Refused {
        id: node.id.clone(),
        physical: live.physical.clone(),
        hint: elsewhere.as_ref().or(variant.as_ref()).and_then(|_| other_name(graph, node)),
        because: elsewhere.or(variant),
        owner,
    }
}

/// Returns the hint with the line of the stack file that gives the resource another name, as long as AWS
/// takes that name.
fn other_name(graph: &Graph, node: &Node) -> Option<String> {
    let key = node.named_by.as_ref()?;
    let other = format!("{}-{}", node.id.name, graph.region().unwrap_or("2"));
    Some(if other.len() <= node.spec.successors.longest {
        format!("write `{key} = \"{other}\"`, or another name")
    } else {
        format!("write another name under `{key}`")
    })
}

/// Returns the resources that AWS would refuse to create, as their kinds know.
pub(super) fn refused_by_aws(graph: &Graph, world: &World, steps: &[Step]) -> Vec<Refused> {
    let creates = |step: &&Step| matches!(step.action, Action::Create | Action::Revise | Action::Replace);
    let refused = |step: &Step| {
        let obstacle = step.id.kind.spec().obstacle?;
        let Obstacle { physical, because, hint } = obstacle(&graph.desired(&step.id, world)?, world)?;
        Some(Refused { id: step.id.clone(), physical, owner: None, because: Some(because), hint: Some(hint) })
    };
    steps.iter().filter(creates).filter_map(refused).collect()
}
