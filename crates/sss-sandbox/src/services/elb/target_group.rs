//! Target groups.
//!
//! A creation is idempotent by name, as that of a load balancer. Name, protocol, port, VPC and type never change; a
//! change of the health check merges. A target group belongs to the load balancer of a listener or rule that names
//! it, and to one load balancer at most. A group that is named so cannot be deleted; its targets do not matter.
//!
//! A health check by HTTP times out after 5 s behind an Application Load Balancer (crd, a read-back of
//! go-to-k/cdk-real-drift) and after 6 s behind a Network Load Balancer, and one by TCP or HTTPS there after 10 s.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    action, attribute, invalid, limit,
    load_balancer::{self, Kind},
    page::Paging,
    tag,
    target::{self, Target},
};
use crate::{gate, input::parse, refusal::Refusal, services::ec2, tags::Tags, world::World};

/// The seconds between two health checks, if no request has set them.
const INTERVAL: i64 = 30;

/// A target group. Its ARN is its key in the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TargetGroup {
    pub(super) name: String,
    pub(super) settings: Settings,
    pub(super) health_check: HealthCheck,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: Tags,
    /// The targets by address and port.
    pub(super) targets: BTreeMap<String, Target>,
}

/// The members that never change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Settings {
    /// `HTTP`, `TCP` or another protocol. `None` for Lambda functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) protocol: Option<String>,
    /// The version of HTTP. `None` for other protocols.
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vpc_id: Option<String>,
    #[serde(default = "instances")]
    pub(super) target_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address_type: Option<String>,
}

/// Returns the type of targets for a request without one.
fn instances() -> String {
    "instance".to_owned()
}

/// The health check, in the form of the answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct HealthCheck {
    #[serde(rename = "HealthCheckProtocol")]
    pub(super) protocol: String,
    /// A number, or `traffic-port` for the port of the target.
    #[serde(rename = "HealthCheckPort")]
    pub(super) port: String,
    #[serde(rename = "HealthCheckEnabled")]
    is_on: bool,
    /// The seconds between two checks.
    #[serde(rename = "HealthCheckIntervalSeconds")]
    pub(super) interval: u64,
    /// The seconds after which a check without an answer has failed.
    #[serde(rename = "HealthCheckTimeoutSeconds")]
    timeout: u64,
    /// The checks that make a target healthy.
    #[serde(rename = "HealthyThresholdCount")]
    pub(super) healthy_threshold: u64,
    /// The checks that make a target unhealthy.
    #[serde(rename = "UnhealthyThresholdCount")]
    pub(super) unhealthy_threshold: u64,
    /// The path. `None` for checks by TCP.
    #[serde(rename = "HealthCheckPath", skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The codes of healthy answers. `None` for checks by TCP.
    #[serde(rename = "Matcher", skip_serializing_if = "Option::is_none")]
    matcher: Option<Value>,
}

impl TargetGroup {
    /// Returns the type of load balancer to which the group can belong.
    pub(super) fn kind(&self) -> Kind {
        Kind::of_protocol(self.settings.protocol.as_deref().unwrap_or("HTTP"))
    }

    /// Returns the deregistration delay in milliseconds.
    pub(super) fn deregistration_delay(&self) -> u64 {
        let seconds = self.attributes.get("deregistration_delay.timeout_seconds");
        seconds.and_then(|seconds| seconds.parse::<u64>().ok()).unwrap_or(300) * 1_000
    }

    /// Returns the codes of healthy answers by HTTP, such as `200-399`.
    pub(super) fn codes(&self) -> Option<&str> {
        self.health_check.matcher.as_ref()?["HttpCode"].as_str()
    }

    /// Returns whether the targets are checked by gRPC.
    pub(super) fn is_grpc(&self) -> bool {
        self.health_check.matcher.as_ref().is_some_and(|matcher| matcher["GrpcCode"].is_string())
    }
}

/// Carries out `CreateTargetGroup`.
///
/// # Errors
///
/// Refuses a name in use with other settings, a VPC that does not exist, and more than 3,000 target groups.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let name = input["Name"].as_str().unwrap_or_default().to_owned();
    let tags: Vec<tag::Tag> = input.get("Tags").map_or(Ok(Vec::new()), parse)?;
    let group = group(name, input)?;
    let group = TargetGroup { tags: tag::read(tags), ..group };
    if let Some(vpc) = group.settings.vpc_id.as_deref().filter(|vpc| !ec2::has_vpc(world, vpc)) {
        return Err(invalid(format!("The VPC ID '{vpc}' is not found")));
    }

    let present = world.elb.target_groups.iter().find(|(_, found)| found.name == group.name);
    if let Some((arn, found)) = present {
        let is_same = found.settings == group.settings && found.health_check == group.health_check;
        return if is_same { Ok(one(world, arn)) } else { Err(duplicate(&group.name)) };
    }
    if world.elb.target_groups.len() >= limit::TARGET_GROUPS {
        let message = "The maximum number of target groups has been reached";
        return Err(Refusal::new("TooManyTargetGroups", message));
    }
    let id = world.new_hex(16);
    let arn = world.arn(super::SERVICE.name, &format!("targetgroup/{}/{id}", group.name));
    world.elb.target_groups.insert(arn.clone(), group);
    Ok(one(world, &arn))
}

/// Returns the group of a request, with AWS's defaults.
fn group(name: String, input: &Value) -> Result<TargetGroup, Refusal> {
    let mut settings: Settings = parse(input)?;
    let protocol = settings.protocol.clone().unwrap_or_else(|| "HTTP".to_owned());
    let kind = Kind::of_protocol(&protocol);
    if settings.protocol.is_some() {
        if kind == Kind::Application {
            settings.protocol_version.get_or_insert_with(|| "HTTP1".to_owned());
        }
        settings.ip_address_type.get_or_insert_with(|| "ipv4".to_owned());
    }

    let mut merged = defaults(kind, settings.protocol_version.as_deref(), input);
    merge(&mut merged, input);
    let health_check = parse(&Value::Object(merged))?;
    Ok(TargetGroup {
        name,
        settings,
        health_check,
        attributes: attribute::of_target_group(kind),
        tags: Tags::new(),
        targets: BTreeMap::new(),
    })
}

/// Returns the health check of a request that sets only its protocol.
fn defaults(kind: Kind, version: Option<&str>, input: &Value) -> Map<String, Value> {
    let protocol = input["HealthCheckProtocol"].as_str().unwrap_or(match kind {
        Kind::Application => "HTTP",
        Kind::Network => "TCP",
    });
    let timeout = match (kind, protocol) {
        (Kind::Application, _) => 5,
        (Kind::Network, "HTTP") => 6,
        (Kind::Network, _) => 10,
    };
    let mut check = json!({
        "HealthCheckProtocol": protocol,
        "HealthCheckPort": "traffic-port",
        "HealthCheckEnabled": true,
        "HealthCheckIntervalSeconds": INTERVAL,
        "HealthCheckTimeoutSeconds": timeout,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
    });
    if protocol != "TCP" {
        let (path, matcher) = match (kind, version) {
            (Kind::Application, Some("GRPC")) => ("/AWS.ALB/healthcheck", json!({ "GrpcCode": "12" })),
            (Kind::Application, _) => ("/", json!({ "HttpCode": "200" })),
            (Kind::Network, _) => ("/", json!({ "HttpCode": "200-399" })),
        };
        check["HealthCheckPath"] = json!(path);
        check["Matcher"] = matcher;
    }
    match check {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Replaces the members of a health check that a request has.
fn merge(check: &mut Map<String, Value>, input: &Value) {
    let is_of_check = |name: &str| {
        name.starts_with("HealthCheck")
            || ["HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher"].contains(&name)
    };
    let members = input.as_object().into_iter().flatten();
    check.extend(
        members.filter(|(name, _)| is_of_check(name)).map(|(name, value)| (name.clone(), value.clone())),
    );
}

/// Returns the refusal of a name in use.
fn duplicate(name: &str) -> Refusal {
    let message = format!("A target group with the same name '{name}' exists, but with different settings");
    Refusal::new("DuplicateTargetGroupName", message)
}

/// Returns a target group by its ARN.
///
/// # Errors
///
/// Refuses unknown ones with `TargetGroupNotFound`.
pub(super) fn find<'world>(world: &'world World, arn: Option<&str>) -> Result<&'world TargetGroup, Refusal> {
    world.elb.target_groups.get(arn.unwrap_or_default()).ok_or_else(not_found)
}

/// Returns a target group by its ARN, for a change.
///
/// # Errors
///
/// Refuses unknown ones with `TargetGroupNotFound`.
pub(super) fn find_mut<'world>(
    world: &'world mut World,
    arn: Option<&str>,
) -> Result<&'world mut TargetGroup, Refusal> {
    world.elb.target_groups.get_mut(arn.unwrap_or_default()).ok_or_else(not_found)
}

/// Returns the refusal of an unknown target group.
pub(super) fn not_found() -> Refusal {
    Refusal::new("TargetGroupNotFound", "One or more target groups not found")
}

/// Returns the answer with one target group.
fn one(world: &World, arn: &str) -> Value {
    json!({ "TargetGroups": [rendered(world, arn, &world.elb.target_groups[arn])] })
}

/// Returns the description of a target group.
fn rendered(world: &World, arn: &str, group: &TargetGroup) -> Value {
    let mut answer = json!({
        "TargetGroupArn": arn,
        "TargetGroupName": group.name,
        "LoadBalancerArns": action::load_balancers_of(world, arn),
    });
    for part in [json!(group.settings), json!(group.health_check)] {
        if let (Value::Object(answer), Value::Object(part)) = (&mut answer, part) {
            answer.extend(part);
        }
    }
    answer
}

/// The input of `DescribeTargetGroups`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    target_group_arns: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeTargetGroups`, in the order of the ARNs.
///
/// # Errors
///
/// Refuses a request with an unknown ARN or name, and one with two of its members.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    let groups = &world.elb.target_groups;
    let given = [
        request.load_balancer_arn.is_some(),
        !request.target_group_arns.is_empty(),
        !request.names.is_empty(),
    ];
    if given.into_iter().filter(|given| *given).count() > 1 {
        return Err(invalid(
            "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time",
        ));
    }
    if request.load_balancer_arn.is_some() {
        load_balancer::find(world, request.load_balancer_arn.as_deref())?;
    }
    let is_named = |name: &String| groups.values().any(|group| group.name == *name);
    if request.target_group_arns.iter().any(|arn| !groups.contains_key(arn))
        || !request.names.iter().all(is_named)
    {
        return Err(not_found());
    }

    let behind: Option<BTreeSet<String>> =
        request.load_balancer_arn.as_deref().map(|arn| action::target_groups_behind(world, arn));
    let wanted = groups.iter().filter(|(arn, group)| {
        behind.as_ref().is_none_or(|behind| behind.contains(*arn))
            && (request.target_group_arns.is_empty() || request.target_group_arns.contains(arn))
            && (request.names.is_empty() || request.names.contains(&group.name))
    });
    let items = wanted.map(|(arn, group)| (arn, rendered(world, arn, group)));
    request.paging.answer("TargetGroups", items)
}

/// Carries out `ModifyTargetGroup`. It changes the members of the health check that the request has.
///
/// # Errors
///
/// Refuses unknown target groups, and a changed health check that breaks a rule.
pub(super) fn modify(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let arn = input["TargetGroupArn"].as_str().unwrap_or_default().to_owned();
    let group = find(world, Some(&arn))?;
    let mut check = members(json!(group.health_check));
    merge(&mut check, input);
    let mut creation = members(json!(group.settings));
    creation.insert("Name".to_owned(), json!(group.name));
    creation.extend(check.clone());
    gate::pass(&super::SERVICE, "CreateTargetGroup", &Value::Object(creation))?;

    let health_check = parse(&Value::Object(check))?;
    find_mut(world, Some(&arn))?.health_check = health_check;
    target::recheck(world, &arn);
    Ok(one(world, &arn))
}

/// Returns the members of an object.
fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Carries out `DeleteTargetGroup`. An unknown target group counts as deleted.
///
/// # Errors
///
/// Refuses a target group that a listener or a rule names.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let arn = input["TargetGroupArn"].as_str().unwrap_or_default();
    if !action::load_balancers_of(world, arn).is_empty() {
        let message = format!("Target group '{arn}' is currently in use by a listener or a rule");
        return Err(Refusal::new("ResourceInUse", message));
    }
    world.elb.target_groups.remove(arn);
    Ok(json!({}))
}
