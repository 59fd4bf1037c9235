//! The logs of services and tasks: read, followed, and complete while tasks come and go.

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use sss_aws::{
    Error,
    operate::{
        Target,
        logs::{self, Follower, Line, Request, Until},
        tasks::find,
    },
};
use sss_sandbox::Talk;

use super::{CLUSTER, IMAGE, app, applied, change, running};
use crate::account::{Account, reference};

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
