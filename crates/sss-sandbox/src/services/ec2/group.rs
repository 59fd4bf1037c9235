//! Security groups.
//!
//! The name and the description of a group never change. A new group has one rule, which allows all outbound
//! traffic. The group `default` of a VPC cannot be deleted, and neither can a group that a rule of another
//! group names or that a network interface has (tfp#3414, tfp#37046).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    filter::{self, Filter},
    id,
    page::Paging,
    required,
    rule::{self, Direction, Peer, Rule, Traffic},
    tag::{self, TagSpecification},
};
use crate::{input::parse, refusal::Refusal, tags::Tags, world::World};

/// The name of the group that every VPC has.
const DEFAULT_NAME: &str = "default";

/// A security group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) name: String,
    description: String,
    vpc: String,
    /// The rules in both directions, in the order of their creation.
    pub(super) rules: Vec<Rule>,
    pub(super) tags: Tags,
}

/// Returns the default group of a VPC. Its members reach each other and everything outside.
pub(super) fn default_group(account: &str, vpc: &str, id: &str) -> Group {
    let own = Peer::Group { id: id.to_owned(), owner: account.to_owned() };
    Group {
        name: DEFAULT_NAME.to_owned(),
        description: "default VPC security group".to_owned(),
        vpc: vpc.to_owned(),
        rules: vec![
            all_traffic("sgr-0a1b2c3d4e5f60000".to_owned(), Direction::Ingress, own),
            all_traffic("sgr-0a1b2c3d4e5f60001".to_owned(), Direction::Egress, anywhere()),
        ],
        tags: Tags::new(),
    }
}

/// Returns the group of VPC endpoints, which the addresses of a range reach at port 443.
pub(super) fn of_endpoints(vpc: &str, range: &str) -> Group {
    let https = Traffic { protocol: "tcp".to_owned(), ports: Some((443, 443)) };
    let rule =
        all_traffic("sgr-0a1b2c3d4e5f60443".to_owned(), Direction::Ingress, Peer::Ipv4(range.to_owned()));
    Group {
        name: "endpoints".to_owned(),
        description: "VPC endpoints".to_owned(),
        vpc: vpc.to_owned(),
        rules: vec![Rule { traffic: https, ..rule }],
        tags: Tags::new(),
    }
}

/// Returns a rule for all traffic of a peer.
fn all_traffic(id: String, direction: Direction, peer: Peer) -> Rule {
    Rule { id, direction, traffic: Traffic::all(), peer, description: None, tags: Tags::new() }
}

/// Returns the peer that stands for all IPv4 addresses.
fn anywhere() -> Peer {
    Peer::Ipv4("0.0.0.0/0".to_owned())
}

/// The input of `CreateSecurityGroup`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    group_name: Option<String>,
    group_description: Option<String>,
    vpc_id: Option<String>,
    #[serde(default)]
    tag_specification: Vec<TagSpecification>,
}

/// Carries out `CreateSecurityGroup`.
///
/// # Errors
///
/// Refuses unknown VPCs, a name that another group of the VPC has (`InvalidGroup.Duplicate`), and tags that
/// break a rule.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Create = parse(input)?;
    let name = required(input.group_name, "GroupName")?.trim().to_owned();
    let description = required(input.group_description, "GroupDescription")?;
    let tags = tag::specified(input.tag_specification)?;
    let vpc = input.vpc_id.map_or_else(|| default_vpc(world), Ok)?;
    id::VPC.check(&vpc, &world.ec2.vpcs)?;
    let is_same = |group: &Group| group.vpc == vpc && group.name.to_lowercase() == name.to_lowercase();
    if world.ec2.groups.values().any(is_same) {
        let message = format!("The security group '{name}' already exists for VPC '{vpc}'");
        return Err(Refusal::new("InvalidGroup.Duplicate", message));
    }

    let id = format!("{}{}", id::GROUP.prefix, world.new_hex(17));
    let rule_id = format!("{}{}", id::RULE.prefix, world.new_hex(17));
    let rules = vec![all_traffic(rule_id, Direction::Egress, anywhere())];
    let answer = json!({
        "return": true,
        "groupId": id,
        "securityGroupArn": arn(world, &id),
        "tagSet": tag::rendered(&tags),
    });
    world.ec2.groups.insert(id, Group { name, description, vpc, rules, tags });
    Ok(answer)
}

/// Returns the default VPC, which a new account does not have.
fn default_vpc(world: &World) -> Result<String, Refusal> {
    let default = world.ec2.vpcs.iter().find(|(_, vpc)| vpc.is_default);
    default
        .map(|(id, _)| id.clone())
        .ok_or_else(|| Refusal::new("VPCIdNotSpecified", "No default VPC for this user"))
}

/// Returns the id of the group in a request: by id, or by name in the default VPC.
///
/// # Errors
///
/// Refuses malformed and unknown ids, and a name without a default VPC.
pub(super) fn find(world: &World, id: Option<String>, name: Option<String>) -> Result<String, Refusal> {
    if let Some(id) = id {
        id::GROUP.check(&id, &world.ec2.groups)?;
        return Ok(id);
    }
    let name = required(name, "groupName or groupId")?;
    let vpc = default_vpc(world)?;
    let found = world.ec2.groups.iter().find(|(_, group)| group.vpc == vpc && group.name == name);
    found.map(|(id, _)| id.clone()).ok_or_else(|| {
        let message = format!("The security group '{name}' does not exist in default VPC '{vpc}'");
        Refusal::new("InvalidGroup.NotFound", message)
    })
}

pub(super) fn rules_mut<'world>(world: &'world mut World, id: &str) -> &'world mut Vec<Rule> {
    &mut world.ec2.groups.get_mut(id).expect("the group was found before its rules change").rules
}

/// The input of `DescribeSecurityGroups`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default)]
    group_id: Vec<String>,
    #[serde(default)]
    group_name: Vec<String>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeSecurityGroups`, in the order of the ids.
///
/// # Errors
///
/// Refuses malformed and unknown ids, unknown filters, and ids together with a page size.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Describe = parse(input)?;
    let mut ids = input.group_id;
    if !ids.is_empty() && input.paging.max_results.is_some() {
        let message = "The parameter GroupIds cannot be used with the parameter MaxResults";
        return Err(Refusal::new("InvalidParameterCombination", message));
    }
    id::GROUP.check_all(&ids, &world.ec2.groups)?;
    for name in input.group_name {
        ids.push(find(world, None, Some(name))?);
    }
    let names = ["group-id", "group-name", "vpc-id", "description", "owner-id"];
    filter::check_names(&input.filter, &names)?;

    let wanted = world.ec2.groups.iter().filter(|(id, group)| {
        let values = |name: &str| match name {
            "group-id" => vec![(*id).clone()],
            "group-name" => vec![group.name.clone()],
            "vpc-id" => vec![group.vpc.clone()],
            "description" => vec![group.description.clone()],
            _ => vec![world.account.clone()],
        };
        (ids.is_empty() || ids.contains(id)) && filter::matches(&input.filter, &group.tags, values)
    });
    let items = wanted.map(|(id, group)| (id, rendered(world, id, group)));
    input.paging.answer("securityGroupInfo", items)
}

/// Returns the description of a group, with its rules as permissions.
fn rendered(world: &World, id: &str, group: &Group) -> Value {
    json!({
        "groupId": id,
        "groupName": group.name,
        "groupDescription": group.description,
        "ownerId": world.account,
        "vpcId": group.vpc,
        "securityGroupArn": arn(world, id),
        "ipPermissions": rule::permissions(&group.rules, Direction::Ingress),
        "ipPermissionsEgress": rule::permissions(&group.rules, Direction::Egress),
        "tagSet": tag::rendered(&group.tags),
    })
}

/// Returns the ARN of a group.
fn arn(world: &World, id: &str) -> String {
    world.arn("ec2", &format!("{}/{id}", id::GROUP.resource_type))
}

/// The input of `DeleteSecurityGroup`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    group_id: Option<String>,
    group_name: Option<String>,
}

/// Carries out `DeleteSecurityGroup`. A rule of the group that names the group itself does not prevent it.
///
/// # Errors
///
/// Refuses unknown groups, the group `default` (`CannotDelete`), and a group in use (`DependencyViolation`).
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Delete = parse(input)?;
    let id = find(world, input.group_id, input.group_name)?;
    if world.ec2.groups[&id].name == DEFAULT_NAME {
        let message =
            format!("the specified group: \"{id}\" name: \"{DEFAULT_NAME}\" cannot be deleted by a user");
        return Err(Refusal::new("CannotDelete", message));
    }
    let refers = |rule: &Rule| matches!(&rule.peer, Peer::Group { id: peer, .. } if *peer == id);
    let is_referred_to =
        world.ec2.groups.iter().any(|(other, group)| *other != id && group.rules.iter().any(refers));
    if is_referred_to || world.ec2.interfaces.values().any(|interface| interface.groups.contains(&id)) {
        return Err(Refusal::new("DependencyViolation", format!("resource {id} has a dependent object")));
    }
    world.ec2.groups.remove(&id);
    Ok(json!({ "return": true, "groupId": id }))
}
