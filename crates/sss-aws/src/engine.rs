//! Graph, world, plan and apply for any kind of resource. Nothing here names an SDK client or a kind.

pub(crate) mod apply;
pub(crate) mod dependent;
pub(crate) mod diff;
pub(crate) mod event;
pub(crate) mod forecast;
pub(crate) mod graph;
pub(crate) mod held;
pub(crate) mod id;
pub(crate) mod kind;
pub(crate) mod once;
pub(crate) mod order;
pub(crate) mod outcome;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod successor;
pub(crate) mod wait;
pub(crate) mod walk;
pub(crate) mod world;
