//! The operations on targets.

use std::{collections::BTreeSet, net::Ipv4Addr};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Health, Target, deregister, is_enabled, key, register};
use crate::{
    input::parse,
    refusal::Refusal,
    services::elb::{
        action, invalid, invalid_configuration, limit,
        load_balancer::LoadBalancer,
        target_group::{self, TargetGroup},
    },
    world::World,
};

/// The input of the three operations on targets.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    target_group_arn: String,
    #[serde(default)]
    targets: Vec<Description>,
}

/// A target on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    id: String,
    port: Option<i64>,
    availability_zone: Option<String>,
}

/// Carries out `RegisterTargets`.
///
/// # Errors
///
/// Refuses unknown target groups, other targets than addresses, and more than 1,000 targets.
pub(in crate::services::elb) fn register_targets(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let group = target_group::find(world, Some(&request.target_group_arn))?;
    if group.settings.target_type != "ip" {
        let message = format!("Targets of type '{}' cannot be registered", group.settings.target_type);
        return Err(Refusal::new("InvalidTarget", message));
    }
    if let Some(wrong) = request.targets.iter().find(|target| target.id.parse::<Ipv4Addr>().is_err()) {
        return Err(invalid(format!("The IP address '{}' is not a valid IPv4 address", wrong.id)));
    }
    let port = group.settings.port.unwrap_or_default();
    let new = request.targets.iter().map(|target| key(&target.id, target.port.unwrap_or(port)));
    if group.targets.keys().cloned().chain(new).collect::<BTreeSet<_>>().len() > limit::TARGETS {
        let message =
            format!("The maximum number of targets per target group '{}' has been reached", limit::TARGETS);
        return Err(Refusal::new("TooManyTargets", message));
    }

    for target in request.targets {
        let own = target.port.unwrap_or(port);
        register(world, &request.target_group_arn, &target.id, own, target.availability_zone);
    }
    Ok(json!({}))
}

/// Carries out `DeregisterTargets`. Targets that are not registered are ignored.
///
/// # Errors
///
/// Refuses unknown target groups, and a request without targets.
pub(in crate::services::elb) fn deregister_targets(
    world: &mut World,
    input: &Value,
) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let group = target_group::find(world, Some(&request.target_group_arn))?;
    if request.targets.is_empty() {
        return Err(invalid_configuration("At least one target must be specified"));
    }
    let port = group.settings.port.unwrap_or_default();
    for target in request.targets {
        deregister(world, &request.target_group_arn, &target.id, target.port.unwrap_or(port));
    }
    Ok(json!({}))
}

/// Carries out `DescribeTargetHealth`, in the order of addresses and ports. Named targets that are not registered are
/// `unused`.
///
/// # Errors
///
/// Refuses unknown target groups.
pub(in crate::services::elb) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Request = parse(input)?;
    let group = target_group::find(world, Some(&request.target_group_arn))?;
    let behind = action::load_balancers_of(world, &request.target_group_arn);
    let balancer = behind.first().and_then(|arn| world.elb.load_balancers.get(arn));
    let port = group.settings.port.unwrap_or_default();
    let named: Vec<(String, i64)> =
        request.targets.iter().map(|target| (target.id.clone(), target.port.unwrap_or(port))).collect();
    let mut described: Vec<Value> = Vec::new();
    for (name, target) in &group.targets {
        if named.is_empty() || named.iter().any(|(id, port)| key(id, *port) == *name) {
            described.push(rendered(group, target, use_of(world, balancer, target)));
        }
    }
    for (id, port) in named.iter().filter(|(id, port)| !group.targets.contains_key(&key(id, *port))) {
        described.push(json!({
            "Target": { "Id": id, "Port": port },
            "TargetHealth": { "State": "unused", "Reason": "Target.NotRegistered",
                "Description": "Target is not registered to the target group" },
        }));
    }
    Ok(json!({ "TargetHealthDescriptions": described }))
}

/// Whether a target gets requests, apart from its health.
#[derive(Clone, Copy)]
enum Use {
    /// It gets requests.
    Used,
    /// The group belongs to no load balancer.
    Detached,
    /// The load balancer has no subnet in the zone of the target.
    OtherZone,
}

fn use_of(world: &World, balancer: Option<&LoadBalancer>, target: &Target) -> Use {
    match balancer {
        None => Use::Detached,
        Some(balancer) if !is_enabled(world, balancer, &target.address) => Use::OtherZone,
        Some(_) => Use::Used,
    }
}

/// Returns the description of a target.
fn rendered(group: &TargetGroup, target: &Target, used: Use) -> Value {
    let (state, reason) = state_and_reason(target, used);
    let mut health = json!({ "State": state });
    if let Some((code, words)) = reason {
        health["Reason"] = json!(code);
        health["Description"] = json!(words);
    }
    let mut described = json!({ "Id": target.address, "Port": target.port });
    if let Some(zone) = &target.zone {
        described["AvailabilityZone"] = json!(zone);
    }
    let port = group.health_check.port.parse().unwrap_or(target.port);
    json!({ "Target": described, "HealthCheckPort": port.to_string(), "TargetHealth": health })
}

/// Returns the state of a target, and the code and the words of its reason. A healthy target has no reason.
fn state_and_reason(target: &Target, used: Use) -> (&'static str, Option<(&'static str, String)>) {
    let reason = |code, words: &str| Some((code, words.to_owned()));
    if target.drain.is_some() {
        return (
            "draining",
            reason("Target.DeregistrationInProgress", "Target deregistration is in progress"),
        );
    }
    let unused = match used {
        Use::Used => None,
        Use::Detached => Some("Target group is not configured to receive traffic from the load balancer"),
        Use::OtherZone => Some("Target is in an Availability Zone that is not enabled for the load balancer"),
    };
    if let Some(words) = unused {
        return ("unused", reason("Target.NotInUse", words));
    }
    match target.health {
        Health::Healthy => ("healthy", None),
        Health::Unhealthy(failure) => ("unhealthy", Some((failure.code(), failure.words()))),
        Health::Initial if target.passed + target.failed == 0 => {
            ("initial", reason("Elb.RegistrationInProgress", "Target registration is in progress"))
        }
        Health::Initial => {
            ("initial", reason("Elb.InitialHealthChecking", "Initial health checks in progress"))
        }
    }
}
