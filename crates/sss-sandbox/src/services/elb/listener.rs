//! Listeners, with their default rules.
//!
//! A port of a load balancer has one listener. A creation with the settings of the present listener returns it. An
//! update replaces the members that it names; a change to a protocol without TLS drops certificate and policy.
//!
//! A listener may be created while its load balancer is being provisioned (copilot#4313).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    action, id_of, limit,
    load_balancer::{self, LoadBalancer},
    page::Paging,
    tag, target,
};
use crate::{gate, input::parse, refusal::Refusal, tags::Tags, world::World};

/// The security policy of a listener with TLS, if no request has set one.
const SSL_POLICY: &str = "ELBSecurityPolicy-2016-08";

/// A listener. Its ARN is its key in the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Listener {
    /// The ARN of the load balancer.
    pub(super) load_balancer: String,
    pub(super) port: i64,
    pub(super) protocol: String,
    /// The policy, the certificates and the other members in the form of the answers.
    others: Map<String, Value>,
    /// The actions of the default rule.
    pub(super) actions: Vec<Value>,
    /// The ARN of the default rule.
    pub(super) default_rule: String,
    pub(super) default_tags: Tags,
    pub(super) tags: Tags,
}

/// The members of requests and answers that are kept as they are.
const OTHERS: [&str; 4] = ["SslPolicy", "Certificates", "AlpnPolicy", "MutualAuthentication"];

impl Listener {
    /// Returns whether clients must use TLS.
    pub(super) fn is_secure(&self) -> bool {
        matches!(self.protocol.as_str(), "HTTPS" | "TLS")
    }
}

/// Returns a listener by its ARN.
///
/// # Errors
///
/// Refuses unknown ones with `ListenerNotFound`.
pub(super) fn find<'world>(world: &'world World, arn: &str) -> Result<&'world Listener, Refusal> {
    world.elb.listeners.get(arn).ok_or_else(not_found)
}

/// Returns the refusal of an unknown listener.
fn not_found() -> Refusal {
    Refusal::new("ListenerNotFound", "One or more listeners not found")
}

/// Carries out `CreateListener`.
///
/// # Errors
///
/// Refuses unknown load balancers, a taken port, more than 50 listeners, and target groups that cannot be behind
/// the load balancer.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let load_balancer = text(input, "LoadBalancerArn").to_owned();
    let tags: Vec<tag::Tag> = input.get("Tags").map_or(Ok(Vec::new()), parse)?;
    let balancer = load_balancer::find(world, Some(&load_balancer))?.clone();
    let listener = Listener {
        port: input["Port"].as_i64().unwrap_or_default(),
        protocol: text(input, "Protocol").to_owned(),
        others: others(input),
        actions: action::read_back(actions(input, "DefaultActions"), balancer.kind),
        default_rule: String::new(),
        default_tags: Tags::new(),
        tags: tag::read(tags),
        load_balancer,
    };
    action::check(world, &listener.load_balancer, &listener.actions)?;
    let mut present =
        world.elb.listeners.iter().filter(|(_, found)| found.load_balancer == listener.load_balancer);
    if present.clone().count() >= limit::LISTENERS {
        return Err(too_many(&listener.load_balancer));
    }
    if let Some((arn, found)) = present.find(|(_, found)| found.port == listener.port) {
        let is_same = (&found.protocol, &found.others, &found.actions)
            == (&listener.protocol, &listener.others, &listener.actions);
        return if is_same { Ok(one(arn, found)) } else { Err(duplicate(&listener.load_balancer)) };
    }

    let before = action::attached(world);
    let arn = new_arn(world, &listener.load_balancer, &balancer);
    let default_rule = super::rule::new_arn(world, &arn);
    world.elb.listeners.insert(arn.clone(), Listener { default_rule, ..listener });
    target::follow(world, &before);
    Ok(one(&arn, &world.elb.listeners[&arn]))
}

/// Returns the ARN of a new listener.
fn new_arn(world: &mut World, load_balancer: &str, balancer: &LoadBalancer) -> String {
    let id = world.new_hex(16);
    let resource =
        format!("listener/{}/{}/{}/{id}", balancer.kind.segment(), balancer.name, id_of(load_balancer));
    world.arn(super::SERVICE.name, &resource)
}

/// Returns the members of a request that are kept as they are. A listener with TLS has a policy.
fn others(input: &Value) -> Map<String, Value> {
    let given = OTHERS.iter().filter_map(|name| Some(((*name).to_owned(), input.get(name)?.clone())));
    let mut others: Map<String, Value> = given.collect();
    if matches!(input["Protocol"].as_str(), Some("HTTPS" | "TLS")) {
        others.entry("SslPolicy").or_insert_with(|| json!(SSL_POLICY));
    }
    if input["Protocol"] == "HTTPS" {
        others.entry("MutualAuthentication").or_insert_with(|| json!({ "Mode": "off" }));
    }
    others
}

/// Returns the actions of a request.
pub(super) fn actions<'a>(input: &'a Value, member: &str) -> &'a [Value] {
    input[member].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns a text of a request, the empty one if it has none.
fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or_default()
}

/// Returns the refusal of a port with another listener.
fn duplicate(load_balancer: &str) -> Refusal {
    let message = format!("A listener already exists on this port for this load balancer '{load_balancer}'");
    Refusal::new("DuplicateListener", message)
}

/// Returns the refusal of more than 50 listeners.
fn too_many(load_balancer: &str) -> Refusal {
    let message =
        format!("The maximum number of listeners has been reached on load balancer '{load_balancer}'");
    Refusal::new("TooManyListeners", message)
}

/// Returns the answer with one listener.
fn one(arn: &str, listener: &Listener) -> Value {
    json!({ "Listeners": [rendered(arn, listener)] })
}

/// Returns the description of a listener.
fn rendered(arn: &str, listener: &Listener) -> Value {
    let mut answer = json!({
        "ListenerArn": arn,
        "LoadBalancerArn": listener.load_balancer,
        "Port": listener.port,
        "Protocol": listener.protocol,
        "DefaultActions": listener.actions,
    });
    if let Value::Object(answer) = &mut answer {
        answer.extend(listener.others.clone());
    }
    answer
}

/// The input of `DescribeListeners`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    listener_arns: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeListeners`, in the order of the ARNs.
///
/// # Errors
///
/// Refuses unknown load balancers and listeners, and a request that names neither.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    let names_listeners = !request.listener_arns.is_empty();
    if request.load_balancer_arn.is_some() == names_listeners {
        return Err(super::invalid("You must specify either listener ARNs or a load balancer ARN"));
    }
    if request.load_balancer_arn.is_some() {
        load_balancer::find(world, request.load_balancer_arn.as_deref())?;
    }
    let listeners = &world.elb.listeners;
    if request.listener_arns.iter().any(|arn| !listeners.contains_key(arn)) {
        return Err(not_found());
    }
    let wanted = listeners.iter().filter(|(arn, listener)| {
        request.listener_arns.contains(arn)
            || request.load_balancer_arn.as_ref() == Some(&listener.load_balancer)
    });
    request.paging.answer("Listeners", wanted.map(|(arn, listener)| (arn, rendered(arn, listener))))
}

/// Carries out `ModifyListener`. It replaces the members of the request.
///
/// # Errors
///
/// Refuses unknown listeners, a port of another listener, a changed listener that breaks a rule, and target groups
/// that cannot be behind the load balancer.
pub(super) fn modify(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "ListenerArn").to_owned();
    let present = find(world, &arn)?.clone();
    let creation = changed(&present, input);
    gate::pass(&super::SERVICE, "CreateListener", &creation)?;
    let kind = load_balancer::find(world, Some(&present.load_balancer))?.kind;
    let listener = Listener {
        port: creation["Port"].as_i64().unwrap_or(present.port),
        protocol: text(&creation, "Protocol").to_owned(),
        others: others(&creation),
        actions: action::read_back(actions(&creation, "DefaultActions"), kind),
        ..present
    };
    action::check(world, &listener.load_balancer, &listener.actions)?;
    let is_taken = |(other, found): (&String, &Listener)| {
        *other != arn && found.load_balancer == listener.load_balancer && found.port == listener.port
    };
    if world.elb.listeners.iter().any(is_taken) {
        return Err(duplicate(&listener.load_balancer));
    }

    let before = action::attached(world);
    world.elb.listeners.insert(arn.clone(), listener);
    target::follow(world, &before);
    Ok(one(&arn, &world.elb.listeners[&arn]))
}

/// Returns the request that creates the changed listener.
fn changed(present: &Listener, input: &Value) -> Value {
    let mut creation = rendered("", present);
    if let (Value::Object(creation), Value::Object(input)) = (&mut creation, input) {
        creation.remove("ListenerArn");
        let protocol = input.get("Protocol").and_then(Value::as_str);
        if protocol.is_some_and(|protocol| !matches!(protocol, "HTTPS" | "TLS")) {
            for member in OTHERS {
                creation.remove(member);
            }
        }
        let changes = input.iter().filter(|(name, _)| *name != "ListenerArn");
        creation.extend(changes.map(|(name, value)| (name.clone(), value.clone())));
    }
    creation
}

/// Carries out `DeleteListener`. Its rules go with it.
///
/// # Errors
///
/// Refuses unknown listeners.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "ListenerArn");
    find(world, arn)?;
    let before = action::attached(world);
    world.elb.listeners.remove(arn);
    world.elb.rules.retain(|_, rule| rule.listener != arn);
    target::follow(world, &before);
    Ok(json!({}))
}
