//! Daily operation: tasks, events, history, and interventions in services.

mod alone;
mod autoscaler;
mod logs;

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use sss_aws::{
    Mode,
    operate::{
        Named, Target,
        change::{Back, Change, Scale},
        events::{Source, events},
        history::history,
        tasks::{Which, find, inspect, tasks},
    },
};
use sss_model::Stack;

use crate::account::{Account, reference, steps};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const IMAGE: &str = "public.ecr.aws/docker/library/httpd:2.4";

/// Returns an account with the reference stack, the stack, and its names.
async fn applied() -> (Account, Stack, Target) {
    let account = Account::new();
    let stack = reference(&account);
    account.apply(&stack).await;
    let target = Target::of(&stack);
    (account, stack, target)
}

fn with_image(stack: &Stack, image: &str) -> Stack {
    let mut stack = stack.clone();
    image.clone_into(&mut stack.services.get_mut("app").expect("the service").task.image);
    stack
}

fn app(target: &Target) -> &Named {
    target.service("app").expect("the service")
}

fn change<'a>(account: &Account, target: &'a Target) -> Change<'a> {
    Change::new(&account.aws, target, |_| {})
}

async fn running(account: &Account, target: &Target) -> Vec<String> {
    let found = tasks(&account.aws, target, &[app(target)], Which::Wanted).await.expect("tasks");
    found.into_iter().map(|task| task.id).collect()
}

#[tokio::test(start_paused = true)]
async fn tasks_name_their_revision_and_why_they_stopped() {
    let (account, stack, target) = applied().await;
    let found = tasks(&account.aws, &target, &[app(&target)], Which::Wanted).await.expect("tasks");
    let [task] = found.as_slice() else { panic!("one task: {found:?}") };
    assert_eq!((task.revision.as_str(), task.last_status.as_str()), ("mz-dev-site:1", "RUNNING"));
    assert!(task.cause.is_none() && task.address.is_some());

    let outcome =
        account.apply_as(&with_image(&stack, "public.ecr.aws/shop/app:ends-memory"), Mode::Converge).await;
    assert!(!outcome.is_success());
    let stopped = tasks(&account.aws, &target, &[app(&target)], Which::Stopped).await.expect("tasks");
    assert!(stopped.len() >= 3, "{stopped:?}");
    assert!(stopped.iter().all(|task| task.cause.as_ref().is_some_and(|cause| cause.cause.id == "K3")));
    let read = inspect(&account.aws, &target, &stopped[0].id[..12]).await.expect("the task");
    assert_eq!(read.logs[0].lines, ["started public.ecr.aws/shop/app:ends-memory"]);
    assert!(read.unread.is_empty());
}

#[tokio::test(start_paused = true)]
async fn unknown_task_is_declined() {
    let (account, _, target) = applied().await;
    for id in ["ffffffff", ""] {
        let found = find(&account.aws, &target, id).await;
        assert_eq!(found.is_ok(), id.is_empty(), "an empty beginning names the only task");
        assert!(found.err().is_none_or(|error| error.is_declined()));
    }
}

#[tokio::test(start_paused = true)]
async fn history_and_events_tell_a_rollback() {
    let (account, stack, target) = applied().await;
    let broken = with_image(&stack, "public.ecr.aws/shop/app:does-not-exist");
    assert!(!account.apply_as(&broken, Mode::Converge).await.is_success());
    let all = history(&account.aws, &target, &[app(&target)], 10).await.expect("a history");
    let told: Vec<_> = all.iter().map(|one| (one.status.as_str(), one.revision.as_deref())).collect();
    let expected = [("ROLLBACK_SUCCESSFUL", Some("mz-dev-site:2")), ("SUCCESSFUL", Some("mz-dev-site:1"))];
    assert_eq!(told, expected);
    assert_eq!(all[0].failed_tasks, Some(3));

    let entries = events(&account.aws, &target, &[app(&target)], &[], None).await.expect("events");
    assert!(entries.is_sorted_by_key(|entry| entry.time), "{entries:#?}");
    let sources: BTreeSet<Source> = entries.iter().map(|entry| entry.source).collect();
    assert_eq!(sources.len(), 3, "{sources:?}");
    let ids: BTreeSet<&str> =
        entries.iter().filter_map(|entry| Some(entry.cause.as_ref()?.cause.id)).collect();
    assert_eq!(ids, BTreeSet::from(["E4", "P1"]));
    let since = entries.last().map(|entry| entry.time);
    let last =
        events(&account.aws, &target, &[app(&target)], &[Source::Service], since).await.expect("events");
    assert!(last.len() < entries.len() && last.iter().all(|entry| entry.source == Source::Service));
}

#[tokio::test(start_paused = true)]
async fn restart_replaces_tasks_and_leaves_the_plan_empty() {
    let (account, stack, target) = applied().await;
    let before = running(&account, &target).await;
    change(&account, &target).restart(app(&target)).await.expect("a restart");
    let after = running(&account, &target).await;
    assert_eq!((before.len(), after.len()), (1, 1));
    assert_ne!(before, after);
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn scale_starts_tasks_and_the_next_plan_sets_back() {
    let (account, stack, target) = applied().await;
    let change = change(&account, &target);
    assert_eq!(change.scale(app(&target), Scale::to(3)).await.expect("more tasks").before, 1);
    assert_eq!(running(&account, &target).await.len(), 3);
    let next: Vec<String> = steps(&account.plan(&stack).await).into_iter().collect();
    assert_eq!(next, ["update ecs/service mz-dev-app"]);
    assert_eq!(change.scale(app(&target), Scale::to(0)).await.expect("no tasks").before, 3);
    assert_eq!(running(&account, &target).await.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn rollback_returns_all_members_and_registers_nothing() {
    let (account, stack, target) = applied().await;
    let mut changed = with_image(&stack, "public.ecr.aws/docker/library/httpd:2.5");
    changed.network.private_subnet_ids.truncate(2);
    account.apply(&changed).await;
    let (done, calls, _) =
        account.counted(async { change(&account, &target).roll_back(app(&target), Back::Usual).await }).await;
    assert_eq!(done.expect("a rollback"), "mz-dev-site:1");
    let writes: Vec<&str> =
        calls.iter().filter(|call| call.writes).map(|call| call.operation.as_str()).collect();
    assert_eq!(writes, ["UpdateService"], "one write, and no registration");
    let service = account.service(CLUSTER, "mz-dev-app");
    let subnets = &service["networkConfiguration"]["awsvpcConfiguration"]["subnets"];
    assert_eq!(subnets.as_array().map(Vec::len), Some(3), "{service}");
    assert!(!service["serviceRegistries"].as_array().expect("registries").is_empty());
    let left = steps(&account.plan(&stack).await);
    assert!(!left.iter().any(|step| step.contains("ecs/")), "the earlier service is what runs: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn rollback_to_a_revision_takes_that_one() {
    let (account, stack, target) = applied().await;
    for version in ["2.5", "2.6"] {
        account.apply(&with_image(&stack, &format!("public.ecr.aws/docker/library/httpd:{version}"))).await;
    }
    let change = change(&account, &target);
    assert_eq!(
        change.roll_back(app(&target), Back::To("mz-dev-site:1")).await.expect("a rollback"),
        "mz-dev-site:1"
    );
    let unknown =
        change.roll_back(app(&target), Back::To("mz-dev-site:9")).await.expect_err("no such revision");
    assert!(unknown.is_declined(), "{unknown}");
    assert!(unknown.hint().is_some_and(|hint| hint.contains("mz-dev-site:3")), "{:?}", unknown.hint());
}

#[tokio::test(start_paused = true)]
async fn first_deployment_has_nothing_to_go_back_to() {
    let (account, _, target) = applied().await;
    let declined = change(&account, &target).roll_back(app(&target), Back::Usual).await.expect_err("nothing");
    assert!(declined.is_declined());
    assert_eq!(declined.to_string(), "mz-dev-app has no earlier successful deployment than mz-dev-site:1");
}

#[tokio::test(start_paused = true)]
async fn rollback_that_fails_is_a_failure_with_its_cause() {
    let (account, stack, target) = applied().await;
    account.apply(&with_image(&stack, "public.ecr.aws/docker/library/httpd:2.5")).await;
    account.sandbox.break_image(IMAGE, sss_sandbox::BrokenImage::Missing);
    let error =
        change(&account, &target).roll_back(app(&target), Back::Usual).await.expect_err("the image is gone");
    let deployment = error.deployment().expect("a report");
    assert_eq!(deployment.cause.as_ref().map(|cause| cause.cause.id), Some("P1"));
}

/// Starts a deployment by hand that takes long, because its image never becomes healthy.
fn deploy_slowly(account: &Account) {
    account.by_hand(
        "ecs",
        "UpdateService",
        &json!({ "cluster": CLUSTER, "service": "mz-dev-app", "forceNewDeployment": true }),
    );
}

#[tokio::test(start_paused = true)]
async fn running_deployment_declines_restart_and_scale() {
    let (account, _, target) = applied().await;
    deploy_slowly(&account);
    let change = change(&account, &target);
    let restart = change.restart(app(&target)).await.expect_err("a deployment is under way");
    let scale = change.scale(app(&target), Scale::to(2)).await.expect_err("a deployment is under way");
    assert!(restart.is_declined() && scale.is_declined());
    change.deployed(app(&target), Duration::from_mins(5)).await.expect("it ends well");
    change.stable(app(&target), Duration::from_mins(5)).await.expect("it is stable");
}

#[tokio::test(start_paused = true)]
async fn rollback_during_a_deployment_stops_it() {
    let (account, _, target) = applied().await;
    deploy_slowly(&account);
    let change = change(&account, &target);
    for back in [Back::Previous, Back::To("mz-dev-site:1")] {
        assert!(change.roll_back(app(&target), back).await.expect_err("a deployment runs").is_declined());
    }
    assert_eq!(
        change.roll_back(app(&target), Back::Usual).await.expect("it is rolled back"),
        "mz-dev-site:1"
    );
    let all = history(&account.aws, &target, &[app(&target)], 1).await.expect("a history");
    assert_eq!(all[0].status, "ROLLBACK_SUCCESSFUL");
}

#[tokio::test(start_paused = true)]
async fn abort_ends_the_deployment_and_wait_fails_then() {
    let (account, _, target) = applied().await;
    let change = change(&account, &target);
    assert!(change.abort(app(&target), true).await.expect_err("none runs").is_declined());
    deploy_slowly(&account);
    assert_eq!(change.abort(app(&target), true).await.expect("it ends"), "ROLLBACK_SUCCESSFUL");
    let error = change.deployed(app(&target), Duration::from_mins(1)).await.expect_err("it was rolled back");
    assert!(error.to_string().contains("was rolled back"), "{error}");
    assert!(error.deployment().is_some() && !error.is_late());
    assert!(error.cause().is_none(), "somebody stopped it, so no task has failed: {:?}", error.cause());
    change.stable(app(&target), Duration::from_mins(1)).await.expect("the service is stable all the same");
    assert!(change.proceed(app(&target), None).await.expect_err("nothing is paused").is_declined());
}
