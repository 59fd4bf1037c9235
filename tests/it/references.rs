//! Every reference of every kind: AWS carries a new one in an update, or the object is replaced.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sss_aws::{Action, Mode, Ownership, World};

use super::fields;
use crate::account::Account;

/// The treatment of an object with a new reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// This operation carries the reference.
    By(&'static str),
    /// A new object is created.
    Anew,
}

use Way::{Anew, By};

/// A kind, the path of a reference in its state, and the treatment.
const ROWS: [(&str, &str, Way); 28] = [
    ("apigatewayv2/api-mapping", "target", By("UpdateApiMapping")),
    ("route53/record-set", "domain", By("ChangeResourceRecordSets")),
    ("route53/record-set", "target", By("ChangeResourceRecordSets")),
    ("route53/record-set", "target_zone", By("ChangeResourceRecordSets")),
    ("apigatewayv2/api-mapping", "api", By("UpdateApiMapping")),
    ("apigatewayv2/api-mapping", "domain", By("UpdateApiMapping")),
    ("apigatewayv2/authorizer", "api", Anew),
    ("apigatewayv2/integration", "api", Anew),
    ("apigatewayv2/integration", "connection", By("UpdateIntegration")),
    ("apigatewayv2/integration", "uri", By("UpdateIntegration")),
    ("apigatewayv2/route", "api", Anew),
    ("apigatewayv2/route", "authorizer", By("UpdateRoute")),
    ("apigatewayv2/route", "integration", By("UpdateRoute")),
    ("apigatewayv2/stage", "access_log.destination", By("UpdateStage")),
    ("apigatewayv2/stage", "api", Anew),
    ("application-autoscaling/scalable-target", "cluster", Anew),
    ("application-autoscaling/scalable-target", "service", Anew),
    ("application-autoscaling/scaling-policy", "target", Anew),
    ("application-autoscaling/scheduled-action", "target", Anew),
    ("ecs/service", "cluster", Anew),
    ("ecs/service", "registry.service", By("UpdateService")),
    ("ecs/service", "security_groups", By("UpdateService")),
    ("ecs/service", "task_definition", By("UpdateService")),
    ("ecs/task-definition", "containers.*.log_options.awslogs-group", Anew),
    ("ecs/task-definition", "execution_role", Anew),
    ("ecs/task-definition", "task_role", Anew),
    ("iam/role", "managed_policies", By("AttachRolePolicy")),
    ("servicediscovery/service", "namespace", Anew),
];

/// References to objects outside of the stack: kind and path. AWS cannot change them, except for peers of
/// rules.
const OUTSIDE: [(&str, &str); 4] = [
    ("apigatewayv2/vpc-link", "security_groups"),
    ("apigatewayv2/vpc-link", "subnets"),
    ("ec2/security-group", "vpc"),
    ("servicediscovery/namespace", "tags.sss:vpc"),
];

/// Collects every string within a value, with its path. Members of lists have the path of the list.
fn strings(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(path, item, found)),
        Value::Object(members) => {
            for (key, value) in members {
                let key = if path == "containers" { "*" } else { key };
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                strings(&path, value, found);
            }
        }
        _ => {}
    }
}

/// Returns the references of each kind to objects of the stack. Those to objects of others are in [`OUTSIDE`].
fn references(world: &World) -> BTreeSet<(String, String)> {
    let mut outputs = Vec::new();
    let own = world.objects().filter(|(_, live)| live.ownership == Ownership::Ours);
    own.for_each(|(_, live)| strings("", &live.output, &mut outputs));
    let outputs: BTreeSet<String> = outputs.into_iter().map(|(_, text)| text).collect();
    let mut found = BTreeSet::new();
    for (id, live) in world.objects() {
        let mut all = Vec::new();
        strings("", &live.state, &mut all);
        let references = all.into_iter().filter(|(_, text)| outputs.contains(text));
        found.extend(references.map(|(path, _)| (id.kind.name().to_owned(), path)));
    }
    found
}

/// Returns the world in which objects of a kind refer to another object at this path.
fn with_another(world: &World, kind: &str, path: &str) -> World {
    fn change(value: &mut Value, path: &[&str]) {
        match (value, path) {
            (Value::Object(members), ["*", rest @ ..]) => {
                members.values_mut().for_each(|member| change(member, rest));
            }
            (Value::Object(members), [key, rest @ ..]) => {
                if let Some(member) = members.get_mut(*key) {
                    change(member, rest);
                }
            }
            (Value::Array(items), []) => items.iter_mut().for_each(|item| change(item, &[])),
            (Value::String(text), []) => text.push_str("-other"),
            _ => {}
        }
    }
    let mut saved = serde_json::to_value(world).expect("a world is plain data");
    for object in saved["objects"].as_array_mut().into_iter().flatten() {
        if object["id"]["kind"] == kind {
            let path: Vec<&str> = path.split('.').collect();
            change(&mut object["state"], &path);
        }
    }
    serde_json::from_str(&saved.to_string()).expect("a world")
}

#[tokio::test(start_paused = true)]
async fn every_reference_has_a_row() {
    let stack = fields::stack();
    let account = Account::new();
    account.apply(&stack).await;
    let (_, world) = account.observe(&stack).await;
    let rows: BTreeSet<_> = ROWS.iter().map(|(kind, path, _)| (*kind, *path)).collect();
    let without: Vec<_> = references(&world)
        .into_iter()
        .filter(|(kind, path)| !rows.contains(&(kind.as_str(), path.as_str())))
        .collect();
    assert!(without.is_empty(), "references without a row: {without:#?}");
}

#[tokio::test(start_paused = true)]
async fn reference_is_carried_or_needs_a_new_object() {
    let stack = fields::stack();
    let account = Account::new();
    account.apply(&stack).await;
    let (graph, world) = account.observe(&stack).await;
    let outside = OUTSIDE.iter().map(|(kind, path)| (*kind, *path, Anew));
    let mut actions: BTreeMap<(&str, &str), Vec<Action>> = BTreeMap::new();
    for (kind, path, way) in ROWS.into_iter().chain(outside) {
        let other = with_another(&world, kind, path);
        assert_ne!(other, world, "{kind} {path} is a reference");
        let plan = sss_aws::plan(&graph, &other, Mode::Converge);
        let steps = plan.steps.iter().filter(|step| step.id.kind == kind);
        let changed: Vec<_> = steps.filter(|step| step.action != Action::Delete).collect();
        assert!(!changed.is_empty(), "{kind} {path} is compared");
        let expected = match way {
            Anew if kind == "ecs/task-definition" => Action::Revise,
            Anew => Action::Replace,
            By(_) => Action::Update,
        };
        for step in &changed {
            assert_eq!(step.action, expected, "{kind} {path}: {step:#?}");
        }
        actions.insert((kind, path), changed.iter().map(|step| step.action).collect());
        if let By(operation) = way {
            account.sandbox.reset_calls();
            drop(account.carry_out(&graph, &other, &plan).await);
            let calls = account.sandbox.calls();
            assert!(calls.iter().any(|call| call.operation == operation), "{kind} {path}: {calls:#?}");
        }
    }
}
