//! CloudWatch Logs: log groups.

pub(crate) mod log_group;
pub(crate) mod read;
