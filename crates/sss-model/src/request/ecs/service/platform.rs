//! What the platform allows: versions of Fargate, commands in containers.

use super::Service;
use crate::report::Report;
use crate::request::ecs::task::Task;
use crate::rules::worded;
use crate::rules::{ECS_SVC_040, ECS_SVC_060, ECS_TD_013};

/// From how many CPU units on a task needs a new platform.
const LARGE: i64 = 8192;

pub(super) fn inspect(service: &Service<'_>, report: &mut Report) {
    version(service, report);
    if service.request.is_set("enableExecuteCommand") {
        commands(service, report);
    }
}

fn version(service: &Service<'_>, report: &mut Report) {
    let Some(version) = service.request.text("platformVersion") else { return };
    let at = service.request.place("platformVersion");
    let windows = service.task.as_ref().map(|task| task.windows);
    let known: &[&str] = match windows {
        None => &["LATEST", "1.4.0", "1.3.0", "1.0.0"],
        Some(false) => &["LATEST", "1.4.0", "1.3.0"],
        Some(true) => &["LATEST", "1.0.0"],
    };
    if !known.contains(&version) {
        report.add(&at, worded(&ECS_SVC_040, format!("`{version}` is not one of `{}`", known.join("`, `"))));
    }
    let elsewhere = service.request.text("launchType").filter(|launch| *launch != "FARGATE");
    if let Some(launch) = elsewhere {
        report.add(&at, worded(&ECS_SVC_040, format!("is not for the launch type `{launch}`")));
    } else if !service.fargate && !service.request.items("capacityProviderStrategy").is_empty() {
        report.add(&at, worded(&ECS_SVC_040, "is not for providers of instances"));
    }
    let large = service.task.as_ref().and_then(Task::cpu).filter(|cpu| *cpu >= LARGE);
    if let Some(cpu) = large.filter(|_| version == "1.3.0") {
        report.add(&at, worded(&ECS_TD_013, format!("is too old for a task of {cpu} CPU units")));
    }
}

fn commands(service: &Service<'_>, report: &mut Report) {
    let Some(task) = &service.task else { return };
    let at = service.request.place("enableExecuteCommand");
    if !task.request.has("taskRoleArn") {
        report.add(&at, worded(&ECS_SVC_060, "the task definition has no task role"));
    }
    for container in &task.containers {
        let name = container.text("name").unwrap_or_default();
        if container.is_set("readonlyRootFilesystem") {
            report.add(
                &at,
                worded(&ECS_SVC_060, format!("the root file system of `{name}` cannot be written")),
            );
        }
        let linux = container.get("linuxParameters");
        if !task.windows && !linux.is_some_and(|linux| linux.is_set("initProcessEnabled")) {
            report.advise(
                &at,
                worded(&ECS_SVC_060, format!("nothing in `{name}` reaps what a command leaves behind")),
            );
        }
    }
}
