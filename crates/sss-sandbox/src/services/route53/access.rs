//! The permissions of Route 53's operations.
//!
//! Source: "Actions, resources, and condition keys for Amazon Route 53", in the Service Authorization Reference. ARNs of
//! Route 53 have neither a region nor an account.

use serde_json::Value;

use super::zone;
use crate::{
    access::{Access, Check, Entry, no_tags},
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: &[
        Entry::new(&["CreateHostedZone", "ListHostedZones"], &[Check::on("*")]),
        Entry::new(&["GetChange"], &[Check::on("change/{Id}")]),
        Entry::new(
            &["ChangeResourceRecordSets", "DeleteHostedZone", "GetHostedZone", "ListResourceRecordSets"],
            &[Check::on("hostedzone/{Id}")],
        ),
    ],
    usual: Check::on("*"),
    arn: |world, resource| world.partition().arn("route53", "", "", resource),
    name,
    tags: no_tags,
};

/// Returns an id without the path in front.
fn name(_world: &World, _input: &Value, _member: &str, value: &str) -> String {
    zone::bare(value).trim_start_matches("/change/").to_owned()
}
