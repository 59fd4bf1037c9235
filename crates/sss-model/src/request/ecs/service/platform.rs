//! Platform versions of Fargate, and commands in containers.
//!
//! A platform version is the runtime of a Fargate task. ECS takes `LATEST` if the request sets none. Linux has 1.4.0
//! and 1.3.0, Windows has 1.0.0 (ECS-SVC-040).

use super::Service;
use crate::report::Report;
use crate::request::ecs::task::Task;
use crate::rules::service::{LARGE_TASK, OLD_PLATFORM, PLATFORM_VERSIONS};
use crate::rules::{ECS_SVC_040, ECS_SVC_060, ECS_TD_013, broken};

/// Checks the platform version of a service, and that its containers can run commands.
pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    version(service, report);
    if service.request.is_set("enableExecuteCommand") {
        commands(service, report);
    }
}

/// Checks the platform version (ECS-SVC-040), and that it is new enough for the size of the task (ECS-TD-013).
///
/// Without the task definition the system is unknown, so the versions of Linux and Windows are all valid. ECS refuses
/// the member for tasks that do not run on Fargate.
fn version(service: &Service<'_>, report: &mut Report) {
    let Some(version) = service.request.text("platformVersion") else { return };
    let at = service.request.place("platformVersion");
    let windows = service.task.as_ref().map(|task| task.windows);
    let known: &[&str] = match windows {
        None => &["LATEST", "1.4.0", "1.3.0", "1.0.0"],
        Some(false) => &PLATFORM_VERSIONS,
        Some(true) => &["LATEST", "1.0.0"],
    };
    if !known.contains(&version) {
        let broken = broken!(ECS_SVC_040, "unknown-choice", given = version, choices = known.to_vec());
        report.add(&at, broken);
    }

    let elsewhere = service.request.text("launchType").filter(|launch| *launch != "FARGATE");
    if let Some(launch) = elsewhere {
        report.add(&at, broken!(ECS_SVC_040, "wrong-launch-type", launch = launch));
    } else if service.on_other_providers() {
        report.add(&at, broken!(ECS_SVC_040, "on-instances"));
    }

    let large = service.task.as_ref().and_then(Task::cpu).filter(|cpu| *cpu >= i64::from(LARGE_TASK));
    if let Some(cpu) = large.filter(|_| version == OLD_PLATFORM) {
        report.add(&at, broken!(ECS_TD_013, "too-old", version = version, cpu = cpu));
    }
}

/// Warns of tasks in which ECS Exec cannot run commands (ECS-SVC-060). ECS accepts them, and the commands fail.
///
/// A command needs a task role, which lets the agent in the container open its channel, and a root file system that can
/// be written. A missing init process is advice: commands run without it, but nothing ends the processes that they
/// leave.
fn commands(service: &Service<'_>, report: &mut Report) {
    let Some(task) = &service.task else { return };
    let at = service.request.place("enableExecuteCommand");
    if !task.request.has("taskRoleArn") {
        report.add(&at, broken!(ECS_SVC_060, "no-task-role"));
    }
    for container in &task.containers {
        let name = container.text("name").unwrap_or_default();
        if container.is_set("readonlyRootFilesystem") {
            report.add(&at, broken!(ECS_SVC_060, "read-only", name = name));
        }
        let linux = container.get("linuxParameters");
        if !task.windows && !linux.is_some_and(|linux| linux.is_set("initProcessEnabled")) {
            report.advise(&at, broken!(ECS_SVC_060, "no-init-process", name = name));
        }
    }
}
