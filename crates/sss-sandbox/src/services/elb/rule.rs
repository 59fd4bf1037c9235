//! Rules of listeners.
//!
//! A listener has a default rule without conditions, which comes last and changes with the listener. Other rules
//! have a priority of their own. Priorities change by `SetRulePriorities` only, for several rules at once, so that
//! two of them can change places.
//!
//! Hosts and paths of a condition are returned at two places: in `Values` and in the structure of the field (crd).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    action, limit,
    listener::{self, actions},
    load_balancer,
    page::Paging,
    tag, target,
};
use crate::{gate, input::parse, refusal::Refusal, tags::Tags, world::World};

/// The structures of the fields whose values are returned at two places.
const AT_TWO_PLACES: [(&str, &str); 2] =
    [("host-header", "HostHeaderConfig"), ("path-pattern", "PathPatternConfig")];

/// The structures of the other fields, by which a condition without a field is known.
const AT_ONE_PLACE: [(&str, &str); 4] = [
    ("http-header", "HttpHeaderConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("query-string", "QueryStringConfig"),
    ("source-ip", "SourceIpConfig"),
];

/// A rule that is not a default rule. Its ARN is its key in the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rule {
    /// The ARN of the listener.
    pub(super) listener: String,
    pub(super) priority: i64,
    /// The conditions in the form of the answers.
    pub(super) conditions: Vec<Value>,
    pub(super) actions: Vec<Value>,
    /// The transforms, which the sandbox does not apply.
    transforms: Vec<Value>,
    pub(super) tags: Tags,
}

/// Returns the refusal of an unknown rule.
fn not_found() -> Refusal {
    Refusal::new("RuleNotFound", "One or more rules not found")
}

/// Returns the refusal of a taken priority.
fn in_use(priority: i64) -> Refusal {
    Refusal::new("PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

/// Returns the ARN of a new rule of a listener.
pub(super) fn new_arn(world: &mut World, listener: &str) -> String {
    let id = world.new_hex(16);
    format!("{}/{id}", listener.replacen(":listener/", ":listener-rule/", 1))
}

/// Carries out `CreateRule`.
///
/// # Errors
///
/// Refuses unknown listeners and those of Network Load Balancers, a taken priority, more than 100 rules of a load
/// balancer, and target groups that cannot be behind it.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let listener = input["ListenerArn"].as_str().unwrap_or_default().to_owned();
    let tags: Vec<tag::Tag> = input.get("Tags").map_or(Ok(Vec::new()), parse)?;
    let load_balancer = listener::find(world, &listener)?.load_balancer.clone();
    let kind = load_balancer::find(world, Some(&load_balancer))?.kind;
    if kind == load_balancer::Kind::Network {
        let message = "Rules are unsupported for Network Load Balancer listeners";
        return Err(Refusal::new("UnsupportedProtocol", message));
    }
    let rule = Rule {
        listener,
        priority: input["Priority"].as_i64().unwrap_or_default(),
        conditions: conditions(actions(input, "Conditions")),
        actions: action::read_back(actions(input, "Actions"), kind),
        transforms: actions(input, "Transforms").to_vec(),
        tags: tag::read(tags),
    };
    let mut present = world.elb.rules.values();
    if present.any(|found| found.listener == rule.listener && found.priority == rule.priority) {
        return Err(in_use(rule.priority));
    }
    if rules_of(world, &load_balancer) >= limit::RULES {
        let message =
            format!("The maximum number of rules on load balancer '{load_balancer}' has been reached");
        return Err(Refusal::new("TooManyRules", message));
    }
    action::check(world, &load_balancer, &rule.actions)?;

    let before = action::attached(world);
    let arn = new_arn(world, &rule.listener);
    world.elb.rules.insert(arn.clone(), rule);
    target::follow(world, &before);
    Ok(json!({ "Rules": [rendered(&arn, &world.elb.rules[&arn])] }))
}

/// Returns the number of rules of a load balancer, without its default rules.
fn rules_of(world: &World, load_balancer: &str) -> usize {
    let is_of = |rule: &&Rule| {
        let listener = world.elb.listeners.get(&rule.listener);
        listener.is_some_and(|listener| listener.load_balancer == load_balancer)
    };
    world.elb.rules.values().filter(is_of).count()
}

/// Returns conditions in the form in which AWS returns them.
fn conditions(conditions: &[Value]) -> Vec<Value> {
    let read_back = |condition: &Value| {
        let mut condition = condition.clone();
        if condition["Field"].is_null() {
            let mut known = AT_TWO_PLACES.iter().chain(&AT_ONE_PLACE);
            let field = known.find(|(_, member)| !condition[*member].is_null()).map(|(field, _)| *field);
            condition["Field"] = json!(field);
        }
        let of_two = AT_TWO_PLACES.iter().find(|(field, _)| condition["Field"] == *field);
        if let Some((_, member)) = of_two {
            let values = match &condition[*member]["Values"] {
                Value::Null => condition["Values"].clone(),
                values => values.clone(),
            };
            if !values.is_null() {
                condition["Values"] = values.clone();
                condition[*member]["Values"] = values;
            }
        }
        condition
    };
    conditions.iter().map(read_back).collect()
}

/// Returns the description of a rule.
fn rendered(arn: &str, rule: &Rule) -> Value {
    let mut answer = json!({
        "RuleArn": arn,
        "Priority": rule.priority.to_string(),
        "Conditions": rule.conditions,
        "Actions": rule.actions,
        "IsDefault": false,
    });
    if !rule.transforms.is_empty() {
        answer["Transforms"] = json!(rule.transforms);
    }
    answer
}

/// Returns the description of the default rule of a listener.
fn rendered_default(listener: &listener::Listener) -> Value {
    json!({
        "RuleArn": listener.default_rule,
        "Priority": "default",
        "Conditions": [],
        "Actions": listener.actions,
        "IsDefault": true,
    })
}

/// The input of `DescribeRules`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    listener_arn: Option<String>,
    #[serde(default)]
    rule_arns: Vec<String>,
    #[serde(flatten)]
    paging: Paging,
}

/// Carries out `DescribeRules`, in the order of the priorities. The default rule comes last.
///
/// # Errors
///
/// Refuses unknown listeners and rules, and a request that names neither.
pub(super) fn describe(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: Describe = parse(input)?;
    let names_rules = !request.rule_arns.is_empty();
    if request.listener_arn.is_some() == names_rules {
        return Err(super::invalid("You must specify either listener rule ARNs or a listener ARN"));
    }
    if let Some(listener) = &request.listener_arn {
        listener::find(world, listener)?;
    }

    let state = &world.elb;
    let is_of = |listener: &String| request.listener_arn.as_ref().is_none_or(|wanted| wanted == listener);
    let rules = state.rules.iter().filter(|(_, rule)| is_of(&rule.listener));
    let rules = rules.map(|(arn, rule)| (arn, format!("{:05}", rule.priority), rendered(arn, rule)));
    let defaults = state.listeners.iter().filter(|(arn, _)| is_of(arn));
    let defaults = defaults.map(|(_, of)| (&of.default_rule, "default".to_owned(), rendered_default(of)));
    let wanted = rules.chain(defaults);
    let wanted = wanted.filter(|(arn, ..)| request.rule_arns.is_empty() || request.rule_arns.contains(arn));
    let ordered: BTreeMap<String, Value> =
        wanted.map(|(arn, priority, rule)| (format!("{priority} {arn}"), rule)).collect();
    if ordered.len() < request.rule_arns.len() {
        return Err(not_found());
    }
    request.paging.answer("Rules", ordered.into_iter())
}

/// Returns a rule that callers may change.
///
/// # Errors
///
/// Refuses unknown rules, and default rules: those change with their listener.
fn changeable<'world>(world: &'world World, arn: &str) -> Result<&'world Rule, Refusal> {
    if world.elb.listeners.values().any(|listener| listener.default_rule == arn) {
        let message = format!("Default rule '{arn}' cannot be modified or deleted");
        return Err(Refusal::new("OperationNotPermitted", message));
    }
    world.elb.rules.get(arn).ok_or_else(not_found)
}

/// Carries out `ModifyRule`. It replaces the lists of the request.
///
/// # Errors
///
/// Refuses unknown and default rules, a changed rule that breaks a rule of the model, and target groups that
/// cannot be behind the load balancer.
pub(super) fn modify(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let arn = input["RuleArn"].as_str().unwrap_or_default().to_owned();
    let present = changeable(world, &arn)?.clone();
    let creation = changed(&present, input);
    gate::pass(&super::SERVICE, "CreateRule", &creation)?;
    let load_balancer = listener::find(world, &present.listener)?.load_balancer.clone();
    let kind = load_balancer::find(world, Some(&load_balancer))?.kind;
    let rule = Rule {
        conditions: conditions(actions(&creation, "Conditions")),
        actions: action::read_back(actions(&creation, "Actions"), kind),
        transforms: actions(&creation, "Transforms").to_vec(),
        ..present
    };
    action::check(world, &load_balancer, &rule.actions)?;

    let before = action::attached(world);
    world.elb.rules.insert(arn.clone(), rule);
    target::follow(world, &before);
    Ok(json!({ "Rules": [rendered(&arn, &world.elb.rules[&arn])] }))
}

/// Returns the request that creates the changed rule.
///
/// Conditions that stay are given with the values at one place, because requests do not have them at two.
fn changed(present: &Rule, input: &Value) -> Value {
    let once = |condition: &Value| {
        let mut condition = condition.clone();
        if let Some(members) = condition.as_object_mut() {
            members.remove("Values");
        }
        condition
    };
    let resets = input["ResetTransforms"] == true;
    let mut creation = json!({
        "ListenerArn": present.listener,
        "Priority": present.priority,
        "Conditions": present.conditions.iter().map(once).collect::<Vec<Value>>(),
        "Actions": present.actions,
        "Transforms": if resets { Vec::new() } else { present.transforms.clone() },
    });
    for member in ["Conditions", "Actions", "Transforms"] {
        if !input[member].is_null() {
            creation[member] = input[member].clone();
        }
    }
    creation
}

/// The input of `SetRulePriorities`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SetPriorities {
    rule_priorities: Vec<Pair>,
}

/// A rule with its new priority.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    rule_arn: String,
    priority: i64,
}

/// Carries out `SetRulePriorities`. All rules change at once.
///
/// # Errors
///
/// Refuses unknown and default rules, priorities outside 1 to 50,000, and priorities that two rules of a listener
/// would have.
pub(super) fn set_priorities(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let request: SetPriorities = parse(input)?;
    let mut rules = world.elb.rules.clone();
    for Pair { rule_arn, priority } in &request.rule_priorities {
        changeable(world, rule_arn)?;
        gate::pass_member(sss_model::request::Operation::ElbCreateRule, "Priority", &json!(priority))?;
        if let Some(rule) = rules.get_mut(rule_arn) {
            rule.priority = *priority;
        }
    }
    for Pair { rule_arn, priority } in &request.rule_priorities {
        let rule = &rules[rule_arn];
        let is_taken = |(arn, other): (&String, &Rule)| {
            arn != rule_arn && other.listener == rule.listener && other.priority == *priority
        };
        if rules.iter().any(is_taken) {
            return Err(in_use(*priority));
        }
    }

    world.elb.rules = rules;
    let arns = request.rule_priorities.iter().map(|pair| &pair.rule_arn);
    let changed: Vec<Value> = arns.map(|arn| rendered(arn, &world.elb.rules[arn])).collect();
    Ok(json!({ "Rules": changed }))
}

/// Carries out `DeleteRule`.
///
/// # Errors
///
/// Refuses unknown and default rules.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let arn = input["RuleArn"].as_str().unwrap_or_default();
    changeable(world, arn)?;
    let before = action::attached(world);
    world.elb.rules.remove(arn);
    target::follow(world, &before);
    Ok(json!({}))
}
