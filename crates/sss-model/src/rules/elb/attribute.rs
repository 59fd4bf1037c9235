//! The attributes of load balancers and target groups: their names, and the values that they take.
//!
//! All values are texts. AWS refuses unknown names and values of another type, and takes a whole list of attributes or
//! none of it. Whether an attribute belongs to the kind of the load balancer or to the protocol of the target group is
//! a fact of the account.

use validator::ValidationError;

use crate::rules::{
    ELB_ATTR_001, ELB_ATTR_002, ELB_TG_022, Rule, UNKNOWN_CHOICE, broken, elb, judge, within,
};

/// The values that an attribute takes.
#[derive(Clone, Copy)]
enum Values {
    /// `true` or `false`.
    Flag,
    /// A number that a rule checks.
    Number(fn(i64) -> Result<(), ValidationError>),
    /// One of the words; the rule says so.
    Choice(&'static Rule, &'static [&'static str]),
    /// Any text, also none.
    Text,
    /// `off`, or a number.
    NumberOrOff,
}

/// An attribute: its name and its values.
type Attribute = (&'static str, Values);

/// The attributes of Application and Network Load Balancers.
const OF_BALANCERS: &[Attribute] = &[
    ("access_logs.s3.bucket", Values::Text),
    ("access_logs.s3.enabled", Values::Flag),
    ("access_logs.s3.prefix", Values::Text),
    ("client_keep_alive.seconds", Values::Number(|seconds| within(seconds, 60..=604_800, &ELB_ATTR_002))),
    ("connection_logs.s3.bucket", Values::Text),
    ("connection_logs.s3.enabled", Values::Flag),
    ("connection_logs.s3.prefix", Values::Text),
    ("deletion_protection.enabled", Values::Flag),
    (
        "dns_record.client_routing_policy",
        Values::Choice(
            &ELB_ATTR_001,
            &["any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity"],
        ),
    ),
    ("health_check_logs.s3.bucket", Values::Text),
    ("health_check_logs.s3.enabled", Values::Flag),
    ("health_check_logs.s3.prefix", Values::Text),
    ("idle_timeout.timeout_seconds", Values::Number(|seconds| within(seconds, 1..=4000, &ELB_ATTR_002))),
    ("ipv6.deny_all_igw_traffic", Values::Flag),
    ("load_balancing.cross_zone.enabled", Values::Flag),
    (
        "routing.http.desync_mitigation_mode",
        Values::Choice(&ELB_ATTR_001, &["monitor", "defensive", "strictest"]),
    ),
    ("routing.http.drop_invalid_header_fields.enabled", Values::Flag),
    ("routing.http.preserve_host_header.enabled", Values::Flag),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", Values::Flag),
    ("routing.http.xff_client_port.enabled", Values::Flag),
    (
        "routing.http.xff_header_processing.mode",
        Values::Choice(&ELB_ATTR_001, &["append", "preserve", "remove"]),
    ),
    ("routing.http2.enabled", Values::Flag),
    ("secondary_ips.auto_assigned.per_subnet", Values::Number(|count| within(count, 0..=7, &ELB_ATTR_001))),
    ("waf.fail_open.enabled", Values::Flag),
    ("zonal_shift.config.enabled", Values::Flag),
];

/// The attributes of target groups behind Application and Network Load Balancers.
const OF_GROUPS: &[Attribute] = &[
    ("deregistration_delay.connection_termination.enabled", Values::Flag),
    ("deregistration_delay.timeout_seconds", Values::Number(elb::deregistration_delay)),
    ("load_balancing.algorithm.anomaly_mitigation", Values::Choice(&ELB_ATTR_001, &["on", "off"])),
    (
        "load_balancing.algorithm.type",
        Values::Choice(&ELB_ATTR_001, &["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    (
        "load_balancing.cross_zone.enabled",
        Values::Choice(&ELB_ATTR_001, &["true", "false", "use_load_balancer_configuration"]),
    ),
    ("preserve_client_ip.enabled", Values::Flag),
    ("proxy_protocol_v2.enabled", Values::Flag),
    ("slow_start.duration_seconds", Values::Number(elb::slow_start)),
    ("stickiness.app_cookie.cookie_name", Values::Text),
    ("stickiness.app_cookie.duration_seconds", Values::Number(elb::stickiness_duration)),
    ("stickiness.enabled", Values::Flag),
    ("stickiness.lb_cookie.duration_seconds", Values::Number(elb::stickiness_duration)),
    (
        "stickiness.type",
        Values::Choice(
            &ELB_TG_022,
            &["lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"],
        ),
    ),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", Values::NumberOrOff),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", Values::NumberOrOff),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", Values::NumberOrOff),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", Values::NumberOrOff),
    ("target_health_state.unhealthy.connection_termination.enabled", Values::Flag),
    (
        "target_health_state.unhealthy.draining_interval_seconds",
        Values::Number(|seconds| within(seconds, 0..=360_000, &ELB_ATTR_001)),
    ),
];

/// Checks an attribute of a load balancer. An empty number is its default.
pub(crate) fn of_balancer(name: &str, value: &str) -> Result<(), ValidationError> {
    let Some(values) = values(OF_BALANCERS, name) else {
        return Err(broken!(ELB_ATTR_001, "unknown", name = name).into());
    };
    if value.is_empty() && !matches!(values, Values::Flag) { Ok(()) } else { fits(values, name, value) }
}

/// Checks an attribute of a target group. Only texts may be empty.
pub(crate) fn of_group(name: &str, value: &str) -> Result<(), ValidationError> {
    let Some(values) = values(OF_GROUPS, name) else {
        return Err(broken!(ELB_ATTR_001, "unknown-of-group", name = name).into());
    };
    let is_given = !value.is_empty() || matches!(values, Values::Text);
    judge(is_given, || broken!(ELB_ATTR_001, "empty", name = name))?;
    fits(values, name, value)
}

/// Returns the values of an attribute. `None` if the attribute does not exist.
fn values(known: &[Attribute], name: &str) -> Option<Values> {
    known.iter().find(|(known, _)| *known == name).map(|(_, values)| *values)
}

/// Checks that a value is one of those that an attribute takes.
fn fits(values: Values, name: &str, value: &str) -> Result<(), ValidationError> {
    let number = || {
        let not_a_number = || broken!(ELB_ATTR_001, "not-a-number", name = name, given = value);
        value.parse::<i64>().map_err(|_| ValidationError::from(not_a_number()))
    };
    match values {
        Values::Flag => judge(matches!(value, "true" | "false"), || {
            broken!(ELB_ATTR_001, "not-a-flag", name = name, given = value)
        }),
        Values::Number(judge) => judge(number()?),
        Values::NumberOrOff if value == "off" => Ok(()),
        Values::NumberOrOff => number().map(drop),
        Values::Choice(rule, words) => judge(words.contains(&value), || {
            broken!(rule, UNKNOWN_CHOICE, given = value, choices = words.to_vec())
        }),
        Values::Text => Ok(()),
    }
}
