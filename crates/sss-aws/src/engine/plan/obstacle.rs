//! What stands in the way of a plan, and what to do about it.

use serde::Serialize;
use serde_json::Value;

use crate::{
    Graph, Id,
    engine::{
        graph::Node,
        kind::Resource,
        plan::{Action, Step},
        world::{Live, World},
    },
    services::apigateway::vpc_link::VpcLink,
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

/// The longest name of a role.
const LONGEST_NAME: usize = 64;

/// An object that has the name of one that the stack wants.
pub(super) fn foreign(graph: &Graph, node: &Node, live: &Live) -> Refused {
    let owner = match &live.ownership {
        Ownership::Other(owner) => Some(owner.clone()),
        Ownership::Elsewhere(_) => Some(graph.stack().to_owned()),
        Ownership::Unmarked | Ownership::Ours => None,
    };
    let elsewhere = match &live.ownership {
        Ownership::Elsewhere(region) => Some(format!(
            "belongs to the stack {} in {region}; an account has one IAM for all regions",
            graph.stack()
        )),
        _ => None,
    };
    let variant = (live.name != node.id.name && live.name.eq_ignore_ascii_case(&node.id.name))
        .then(|| format!("is taken by `{}`: AWS compares these names without case", live.name));
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
    Some(if other.len() <= LONGEST_NAME {
        format!("write `{key} = \"{other}\"`, or another name")
    } else {
        format!("write another name under `{key}`")
    })
}

/// The subnets in which API Gateway refuses to create the VPC link of a plan.
pub(super) fn zones(graph: &Graph, world: &World, steps: &[Step]) -> Option<Refused> {
    let creates = |step: &&Step| matches!(step.action, Action::Create | Action::Replace);
    let step = steps.iter().filter(creates).find(|step| step.id.kind == VpcLink::KIND)?;
    let desired = graph.desired(&step.id, world)?;
    let subnets: Vec<&str> = texts(&desired["subnets"]).collect();
    let is_bad = |subnet: &&str| world.without_links().contains_key(*subnet);
    let (bad, good): (Vec<&str>, Vec<&str>) = subnets.into_iter().partition(is_bad);
    let first = bad.first()?;
    let named = bad.iter().map(|subnet| format!("{subnet} is in {}", world.without_links()[*subnet]));
    let listed = |subnets: &[&str]| format!("\"{}\"", subnets.join("\", \""));
    let zones: Vec<&str> = bad.iter().map(|subnet| world.without_links()[*subnet].as_str()).collect();
    let remedy = if good.is_empty() {
        "name subnets in other availability zones".to_owned()
    } else {
        format!("write `private_subnet_ids = [{}]`", listed(&good))
    };
    Some(Refused {
        id: step.id.clone(),
        physical: (*first).to_owned(),
        owner: None,
        because: Some(format!(
            "cannot be created: {}, where API Gateway has no VPC links",
            named.collect::<Vec<_>>().join(", ")
        )),
        hint: Some(format!(
            "{remedy}; if AWS has VPC links there by now, write `vpc_link_zone_ids = [{}]` under `[network]`",
            listed(&zones)
        )),
    })
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
