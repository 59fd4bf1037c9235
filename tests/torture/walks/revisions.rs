//! Acts of others on revisions of our task definitions.
//!
//! Another pipeline may register a revision of our family, with or without a copy of our tags, deploy it, or
//! deregister the one that runs.

use fastrand::Rng;
use serde_json::{Value, json};
use sss_sandbox::Delays;

use super::drift::{Drift, Hand};

/// The members of a description that a registration accepts.
const MEMBERS: [&str; 11] = [
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "runtimePlatform",
    "ephemeralStorage",
    "volumes",
];

pub(super) const DRIFTS: [Drift; 4] = [
    ("a revision without tags by hand", |hand, random| {
        let copy = copy(hand, &running(hand, random)?)?;
        hand.act("ecs", "RegisterTaskDefinition", &copy)
    }),
    ("a copy of a revision and its tags by hand", |hand, random| {
        let arn = running(hand, random)?;
        let mut copy = copy(hand, &arn)?;
        copy["tags"] = described(hand, &arn)["tags"].clone();
        hand.act("ecs", "RegisterTaskDefinition", &copy)
    }),
    ("a running revision deregistered by hand", |hand, random| {
        let revision = json!({"taskDefinition": running(hand, random)?});
        hand.act("ecs", "DeregisterTaskDefinition", &revision)?;
        // An earlier run may still trust the hash of the revision.
        hand.account.sandbox.advance(Delays::long().tags_listed);
        Some(())
    }),
    ("a revision of others deployed by hand", |hand, random| {
        let name = hand.service(random)?;
        let running = service(hand, &name)?["taskDefinition"].clone();
        let copy = copy(hand, &running)?;
        let answer = hand.account.sandbox.request("ecs", "RegisterTaskDefinition", &copy).ok()?;
        let service = json!({
            "cluster": hand.stack.cluster_name(), "service": hand.stack.service_name(&name),
            "taskDefinition": answer["taskDefinition"]["taskDefinitionArn"],
        });
        hand.act("ecs", "UpdateService", &service)
    }),
];

fn service(hand: &Hand<'_>, name: &str) -> Option<Value> {
    let input = json!({"cluster": hand.stack.cluster_name(), "services": [hand.stack.service_name(name)]});
    let answer = hand.account.sandbox.request("ecs", "DescribeServices", &input).ok()?;
    answer["services"].as_array()?.first().cloned()
}

/// Returns the revision that a random service runs.
fn running(hand: &Hand<'_>, random: &mut Rng) -> Option<Value> {
    Some(service(hand, &hand.service(random)?)?["taskDefinition"].clone())
}

fn described(hand: &Hand<'_>, arn: &Value) -> Value {
    let input = json!({"taskDefinition": arn, "include": ["TAGS"]});
    hand.account.by_hand("ecs", "DescribeTaskDefinition", &input)
}

/// Returns the input that registers a revision with one more variable.
fn copy(hand: &Hand<'_>, arn: &Value) -> Option<Value> {
    let described = described(hand, arn);
    let members = described["taskDefinition"].as_object()?;
    let mut copy: Value = members
        .iter()
        .filter(|(name, _)| MEMBERS.contains(&name.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let environment = &mut copy["containerDefinitions"][0]["environment"];
    let more = json!({"name": "BY_HAND", "value": "1"});
    match environment.as_array_mut() {
        Some(variables) => {
            variables.retain(|variable| variable["name"] != "BY_HAND");
            variables.push(more);
        }
        None => *environment = json!([more]),
    }
    Some(copy)
}
