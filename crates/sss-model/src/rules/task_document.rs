//! The size of a task definition: its containers as the JSON that ECS keeps.
//!
//! ECS limits the JSON of a task definition to 64 KiB and does not document what it counts. The containers without
//! white space are the least that it can mean. More than the limit is an error; within [`BESIDE`] bytes of it is a
//! warning. The rule is ECS-TD-114.
//!
//! `crate::registration` writes the document.

use serde_json::Value;

use super::{ECS_TD_114, broken};
use crate::path::Path;
use crate::registration;
use crate::report::Report;
use crate::service::Service;
use crate::stack::Stack;

/// The most bytes of the JSON that ECS takes.
pub(crate) const MOST_BYTES: usize = 65536;

/// ECS does not document what it counts beside the containers: the roles, the family, and its own defaults would take
/// less than this.
const BESIDE: usize = 1024;

/// Returns the bytes of the containers of a service as JSON without white space.
///
/// The log group and the region of the stack are a part of each container's log configuration.
pub(crate) fn bytes(stack: &Stack, service: &Service) -> usize {
    let log_group = stack.log_group_name(&service.name);
    let containers = service.task.all_containers(stack.container_name(&service.name));
    let definitions =
        containers.iter().map(|container| registration::container(container, &log_group, &stack.region));
    size(&definitions.collect())
}

/// Returns the bytes of a value as JSON without white space.
pub(crate) fn size(value: &Value) -> usize {
    value.to_string().len()
}

/// Checks the size of the containers.
///
/// The path is that of the service.
pub(crate) fn fits(bytes: usize, at: &Path, report: &mut Report) {
    if bytes > MOST_BYTES {
        report.add(at, broken!(ECS_TD_114, "too-large", bytes = bytes, most = MOST_BYTES));
    } else if bytes > MOST_BYTES - BESIDE {
        report.warn(at, broken!(ECS_TD_114, "nearly-too-large", bytes = bytes, most = MOST_BYTES));
    }
}
