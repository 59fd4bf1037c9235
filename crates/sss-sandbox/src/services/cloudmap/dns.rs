//! The DNS records that a service creates for its instances.

use serde::{Deserialize, Serialize};

use super::constraint::invalid;
use crate::refusal::Refusal;

/// A record that a service creates for each instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DnsRecord {
    #[serde(rename = "Type")]
    pub(super) record_type: String,
    #[serde(rename = "TTL")]
    pub(super) ttl: i64,
}

/// Refuses a set of records that Cloud Map does not accept, although the documentation of ECS has it.
pub(super) fn check(records: &[DnsRecord]) -> Result<(), Refusal> {
    let has = |record_type: &str| records.iter().any(|record| record.record_type == record_type);
    if has("A") && has("SRV") {
        return Err(invalid("Invalid combination of DNS record types: A, SRV"));
    }
    Ok(())
}

/// Returns whether a name keeps Route 53's limit on labels, which Cloud Map's pattern does not contain.
pub(super) fn is_zone_name(name: &str) -> bool {
    // A dot at the end belongs to the root.
    name.strip_suffix('.').unwrap_or(name).split('.').all(|label| (1..=63).contains(&label.len()))
}
