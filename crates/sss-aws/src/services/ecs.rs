//! ECS: clusters, task definitions and services.

pub(crate) mod cluster;
pub(crate) mod read;
pub(crate) mod service;
pub(crate) mod shared;
pub(crate) mod task_definition;
