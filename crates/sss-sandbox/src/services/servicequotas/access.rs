//! The permissions of Service Quotas' operations.
//!
//! Source: "Actions, resources, and condition keys for Service Quotas", in the Service Authorization Reference.

use crate::access::{Access, Check, Entry, no_tags, unchanged};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: &[
        Entry::new(&["GetServiceQuota"], &[Check::on("{ServiceCode}/{QuotaCode}")]),
        Entry::new(&["GetAWSDefaultServiceQuota"], &[Check::on("*")]),
    ],
    usual: Check::on("*"),
    arn: |world, resource| world.arn("servicequotas", resource),
    name: unchanged,
    tags: no_tags,
};
