//! The DNS records that a service creates for its instances.
//!
//! The sandbox keeps records and resolves no names.

use serde::{Deserialize, Serialize};

use super::constraint::invalid;
use crate::refusal::Refusal;

/// A record that a service creates for each instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DnsRecord {
    /// `A`, `AAAA`, `CNAME` or `SRV`.
    #[serde(rename = "Type")]
    pub(super) record_type: String,
    /// The time in seconds for which resolvers keep a record.
    #[serde(rename = "TTL")]
    pub(super) ttl: i64,
}

/// Refuses a set of records that Cloud Map does not accept, although the documentation of ECS has it.
///
/// The model has this combination as a warning, because no stack uses it.
///
/// # Errors
///
/// Refuses A beside SRV.
pub(super) fn check(records: &[DnsRecord]) -> Result<(), Refusal> {
    let has = |record_type: &str| records.iter().any(|record| record.record_type == record_type);
    if has("A") && has("SRV") {
        return Err(invalid("Invalid combination of DNS record types: A, SRV"));
    }
    Ok(())
}

/// Returns whether a name keeps Route 53's limit on labels, which Cloud Map's pattern does not contain.
///
/// Cloud Map accepts a longer label, and the operation then fails.
pub(super) fn is_zone_name(name: &str) -> bool {
    // A dot at the end belongs to the root.
    name.strip_suffix('.').unwrap_or(name).split('.').all(|label| (1..=63).contains(&label.len()))
}
