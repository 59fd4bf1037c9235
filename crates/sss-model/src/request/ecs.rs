//! ECS: task definitions and services.

mod container;
mod fargate;
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
