//! The DNS side of a service: which records it makes for its instances.

use serde::{Deserialize, Serialize};

use super::constraint::invalid;
use crate::refusal::Refusal;

/// A record that a service makes for each of its instances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DnsRecord {
    #[serde(rename = "Type")]
    pub(super) record_type: String,
    #[serde(rename = "TTL")]
    pub(super) ttl: i64,
}

/// Refuses what Cloud Map documents as no set of records, though ECS documents it as one.
pub(super) fn check(records: &[DnsRecord]) -> Result<(), Refusal> {
    let has = |record_type: &str| records.iter().any(|record| record.record_type == record_type);
    if has("A") && has("SRV") {
        return Err(invalid("Invalid combination of DNS record types: A, SRV"));
    }
    Ok(())
}

/// Route 53's own limit on the labels of a zone's name; Cloud Map's pattern does not know it.
pub(super) fn is_zone_name(name: &str) -> bool {
    // A dot at the end is that of the root.
    name.strip_suffix('.').unwrap_or(name).split('.').all(|label| (1..=63).contains(&label.len()))
}
