//! IAM: roles and their policies.

pub(crate) mod read;
pub(crate) mod role;

use crate::client::pace::{Quota, Rate};

/// The codes by which it refuses a call as one too many.
pub(crate) const THROTTLED: &[&str] = &["Throttling"];

/// The quotas on calls. Source: no documentation: clients of IAM found that this works.
pub(crate) const QUOTAS: &[Quota] = &[Quota::on_all("IAM", Rate::new(15, 15.0))];
