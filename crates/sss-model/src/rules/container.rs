//! Containers: what concerns one of them alone.

use std::collections::BTreeMap;

use validator::ValidationError;

use super::{
    ECS_TD_031, ECS_TD_071, ECS_TD_077, ECS_TD_078, ECS_TD_082, ECS_TD_085, ECS_TD_086, ECS_TD_091,
    ECS_TD_092, ECS_TD_110, ECS_TD_111, is_ecs_name, judge, required, within,
};
use crate::container::{Container, HealthCheck};
use crate::problem::{Place, Report};

mod image;

pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    judge(is_ecs_name(name), &ECS_TD_071, || format!("`{name}` is not a container's name"))
}

pub(crate) fn image(image: &str) -> Result<(), ValidationError> {
    required(image)?;
    judge(image::is_reference(image), &ECS_TD_110, || format!("`{image}` is not an image"))?;
    let length = image.split('@').next().unwrap_or(image).chars().count();
    judge(length <= 255, &ECS_TD_111, || format!("has {length} characters"))
}

pub(crate) fn port(port: u16) -> Result<(), ValidationError> {
    within(port.into(), 1..=65535, &ECS_TD_031)
}

pub(crate) fn memory(mebibytes: u32) -> Result<(), ValidationError> {
    judge(mebibytes >= 6, &ECS_TD_078, || format!("is {mebibytes} MiB"))
}

pub(crate) fn stop_timeout(seconds: u32) -> Result<(), ValidationError> {
    within(seconds, 2..=120, &ECS_TD_082)
}

pub(crate) fn interval(seconds: u32) -> Result<(), ValidationError> {
    within(seconds, 5..=300, &ECS_TD_086)
}

pub(crate) fn timeout(seconds: u32) -> Result<(), ValidationError> {
    within(seconds, 2..=60, &ECS_TD_086)
}

pub(crate) fn retries(count: u32) -> Result<(), ValidationError> {
    within(count, 1..=10, &ECS_TD_086)
}

pub(crate) fn start_period(seconds: u32) -> Result<(), ValidationError> {
    within(seconds, 0..=300, &ECS_TD_086)
}

pub(crate) fn inspect(container: &Container, at: &Place, report: &mut Report) {
    for (index, number) in container.ports.iter().enumerate() {
        if *number == 0 {
            report.add(&ECS_TD_031, &at.key("ports").index(index), "is 0, and not from 1 to 65535");
        }
    }
    if let (Some(memory), Some(reservation)) = (container.memory, container.memory_reservation)
        && reservation > memory
    {
        let message = format!("is {reservation} MiB, and `memory` is {memory} MiB");
        report.add(&ECS_TD_077, &at.key("memory_reservation"), message);
    }
    variables(&container.environment, &container.secrets, at, report);
    if let Some(check) = &container.health_check {
        report.inspect(check, &at.key("health_check"));
    }
}

pub(crate) fn variables(
    environment: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, String>,
    at: &Place,
    report: &mut Report,
) {
    for (variable, source) in secrets {
        let place = at.key("secrets").key(variable);
        if environment.contains_key(variable) {
            report.add(&ECS_TD_091, &place, "stands in `environment` too");
        }
        // The message does not quote the source: it may be the secret itself, written here by mistake.
        if !is_secret_arn(source) {
            report.add(&ECS_TD_092, &place, "is not the ARN of a secret");
        }
    }
}

fn is_secret_arn(source: &str) -> bool {
    let parts: Vec<&str> = source.split(':').collect();
    let ["arn", partition, service, region, account, kind_or_name, rest @ ..] = parts.as_slice() else {
        return false;
    };
    let located = partition.starts_with("aws")
        && !region.is_empty()
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit());
    located
        && match *service {
            "ssm" => kind_or_name.len() > "parameter/".len() && kind_or_name.starts_with("parameter/"),
            "secretsmanager" => *kind_or_name == "secret" && is_secret_part(rest),
            _ => false,
        }
}

/// `name`, or `name:json-key:version-stage:version-id`, of which at most one of the last two.
fn is_secret_part(rest: &[&str]) -> bool {
    match rest {
        [name] => !name.is_empty(),
        [name, _key, stage, id] => !name.is_empty() && (stage.is_empty() || id.is_empty()),
        _ => false,
    }
}

pub(crate) fn health_check(check: &HealthCheck, at: &Place, report: &mut Report) {
    let at = at.key("command");
    match check.command.as_slice() {
        [] => report.add(&ECS_TD_085, &at, "is required"),
        [first, ..] if first != "CMD" && first != "CMD-SHELL" => {
            report.add(&ECS_TD_085, &at, "does not begin with `CMD` or `CMD-SHELL`");
        }
        [_] => report.add(&ECS_TD_085, &at, "has nothing to run"),
        _ => {}
    }
}
