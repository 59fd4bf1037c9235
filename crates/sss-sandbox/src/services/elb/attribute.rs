//! The attributes of load balancers and target groups, with their defaults.
//!
//! An answer has all attributes of the object's kind. A change merges, and takes a whole list or none of it. The
//! gate checks names and values; whether an attribute belongs to the kind of the object is checked here.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    invalid,
    load_balancer::{self, Kind},
    target_group,
};
use crate::{input::parse, refusal::Refusal, world::World};

/// Attributes with their defaults.
type Defaults = &'static [(&'static str, &'static str)];

/// The attributes of both types of load balancers.
const OF_ALL: Defaults = &[
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.prefix", ""),
    ("deletion_protection.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];

/// The other attributes of an Application Load Balancer.
const OF_APPLICATION: Defaults = &[
    ("client_keep_alive.seconds", "3600"),
    ("connection_logs.s3.bucket", ""),
    ("connection_logs.s3.enabled", "false"),
    ("connection_logs.s3.prefix", ""),
    ("health_check_logs.s3.bucket", ""),
    ("health_check_logs.s3.enabled", "false"),
    ("health_check_logs.s3.prefix", ""),
    ("idle_timeout.timeout_seconds", "60"),
    ("load_balancing.cross_zone.enabled", "true"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
];

/// The other attributes of a Network Load Balancer.
const OF_NETWORK: Defaults = &[
    ("dns_record.client_routing_policy", "any_availability_zone"),
    ("load_balancing.cross_zone.enabled", "false"),
    ("secondary_ips.auto_assigned.per_subnet", "0"),
];

/// The attributes of all target groups.
const OF_GROUPS: Defaults = &[
    ("deregistration_delay.timeout_seconds", "300"),
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("stickiness.enabled", "false"),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
];

/// The other attributes of target groups behind an Application Load Balancer.
const OF_APPLICATION_GROUPS: Defaults = &[
    ("load_balancing.algorithm.anomaly_mitigation", "off"),
    ("load_balancing.algorithm.type", "round_robin"),
    ("slow_start.duration_seconds", "0"),
    ("stickiness.app_cookie.cookie_name", ""),
    ("stickiness.app_cookie.duration_seconds", "86400"),
    ("stickiness.lb_cookie.duration_seconds", "86400"),
    ("stickiness.type", "lb_cookie"),
];

/// The other attributes of target groups behind a Network Load Balancer.
///
/// The address of the client is kept for UDP only, because targets here are addresses.
const OF_NETWORK_GROUPS: Defaults = &[
    ("deregistration_delay.connection_termination.enabled", "false"),
    ("preserve_client_ip.enabled", "false"),
    ("proxy_protocol_v2.enabled", "false"),
    ("stickiness.type", "source_ip"),
    ("target_health_state.unhealthy.connection_termination.enabled", "true"),
    ("target_health_state.unhealthy.draining_interval_seconds", "0"),
];

/// Returns the attributes of a new load balancer.
pub(super) fn of_load_balancer(kind: Kind) -> BTreeMap<String, String> {
    let others = match kind {
        Kind::Application => OF_APPLICATION,
        Kind::Network => OF_NETWORK,
    };
    owned(OF_ALL, others)
}

/// Returns the attributes of a new target group.
pub(super) fn of_target_group(kind: Kind) -> BTreeMap<String, String> {
    let others = match kind {
        Kind::Application => OF_APPLICATION_GROUPS,
        Kind::Network => OF_NETWORK_GROUPS,
    };
    owned(OF_GROUPS, others)
}

/// Returns two lists of defaults as one map.
fn owned(first: Defaults, second: Defaults) -> BTreeMap<String, String> {
    first.iter().chain(second).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The input of all four operations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    load_balancer_arn: Option<String>,
    target_group_arn: Option<String>,
    #[serde(default)]
    attributes: Vec<Attribute>,
}

/// An attribute on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute {
    key: String,
    #[serde(default)]
    value: String,
}

/// Carries out `DescribeLoadBalancerAttributes`.
pub(super) fn describe_of_load_balancer(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let balancer = load_balancer::find(world, request.load_balancer_arn.as_deref())?;
    Ok(rendered(&balancer.attributes))
}

/// Carries out `ModifyLoadBalancerAttributes`. It returns all attributes.
///
/// # Errors
///
/// Refuses unknown load balancers, and attributes of the other type.
pub(super) fn modify_of_load_balancer(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let balancer = load_balancer::find_mut(world, request.load_balancer_arn.as_deref())?;
    let defaults = of_load_balancer(balancer.kind);
    merge(&mut balancer.attributes, &defaults, request.attributes, "Load balancer")
}

/// Carries out `DescribeTargetGroupAttributes`.
pub(super) fn describe_of_target_group(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let group = target_group::find(world, request.target_group_arn.as_deref())?;
    Ok(rendered(&group.attributes))
}

/// Carries out `ModifyTargetGroupAttributes`. It returns all attributes.
///
/// # Errors
///
/// Refuses unknown target groups, and attributes of another protocol.
pub(super) fn modify_of_target_group(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let group = target_group::find_mut(world, request.target_group_arn.as_deref())?;
    let defaults = of_target_group(group.kind());
    merge(&mut group.attributes, &defaults, request.attributes, "Target group")
}

/// Merges attributes into those of an object and returns all of them. An empty value is the default.
fn merge(
    present: &mut BTreeMap<String, String>,
    defaults: &BTreeMap<String, String>,
    changes: Vec<Attribute>,
    noun: &str,
) -> Result<Value, Refusal> {
    if let Some(unknown) = changes.iter().find(|change| !present.contains_key(&change.key)) {
        return Err(invalid(format!("{noun} attribute key '{}' is not recognized", unknown.key)));
    }
    for Attribute { key, value } in changes {
        let default = defaults.get(&key).filter(|_| value.is_empty());
        present.insert(key, default.cloned().unwrap_or(value));
    }
    Ok(rendered(present))
}

/// Returns attributes in the form of the answers.
fn rendered(attributes: &BTreeMap<String, String>) -> Value {
    let attributes: Vec<Value> =
        attributes.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    json!({ "Attributes": attributes })
}
