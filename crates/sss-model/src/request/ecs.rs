//! ECS: task definitions and services.

mod container;
mod fargate;
mod firelens;
mod platform;
mod ports;
mod registry;
mod service;
mod service_shape;
mod task;
mod task_shape;
mod volume;

pub(super) use service::service;
pub(super) use service_shape::CREATE_SERVICE;
pub(super) use task::task_definition;
pub(super) use task_shape::REGISTER_TASK_DEFINITION;

/// Returns the members of `RegisterTaskDefinition` that are no structures.
#[cfg(test)]
pub(crate) fn task_definition_leaves() -> Vec<super::shape::leaves::Leaf> {
    super::shape::leaves::of(&REGISTER_TASK_DEFINITION)
}
