//! Rules of ECS.

pub(in crate::rules::book) mod container;
pub(in crate::rules::book) mod service;
pub(in crate::rules::book) mod task;

pub(crate) use container::*;
pub(crate) use service::*;
pub(crate) use task::*;
