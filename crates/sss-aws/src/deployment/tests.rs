//! The cause of a stopped task and of a failed deployment, from all their texts.

use super::{FailedDeployment, StoppedContainer, StoppedTask};
use crate::causes::Confidence;

/// A task that ended by itself with this exit code.
fn exited(exit_code: i32, log: &[&str]) -> StoppedTask {
    let log = log.iter().map(|line| (*line).to_owned()).collect();
    StoppedTask {
        id: "0d17".to_owned(),
        code: Some("EssentialContainerExited".to_owned()),
        reason: Some("Essential container in task exited".to_owned()),
        containers: vec![StoppedContainer {
            name: "web".to_owned(),
            exit_code: Some(exit_code),
            reason: None,
            log,
        }],
        ran_for: Some(60),
    }
}

fn cause_of(task: &StoppedTask) -> Option<&'static str> {
    task.diagnosis().map(|found| found.cause.id)
}

#[test]
fn exit_codes_show_their_cause() {
    let causes =
        [0, 1, 2, 125, 126, 127, 134, 137, 139, 143, 255, 128, 300].map(|code| cause_of(&exited(code, &[])));
    let expected = ["K1", "K2", "K2", "K2", "K6", "K6", "K6", "K3", "K5", "K6", "K6"].map(Some);
    assert_eq!(causes, [&expected[..], &[None, None]].concat()[..]);
    let killed = exited(137, &[]).diagnosis().expect("a cause");
    assert_eq!(killed.confidence, Confidence::Possible);
    assert_eq!(killed.subject.as_deref(), Some("web exited with 137"));
}

#[test]
fn log_lines_explain_more_than_exit_codes() {
    assert_eq!(cause_of(&exited(1, &["exec /bin/web: exec format error"])), Some("P9"));
    assert_eq!(cause_of(&exited(127, &["exec /run.sh: no such file or directory"])), Some("K7"));
    assert_eq!(cause_of(&exited(1, &["toomanyrequests", "OutOfMemoryError in the application"])), Some("K2"));
}

#[test]
fn reason_of_a_container_explains_more_than_its_code() {
    let mut task = exited(137, &[]);
    task.containers[0].reason = Some("OutOfMemoryError: Container killed due to memory usage".to_owned());
    let found = task.diagnosis().expect("a cause");
    assert_eq!((found.cause.id, found.evidence[0].field), ("K3", "containers.reason"));
    assert_eq!(found.evidence[0].object, "web");
}

#[test]
fn stop_codes_show_who_stopped_the_task() {
    let stopped = |code: &str, exit: i32, reason: &str| {
        let mut task = exited(exit, &[]);
        task.code = Some(code.to_owned());
        task.reason = Some(reason.to_owned());
        cause_of(&task)
    };
    assert_eq!(stopped("SpotInterruption", 143, "a new text"), Some("E15"));
    assert_eq!(stopped("TerminationNotice", 143, "a new text"), Some("E16"));
    assert_eq!(stopped("InfrastructureHealth", 143, "a new text"), Some("E17"));
    assert_eq!(stopped("UserInitiated", 143, "stopped by ann"), None);
    assert_eq!(
        stopped("ServiceSchedulerInitiated", 137, "Scaling activity initiated by (deployment ecs-svc/1)"),
        Some("K4")
    );
    assert_eq!(
        stopped("ServiceSchedulerInitiated", 143, "Scaling activity initiated by (deployment ecs-svc/1)"),
        None
    );
    assert_eq!(stopped("CodeOfTomorrow", 1, "a new text"), None);
}

#[test]
fn tasks_explain_more_than_events() {
    let events =
        vec!["(service web) (deployment ecs-svc/1) deployment failed: tasks failed to start.".to_owned()];
    let mut failed = FailedDeployment { events, ..FailedDeployment::default() };
    assert_eq!(failed.diagnosis().map(|found| found.cause.id), Some("E4"));
    failed.events.push("(service web) (task 1) failed container health checks.".to_owned());
    assert_eq!(failed.diagnosis().map(|found| found.cause.id), Some("K9"));
    failed.tasks = vec![exited(1, &[])];
    assert_eq!(failed.diagnosis().map(|found| found.cause.id), Some("K2"));
    assert_eq!(FailedDeployment::default().diagnosis(), None);
}

#[test]
fn outer_texts_are_no_cause_while_a_read_is_missing() {
    let unread = vec!["logs:GetLogEvents was denied".to_owned()];
    let missing = |task: StoppedTask| {
        let tasks = vec![task];
        FailedDeployment { tasks, unread: unread.clone(), ..FailedDeployment::default() }.diagnosis()
    };
    assert_eq!(missing(exited(1, &[])), None);
    assert_eq!(missing(exited(1, &["exec /web: exec format error"])).map(|found| found.cause.id), Some("P9"));
}

#[test]
fn application_on_the_loopback_explains_a_failed_health_check() {
    let mut task = exited(0, &["Running on http://127.0.0.1:5000"]);
    task.code = Some("ServiceSchedulerInitiated".to_owned());
    task.reason = Some("Task failed container health checks".to_owned());
    assert_eq!(cause_of(&task), Some("K12"));
    task.containers[0].log.clear();
    assert_eq!(cause_of(&task), Some("K9"));
}
