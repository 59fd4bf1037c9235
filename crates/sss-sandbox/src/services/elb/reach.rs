//! The way of a request through a listener.
//!
//! A watch follows a request from an integration of API Gateway to a listener, to the rule with the lowest priority
//! that fits, and on to the healthy targets of its target groups. Conditions on the query never fit, because the
//! requests of a watch have none, and conditions on the source address always do.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    action,
    listener::Listener,
    load_balancer::{Kind, LoadBalancer},
    rule::Rule,
    target,
};
use crate::{access::matches_wildcards, world::World};

/// A request that arrives at a listener.
#[derive(Debug, Clone)]
pub(crate) struct Arriving {
    pub(crate) method: String,
    /// The path, with the slash at its beginning.
    pub(crate) path: String,
    /// The name of the host. `None` for the name of the load balancer.
    pub(crate) host: Option<String>,
    /// The headers by lower-case name, as far as they are known.
    pub(crate) headers: BTreeMap<String, String>,
    /// Whether the request comes by TLS.
    pub(crate) is_secure: bool,
}

/// The way of a request behind a listener.
#[derive(Debug)]
pub(crate) struct Way {
    /// The name of the load balancer.
    pub(crate) load_balancer: String,
    /// The port of the listener.
    pub(crate) port: i32,
    /// The ids of the load balancer's network interfaces.
    pub(crate) interfaces: Vec<String>,
    /// The target groups that get requests.
    pub(crate) groups: Vec<Group>,
}

/// A target group that gets requests.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// The healthy targets, as address and port.
    pub(crate) targets: Vec<(String, i32)>,
}

/// Returns the present way of a request to a listener. `None` if the ARN is not one of a listener.
///
/// # Errors
///
/// Returns the reason why the request has no way: a listener that does not exist, a load balancer that is not active,
/// TLS on one side only, or an answer of the load balancer itself.
pub(crate) fn way(world: &World, arn: &str, request: &Arriving) -> Option<Result<Way, String>> {
    let resource = arn.splitn(6, ':').nth(5)?;
    let is_listener =
        arn.contains(&format!(":{}:", super::SERVICE.name)) && resource.starts_with("listener/");
    is_listener.then(|| behind(world, arn, request))
}

/// Returns the way of a request behind a listener.
fn behind(world: &World, arn: &str, request: &Arriving) -> Result<Way, String> {
    let listener =
        world.elb.listeners.get(arn).ok_or_else(|| format!("the listener {arn} does not exist"))?;
    let balancer = world.elb.load_balancers.get(&listener.load_balancer);
    let balancer = balancer.ok_or("the load balancer does not exist")?;
    let name = balancer.name.clone();
    if !balancer.is_active {
        return Err(format!("the load balancer {name} is not active yet"));
    }
    if listener.is_secure() != request.is_secure {
        let wanted = if listener.is_secure() { "only" } else { "no" };
        return Err(format!("the listener of {name} takes {wanted} requests by TLS"));
    }

    let actions = match balancer.kind {
        Kind::Network => &listener.actions,
        Kind::Application => actions(world, arn, listener, request, &balancer.dns_name),
    };
    let groups = action::target_groups(actions).filter(|(_, weight)| *weight > 0);
    let groups: Vec<Group> = groups.filter_map(|(group, _)| self::group(world, balancer, group)).collect();
    if groups.is_empty() {
        return Err(format!("no rule of {name} leads the request to a target group"));
    }
    let port = i32::try_from(listener.port).unwrap_or_default();
    Ok(Way { load_balancer: name, port, interfaces: balancer.interfaces.values().cloned().collect(), groups })
}

/// Returns a target group with its healthy targets.
fn group(world: &World, balancer: &LoadBalancer, arn: &str) -> Option<Group> {
    let found = world.elb.target_groups.get(arn)?;
    let targets = target::healthy(world, balancer, found)
        .filter_map(|(address, port)| Some((address.to_owned(), i32::try_from(port).ok()?)));
    Some(Group { name: found.name.clone(), targets: targets.collect() })
}

/// Returns the actions of the first rule that fits a request, or those of the default rule.
fn actions<'a>(
    world: &'a World,
    arn: &str,
    listener: &'a Listener,
    request: &Arriving,
    dns_name: &str,
) -> &'a [Value] {
    let fits = |rule: &&Rule| {
        rule.listener == arn && rule.conditions.iter().all(|condition| holds(condition, request, dns_name))
    };
    let first = world.elb.rules.values().filter(fits).min_by_key(|rule| rule.priority);
    first.map_or(&listener.actions, |rule| &rule.actions)
}

/// Returns whether a request meets a condition: its field has one of the values.
///
/// Paths and methods are compared exactly, hosts and headers without regard to case.
fn holds(condition: &Value, request: &Arriving, dns_name: &str) -> bool {
    let any = |member: &str, fits: &dyn Fn(&str) -> bool| {
        let values = condition[member]["Values"].as_array().into_iter().flatten();
        values.filter_map(Value::as_str).any(fits)
    };
    let alike = |value: &str, text: &str| matches_wildcards(&value.to_lowercase(), &text.to_lowercase());
    match condition["Field"].as_str() {
        Some("path-pattern") => any("PathPatternConfig", &|value| matches_wildcards(value, &request.path)),
        Some("host-header") => {
            let host = request.host.as_deref().unwrap_or(dns_name);
            any("HostHeaderConfig", &|value| alike(value, host))
        }
        Some("http-header") => {
            let name = condition["HttpHeaderConfig"]["HttpHeaderName"].as_str().unwrap_or_default();
            let header = request.headers.get(&name.to_lowercase());
            header.is_some_and(|header| any("HttpHeaderConfig", &|value| alike(value, header)))
        }
        Some("http-request-method") => any("HttpRequestMethodConfig", &|value| value == request.method),
        Some("source-ip") => true,
        _ => false,
    }
}
