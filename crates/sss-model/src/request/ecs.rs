//! ECS: the requests of `RegisterTaskDefinition` and `CreateService`.
//!
//! Each request has two parts here. A *shape* (`task_shape`, `service_shape`) lists the members that the API knows,
//! their types, their choices and the members that AWS requires. The *judge* (`task`, `service`) checks values, and
//! members that depend on each other. `request::check` runs the shape first. A value that the shape refuses reaches the
//! judge as an empty object, so each getter of the judge treats it as set but unreadable, and one mistake is one
//! problem.
//!
//! - `task` starts the checks of a task definition: `container` (with `firelens`), `ports`, `volume`, `platform`,
//!   `fargate`.
//! - `service` starts the checks of a service: `registry` and the modules below `service`.
//!
//! A service refers to a task definition that is another request. Rules that need it are checked only if the caller
//! gives it in `Referred`; a registry needs the Cloud Map service in the same way.
//!
//! A problem is a warning where sources about AWS disagree, where nobody has measured the answer of AWS, or where AWS
//! accepts a risk, such as the tag `latest`. An improvement without which everything works is advice. All other
//! problems are errors. The rules `ECS-TD-*` and `ECS-SVC-*` are in `rules/book/ecs`, each with the page of AWS on
//! which it rests.

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
