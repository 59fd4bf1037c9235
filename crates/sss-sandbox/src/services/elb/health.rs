//! Health checks of targets.
//!
//! A target is a task of ECS, found by its address. A check passes if a container listens on the port of the check,
//! the security groups let the load balancer reach it, and the status code is one of the matcher. Containers answer
//! every path alike, and checks by gRPC pass if the port is open.

use serde::{Deserialize, Serialize};

use super::{load_balancer::LoadBalancer, target::Target, target_group::TargetGroup};
use crate::{
    services::{ec2, ecs},
    world::World,
};

/// The reason why a check failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Failure {
    /// No answer came: no task has the address, or a security group is in between.
    Timeout,
    /// The task does not listen on the port.
    Closed,
    /// The status code is none of the matcher.
    Mismatch(u16),
}

impl Failure {
    /// Returns the code of the reason in answers.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Timeout => "Target.Timeout",
            Self::Closed => "Target.FailedHealthChecks",
            Self::Mismatch(_) => "Target.ResponseCodeMismatch",
        }
    }

    /// Returns the reason in words, as answers have it.
    pub(super) fn words(self) -> String {
        match self {
            Self::Timeout => "Request timed out".to_owned(),
            Self::Closed => "Health checks failed".to_owned(),
            Self::Mismatch(status) => format!("Health checks failed with these codes: [{status}]"),
        }
    }
}

/// Checks a target once.
///
/// # Errors
///
/// Returns the reason why the check failed.
pub(super) fn probe(
    world: &World,
    balancer: &LoadBalancer,
    group: &TargetGroup,
    target: &Target,
) -> Result<(), Failure> {
    let found = ecs::answering(world, &target.address).ok_or(Failure::Timeout)?;
    let port = group.health_check.port.parse().unwrap_or(target.port);
    let from: Vec<String> = balancer.interfaces.values().cloned().collect();
    let reaches = i32::try_from(port).is_ok_and(|port| ec2::connects(world, &from, &found.interface, port));
    if !reaches {
        return Err(Failure::Timeout);
    }
    if !found.ports.contains(&port) {
        return Err(Failure::Closed);
    }
    let is_http = matches!(group.health_check.protocol.as_str(), "HTTP" | "HTTPS");
    let is_right =
        !is_http || group.is_grpc() || group.codes().is_some_and(|codes| matches(codes, found.status));
    if is_right { Ok(()) } else { Err(Failure::Mismatch(found.status)) }
}

/// Returns whether a matcher, such as `200,301-399`, has a status code.
fn matches(codes: &str, status: u16) -> bool {
    let code = |text: &str| text.parse::<u16>().ok();
    codes.split(',').any(|part| match part.split_once('-') {
        Some((first, last)) => {
            code(first).zip(code(last)).is_some_and(|(first, last)| (first..=last).contains(&status))
        }
        None => code(part) == Some(status),
    })
}
