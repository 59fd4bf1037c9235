//! Every field of every kind, changed by hand: the plan names exactly that path, and an apply restores it.
//!
//! The rows are in `fields/`, by AWS service. A test compares them with the states of a real apply, so a new
//! field of a kind fails until it has a row.

mod api;
mod around;
mod balancers;
mod cluster;
mod domains;
mod removed;
mod scaling;
mod services;
mod surroundings;
mod tasks;

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use sss_aws::{Action, Deployer, Mode, Origin, World};
use sss_model::{AccessLog, Cors, Stack};
use sss_sandbox::Sandbox;
use sss_tests::torture::state::{difference, state, without_history};

use crate::account::Account;
pub(super) use tasks::container;

/// A change by hand, and the plan that it must lead to.
struct Row {
    kind: &'static str,
    name: &'static str,
    /// The field of the state, with a star for each name.
    field: &'static str,
    hand: Hand,
    action: Action,
    /// The paths that change.
    paths: &'static [&'static str],
}

impl Row {
    /// The kind of the step that shows the change, and the path there. The service that leaves another
    /// revision shows that revision's content.
    fn told_by(&self) -> (&'static str, Option<&'static str>) {
        match (self.kind, self.field) {
            ("ecs/task-definition", field) if field != "tags" => ("ecs/service", Some("task_definition")),
            _ => (self.kind, None),
        }
    }
}

/// The way to change a field.
enum Hand {
    /// By calls of AWS.
    Calls(fn(&Account)),
    /// By creating the object again with the stack's marks, because AWS cannot change it. This is an edit of
    /// the saved account.
    Anew(fn(&mut Value)),
}

/// Fields that are the identity of an object: with another value it is another object.
const IDENTITY: [(&str, &str); 33] = [
    ("apigatewayv2/api-mapping", "target"),
    ("route53/record-set", "domain"),
    ("route53/record-set", "type"),
    ("route53/record-set", "zone"),
    ("apigatewayv2/api-mapping", "domain"),
    ("apigatewayv2/api-mapping", "key"),
    ("application-autoscaling/scalable-target", "cluster"),
    ("application-autoscaling/scalable-target", "service"),
    ("application-autoscaling/scaling-policy", "target"),
    ("application-autoscaling/scheduled-action", "target"),
    ("apigatewayv2/authorizer", "api"),
    ("apigatewayv2/integration", "api"),
    ("apigatewayv2/integration", "uri"),
    ("apigatewayv2/route", "api"),
    ("apigatewayv2/stage", "api"),
    ("apigatewayv2/integration", "service_header"),
    ("ecs/service", "cluster"),
    ("elasticloadbalancing/listener", "load_balancer"),
    ("elasticloadbalancing/listener", "protocol"),
    ("elasticloadbalancing/listener-rule", "listener"),
    ("elasticloadbalancing/load-balancer", "ip_address_type"),
    ("elasticloadbalancing/load-balancer", "scheme"),
    ("elasticloadbalancing/load-balancer", "type"),
    ("elasticloadbalancing/load-balancer", "vpc"),
    ("elasticloadbalancing/listener", "target_group"),
    ("elasticloadbalancing/target-group", "health_check.by_connection"),
    ("elasticloadbalancing/target-group", "ip_address_type"),
    ("elasticloadbalancing/target-group", "load_balancer"),
    ("elasticloadbalancing/target-group", "protocol"),
    ("elasticloadbalancing/target-group", "protocol_version"),
    ("elasticloadbalancing/target-group", "target_type"),
    ("elasticloadbalancing/target-group", "vpc"),
    ("servicediscovery/service", "namespace"),
];

/// The members of states whose keys are names.
const MAPS: [&str; 25] = [
    "capacity",
    "conditions",
    "containers",
    "depends_on",
    "docker_labels",
    "egress",
    "environment",
    "ingress",
    "inline_policies",
    "log_options",
    "log_secret_options",
    "mounts",
    "options",
    "port_names",
    "ports",
    "properties",
    "routes",
    "secrets",
    "system_controls",
    "tags",
    "tmpfs",
    "ulimits",
    "variables",
    "volumes",
    "volumes_from",
];

fn rows() -> impl Iterator<Item = &'static Row> {
    let first = [api::ROWS, around::ROWS, cluster::ROWS, domains::ROWS];
    let rest = [scaling::ROWS, services::ROWS, surroundings::ROWS, tasks::ROWS];
    first.into_iter().chain(rest).flatten()
}

/// Returns the stack that uses everything that the model has.
pub(crate) fn stack() -> Stack {
    let parsed = Stack::from_toml(include_str!("everything.toml")).expect("a valid stack");
    let mut stack = parsed.stack;
    let cors = Cors::builder().allow_origins(["https://example.com"]).allow_methods(["GET"]).max_age(60);
    let cors = cors.allow_headers(["authorization"]).expose_headers(["etag"]).build();
    let api = stack.api.as_mut().expect("an API");
    api.access_log = Some(AccessLog::default());
    api.cors = Some(cors.expect("valid CORS"));
    let web = stack.services.get_mut("web").expect("the service");
    web.ignore_changes.clear();
    web.health_check_grace_period = Some(30);
    stack
}

/// Returns the saved account after a first apply.
async fn applied(stack: &Stack) -> Vec<u8> {
    let account = Account::new();
    account.apply(stack).await;
    account.sandbox.save()
}

fn loaded(saved: &[u8]) -> Account {
    Account::of(Sandbox::load(saved).expect("a saved account"))
}

/// Returns the account after the change by hand.
fn changed(saved: &[u8], hand: &Hand) -> Account {
    match hand {
        Hand::Calls(calls) => {
            let account = loaded(saved);
            calls(&account);
            // A deployment that somebody started by hand ends first.
            account.sandbox.advance(Duration::from_mins(10));
            account
        }
        Hand::Anew(edit) => {
            let mut world: Value = serde_json::from_slice(saved).expect("a saved account");
            edit(&mut world);
            loaded(world.to_string().as_bytes())
        }
    }
}

async fn check(stack: &Stack, saved: &[u8], row: &Row) -> Result<(), String> {
    let account = changed(saved, &row.hand);
    let graph = sss_aws::lower(stack).expect("a valid stack");
    let world = match (row.kind, row.field) {
        // Otherwise the tags of a revision are trusted by the hash on its service.
        ("ecs/task-definition", "tags") => sss_aws::reread(&account.aws, &graph).await,
        _ => sss_aws::observe(&account.aws, &graph).await,
    };
    let world = world.expect("the account can be read");
    let plan = sss_aws::plan(&graph, &world, Mode::Converge);
    let (kind, at) = row.told_by();
    let is_row = |id: &sss_aws::Id| id.kind == kind && id.name == row.name;
    let Some(step) = plan.steps.iter().find(|step| is_row(&step.id)) else {
        return Err(format!("is in the plan {plan:#?}"));
    };
    let paths: BTreeSet<String> = step.changes.iter().map(|change| change.path.to_string()).collect();
    let below = row.paths.iter().map(|path| at.map_or((*path).to_owned(), |at| format!("{at}.{path}")));
    if step.action != row.action || paths != below.chain(at.map(str::to_owned)).collect() {
        return Err(format!("is {} by {} {paths:?}", row.action, step.action));
    }
    // All other changes follow from an unknown id, or belong to an object that the change created.
    let others = plan.steps.iter().filter(|step| !is_row(&step.id) && step.action != Action::Delete);
    let is_known =
        |value: &Value| !["(id of ", "(ARN of ", "(name of "].iter().any(|id| value.to_string().contains(id));
    let mut others = others.flat_map(|step| &step.changes);
    if let Some(change) = others.find(|change| change.after.as_ref().is_none_or(is_known)) {
        return Err(format!("is all that changes, and not {change:?}"));
    }
    let outcome = account.carry_out(&graph, &world, &plan).await;
    assert!(outcome.is_success(), "{outcome:#?}");
    let left = account.plan(stack).await;
    if !left.is_empty() {
        return Err(format!("is put back, and nothing is left to do: {left:#?}"));
    }
    let settled = |account: &Account| {
        let mut state = without_history(state(account));
        if row.field == "class" {
            // A group of another class has another name, beside the one that it replaces.
            state = serde_json::from_str(&state.to_string().replace("/all-worker-2", "/all-worker"))
                .expect("a state");
        }
        if row.field == "registry" {
            // ECS leaves the instances of tasks that it stops after their service has left the registry.
            state["registries"].take();
        }
        state
    };
    let difference = difference(&settled(&loaded(saved)), &settled(&account));
    difference.map_or(Ok(()), |difference| Err(format!("is put back: {difference}")))
}

#[tokio::test(start_paused = true)]
async fn change_by_hand_is_named_and_undone() {
    check_all(&stack(), rows()).await;
}

/// Checks rows of a stack, each on the account after a first apply.
async fn check_all(stack: &Stack, rows: impl Iterator<Item = &'static Row>) {
    let saved = applied(stack).await;
    let mut wrong = Vec::new();
    for row in rows {
        if let Err(why) = Box::pin(check(stack, &saved, row)).await {
            wrong.push(format!("{} {} {:?} {why}", row.kind, row.name, row.paths));
        }
    }
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Returns the objects whose difference the library calls a change of the stack.
async fn called_unapplied(account: &Account, stack: &Stack) -> Vec<String> {
    let planned = Deployer::new(&account.sandbox.sdk_config()).reread(stack).await.expect("a plan");
    let differences = planned.observed().differences(planned.plan());
    assert!(!differences.is_empty());
    let unapplied = differences.into_iter().filter(|one| one.origin == Origin::Stack);
    unapplied.map(|one| format!("{} {}", one.action, one.id)).collect()
}

#[tokio::test(start_paused = true)]
async fn change_by_hand_is_never_called_unapplied() {
    let stack = stack();
    let saved = applied(&stack).await;
    let mut wrong = Vec::new();
    for row in rows() {
        let found = called_unapplied(&changed(&saved, &row.hand), &stack).await;
        wrong.extend(found.into_iter().map(|object| format!("{} {}: {object}", row.kind, row.field)));
    }
    for (kind, name, remove) in removed::REMOVALS {
        let account = loaded(&saved);
        remove(&account);
        account.sandbox.advance(Duration::from_mins(10));
        let found = called_unapplied(&account, &stack).await;
        wrong.extend(found.into_iter().map(|object| format!("{kind} {name} removed: {object}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(start_paused = true)]
async fn removed_api_without_a_log_is_not_unapplied() {
    let mut stack = stack();
    stack.api.as_mut().expect("an API").access_log = None;
    let account = loaded(&applied(&stack).await);
    domains::remove(&account);
    account.by_hand("apigateway", "DeleteApi", &json!({"apiId": api::api(&account)}));
    assert_eq!(called_unapplied(&account, &stack).await, Vec::<String>::new());
}

/// Collects the paths of a state, with a star for each name.
fn fields(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    let Some(members) = value.as_object().filter(|members| !members.is_empty()) else {
        found.insert(path.to_owned());
        return;
    };
    let holder = path.rsplit('.').next().unwrap_or_default();
    for (key, value) in members {
        let step = if MAPS.contains(&holder) { "*" } else { key.as_str() };
        let path = if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") };
        fields(&path, value, found);
    }
}

#[tokio::test(start_paused = true)]
async fn every_field_of_every_kind_has_a_row() {
    let stack = stack();
    let (graph, world) = loaded(&applied(&stack).await).observe(&stack).await;
    let kinds: BTreeSet<&str> = graph.ids().map(|id| id.kind.name()).collect();
    assert_eq!(kinds.len(), 20, "the stack has every kind: {kinds:?}");
    let without = without_rows(&world, &rows().collect::<Vec<_>>());
    assert!(without.is_empty(), "fields without a row: {without:#?}");
}

/// Returns the fields of a world that no row changes.
fn without_rows(world: &World, rows: &[&Row]) -> BTreeSet<String> {
    let mut without = BTreeSet::new();
    for (id, live) in world.objects() {
        let mut found = BTreeSet::new();
        fields("", &live.state, &mut found);
        let is_below = |field: &str, above: &str| {
            field.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        found.retain(|field| {
            let has_row = rows.iter().any(|row| id.kind == row.kind && is_below(field, row.field));
            !has_row && !IDENTITY.contains(&(id.kind.name(), field))
        });
        without.extend(found.into_iter().map(|field| format!("{} {field}", id.kind)));
    }
    without
}

/// Returns the item of a listing with this name.
fn listed(account: &Account, call: (&str, &str, &Value), list: &str, named: (&str, &str)) -> Value {
    let (service, operation, input) = call;
    let answer = account.by_hand(service, operation, input);
    let mut items = answer[list].as_array().into_iter().flatten();
    let found = items.find(|&item| item[named.0] == named.1).cloned();
    found.unwrap_or_else(|| panic!("{named:?} stands in {answer:#}"))
}

/// Returns the object of a saved list or map with this member.
pub(super) fn saved<'a>(objects: &'a mut Value, named: (&str, &str)) -> &'a mut Value {
    let objects = objects.as_object_mut().expect("a map of objects").values_mut();
    let mut found =
        objects.filter(|object| object[named.0] == named.1 || object["settings"][named.0] == named.1);
    found.next().expect("the object")
}

fn tag(key: &str, value: &str) -> Value {
    json!([{ "Key": key, "Value": value }])
}
