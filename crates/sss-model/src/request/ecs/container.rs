//! Containers of a task definition: the checks of one element of `containerDefinitions`.
//!
//! Most rules serve stacks too, and are in `rules::container` and `rules::logging`. This module reads the members of
//! the request for them, and adds the rules on members that a stack does not have: restart policies, environment files,
//! resource limits, capabilities and secret options of logs. `task::together` checks the containers against each other.
//!
//! The container needs its task for one fact above all: Fargate supports less than an instance. A problem never holds
//! the value of a variable or the source of a secret, which may be the secret itself.

use std::collections::BTreeSet;

use super::firelens;
use super::task::Task;
use crate::report::Report;
use crate::request::{Node, bounds};
use crate::rules::{
    self, ECS_TD_045, ECS_TD_056, ECS_TD_071, ECS_TD_075, ECS_TD_082, ECS_TD_086, ECS_TD_087, ECS_TD_088,
    ECS_TD_090, ECS_TD_091, ECS_TD_092, ECS_TD_110, broken,
};
use rules::logging::Logging;

/// Checks the values of a container.
///
/// Its own checks are on the name (ECS-TD-071), on the image (ECS-TD-110, ECS-TD-111), and on the restart policy
/// (ECS-TD-088): 60 to 1800 seconds between attempts, and at most 50 ignored exit codes.
///
/// Two facts about an image are warnings. One page of AWS allows `#`, and the grammar of references does not
/// (ECS-TD-110). `latest` or no tag is accepted, but the next task may run another image (ECS-TD-113).
pub(super) fn inspect(task: &Task<'_>, container: &Node<'_>, report: &mut Report) {
    container.check_text("name", &ECS_TD_071, rules::container::name, report);
    container.check_text("image", &ECS_TD_110, rules::container::image, report);
    if let Some(image) = container.text("image") {
        rules::container::hash_sign(image, &container.place("image"), report);
        rules::container::moving_tag(image, &container.place("image"), report);
    }

    sizes(container, report);
    timeouts(task, container, report);
    if let Some(check) = container.get("healthCheck") {
        health_check(&check, report);
    }
    variables(container, report);
    logging(task, container, report);

    if let Some(router) = container.get("firelensConfiguration") {
        firelens::inspect(&router, task.fargate, report);
    }

    for ulimit in container.items("ulimits") {
        limits(&ulimit, report);
    }
    if let Some(policy) = container.get("restartPolicy") {
        bounds::number(&policy, "restartAttemptPeriod", 60..=1800, &ECS_TD_088, report);
        bounds::count(&policy, "ignoredExitCodes", 0..=50, &ECS_TD_088, report);
    }
    capabilities(task, container, report);
}

/// Checks `cpu` in CPU units (ECS-TD-075), and `memory` and `memoryReservation` in MiB (ECS-TD-078).
///
/// Docker needs 6 MiB, or 4 before version 20.10. Nobody has measured who refuses 4 and 5, so those are a warning, and
/// less is an error. A reservation above `memory` is an error (ECS-TD-077); equal sizes are valid.
fn sizes(container: &Node<'_>, report: &mut Report) {
    bounds::number(container, "cpu", 0..=i64::MAX, &ECS_TD_075, report);
    for member in ["memory", "memoryReservation"] {
        container.check_integer(member, rules::container::memory, report);
        if let Some(size) = container.integer(member) {
            rules::container::memory_is_small(size, &container.place(member), report);
        }
    }
    let (memory, reservation) = (container.integer("memory"), container.integer("memoryReservation"));
    rules::container::reserved(memory, reservation, &container.place("memoryReservation"), report);
}

/// Checks `startTimeout` and `stopTimeout` in seconds (ECS-TD-082). Only Fargate has an upper bound.
///
/// On Fargate they are 2 to 120. Only the current reference has the lower bound, so 0 and 1 are a warning. On instances
/// every number from 0 on is valid.
fn timeouts(task: &Task<'_>, container: &Node<'_>, report: &mut Report) {
    for member in ["startTimeout", "stopTimeout"] {
        let Some(seconds) = container.integer(member) else { continue };
        if task.fargate {
            container.check_integer(member, rules::container::start_or_stop_timeout, report);
            rules::container::timeout_is_short(seconds, &container.place(member), report);
        } else {
            bounds::number(container, member, 0..=i64::MAX, &ECS_TD_082, report);
        }
    }
}

/// Checks a health check: its command (ECS-TD-085) and its numbers (ECS-TD-086).
///
/// The interval is 5 to 300 seconds (30 by default), the timeout 2 to 60 seconds (5), the retries 1 to 10 (3), and the
/// start period 0 to 300 seconds. The interval may be below the timeout: AWS has no rule about that. A first word other
/// than `CMD` and `CMD-SHELL` is a warning, since nobody has measured whether AWS checks it.
fn health_check(check: &Node<'_>, report: &mut Report) {
    if check.has("command") {
        rules::container::health_command(&check.texts("command"), &check.place("command"), report);
    }
    bounds::number(check, "interval", rules::container::INTERVAL, &ECS_TD_086, report);
    bounds::number(check, "timeout", rules::container::TIMEOUT, &ECS_TD_086, report);
    bounds::number(check, "retries", rules::container::RETRIES, &ECS_TD_086, report);
    bounds::number(check, "startPeriod", rules::container::START_PERIOD, &ECS_TD_086, report);
}

/// Checks the variables of a container, from all three sources.
///
/// ECS refuses a name that `secrets` lists twice, or that is in `environment` too (ECS-TD-091). Nobody has measured its
/// answer to a name that `environment` lists twice, so that is a warning. A plain variable whose name or value looks
/// like a secret is a warning too: everybody who may read the task definition can read it (ECS-TD-093).
fn variables(container: &Node<'_>, report: &mut Report) {
    let mut plain = BTreeSet::new();
    for variable in container.items("environment") {
        let Some(name) = variable.text("name") else { continue };
        let value = variable.text("value").unwrap_or_default();
        rules::container::plain_secret(name, value, &variable.place("value"), report);
        if !plain.insert(name) {
            let broken = broken!(ECS_TD_091, "listed-twice", list = "environment", name = name);
            report.warn(&variable.place("name"), broken);
        }
    }

    let mut secret = BTreeSet::new();
    for variable in container.items("secrets") {
        let Some(name) = variable.text("name") else { continue };
        let at = variable.place("name");
        if plain.contains(name) {
            report.add(&at, broken!(ECS_TD_091, "in-both", name = name));
        } else if !secret.insert(name) {
            report.add(&at, broken!(ECS_TD_091, "listed-twice", list = "secrets", name = name));
        }
    }

    secrets(container, "secrets", report);
    files(container, report);
}

/// Checks the sources of secrets (ECS-TD-092), in `secrets` of a container or in `secretOptions` of its logs.
///
/// A source is the ARN of a Secrets Manager secret, or the ARN or the name of an SSM parameter. Another text is a
/// warning: it may fail only when the task starts. The problem does not hold the source, which may be the secret
/// itself.
fn secrets(node: &Node<'_>, member: &str, report: &mut Report) {
    for secret in node.items(member) {
        let Some(source) = secret.text("valueFrom") else { continue };
        let at = secret.place("valueFrom");
        if source.is_empty() {
            report.add(&at, broken!(ECS_TD_092, "required"));
        } else if !rules::container::is_secret_source(source) {
            report.warn(&at, broken!(ECS_TD_092, "unknown-source"));
        }
    }
}

/// Checks the environment files: at most 10, each the ARN of an object in S3 (ECS-TD-090).
///
/// AWS documents that the key must end with `.env`. Tests of the CDK use keys without it, so a key without it is a
/// warning.
fn files(container: &Node<'_>, report: &mut Report) {
    bounds::count(container, "environmentFiles", 0..=10, &ECS_TD_090, report);
    for file in container.items("environmentFiles") {
        let Some(source) = file.text("value") else { continue };
        let at = file.place("value");
        if !rules::container::is_s3_object(source) {
            report.add(&at, broken!(ECS_TD_090, "not-an-arn", given = source));
        } else if source.strip_suffix(".env").is_none() {
            report.warn(&at, broken!(ECS_TD_090, "no-suffix", given = source));
        }
    }
}

/// Checks the logs of a container (ECS-TD-050 to ECS-TD-056).
///
/// `rules::logging` checks the driver and its options, with the names of `secretOptions` as options that are set. ECS
/// needs exactly one container that routes logs for `awsfirelens` (ECS-TD-056).
fn logging(task: &Task<'_>, container: &Node<'_>, report: &mut Report) {
    let Some(log) = container.get("logConfiguration") else { return };
    // The shape reports a driver that ECS does not have at all.
    let Some(driver) = log.text("logDriver").filter(|driver| DRIVERS.contains(driver)) else { return };
    let text = |(name, value): (&'_ str, Node<'_>)| -> Option<(String, String)> {
        Some((name.to_owned(), value.as_text()?.to_owned()))
    };
    let options: Vec<(String, String)> = log.entries("options").into_iter().filter_map(text).collect();
    let secret_options = log.items("secretOptions");

    let logging = Logging {
        driver,
        options: options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        secrets: secret_options.iter().filter_map(|secret| secret.text("name")).collect(),
        at: log.place("logDriver"),
        options_at: log.place("options"),
    };
    rules::logging::inspect(&logging, task.fargate, report);
    secrets(&log, "secretOptions", report);

    let routers = task.containers.iter().filter(|container| container.has("firelensConfiguration")).count();
    if driver == "awsfirelens" && routers != 1 {
        report.add(&log.place("logDriver"), broken!(ECS_TD_056, "routers", count = routers));
    }
}

/// The log drivers of ECS. Fargate has three of them.
const DRIVERS: [&str; 8] =
    ["json-file", "syslog", "journald", "gelf", "fluentd", "awslogs", "splunk", "awsfirelens"];

/// Checks that the soft limit of a resource is not above the hard one (ECS-TD-087). -1 is no limit.
///
/// The unit follows from the name of the limit, and both numbers have the same.
fn limits(ulimit: &Node<'_>, report: &mut Report) {
    let limit = |member: &str| ulimit.integer(member).map(|limit| if limit == -1 { i64::MAX } else { limit });
    if let (Some(soft), Some(hard)) = (limit("softLimit"), limit("hardLimit"))
        && soft > hard
    {
        report.add(&ulimit.place("softLimit"), broken!(ECS_TD_087, "above-hard-limit"));
    }
}

/// Checks the capabilities of Linux that a container adds and drops (ECS-TD-045).
///
/// Fargate refuses to add any capability but `SYS_PTRACE`. Every other added or dropped name must be one of the list of
/// ECS, such as `NET_ADMIN`: in upper case and without `CAP_`.
fn capabilities(task: &Task<'_>, container: &Node<'_>, report: &mut Report) {
    let linux = container.get("linuxParameters");
    let Some(capabilities) = linux.and_then(|linux| linux.get("capabilities")) else { return };
    let (added, dropped) = (capabilities.items("add"), capabilities.items("drop"));
    let (to_fargate, of_linux) =
        if task.fargate { (added, dropped) } else { (Vec::new(), [added, dropped].concat()) };

    for capability in to_fargate {
        if let Some(name) = capability.as_text().filter(|name| *name != "SYS_PTRACE") {
            report.add(capability.at(), broken!(ECS_TD_045, "not-on-fargate", name = name));
        }
    }
    for capability in of_linux {
        if let Some(name) = capability.as_text().filter(|name| !rules::container::CAPABILITIES.contains(name))
        {
            report.add(capability.at(), broken!(ECS_TD_045, "unknown", name = name));
        }
    }
}
