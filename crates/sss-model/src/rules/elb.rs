//! Rules of Elastic Load Balancing: on load balancers, target groups, listeners and their rules.
//!
//! A *target group* has targets, such as the tasks of a service, and checks their health. A *listener* of a load
//! balancer has a port, and *rules* that lead requests to target groups. The functions take plain values, so that a
//! stack and a request are judged by the same ones.
//!
//! `condition` has the values of the conditions of a rule, and `attribute` the attributes of load balancers and target
//! groups. Zones are a fact of the account: only the number of subnets can be checked here.

pub(crate) mod attribute;
pub(crate) mod condition;

use std::ops::RangeInclusive;

use validator::ValidationError;

use super::{
    ELB_LB_001, ELB_LB_002, ELB_LB_005, ELB_LB_006, ELB_LB_007, ELB_RULE_001, ELB_TG_001, ELB_TG_003,
    ELB_TG_010, ELB_TG_011, ELB_TG_012, ELB_TG_013, ELB_TG_014, ELB_TG_015, ELB_TG_020, ELB_TG_021,
    ELB_TG_022, TOO_FEW, broken, judge, out_of_range, required, within,
};
use crate::path::Path;
use crate::report::Report;

/// The longest name of a load balancer and of a target group.
const LONGEST_NAME: usize = 32;

/// The most characters of a health check's path.
const LONGEST_PATH: usize = 1024;

/// The most security groups of a load balancer, which AWS raises on request.
const MOST_GROUPS: usize = 5;

/// The ports of listeners, target groups and targets.
const PORTS: RangeInclusive<i64> = 1..=65535;

/// The seconds of a slow start that is on.
const SLOW_START: RangeInclusive<i64> = 30..=900;

/// The kind of a load balancer that serves tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Balancer {
    /// An Application Load Balancer: HTTP, with rules.
    Application,
    /// A Network Load Balancer: connections, without rules.
    Network,
}

impl Balancer {
    /// Returns the protocols of its listeners.
    pub(crate) fn listener_protocols(self) -> &'static [&'static str] {
        match self {
            Self::Application => &["HTTP", "HTTPS"],
            Self::Network => &["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"],
        }
    }

    /// Returns the kind of load balancer to which target groups with a protocol belong.
    pub(crate) fn of_protocol(protocol: &str) -> Self {
        if matches!(protocol, "HTTP" | "HTTPS") { Self::Application } else { Self::Network }
    }

    /// Returns the protocols by which it checks the health of targets.
    pub(crate) fn health_protocols(self) -> &'static [&'static str] {
        match self {
            Self::Application => &["HTTP", "HTTPS"],
            Self::Network => &["TCP", "HTTP", "HTTPS"],
        }
    }

    /// Returns the status codes that its matchers may have.
    pub(crate) fn codes(self) -> RangeInclusive<i64> {
        match self {
            Self::Application => 200..=499,
            Self::Network => 200..=599,
        }
    }

    /// Returns the least number of subnets, each in a zone of its own.
    pub(crate) fn least_subnets(self) -> usize {
        match self {
            Self::Application => 2,
            Self::Network => 1,
        }
    }
}

/// The codes of a matcher for gRPC.
pub(crate) const GRPC_CODES: RangeInclusive<i64> = 0..=99;

/// Checks the name of a load balancer.
pub(crate) fn balancer_name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    judge(is_name(name), || broken!(ELB_LB_001, "invalid-name", name = name))?;
    judge(name.len() <= LONGEST_NAME, || broken!(ELB_LB_001, "too-long", name = name, most = LONGEST_NAME))?;
    judge(!name.starts_with("internal-"), || broken!(ELB_LB_002, "reserved-prefix", name = name))
}

/// Checks the name of a target group.
pub(crate) fn group_name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    judge(is_name(name), || broken!(ELB_TG_001, "invalid-name", name = name))?;
    judge(name.len() <= LONGEST_NAME, || broken!(ELB_TG_001, "too-long", name = name, most = LONGEST_NAME))
}

/// Returns whether a name has only letters, digits and inner hyphens.
fn is_name(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Checks the port of a listener, of a target group or of a target.
pub(crate) fn port(port: impl Into<i64>) -> Result<(), ValidationError> {
    within(port, PORTS, &ELB_TG_003)
}

/// Checks the path of a health check.
pub(crate) fn health_path(path: &str) -> Result<(), ValidationError> {
    let count = path.chars().count();
    judge(path.starts_with('/'), || broken!(ELB_TG_010, "not-a-path", path = path))?;
    judge(count <= LONGEST_PATH, || broken!(ELB_TG_010, "too-long", count = count, most = LONGEST_PATH))
}

/// Checks the seconds between two health checks of a target.
pub(crate) fn interval(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, 5..=300, &ELB_TG_011)
}

/// Checks the seconds after which a health check without an answer has failed.
///
/// [`timeout_fits`] compares them with the interval.
pub(crate) fn timeout(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, 2..=120, &ELB_TG_012)
}

/// Checks that a health check ends before the next one.
pub(crate) fn timeout_fits(timeout: i64, interval: i64, at: &Path, report: &mut Report) {
    if timeout >= interval {
        let broken = broken!(ELB_TG_012, "not-below-interval", timeout = timeout, interval = interval);
        report.add(at, broken);
    }
}

/// Checks the number of checks after which a target is healthy, or unhealthy.
pub(crate) fn threshold(checks: impl Into<i64>) -> Result<(), ValidationError> {
    within(checks, 2..=10, &ELB_TG_013)
}

/// Checks the status codes of healthy answers: codes with commas between them, or ranges such as `200-299`.
pub(crate) fn matcher(codes: &str, known: &RangeInclusive<i64>) -> Result<(), ValidationError> {
    let code = |text: &str| text.parse::<i64>().ok().filter(|code| known.contains(code));
    let is_part = |part: &str| match part.split_once('-') {
        None => code(part).is_some(),
        Some((first, last)) => {
            matches!((code(first), code(last)), (Some(first), Some(last)) if first <= last)
        }
    };
    judge(codes.split(',').all(is_part), || {
        broken!(ELB_TG_014, "not-codes", given = codes, least = *known.start(), most = *known.end())
    })
}

/// Checks the port of a health check, which may be the one of the target.
pub(crate) fn health_port(port: &str) -> Result<(), ValidationError> {
    let is_port = port == "traffic-port" || port.parse::<i64>().is_ok_and(|port| PORTS.contains(&port));
    judge(is_port, || broken!(ELB_TG_015, "not-a-port", given = port))
}

/// Checks the seconds for which a target still gets the rest of its requests after its deregistration.
pub(crate) fn deregistration_delay(seconds: i64) -> Result<(), ValidationError> {
    within(seconds, 0..=3600, &ELB_TG_020)
}

/// Checks the seconds in which a new target gets a growing share of the requests. 0 turns the slow start off.
pub(crate) fn slow_start(seconds: i64) -> Result<(), ValidationError> {
    judge(seconds == 0 || SLOW_START.contains(&seconds), || out_of_range(&ELB_TG_021, seconds, &SLOW_START))
}

/// Checks the seconds for which a client returns to the same target.
pub(crate) fn stickiness_duration(seconds: i64) -> Result<(), ValidationError> {
    within(seconds, 1..=604_800, &ELB_TG_022)
}

/// Checks the subnets of a load balancer: their number, and that each is there once.
///
/// Whether they are in different zones is a fact of the account.
pub(crate) fn subnets(kind: Balancer, subnets: &[&str], at: &Path, report: &mut Report) {
    let least = kind.least_subnets();
    if subnets.len() < least {
        report.add(at, broken!(&ELB_LB_005, TOO_FEW, count = subnets.len(), least = least));
    }
    for (index, subnet) in subnets.iter().enumerate() {
        if subnets[..index].contains(subnet) {
            report.add(&at.index(index), broken!(ELB_LB_005, "listed-twice", subnet = *subnet));
        }
    }
}

/// Checks the number of security groups of a load balancer.
///
/// More than 5 are a warning, because AWS raises the quota. A Network Load Balancer without one is a warning too.
pub(crate) fn groups(kind: Balancer, count: usize, at: &Path, report: &mut Report) {
    if count == 0 && kind == Balancer::Network {
        report.add(at, broken!(ELB_LB_007, "no-group"));
    }
    if count > MOST_GROUPS {
        report.warn(at, broken!(ELB_LB_006, "too-many", count = count, most = MOST_GROUPS));
    }
}

/// Checks the priority of a rule. The rule with the lowest one that fits a request answers it.
pub(crate) fn priority(priority: impl Into<i64>) -> Result<(), ValidationError> {
    within(priority, 1..=50_000, &ELB_RULE_001)
}
