//! Accepted and refused cases, on both sides of every bound.

mod api;
mod balancing;
mod book;
mod cases;
mod cluster;
mod domain;
mod edge;
mod existing;
mod forms;
mod iam;
mod partition;
mod reach;
mod scaling;
mod security_group;
mod service;
mod stack;
mod task;
mod task_parts;
mod words;
