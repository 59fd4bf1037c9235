//! What stands in the way of a plan, and what to do about it.

use serde::Serialize;

use crate::{
    Action, Graph, Id, Step,
    engine::{
        graph::Node,
        kind::Obstacle,
        world::{Live, World},
    },
    tags::Ownership,
};

/// Something that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refused {
    /// The resource.
    #[serde(flatten)]
    pub id: Id,
    /// The name or id on AWS of the object that has its name.
    pub physical: String,
    /// The stack that owns the object; none when it carries no mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why it stands in the way, where there is more to say than whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What to do about it, where that differs from object to object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// An object that has the name of one that the stack wants.
pub(super) fn foreign(graph: &Graph, node: &Node, live: &Live) -> Refused {
    let owner = match &live.ownership {
        Ownership::Other(owner) => Some(owner.clone()),
        Ownership::Elsewhere(_) => Some(graph.stack().to_owned()),
        Ownership::Unmarked | Ownership::Ours => None,
    };
    let elsewhere = match &live.ownership {
        Ownership::Elsewhere(region) => Some(format!(
            "is managed by the stack {} in {region}; an account has one IAM for all regions",
            graph.stack()
        )),
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

/// The line of the stack file that gives the object another name.
fn other_name(graph: &Graph, node: &Node) -> Option<String> {
    let key = node.named_by.as_ref()?;
    let other = format!("{}-{}", node.id.name, graph.region().unwrap_or("2"));
    Some(if other.len() <= node.spec.successors.longest {
        format!("write `{key} = \"{other}\"`, or another name")
    } else {
        format!("write another name under `{key}`")
    })
}

/// The objects of a plan that AWS would refuse to create, by what their kinds know.
pub(super) fn refused_by_aws(graph: &Graph, world: &World, steps: &[Step]) -> Vec<Refused> {
    let creates = |step: &&Step| matches!(step.action, Action::Create | Action::Replace);
    let refused = |step: &Step| {
        let desired = graph.desired(&step.id, world)?;
        let obstacle = (step.id.kind.spec().obstacle)(&desired, world)?;
        let Obstacle { physical, because, hint } = obstacle;
        Some(Refused { id: step.id.clone(), physical, owner: None, because: Some(because), hint: Some(hint) })
    };
    steps.iter().filter(creates).filter_map(refused).collect()
}
