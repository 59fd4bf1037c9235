//! IAM: roles and their policies.

pub(crate) mod read;
pub(crate) mod role;
