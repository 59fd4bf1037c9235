//! The members of a shape that are no structures, with values to try.

use serde_json::{Value, json};

use super::{Kind, Shape};

/// A member that is no structure.
pub(crate) struct Leaf {
    /// The members that lead to it; `[]` stands for the first element of a list.
    pub(crate) steps: Vec<String>,
    /// The members that must be beside it, or beside a structure around it.
    pub(crate) beside: Vec<(Vec<String>, Value)>,
    /// Values that differ.
    pub(crate) values: Vec<Value>,
}

/// Returns the leaves of a shape.
pub(crate) fn of(shape: &Shape) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    below(shape, &[], &[], &mut leaves);
    leaves
}

fn below(shape: &Shape, at: &[String], beside: &[(Vec<String>, Value)], leaves: &mut Vec<Leaf>) {
    let mut beside = beside.to_vec();
    for members in shape.0.iter().filter(|members| members.required.is_some()) {
        for name in members.names.split(' ') {
            if let Some(value) = values(members.kind).into_iter().next() {
                beside.push((step(at, name), value));
            }
        }
    }
    // The request that the leaf is put into has a family, and containers with a name and an image.
    beside.retain(|(steps, _)| steps.len() > 1);
    beside.retain(|(steps, _)| steps.len() != 3 || steps[0] != "containerDefinitions");
    for members in shape.0 {
        for name in members.names.split(' ') {
            add(members.kind, step(at, name), &beside, leaves);
        }
    }
}

fn add(kind: Kind, at: Vec<String>, beside: &[(Vec<String>, Value)], leaves: &mut Vec<Leaf>) {
    match kind {
        Kind::Structure(shape) => below(shape, &at, beside, leaves),
        Kind::List(Kind::Structure(shape)) => below(shape, &step(&at, "[]"), beside, leaves),
        kind => leaves.push(Leaf { steps: at, beside: beside.to_vec(), values: values(kind) }),
    }
}

fn step(at: &[String], name: &str) -> Vec<String> {
    [at, &[name.to_owned()]].concat()
}

/// Returns a structure with the members that AWS requires.
fn required(shape: &Shape) -> Value {
    let groups = shape.0.iter().filter(|members| members.required.is_some());
    let members = groups.flat_map(|members| members.names.split(' ').map(|name| (name, members.kind)));
    members.filter_map(|(name, kind)| Some((name.to_owned(), values(kind).into_iter().next()?))).collect()
}

/// Returns values of a kind that differ, or one value of a structure.
fn values(kind: Kind) -> Vec<Value> {
    match kind {
        Kind::Text | Kind::Name(_) => vec![json!("512"), json!("1024")],
        Kind::Integer | Kind::Long | Kind::Number => vec![json!(77), json!(99)],
        Kind::Flag => vec![json!(true), json!(false)],
        Kind::Choice(_, words) => words.iter().map(|word| json!(word)).collect(),
        Kind::List(kind) => values(*kind).into_iter().map(|value| json!([value])).collect(),
        Kind::Words(_) => vec![json!(["a"]), json!(["b"])],
        Kind::Map(kind) => values(*kind).into_iter().map(|value| json!({ "k": value })).collect(),
        Kind::Structure(shape) => vec![required(shape)],
        Kind::Document => vec![json!("a"), json!("b")],
    }
}
