//! The walk: the AWS tutorial for a service on Fargate, the objects of the reference stack, and their removal in order.

mod api;
mod cloud_map;
mod log_groups;
mod removal;
mod roles;
mod security_group;
mod service;
mod tags;
mod tutorial;

use crate::conformance::step::Step;

/// Each chapter goes on with what the ones before have made.
pub(super) const CHAPTERS: &[(&str, &[Step])] = &[
    ("the AWS tutorial for a service on Fargate", tutorial::STEPS),
    ("log groups", log_groups::STEPS),
    ("roles", roles::STEPS),
    ("security group", security_group::STEPS),
    ("Cloud Map", cloud_map::STEPS),
    ("a service that Cloud Map knows", service::STEPS),
    ("HTTP API", api::STEPS),
    ("tags", tags::STEPS),
    ("removal", removal::STEPS),
];
