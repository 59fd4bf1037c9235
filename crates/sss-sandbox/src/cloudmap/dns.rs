//! The DNS side of a service: which records it makes for its instances.

use serde::{Deserialize, Serialize};

use super::constraint::{invalid, out_of_range, required, time_to_live};
use crate::refusal::Refusal;

/// A record that a service makes for each of its instances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DnsRecord {
    #[serde(rename = "Type")]
    pub(super) record_type: String,
    #[serde(rename = "TTL")]
    pub(super) ttl: i64,
}

#[derive(Deserialize)]
pub(super) struct DnsRecordInput {
    #[serde(rename = "Type")]
    record_type: Option<String>,
    #[serde(rename = "TTL")]
    ttl: Option<i64>,
}

/// Route 53 cannot hold every set of records under one name.
const COMBINATIONS: [&[&str]; 5] = [&["A"], &["AAAA"], &["A", "AAAA"], &["SRV"], &["CNAME"]];

pub(super) fn records(input: Vec<DnsRecordInput>) -> Result<Vec<DnsRecord>, Refusal> {
    let mut records = Vec::with_capacity(input.len());
    for record in input {
        let record_type = required(record.record_type, "dnsConfig.dnsRecords.member.type")?;
        if !["A", "AAAA", "CNAME", "SRV"].contains(&record_type.as_str()) {
            return Err(out_of_range(record_type, "dnsConfig.dnsRecords.member.type"));
        }
        let ttl = required(record.ttl, "dnsConfig.dnsRecords.member.tTL")?;
        records.push(DnsRecord { record_type, ttl: time_to_live(ttl, "dnsConfig.dnsRecords.member.tTL")? });
    }
    let mut types: Vec<&str> = records.iter().map(|record| record.record_type.as_str()).collect();
    types.sort_unstable();
    if types.is_empty() || COMBINATIONS.contains(&types.as_slice()) {
        Ok(records)
    } else {
        Err(invalid(format!("Invalid combination of DNS record types: {}", types.join(", "))))
    }
}

pub(super) fn routing_policy(policy: Option<String>, records: &[DnsRecord]) -> Result<String, Refusal> {
    let policy = policy.unwrap_or_else(|| "MULTIVALUE".to_owned());
    if !["MULTIVALUE", "WEIGHTED"].contains(&policy.as_str()) {
        return Err(out_of_range(policy, "dnsConfig.routingPolicy"));
    }
    if policy != "WEIGHTED" && records.iter().any(|record| record.record_type == "CNAME") {
        return Err(invalid("Invalid routing policy: a CNAME record requires the routing policy WEIGHTED"));
    }
    Ok(policy)
}

/// The pattern of service names: labels of letters, digits, `_` and `-`, or a single dot.
pub(super) fn is_service_name(name: &str) -> bool {
    name == "." || (name.len() <= 127 && name.split('.').all(is_label))
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    match label.as_bytes() {
        [] => false,
        [single] => single.is_ascii_alphanumeric(),
        bytes @ [first, .., last] => {
            bytes.len() <= 63 && *first != b'-' && *last != b'-' && bytes.iter().all(|byte| inner(*byte))
        }
    }
}

/// Route 53's own limit on the labels of a zone's name; Cloud Map's pattern does not know it.
pub(super) fn is_zone_name(name: &str) -> bool {
    name.split('.').all(|label| (1..=63).contains(&label.len()))
}
