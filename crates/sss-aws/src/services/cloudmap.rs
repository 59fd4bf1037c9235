//! Cloud Map: namespaces and the services that tasks register in.

pub(crate) mod cloudmap_service;
pub(crate) mod namespace;
pub(crate) mod read;
