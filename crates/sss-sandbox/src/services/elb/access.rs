//! The permissions of the service's operations.
//!
//! Source: "Actions, resources, and condition keys for Elastic Load Balancing V2", in the Service Authorization
//! Reference, and "Grant permission to tag resources during creation", in the user guide.

use serde_json::Value;

use super::tag;
use crate::{
    access::{Access, Check, Entry},
    world::World,
};

/// The permissions of each operation.
pub(super) const ACCESS: Access = Access {
    entries: ENTRIES,
    usual: Check::on("*"),
    arn: |world, resource| world.arn(super::SERVICE.name, resource),
    name,
    tags: tag::tags_of_arn,
};

/// The key of tags that a creation sets.
const CREATION: &[(&str, &str)] = &[("elasticloadbalancing:CreateAction", "={operation}")];

/// Returns the check of tags that a creation sets on a resource.
const fn tags(resource: &'static str) -> Check {
    Check::of("elasticloadbalancing:AddTags", resource).given("Tags").with(CREATION)
}

const ENTRIES: &[Entry] = &[
    Entry::new(&["CreateLoadBalancer", "CreateTargetGroup"], &[Check::on("{Name}"), tags("{Name}")]),
    Entry::new(&["CreateListener"], &[Check::on("{LoadBalancerArn}"), tags("{LoadBalancerArn}")]),
    Entry::new(&["CreateRule"], &[Check::on("{ListenerArn}"), tags("{ListenerArn}")]),
    Entry::new(
        &[
            "DeleteLoadBalancer",
            "ModifyLoadBalancerAttributes",
            "SetIpAddressType",
            "SetSecurityGroups",
            "SetSubnets",
        ],
        &[Check::on("{LoadBalancerArn}")],
    ),
    Entry::new(
        &[
            "DeleteTargetGroup",
            "DeregisterTargets",
            "ModifyTargetGroup",
            "ModifyTargetGroupAttributes",
            "RegisterTargets",
        ],
        &[Check::on("{TargetGroupArn}")],
    ),
    Entry::new(&["DeleteListener", "ModifyListener"], &[Check::on("{ListenerArn}")]),
    Entry::new(&["DeleteRule", "ModifyRule"], &[Check::on("{RuleArn}")]),
    Entry::new(&["SetRulePriorities"], &[Check::on("{RulePriorities.RuleArn}")]),
    Entry::new(&["AddTags", "RemoveTags"], &[Check::on("{ResourceArns}")]),
    Entry::new(
        &[
            "DescribeAccountLimits",
            "DescribeListeners",
            "DescribeLoadBalancerAttributes",
            "DescribeLoadBalancers",
            "DescribeRules",
            "DescribeTags",
            "DescribeTargetGroupAttributes",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
        ],
        &[Check::on("*")],
    ),
];

/// Returns new load balancers and target groups with their type before their name. Their ids are not known yet.
fn name(_world: &World, input: &Value, member: &str, value: &str) -> String {
    let is_target_group = input.get("Port").is_some() || input.get("TargetType").is_some();
    match (member, input["Type"].as_str()) {
        ("Name", _) if is_target_group => format!("targetgroup/{value}/*"),
        ("Name", Some("network")) => format!("loadbalancer/net/{value}/*"),
        ("Name", _) => format!("loadbalancer/app/{value}/*"),
        _ => value.to_owned(),
    }
}
