//! The members of a shape that are no structures, with values to try.
//!
//! Tests put each of them into a task definition, to show that reading it into a stack loses no member without a
//! word. The walk follows the shape, so a new member of a shape is tried without a change here.

use serde_json::{Value, json};

use super::{Kind, Shape};

/// A member that is no structure, and the request around it that it needs to be valid.
pub(crate) struct Leaf {
    /// The members that lead to it; `[]` stands for the first element of a list.
    pub(crate) steps: Vec<String>,
    /// The members that must be beside it, or beside a structure around it.
    pub(crate) beside: Vec<(Vec<String>, Value)>,
    /// Values that differ, at least one. A choice has all its words.
    pub(crate) values: Vec<Value>,
}

/// Returns the leaves of a shape, those of inner structures included.
pub(crate) fn of(shape: &Shape) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    below(shape, &[], &[], &mut leaves);
    leaves
}

/// Adds the leaves of a structure at a path, and hands the members that AWS requires there to each of them.
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

/// Adds a member, or the leaves of the structure that it is.
fn add(kind: Kind, at: Vec<String>, beside: &[(Vec<String>, Value)], leaves: &mut Vec<Leaf>) {
    match kind {
        Kind::Structure(shape) => below(shape, &at, beside, leaves),
        Kind::List(Kind::Structure(shape)) => below(shape, &step(&at, "[]"), beside, leaves),
        kind => leaves.push(Leaf { steps: at, beside: beside.to_vec(), values: values(kind) }),
    }
}

/// Returns a path with one more member.
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
        Kind::Integer | Kind::Long | Kind::Number => vec![json!(77), json!(99), json!(0)],
        Kind::Flag => vec![json!(true), json!(false)],
        Kind::Choice(_, words) => words.iter().map(|word| json!(word)).collect(),
        Kind::List(kind) => values(*kind).into_iter().map(|value| json!([value])).collect(),
        Kind::Words(_) => vec![json!(["a"]), json!(["b"])],
        Kind::Map(kind) => values(*kind).into_iter().map(|value| json!({ "k": value })).collect(),
        Kind::Structure(shape) => vec![required(shape)],
        Kind::Time => vec![json!(0), json!("2026-12-24")],
        Kind::Document => vec![json!("a"), json!("b")],
    }
}
