//! IAM: roles and their policies.

pub(crate) mod read;
pub(crate) mod role;

use crate::client::pace::{Quota, Rate};

/// The quotas on calls. Source: no documentation: clients of IAM found that this works.
pub(crate) const QUOTAS: &[Quota] = &[Quota::new("IAM", "iam", &[], Rate::new(15, 15.0))];
