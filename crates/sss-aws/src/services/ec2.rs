//! The part of EC2 around the stack: security groups.

pub(crate) mod read;
pub(crate) mod security_group;
