//! Actions of listeners and rules, and the target groups to which they lead.
//!
//! Actions are kept in the form in which AWS returns them, which is not the one of requests (crd, read-backs of
//! go-to-k/cdk-real-drift):
//!
//! - A forward action to one target group has it in `TargetGroupArn` and in `ForwardConfig`. At an Application Load
//!   Balancer it has the weight 1 and stickiness that is off; at a Network Load Balancer it has neither.
//! - A redirect has the parts of the address that it keeps, such as `#{host}`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    limit,
    load_balancer::{self, Kind},
    target_group,
};
use crate::{refusal::Refusal, world::World};

/// The parts of an address, as a redirect that keeps them has them.
const KEPT: [(&str, &str); 5] = [
    ("Protocol", "#{protocol}"),
    ("Port", "#{port}"),
    ("Host", "#{host}"),
    ("Path", "/#{path}"),
    ("Query", "#{query}"),
];

/// Returns actions in the form in which AWS returns them.
pub(super) fn read_back(actions: &[Value], kind: Kind) -> Vec<Value> {
    actions.iter().map(|action| read_back_one(action, kind)).collect()
}

/// Returns one action in the form in which AWS returns it.
fn read_back_one(action: &Value, kind: Kind) -> Value {
    let mut action = action.clone();
    if action["Type"] == "redirect" {
        for (part, kept) in KEPT {
            if action["RedirectConfig"][part].is_null() {
                action["RedirectConfig"][part] = json!(kept);
            }
        }
    }
    if action["Type"] != "forward" {
        return action;
    }

    if action["ForwardConfig"]["TargetGroups"].as_array().is_none_or(Vec::is_empty) {
        action["ForwardConfig"]["TargetGroups"] = json!([{ "TargetGroupArn": action["TargetGroupArn"] }]);
    }
    let is_single =
        action["ForwardConfig"]["TargetGroups"].as_array().is_some_and(|groups| groups.len() == 1);
    let first = &mut action["ForwardConfig"]["TargetGroups"][0];
    if is_single && kind == Kind::Application && first["Weight"].is_null() {
        first["Weight"] = json!(1);
    }
    if is_single {
        let arn = first["TargetGroupArn"].clone();
        action["TargetGroupArn"] = arn;
    }
    if kind == Kind::Application && action["ForwardConfig"]["TargetGroupStickinessConfig"].is_null() {
        action["ForwardConfig"]["TargetGroupStickinessConfig"] = json!({ "Enabled": false });
    }
    action
}

/// Returns the target groups of actions with their weights. A group without a weight has the weight 1.
pub(super) fn target_groups(actions: &[Value]) -> impl Iterator<Item = (&str, i64)> {
    let groups = actions
        .iter()
        .flat_map(|action| action["ForwardConfig"]["TargetGroups"].as_array().into_iter().flatten());
    groups
        .filter_map(|group| Some((group["TargetGroupArn"].as_str()?, group["Weight"].as_i64().unwrap_or(1))))
}

/// Returns the ARNs of the target groups to which the listeners of a load balancer lead.
pub(super) fn target_groups_behind(world: &World, load_balancer: &str) -> BTreeSet<String> {
    let named = named(world).filter(|(behind, _)| *behind == load_balancer);
    named.map(|(_, group)| group.to_owned()).collect()
}

/// Returns the ARNs of the load balancers to which a target group belongs: none or one.
pub(super) fn load_balancers_of(world: &World, target_group: &str) -> BTreeSet<String> {
    let named = named(world).filter(|(_, group)| *group == target_group);
    named.map(|(behind, _)| behind.to_owned()).collect()
}

/// Returns the ARNs of all target groups that belong to a load balancer.
pub(super) fn attached(world: &World) -> BTreeSet<String> {
    named(world).map(|(_, group)| group.to_owned()).collect()
}

/// Returns each target group that a listener or a rule names, behind the load balancer of the listener.
fn named(world: &World) -> impl Iterator<Item = (&str, &str)> {
    let state = &world.elb;
    let listeners = state.listeners.values().flat_map(|listener| {
        target_groups(&listener.actions).map(|(group, _)| (listener.load_balancer.as_str(), group))
    });
    let rules = state.rules.values().filter_map(|rule| Some((state.listeners.get(&rule.listener)?, rule)));
    let rules = rules.flat_map(|(listener, rule)| {
        target_groups(&rule.actions).map(|(group, _)| (listener.load_balancer.as_str(), group))
    });
    listeners.chain(rules)
}

/// Refuses actions whose target groups cannot be behind a load balancer.
///
/// `replaced` has the groups of the actions that the request replaces. They do not count among those of the load
/// balancer.
///
/// # Errors
///
/// Refuses unknown target groups, those of the other type of load balancer, those behind another load balancer
/// (tfp#22005), and more than 100 different ones (defang#534, of `DefangLabs`).
pub(super) fn check(world: &World, load_balancer: &str, actions: &[Value]) -> Result<(), Refusal> {
    let kind = load_balancer::find(world, Some(load_balancer))?.kind;
    let groups: BTreeSet<&str> = target_groups(actions).map(|(group, _)| group).collect();
    for arn in &groups {
        if target_group::find(world, Some(arn))?.kind() != kind {
            let message =
                format!("The listener and the following target groups have incompatible protocols: {arn}");
            return Err(Refusal::new("IncompatibleProtocols", message));
        }
        if load_balancers_of(world, arn).iter().any(|behind| behind != load_balancer) {
            let message = format!(
                "The following target groups cannot be associated with more than one load balancer: {arn}"
            );
            return Err(Refusal::new("TargetGroupAssociationLimit", message));
        }
    }

    let present = target_groups_behind(world, load_balancer);
    let new = groups.iter().filter(|arn| !present.contains(**arn)).count();
    if kind == Kind::Application && new > 0 && present.len() + new > limit::TARGET_GROUPS_OF_BALANCER {
        let message = format!(
            "The maximum number of unique target groups '{}' has been reached on load balancer '{load_balancer}'",
            limit::TARGET_GROUPS_OF_BALANCER
        );
        return Err(Refusal::new("TooManyUniqueTargetGroupsPerLoadBalancer", message));
    }
    Ok(())
}
