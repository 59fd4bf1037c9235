//! Elastic Load Balancing: Application and Network Load Balancers in front of the tasks of ECS.
//!
//! # Terms
//!
//! - A *load balancer* has network interfaces, one in each of its subnets, and *listeners*, one for each port.
//! - A *target group* has *targets*, each an address and a port, and checks their health.
//! - A *rule* of a listener has conditions and a priority. The first rule that fits a request decides, and the
//!   *default rule* of the listener is the last one. Only Application Load Balancers have other rules.
//! - An *action* of a rule answers a request. A *forward* action leads it to target groups.
//!
//! # How the parts work together
//!
//! `load_balancer`, `target_group`, `listener` and `rule` have the objects and their operations. `action` reads
//! actions and the target groups to which they lead, and brings them into the form in which AWS returns them.
//! `target` has the targets and their states in time, and `health` decides whether a check passes. ECS calls
//! `target` for its tasks. `attribute`, `tag`, `limit` and `page` have the conventions of all operations,
//! `access` their permissions, and `reach` the way of a request through a listener, for a watch.
//!
//! # Behaviour of AWS
//!
//! | change | time | evidence |
//! |---|---|---|
//! | an Application Load Balancer is active | 120 s | copilot#4313 (92 s and more); length: assumption |
//! | a Network Load Balancer is active | 180 s | assumption |
//! | a deleted load balancer's name is free | 30 s | cdkd; length: assumption |
//! | a deleted load balancer's interfaces disappear | 120 s | terraform#3758, tfp#40; length: assumption |
//! | a target's first health check | 10 s after its registration, or one interval | assumption |
//! | a deregistered target disappears | after the deregistration delay | the user guide |
//!
//! `tfp` is hashicorp/terraform-provider-aws, and `cdkd` is go-to-k/cdkd. A call that names a load balancer that
//! does not exist is refused; a deletion of one succeeds.
//!
//! # Left out
//!
//! Gateway Load Balancers, trust stores, additional certificates and whether certificates exist, attributes of
//! listeners, capacity reservations, free addresses of subnets, and targets that a security group cuts off after
//! they became healthy.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    gate::{self, Form, Texts},
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Tagged, Trouble, Troubles},
    token::Tokens,
    wire::{Envelope, Protocol, Query},
    world::{self, World},
};

mod access;
mod action;
mod attribute;
mod health;
mod limit;
mod listener;
mod load_balancer;
mod page;
mod reach;
mod rule;
mod tag;
mod target;
mod target_group;

pub(crate) use self::{
    reach::{Arriving, Way, way},
    target::{TargetState, deregister, register, state as target_state},
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "elasticloadbalancing",
    cli_name: "elbv2",
    protocol: Protocol::Query(Query {
        version: "2015-12-01",
        namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        envelope: Envelope::AwsWithResults,
    }),
    form: Form::Text(TEXTS),
    scope: Scope::Region,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("Throttling"),
        failed: Trouble::failed(500, "InternalFailure"),
        denied: Trouble::denied(403, "AccessDenied"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: Some(Tagged { objects: tag::objects, tags: tag::tags_of_arn }),
    furnish: None,
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "Marker",
    given: &["NextMarker"],
    refusal: || invalid("The specified Marker is not valid."),
};

/// The members of requests whose text stands for something else. All values of the Query protocol are text.
///
/// The port of a redirect is a text, because it may be `#{port}`.
const TEXTS: Texts = Texts {
    names: &[],
    integers: &[
        "DurationSeconds",
        "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds",
        "HealthyThresholdCount",
        "Order",
        "PageSize",
        "Port",
        "Priority",
        "SessionTimeout",
        "TargetControlPort",
        "UnhealthyThresholdCount",
        "Weight",
    ],
    flags: &[
        "Enabled",
        "HealthCheckEnabled",
        "IgnoreClientCertificateExpiry",
        "IsDefault",
        "ResetTransforms",
        "UseExistingClientSecret",
    ],
    lists: &[
        "Actions",
        "Attributes",
        "Certificates",
        "Conditions",
        "DefaultActions",
        "SecurityGroups",
        "SubnetMappings",
        "Subnets",
        "Tags",
        "TargetGroups",
        "Transforms",
        "Values",
    ],
    verbatim: &["RedirectConfig"],
};

/// Quotas on the calls of this service. A call draws on the bucket of its kind, and on the one of all calls.
///
/// Source: "Request throttling for the Elastic Load Balancing API". Calls that ECS makes for a service draw on
/// none of them.
const QUOTAS: &[Quota] = &[
    Quota::new(Calls::All, 40, 10),
    Quota::slow(Calls::Any(&["CreateLoadBalancer", "SetSubnets"]), 10, 5),
    Quota::new(Calls::Any(&["RegisterTargets", "DeregisterTargets"]), 20, 4),
    Quota::new(
        Calls::Any(&[
            "DescribeAccountLimits",
            "DescribeListeners",
            "DescribeLoadBalancerAttributes",
            "DescribeLoadBalancers",
            "DescribeRules",
            "DescribeTags",
            "DescribeTargetGroupAttributes",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
        ]),
        40,
        10,
    ),
    Quota::new(
        Calls::Any(&[
            "AddTags",
            "CreateListener",
            "CreateRule",
            "CreateTargetGroup",
            "DeleteListener",
            "DeleteLoadBalancer",
            "DeleteRule",
            "DeleteTargetGroup",
            "ModifyListener",
            "ModifyLoadBalancerAttributes",
            "ModifyRule",
            "ModifyTargetGroup",
            "ModifyTargetGroupAttributes",
            "RemoveTags",
            "SetIpAddressType",
            "SetRulePriorities",
            "SetSecurityGroups",
        ]),
        20,
        3,
    ),
];

/// This service's part of the account. All objects are kept by ARN.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    load_balancers: BTreeMap<String, load_balancer::LoadBalancer>,
    target_groups: BTreeMap<String, target_group::TargetGroup>,
    listeners: BTreeMap<String, listener::Listener>,
    /// The rules of listeners, except for their default rules.
    rules: BTreeMap<String, rule::Rule>,
    /// The names of deleted load balancers, each with the time at which it is free.
    held_names: BTreeMap<String, u64>,
}

/// A later change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The load balancer with this ARN becomes active.
    LoadBalancerActive(String),
    /// The health of a target is checked: the ARN of its group, its key, and the number of the check.
    TargetChecked(String, String, u64),
    /// The deregistration delay of a target is over: the ARN of its group, its key, and the number of the drain.
    TargetGone(String, String, u64),
}

/// Carries out a due event.
pub(crate) fn happen(world: &mut World, event: Event) {
    match event {
        Event::LoadBalancerActive(arn) => load_balancer::activate(world, &arn),
        Event::TargetChecked(group, key, check) => target::check(world, &group, &key, check),
        Event::TargetGone(group, key, drain) => target::remove(world, &group, &key, drain),
    }
}

/// Schedules an event of this service for `after` milliseconds from now.
fn schedule(world: &mut World, after: u64, event: Event) {
    world.schedule(after, world::Event::Elb(event));
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&SERVICE, operation, input)?;
    let input = &SERVICE.form.of_the_cli(input);

    match operation {
        "CreateLoadBalancer" => load_balancer::create(world, input),
        "DescribeLoadBalancers" => load_balancer::describe(world, input),
        "DeleteLoadBalancer" => load_balancer::delete(world, input),
        "SetSecurityGroups" => load_balancer::set_security_groups(world, input),
        "SetSubnets" => load_balancer::set_subnets(world, input),
        "SetIpAddressType" => load_balancer::set_ip_address_type(world, input),
        "DescribeLoadBalancerAttributes" => attribute::describe_of_load_balancer(world, input),
        "ModifyLoadBalancerAttributes" => attribute::modify_of_load_balancer(world, input),
        "CreateTargetGroup" => target_group::create(world, input),
        "DescribeTargetGroups" => target_group::describe(world, input),
        "ModifyTargetGroup" => target_group::modify(world, input),
        "DeleteTargetGroup" => target_group::delete(world, input),
        "DescribeTargetGroupAttributes" => attribute::describe_of_target_group(world, input),
        "ModifyTargetGroupAttributes" => attribute::modify_of_target_group(world, input),
        "RegisterTargets" => target::register_targets(world, input),
        "DeregisterTargets" => target::deregister_targets(world, input),
        "DescribeTargetHealth" => target::describe(world, input),
        "CreateListener" => listener::create(world, input),
        "DescribeListeners" => listener::describe(world, input),
        "ModifyListener" => listener::modify(world, input),
        "DeleteListener" => listener::delete(world, input),
        "CreateRule" => rule::create(world, input),
        "DescribeRules" => rule::describe(world, input),
        "ModifyRule" => rule::modify(world, input),
        "SetRulePriorities" => rule::set_priorities(world, input),
        "DeleteRule" => rule::delete(world, input),
        "AddTags" => tag::add(world, input),
        "RemoveTags" => tag::remove(world, input),
        "DescribeTags" => tag::describe(world, input),
        "DescribeAccountLimits" => limit::describe(world, input),
        _ => Err(Refusal::new(
            "InvalidAction",
            format!("Could not find operation {operation} for version 2015-12-01"),
        )),
    }
}

/// Returns the type of the targets of a target group, such as `ip`. `None` for an unknown group.
pub(crate) fn target_type<'a>(world: &'a World, target_group: &str) -> Option<&'a str> {
    world.elb.target_groups.get(target_group).map(|group| group.settings.target_type.as_str())
}

/// Returns whether a listener or a rule leads to a target group.
pub(crate) fn is_attached(world: &World, target_group: &str) -> bool {
    !action::load_balancers_of(world, target_group).is_empty()
}

/// Returns the refusal of a value that is not valid, which is the service's code for most refusals.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("ValidationError", message)
}

/// Returns the refusal of a request that does not fit the present objects.
fn invalid_configuration(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidConfigurationRequest", message)
}

/// Returns the last part of an ARN, which is the id of the object.
fn id_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
