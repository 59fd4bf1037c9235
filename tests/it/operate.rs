//! Daily operation: tasks, events, history, logs, and interventions in services.

mod autoscaler;

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use serde_json::json;
use sss_aws::{
    Error, Mode,
    operate::{
        Named, Target,
        change::{Back, Change, Scale},
        events::{Source, events},
        history::history,
        logs::{self, Follower, Line, Request, Until},
        tasks::{Which, find, inspect, tasks},
    },
};
use sss_model::Stack;
use sss_sandbox::Talk;

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

/// Follows the logs of the service for a while, and returns the lines.
async fn followed(account: &Account, request: &Request, during: impl Future<Output = ()>) -> Vec<Line> {
    let lines = RefCell::new(Vec::new());
    let work = logs::follow::<Error>(&account.aws, request, &Until::Dropped, |line| {
        lines.borrow_mut().push(line.clone());
        Ok(())
    });
    tokio::select! {
        ended = work => panic!("it ended: {ended:?}"),
        () = during => {}
    }
    lines.into_inner()
}

/// Asserts that a container's lines are complete from its first one on, and none is doubled.
fn assert_complete(lines: &[Line]) {
    let ids: BTreeSet<&str> = lines.iter().map(|line| line.event_id.as_str()).collect();
    assert_eq!(ids.len(), lines.len(), "no line is doubled");
    let tasks: BTreeSet<&str> = lines.iter().filter_map(|line| line.task.as_deref()).collect();
    for task in tasks {
        let own = lines.iter().filter(|line| line.task.as_deref() == Some(task));
        let numbers: Vec<u64> =
            own.filter_map(|line| line.message.strip_prefix("line ")?.parse().ok()).collect();
        let first = numbers.first().copied().unwrap_or_default();
        let expected: Vec<u64> = (first..first + numbers.len() as u64).collect();
        assert_eq!(numbers, expected, "task {task}: no line is lost, all are in order");
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_lines_and_a_new_task_are_complete() {
    let account = Account::new();
    account.sandbox.make_talk(IMAGE, Talk::every(Duration::from_millis(20)));
    let stack = reference(&account);
    account.apply(&stack).await;
    let target = Target::of(&stack);
    let mut request = Request::of_services(&[app(&target)], None);
    request.since = Some(sss_aws::Moment::from_millis(0));

    let lines = followed(&account, &request, async {
        tokio::time::sleep(Duration::from_secs(100)).await;
        change(&account, &target).restart(app(&target)).await.expect("a restart");
        tokio::time::sleep(Duration::from_mins(1)).await;
    });
    let lines = lines.await;
    assert!(lines.len() > 10_000, "{}", lines.len());
    let tasks: BTreeSet<_> = lines.iter().map(|line| line.task.clone()).collect();
    assert_eq!(tasks.len(), 2, "the new task's lines are there");
    assert!(lines.is_sorted_by_key(|line| line.time), "ordered by time");
    assert_complete(&lines);
}

#[tokio::test(start_paused = true)]
async fn late_lines_are_neither_lost_nor_doubled() {
    let account = Account::new();
    account.sandbox.make_talk(IMAGE, Talk::every(Duration::from_millis(700)).late(Duration::from_secs(6)));
    let stack = reference(&account);
    account.apply(&stack).await;
    let target = Target::of(&stack);
    let mut request = Request::of_services(&[app(&target)], None);
    request.since = Some(sss_aws::Moment::from_millis(0));
    let lines = followed(&account, &request, tokio::time::sleep(Duration::from_mins(2))).await;
    assert!(lines.len() > 100, "{}", lines.len());
    assert_complete(&lines);
}

#[tokio::test(start_paused = true)]
async fn memory_of_following_does_not_grow_with_the_log() {
    const EVERY: u64 = 20;
    let account = Account::new();
    account.sandbox.make_talk(IMAGE, Talk::every(Duration::from_millis(EVERY)).late(Duration::from_secs(4)));
    let stack = reference(&account);
    account.apply(&stack).await;
    tokio::time::sleep(Duration::from_mins(10)).await;
    let target = Target::of(&stack);
    let mut request = Request::of_services(&[app(&target)], None);
    request.since = Some(sss_aws::Moment::from_millis(0));

    let mut lines = Vec::new();
    let mut push = |line: &Line| {
        lines.push(line.clone());
        Ok::<_, Error>(())
    };
    let mut follower = Follower::start(&account.aws, &request, &mut push).await.expect("a start");
    let mut held = Vec::new();
    for poll in 0..120 {
        if poll == 60 {
            change(&account, &target).restart(app(&target)).await.expect("a restart");
        }
        follower.poll(&mut push).await.expect("lines");
        held.push(follower.held());
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    assert!(lines.len() > 40_000, "{}", lines.len());
    assert_complete(&lines);
    // A page of 10 000 lines, and the ids of at most twice ten seconds of two tasks.
    let most = held.iter().copied().max().unwrap_or_default();
    assert!(most <= 10_000 + 2 * 2 * 10_000 / usize::try_from(EVERY).expect("small"), "{held:?}");
    // Between two polls, only some seconds of lines come.
    assert!(held[10..50].iter().all(|held| *held < 2_000), "{held:?}");
}

#[tokio::test(start_paused = true)]
async fn follow_waits_for_the_group_and_read_names_it() {
    let account = Account::new();
    let stack = reference(&account);
    let target = Target::of(&stack);
    let request = Request::of_services(&[app(&target)], None);
    let missing = logs::read::<Error>(&account.aws, &request, |_| Ok(())).await.expect_err("no group");
    assert_eq!(missing.to_string(), "the log group /aws/ecs/fargate/mz-dev-app does not exist");
    let lines = followed(&account, &request, account.apply(&stack)).await;
    assert_eq!(
        lines.iter().map(|line| line.message.as_str()).collect::<Vec<_>>(),
        [format!("started {IMAGE}")]
    );
}

#[tokio::test(start_paused = true)]
async fn follow_of_a_task_ends_when_it_has_stopped() {
    let (account, _, target) = applied().await;
    let [id] = running(&account, &target).await.try_into().expect("one task");
    let task = find(&account.aws, &target, &id).await.expect("the task");
    change(&account, &target).stop(&id, "a test").await.expect("it stops");
    let request = Request::of_task(&target, &task, None);
    let until = Until::Stopped { cluster: CLUSTER.to_owned(), task: id.clone() };
    let ended = logs::follow::<Error>(&account.aws, &request, &until, |_| Ok(()));
    tokio::time::timeout(Duration::from_secs(90), ended).await.expect("it ends").expect("no error");
    let stopped = find(&account.aws, &target, &id).await.expect("the task");
    assert_eq!(
        (stopped.stop_code.as_deref(), stopped.reason.as_deref()),
        (Some("UserInitiated"), Some("a test"))
    );
    assert!(stopped.cause.is_none(), "a person is no failure");
}

#[tokio::test(start_paused = true)]
async fn tail_has_the_last_lines_in_order() {
    let account = Account::new();
    account.sandbox.make_talk(IMAGE, Talk::every(Duration::from_secs(1)));
    let stack = reference(&account);
    account.apply(&stack).await;
    tokio::time::sleep(Duration::from_hours(2)).await;
    let target = Target::of(&stack);
    let mut request = Request::of_services(&[app(&target)], None);
    request.tail = Some(700);
    let mut lines = Vec::new();
    let push = |line: &Line| {
        lines.push(line.message.clone());
        Ok::<_, Error>(())
    };
    logs::read(&account.aws, &request, push).await.expect("lines");
    assert_eq!(lines.len(), 700);
    let number = |line: &String| line.strip_prefix("line ").and_then(|number| number.parse::<u64>().ok());
    let numbers: Vec<u64> = lines.iter().filter_map(number).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");

    let mut found = Vec::new();
    request.grep = Some("line 17".to_owned());
    request.tail = Some(3);
    let push = |line: &Line| {
        found.push(line.message.clone());
        Ok::<_, Error>(())
    };
    logs::read(&account.aws, &request, push).await.expect("lines");
    assert_eq!(found, ["line 1797", "line 1798", "line 1799"]);
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
