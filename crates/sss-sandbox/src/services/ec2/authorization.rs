//! Operations on the rules of security groups.
//!
//! A request names rules by permissions or, to revoke them, by id. A request that contains one invalid rule
//! changes nothing. EC2 refuses a rule that exists (`InvalidPermission.Duplicate`) and the removal of one
//! that does not (`InvalidPermission.NotFound`); descriptions do not distinguish rules.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    filter::{self, Filter},
    group, id,
    page::Paging,
    permission::{self, Inline, IpPermission},
    rule::{self, Direction, Rule},
    tag::{self, TagSpecification},
};
use crate::{gate, input::parse, refusal::Refusal, services::servicequotas, world::World};

/// The code of the quota on rules for each direction and address family. AWS raises it on request.
const RULES: &str = "L-0EA8095F";

/// The input of all operations that change rules.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(default)]
    ip_permissions: Vec<IpPermission>,
    #[serde(default)]
    security_group_rule_id: Vec<String>,
    #[serde(default)]
    tag_specification: Vec<TagSpecification>,
    #[serde(flatten)]
    inline: Inline,
}

/// Carries out `AuthorizeSecurityGroupIngress` and `AuthorizeSecurityGroupEgress`.
///
/// # Errors
///
/// Refuses unknown groups, malformed permissions, a rule that exists, and more rules than the account's quota.
pub(super) fn authorize(world: &mut World, direction: Direction, input: &Value) -> Result<Value, Refusal> {
    let input: Request = parse(input)?;
    let group_id = group::find(world, input.group_id, input.group_name)?;
    let tags = tag::specified(input.tag_specification)?;
    let permissions = input.ip_permissions.into_iter().chain(input.inline.permission(direction)).collect();
    let mut added = permission::rules(world, direction, permissions)?;
    let present = &world.ec2.groups[&group_id].rules;
    if let Some(rule) = added.iter().find(|rule| present.iter().any(|other| other.equals(rule))) {
        let message = format!("the specified rule \"{}\" already exists", rule.text());
        return Err(Refusal::new("InvalidPermission.Duplicate", message));
    }
    check_count(present, &added, direction, servicequotas::granted(world, "vpc", RULES))?;
    for rule in &mut added {
        rule.id = format!("{}{}", id::RULE.prefix, world.new_hex(17));
        rule.tags.clone_from(&tags);
    }

    let rendered: Vec<Value> = added.iter().map(|rule| rule::rendered(world, &group_id, rule)).collect();
    group::rules_mut(world, &group_id).extend(added);
    Ok(json!({ "return": true, "securityGroupRuleSet": rendered }))
}

/// Refuses too many rules of a direction. A group as peer counts in both address families.
fn check_count(present: &[Rule], added: &[Rule], direction: Direction, quota: f64) -> Result<(), Refusal> {
    let of_direction = present.iter().filter(|rule| rule.direction == direction);
    let weights = of_direction.chain(added).map(|rule| permission::weights(&rule.peer));
    let (ipv4, ipv6) = weights.fold((0, 0), |sum, weight| (sum.0 + weight.0, sum.1 + weight.1));
    if u32::try_from(ipv4.max(ipv6)).is_ok_and(|most| f64::from(most) <= quota) {
        return Ok(());
    }
    let message = "The maximum number of rules per security group has been reached.";
    Err(Refusal::new("RulesPerSecurityGroupLimitExceeded", message))
}

/// Carries out `RevokeSecurityGroupIngress` and `RevokeSecurityGroupEgress`.
///
/// # Errors
///
/// Refuses unknown groups, malformed permissions, and rules that do not exist in this direction.
pub(super) fn revoke(world: &mut World, direction: Direction, input: &Value) -> Result<Value, Refusal> {
    let request = input;
    let input: Request = parse(request)?;
    if input.security_group_rule_id.is_empty() {
        gate::pass(&super::SERVICE, direction.authorization(), request)?;
    }
    let group_id = group::find(world, input.group_id, input.group_name)?;
    let present = &world.ec2.groups[&group_id].rules;
    let ids = if input.security_group_rule_id.is_empty() {
        let permissions =
            input.ip_permissions.into_iter().chain(input.inline.permission(direction)).collect();
        let unwanted = permission::rules(world, direction, permissions)?;
        matching_ids(present, &unwanted)?
    } else {
        check_rule_ids(present, direction, &input.security_group_rule_id)?;
        input.security_group_rule_id
    };

    let rules = group::rules_mut(world, &group_id);
    let revoked: Vec<Value> = rules
        .iter()
        .filter(|rule| ids.contains(&rule.id))
        .map(|rule| rule::revoked(&group_id, rule))
        .collect();
    rules.retain(|rule| !ids.contains(&rule.id));
    Ok(json!({ "return": true, "revokedSecurityGroupRuleSet": revoked }))
}

/// Sets or removes the descriptions of existing rules.
///
/// # Errors
///
/// Refuses unknown groups and rules that do not exist.
pub(super) fn describe_otherwise(
    world: &mut World,
    direction: Direction,
    input: &Value,
) -> Result<Value, Refusal> {
    gate::pass(&super::SERVICE, direction.authorization(), input)?;
    let input: Request = parse(input)?;
    let group_id = group::find(world, input.group_id, input.group_name)?;
    let described = permission::rules(world, direction, input.ip_permissions)?;
    matching_ids(&world.ec2.groups[&group_id].rules, &described)?;
    for rule in group::rules_mut(world, &group_id) {
        if let Some(other) = described.iter().find(|other| other.equals(rule)) {
            rule.description.clone_from(&other.description);
        }
    }
    Ok(json!({ "return": true }))
}

/// Returns the ids of the present rules that equal the named ones.
fn matching_ids(present: &[Rule], unwanted: &[Rule]) -> Result<Vec<String>, Refusal> {
    let id_of = |rule: &Rule| present.iter().find(|other| other.equals(rule)).map(|rule| rule.id.clone());
    unwanted.iter().map(id_of).collect::<Option<_>>().ok_or_else(|| {
        let message = "The specified rule does not exist in this security group.";
        Refusal::new("InvalidPermission.NotFound", message)
    })
}

/// Refuses malformed ids first, then ids of no rule in this direction.
fn check_rule_ids(present: &[Rule], direction: Direction, ids: &[String]) -> Result<(), Refusal> {
    ids.iter().try_for_each(|id| id::RULE.check_form(id))?;
    let exists = |id: &str| present.iter().any(|rule| rule.id == id && rule.direction == direction);
    ids.iter().find(|id| !exists(id)).map_or(Ok(()), |id| Err(id::RULE.not_found(id)))
}

/// The input of `DescribeSecurityGroupRules`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    security_group_rule_id: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeSecurityGroupRules`, in the order of the ids, with filters by group, rule and tag.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    filter::check_names(&input.filter, &["group-id", "security-group-rule-id"])?;
    let all = world.ec2.groups.iter();
    let mut rules: Vec<(&String, &Rule)> =
        all.flat_map(|(group, found)| found.rules.iter().map(move |rule| (group, rule))).collect();
    let ids = &input.security_group_rule_id;
    ids.iter().try_for_each(|id| id::RULE.check_form(id))?;

    if let Some(unknown) = ids.iter().find(|id| rules.iter().all(|(_, rule)| rule.id != **id)) {
        return Err(id::RULE.not_found(unknown));
    }
    rules.retain(|(group, rule)| {
        let values = |name: &str| vec![if name == "group-id" { (*group).clone() } else { rule.id.clone() }];
        (ids.is_empty() || ids.contains(&rule.id)) && filter::matches(&input.filter, &rule.tags, values)
    });
    rules.sort_by_key(|(_, rule)| &rule.id);
    let items = rules.iter().map(|(group, rule)| (&rule.id, rule::rendered(world, group, rule)));
    input.paging.answer("securityGroupRuleSet", items)
}
