//! ECS: task definitions and services.

use super::shape::Shape;
use super::{Node, Referred};
use crate::problem::Report;

pub(crate) const REGISTER_TASK_DEFINITION: Shape = Shape(&[]);
pub(crate) const CREATE_SERVICE: Shape = Shape(&[]);

pub(crate) fn task_definition(_request: &Node<'_>, _referred: &Referred, _report: &mut Report) {}

pub(crate) fn service(_request: &Node<'_>, _referred: &Referred, _report: &mut Report) {}
