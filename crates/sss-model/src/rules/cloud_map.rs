//! Cloud Map: the namespace and the services in it.

use std::net::IpAddr;

use validator::ValidationError;

use super::{CM_NS_001, CM_NS_003, CM_NS_006, CM_NS_007, CM_SVC_001, CM_SVC_012, judge, within};
use crate::problem::{Place, Report};

pub(crate) fn description(text: &str) -> Result<(), ValidationError> {
    let length = text.chars().count();
    judge(length <= 1024, &CM_NS_003, || format!("has {length} characters"))
}

pub(crate) fn ttl(seconds: u32) -> Result<(), ValidationError> {
    within(seconds, 0..=2_147_483_647, &CM_SVC_012)
}

pub(crate) fn namespace_name(name: &str, at: &Place, report: &mut Report) {
    let printable = name.bytes().all(|b| b.is_ascii_graphic());
    if !(1..=253).contains(&name.len()) || !printable || name.starts_with("arn:") {
        report.add(&CM_NS_001, at, format!("the namespace cannot be called `{name}`"));
        return;
    }
    let mut labels = name.split('.');
    if let Some(label) = labels.clone().find(|label| label.len() > 63) {
        let message = format!("the namespace's label `{label}` has {} characters", label.len());
        report.add(&CM_NS_006, at, message);
    }
    let last_is_alphabetic =
        name.rsplit('.').next().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()));
    if !labels.all(is_host_label) || !last_is_alphabetic || name.parse::<IpAddr>().is_ok() {
        report.add(&CM_NS_007, at, format!("the namespace's name `{name}` is not a host name"));
    }
}

/// Letters, digits and inner hyphens; the length has a rule of its own.
fn is_host_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

pub(crate) fn service_name(name: &str, at: &Place, report: &mut Report) {
    let labels = name.split('.').all(is_service_label);
    if name != "." && (name.len() > 127 || !labels) {
        report.add(&CM_SVC_001, at, format!("the Cloud Map service cannot be called `{name}`"));
    }
}

/// Up to 63 letters, digits, `_` and inner hyphens; a single character is not `_`.
fn is_service_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label != "_"
}

/// `<32 digits of the task's id>.<service>.<namespace>`
pub(crate) fn instance_name_length(service: &str, namespace: &str) -> usize {
    32 + 1 + service.len() + 1 + namespace.len()
}
