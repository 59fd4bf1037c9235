//! Spellings: AWS returns some values in other words than the stack. Another spelling is no change, and
//! another value is one.
//!
//! Each row has both, and the thread or the page in which people met the spelling.

mod scaling;
mod services;
mod tasks;

use serde_json::Value;
use sss_model::{Aggregation, Path, Scaling, Stack};
use sss_sandbox::Sandbox;

use crate::{account::Account, fields};

/// A value that AWS spells in several ways, as edits of the saved account.
struct Row {
    /// The source: threads of public trackers, or AWS's documentation.
    evidence: &'static str,
    /// The same value in other words, which is no change.
    same: fn(&mut Value),
    /// Another value in the same place, which is a change of this path.
    other: fn(&mut Value),
    path: &'static str,
}

/// Returns the stack with AWS's defaults wherever AWS has one.
fn stack() -> Stack {
    let mut stack = fields::stack();
    stack.network.assign_public_ip = false;
    stack.network.private_subnet_ids = Sandbox::new().private_subnet_ids();
    stack.namespace.description = None;
    stack.cluster.execute_command.as_mut().expect("sessions").bucket_prefix = None;
    let api = stack.api.as_mut().expect("an API");
    api.description = None;
    api.cors.as_mut().expect("CORS").max_age = None;
    let web = stack.services.get_mut("web").expect("the service");
    web.health_check_grace_period = None;
    let scaling = worker_scaling(&mut stack);
    (scaling.scale_in_cooldown, scaling.scale_out_cooldown, scaling.scale_in) = (300, 300, true);
    (scaling.steps[0].cooldown, scaling.steps[0].aggregation) = (300, Aggregation::Average);
    scaling.schedule[0].time_zone = None;
    stack
}

/// Returns the saved account after an edit.
fn edited(saved: &[u8], edit: impl FnOnce(&mut Value)) -> Account {
    let mut world: Value = serde_json::from_slice(saved).expect("a saved account");
    edit(&mut world);
    Account::of(Sandbox::load(world.to_string().as_bytes()).expect("a saved account"))
}

async fn check(stack: &Stack, saved: &[u8], row: &Row) -> Result<(), String> {
    let plan = edited(saved, row.same).verified_plan(stack).await;
    if !plan.is_empty() || plan.is_refused() {
        let changes: Vec<_> = plan.steps.iter().flat_map(|step| &step.changes).collect();
        return Err(format!("is no change, and not {changes:#?} {:?}", plan.refusals));
    }
    let plan = edited(saved, row.other).verified_plan(stack).await;
    let mut changes = plan.steps.iter().flat_map(|step| &step.changes);
    if changes.any(|change| change.path == row.path) {
        return Ok(());
    }
    Err(format!("is seen when it is another: {:#?}", plan.steps))
}

#[tokio::test(start_paused = true)]
async fn other_words_are_no_change_and_other_things_are() {
    let stack = stack();
    let account = Account::new();
    account.apply(&stack).await;
    let saved = account.sandbox.save();
    let mut wrong = Vec::new();
    for row in scaling::ROWS.iter().chain(services::ROWS).chain(tasks::ROWS) {
        if let Err(why) = Box::pin(check(&stack, &saved, row)).await {
            wrong.push(format!("{} ({}) {why}", row.path, row.evidence));
        }
    }
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn setting_outside_the_model_is_seen() {
    let stack = stack();
    let account = Account::new();
    account.apply(&stack).await;
    let saved = account.sandbox.save();
    for (place, member, value) in tasks::unmanaged() {
        let account = edited(&saved, |world| tasks::place(world, place)[member] = value);
        let plan = account.verified_plan(&stack).await;
        let mut changes = plan.steps.iter().flat_map(|step| &step.changes);
        let unmanaged = |path: &Path| {
            path.parent().is_some_and(|above| above.name() == "unmanaged") && path.name() == member
        };
        let seen = changes.any(|change| unmanaged(&change.path));
        assert!(seen, "{place} {member}: {:#?}", plan.steps);
    }
}

/// The same stack in other words.
const WORDS: &[fn(&mut Stack)] = &[
    |stack| stack.network.private_subnet_ids.reverse(),
    |stack| stack.namespace.description = Some(String::new()),
    |stack| api(stack).description = Some(String::new()),
    |stack| cors(stack).allow_headers = vec!["Authorization".to_owned()],
    |stack| cors(stack).expose_headers = vec!["ETag".to_owned()],
    |stack| cors(stack).max_age = Some(0),
    |stack| api(stack).authorizer.as_mut().expect("an authorizer").audience.reverse(),
    |stack| web(stack).health_check_grace_period = Some(0),
    |stack| web(stack).capacity.reverse(),
    |stack| web(stack).routes.reverse(),
    |stack| web(stack).routes.iter_mut().for_each(|route| route.scopes.reverse()),
    |stack| web(stack).task.task_role.statements[0].actions.reverse(),
    |stack| {
        stack.security_group.ingress.as_mut().expect("rules")[0].cidrs =
            vec!["2001:DB8::7/32".to_owned(), "10.0.9.9/16".to_owned()];
    },
    |stack| stack.security_group.egress[0].description = Some(String::new()),
    |stack| worker_scaling(stack).steps[0].ranges.reverse(),
    |stack| worker_scaling(stack).schedule[0].time_zone = Some("Etc/UTC".to_owned()),
];

fn api(stack: &mut Stack) -> &mut sss_model::Api {
    stack.api.as_mut().expect("an API")
}

fn cors(stack: &mut Stack) -> &mut sss_model::Cors {
    api(stack).cors.as_mut().expect("CORS")
}

fn worker_scaling(stack: &mut Stack) -> &mut Scaling {
    let worker = stack.services.get_mut("worker").expect("the service");
    worker.scaling.as_mut().expect("autoscaling")
}

fn web(stack: &mut Stack) -> &mut sss_model::Service {
    stack.services.get_mut("web").expect("the service")
}

#[tokio::test(start_paused = true)]
async fn stack_in_other_words_is_no_change() {
    let account = Account::new();
    let said = stack();
    account.apply(&said).await;
    for (index, words) in WORDS.iter().enumerate() {
        let mut stack = said.clone();
        words(&mut stack);
        assert_ne!(stack, said, "{index}");
        let plan = account.plan(&stack).await;
        let changes: Vec<_> = plan.steps.iter().flat_map(|step| &step.changes).collect();
        assert!(plan.is_empty(), "{index}: {changes:#?}");
    }
}

fn reverse(list: &mut Value) {
    list.as_array_mut().expect("a list").reverse();
}

fn remove(object: &mut Value, members: &[&str]) {
    for member in members {
        object.as_object_mut().expect("an object").remove(*member);
    }
}

fn set(object: &mut Value, members: Value) {
    let Value::Object(members) = members else { return };
    object.as_object_mut().expect("an object").extend(members);
}
