//! Rules of ECS, and the cases that several of them share.
//!
//! The rules are on three pages: `task` for tasks and task definitions as a whole, `container` for one container,
//! `service` for clusters and services. `task` and `container` share the group `ECS-TD`, because a container is a part
//! of a task definition.

use crate::rules::Case;
use crate::rules::case::case;

pub(in crate::rules::book) mod container;
pub(in crate::rules::book) mod service;
pub(in crate::rules::book) mod task;

pub(crate) use container::*;
pub(crate) use service::*;
pub(crate) use task::*;

/// A container is named that the task definition does not have.
pub(crate) const UNKNOWN_CONTAINER: Case = case(
    "unknown-container",
    "the task definition has no container `{name}`",
    "write the name of a container of the task definition for `{key}`",
);

/// A port is named that its container does not have.
pub(crate) const UNKNOWN_PORT: Case = case(
    "unknown-port",
    "container `{name}` of the task definition has no port {port}",
    "set `{key}` to a port of the container",
);

/// A value is for the deployment controller `ECS` only.
pub(crate) const WRONG_CONTROLLER: Case = case(
    "wrong-controller",
    "`{key}` is not for the deployment controller `{controller}`",
    "remove `{key}`, or use the deployment controller `ECS`",
);
