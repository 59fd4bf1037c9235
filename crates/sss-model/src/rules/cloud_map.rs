//! Rules of Cloud Map: on the namespace and the services in it.
//!
//! A private namespace is a DNS domain in a VPC. Cloud Map accepts names that Route 53 refuses, and Route 53 accepts
//! names that are not host names; [`namespace_name`] checks all three levels. The first two are errors and the third is
//! a warning, because AWS accepts such names and programs may not.
//!
//! A task is found by `<id of the task>.<service>.<namespace>`, which must fit into the 253 characters of a DNS name
//! (CM-SVC-004). Records of a stack are SRV records: they hold the port too, which a private integration of API Gateway
//! needs.

use std::net::IpAddr;

use validator::ValidationError;

use super::{
    CM_NS_001, CM_NS_003, CM_NS_006, CM_NS_007, CM_SVC_001, CM_SVC_004, CM_SVC_010, CM_SVC_012, CM_SVC_015,
    broken, judge, within,
};
use crate::path::Path;
use crate::report::Report;

/// The longest time to live, in seconds.
pub(crate) const LONGEST_TTL: i64 = 2_147_483_647;

/// Checks the description of a namespace.
pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    let length = text.chars().count();
    judge(length <= 1024, || broken!(CM_NS_003, "too-long", count = length, most = 1024))
}

/// Checks the seconds for which resolvers may keep a record.
///
/// 0 is valid: resolvers then ask for each request.
pub(crate) fn ttl(seconds: u32) -> Result<(), ValidationError> {
    within(seconds, 0..=2_147_483_647, &CM_SVC_012)
}

/// Checks the name of a namespace: as Cloud Map takes it, as Route 53 takes it, and as the name of a host.
///
/// A name that ends with `.local` is advice only: multicast DNS takes it on some machines.
pub(crate) fn namespace_name(name: &str, at: &Path, report: &mut Report) {
    let printable = name.bytes().all(|b| b.is_ascii_graphic());
    if !(1..=253).contains(&name.len()) || !printable || name.starts_with("arn:") {
        report.add(at, broken!(CM_NS_001, "invalid-name", name = name));
        return;
    }

    let mut labels = name.split('.');
    // The dot at the end of a complete name ends no label.
    let mut known = name.strip_suffix('.').unwrap_or(name).split('.');

    if let Some(label) = known.find(|label| !(1..=63).contains(&label.len())) {
        let broken = broken!(CM_NS_006, "label-length", label = label, name = name, count = label.len());
        report.add(at, broken);
        return;
    }

    let last_is_alphabetic =
        name.rsplit('.').next().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()));
    if !labels.all(is_host_label) || !last_is_alphabetic || name.parse::<IpAddr>().is_ok() {
        report.add(at, broken!(CM_NS_007, "not-a-host-name", name = name));
    } else if name.to_ascii_lowercase().ends_with(".local") {
        report.advise(at, broken!(CM_NS_007, "multicast", name = name));
    }
}

/// Returns whether a label has only letters, digits and inner hyphens. Its length has a rule of its own.
fn is_host_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Returns whether a text is the ARN of a service, `arn:<partition>:servicediscovery:<Region>:<account>:service/<id>`.
pub(crate) fn is_service_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "servicediscovery", _, _, service] if service.starts_with("service/"))
}

/// Checks the name of a service.
///
/// Cloud Map accepts `.` alone as well.
pub(crate) fn service_name(name: &str, at: &Path, report: &mut Report) {
    let labels = name.split('.').all(is_service_label);
    if name != "." && (name.len() > 127 || !labels) {
        report.add(at, broken!(CM_SVC_001, "invalid-name", name = name));
    }
}

/// Returns whether a label has 1 to 63 letters, digits, `_` and inner hyphens. `_` alone is refused.
fn is_service_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label != "_"
}

/// Checks the length of an instance's DNS name, `<32 digits of the task's id>.<service>.<namespace>`.
///
/// A name of a service that is too long by itself has a rule of its own.
pub(crate) fn instance_name(service: &str, namespace: &str, at: &Path, report: &mut Report) {
    let length = 32 + 1 + service.len() + 1 + namespace.len();
    if length > 253 && service.len() <= 127 {
        let broken = broken!(CM_SVC_004, "instance-names-too-long", service = service, count = length);
        report.add(at, broken);
    }
}

/// The sets of types of records that Cloud Map has, each in alphabetical order.
const RECORDS: [&[&str]; 5] = [&["A"], &["AAAA"], &["A", "AAAA"], &["SRV"], &["CNAME"]];

/// Checks the types of a service's records.
///
/// The order does not matter.
pub(crate) fn record_types(types: &[&str], at: &Path, report: &mut Report) {
    let mut sorted = types.to_vec();
    sorted.sort_unstable();
    if RECORDS.contains(&sorted.as_slice()) {
        return;
    }
    if types.is_empty() {
        report.add(at, broken!(CM_SVC_010, "none"));
        return;
    }

    // The documentation of ECS has a set of A and SRV, which Cloud Map refuses.
    report.add(at, broken!(CM_SVC_010, "unknown-set", types = types.to_vec()));
}

/// Warns if clients may call a stopped task for long.
///
/// Clients keep an answer for the time to live, and call a stopped task until then.
pub(crate) fn srv_ttl(seconds: i64, at: &Path, report: &mut Report) {
    if seconds > 60 {
        report.add(at, broken!(CM_SVC_015, "too-long", seconds = seconds));
    }
}
