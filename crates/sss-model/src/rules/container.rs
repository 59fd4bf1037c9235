//! Rules of containers: on one container alone.
//!
//! The functions over plain values serve stacks and requests of `RegisterTaskDefinition`; [`inspect`], [`variables`]
//! and [`health_check`] are for stacks. Rules that compare containers of a task are in `rules/task.rs`.
//!
//! Bounds are those of ECS: seconds, MiB and numbers of checks. Where nobody has measured who enforces a bound, the
//! doubtful values are a warning in a function of their own (`…_is_small`, `…_is_short`), and the field rule accepts
//! them. The field rule alone would be an error, and would refuse a container that ECS may take.
//!
//! No problem of this module holds the value of a variable or the source of a secret. `image` parses references to
//! images, `source` the references to secrets and files, and `linux` has the names of capabilities.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use validator::ValidationError;

use super::{
    ECS_TD_031, ECS_TD_071, ECS_TD_077, ECS_TD_078, ECS_TD_082, ECS_TD_085, ECS_TD_086, ECS_TD_091,
    ECS_TD_092, ECS_TD_093, ECS_TD_110, ECS_TD_111, ECS_TD_113, broken, is_ecs_name, judge, out_of_range,
    required, within,
};
use crate::container::{Container, HealthCheck};
use crate::path::Path;
use crate::registration;
use crate::report::Report;
use crate::secret::looks_secret;

mod image;
mod linux;
mod source;

pub(crate) use image::{is_in_private_ecr, region_of_ecr};
pub(crate) use linux::{CAPABILITIES, ULIMITS};
pub(crate) use source::{is_s3_object, is_secret_source};

/// The seconds between two health checks.
pub(crate) const INTERVAL: RangeInclusive<i64> = 5..=300;
/// The seconds that a health check may take.
pub(crate) const TIMEOUT: RangeInclusive<i64> = 2..=60;
/// The health checks that fail in a row before the container is unhealthy.
pub(crate) const RETRIES: RangeInclusive<i64> = 1..=10;
/// The seconds in which failed health checks do not count.
pub(crate) const START_PERIOD: RangeInclusive<i64> = 0..=300;

/// The seconds that a container may take to start, and to stop.
const TIMEOUTS: RangeInclusive<i64> = 2..=120;

/// The TCP and UDP ports that a container can listen on.
const PORTS: RangeInclusive<i64> = 1..=65535;

/// Checks the name of a container.
pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    judge(is_ecs_name(name), || broken!(ECS_TD_071, "invalid-name", name = name))
}

/// Checks a reference to an image.
///
/// The length counts the part before `@` only: a digest is not part of ECS's limit of 255 characters.
pub(crate) fn image(image: &str) -> Result<(), ValidationError> {
    required(image)?;
    // `hash_sign` warns of `#`.
    let plain = image.replace('#', "0");
    judge(image::is_reference(&plain), || broken!(ECS_TD_110, "invalid", image = image))?;
    let length = image.split('@').next().unwrap_or(image).chars().count();
    judge(length <= 255, || broken!(ECS_TD_111, "too-long", count = length, most = 255))
}

/// Warns of `#` in a reference to an image: one page of AWS allows it, and the grammar does not.
///
/// The reference is otherwise valid; a reference with two problems has the error only.
pub(crate) fn hash_sign(image: &str, at: &Path, report: &mut Report) {
    if image.contains('#') && self::image(image).is_ok() {
        report.warn(at, broken!(ECS_TD_110, "hash-sign", image = image));
    }
}

/// Warns of a tag that may name another image when the next task starts.
///
/// `latest` moves by convention, and a reference without a tag means `latest`. A digest never moves.
pub(crate) fn moving_tag(image: &str, at: &Path, report: &mut Report) {
    if image.contains(['@', '#']) || self::image(image).is_err() {
        return;
    }
    let name = image.rsplit_once('/').map_or(image, |(_, name)| name);
    match name.split_once(':') {
        Some((_, "latest")) => report.add(at, broken!(ECS_TD_113, "latest")),
        Some(_) => {}
        None => report.add(at, broken!(ECS_TD_113, "no-tag")),
    }
}

/// Warns of a secret in plain text. Everybody who may read the task definition can read it; the problem never holds it.
pub(crate) fn plain_secret(name: &str, value: &str, at: &Path, report: &mut Report) {
    if looks_secret(name, value) {
        report.add(at, broken!(ECS_TD_093, "plain-text", name = name));
    }
}

/// Checks a port.
pub(crate) fn port(port: impl Into<i64>) -> Result<(), ValidationError> {
    within(port, PORTS, &ECS_TD_031)
}

/// Checks the memory of a container.
///
/// Docker before 20.10 accepted 4 MiB. Nobody has measured who refuses 4 and 5 today: [`memory_is_small`] warns of
/// them.
pub(crate) fn memory(mebibytes: impl Into<i64>) -> Result<(), ValidationError> {
    let mebibytes = mebibytes.into();
    judge(mebibytes >= 4, || broken!(ECS_TD_078, "too-small", mebibytes = mebibytes))
}

/// Checks the seconds that a container may take to start, or to stop.
pub(crate) fn start_or_stop_timeout(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    let seconds = seconds.into();
    // `timeout_is_short` warns of 0 and 1.
    judge((0..=120).contains(&seconds), || out_of_range(&ECS_TD_082, seconds, &TIMEOUTS))
}

/// Warns of memory that AWS may accept.
pub(crate) fn memory_is_small(mebibytes: i64, at: &Path, report: &mut Report) {
    if (4..6).contains(&mebibytes) {
        report.warn(at, broken!(ECS_TD_078, "too-small", mebibytes = mebibytes));
    }
}

/// Warns of a timeout that AWS may accept.
pub(crate) fn timeout_is_short(seconds: i64, at: &Path, report: &mut Report) {
    if (0..2).contains(&seconds) {
        report.warn(at, out_of_range(&ECS_TD_082, seconds, &TIMEOUTS));
    }
}

/// Checks the seconds between two health checks.
pub(crate) fn interval(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, INTERVAL, &ECS_TD_086)
}

/// Checks the seconds that a health check may take.
pub(crate) fn timeout(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, TIMEOUT, &ECS_TD_086)
}

/// Checks the health checks that fail in a row.
pub(crate) fn retries(count: impl Into<i64>) -> Result<(), ValidationError> {
    within(count, RETRIES, &ECS_TD_086)
}

/// Checks the seconds in which failed health checks do not count.
pub(crate) fn start_period(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, START_PERIOD, &ECS_TD_086)
}

/// Checks that a reservation is not above the limit. The path is that of the reservation.
///
/// Equal numbers are fine. AWS's reference asks for more memory than the reservation, and AWS's own message says
/// "greater than or equal".
pub(crate) fn reserved(memory: Option<i64>, reservation: Option<i64>, at: &Path, report: &mut Report) {
    if let (Some(memory), Some(reservation)) = (memory, reservation)
        && reservation > memory
    {
        report.add(at, broken!(ECS_TD_077, "above-memory", reservation = reservation, memory = memory));
    }
}

/// Checks a container that runs beside the main one, without the other containers of its task.
pub(crate) fn inspect(container: &Container, at: &Path, report: &mut Report) {
    inspect_in_task(container, at, report);
    registration::judge_container(container, at, report);
}

/// Checks a container of a task. The rules of the whole task judge its other members (`crate::registration`).
pub(crate) fn inspect_in_task(container: &Container, at: &Path, report: &mut Report) {
    hash_sign(&container.image, &at.key("image"), report);
    moving_tag(&container.image, &at.key("image"), report);

    for (field, size) in [("memory", container.memory), ("memory_reservation", container.memory_reservation)]
    {
        memory_is_small(size.unwrap_or(u32::MAX).into(), &at.key(field), report);
    }
    if let Some(seconds) = container.stop_timeout {
        timeout_is_short(seconds.into(), &at.key("stop_timeout"), report);
    }
    let (memory, reservation) =
        (container.memory.map(i64::from), container.memory_reservation.map(i64::from));
    reserved(memory, reservation, &at.key("memory_reservation"), report);
    variables(&container.environment, &container.secrets, at, report);
    secret_sources("log_secret_options", &container.log_secret_options, at, report);
    if let Some(check) = &container.health_check {
        report.inspect(check, &at.key("health_check"));
    }
}

/// Checks the variables of a container against each other, and the sources of secrets.
///
/// ECS refuses a name that is in both lists (ECS-TD-091). Names of white space only are refused as missing.
pub(crate) fn variables(
    environment: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, String>,
    at: &Path,
    report: &mut Report,
) {
    for (list, variables) in [("environment", environment), ("secrets", secrets)] {
        for variable in variables.keys().filter(|variable| variable.trim().is_empty()) {
            report.add(&at.key(list).key(variable), broken!(ECS_TD_091, "no-name", list = list));
        }
    }

    for (variable, value) in environment {
        plain_secret(variable, value, &at.key("environment").key(variable), report);
    }
    for variable in secrets.keys().filter(|variable| environment.contains_key(*variable)) {
        let place = at.key("secrets").key(variable);
        report.add(&place, broken!(ECS_TD_091, "in-both", name = variable.as_str()));
    }
    secret_sources("secrets", secrets, at, report);
}

/// Checks the sources of the secrets in a map of a container.
///
/// The problem does not hold the source: it may be the secret itself, written here by mistake.
pub(crate) fn secret_sources(key: &str, secrets: &BTreeMap<String, String>, at: &Path, report: &mut Report) {
    for (name, _) in secrets.iter().filter(|(_, source)| !is_secret_source(source)) {
        report.add(&at.key(key).key(name), broken!(ECS_TD_092, "not-an-arn"));
    }
}

/// Checks the command of a health check of a stack.
pub(crate) fn health_check(check: &HealthCheck, at: &Path, report: &mut Report) {
    let command: Vec<&str> = check.command.iter().map(String::as_str).collect();
    health_command(&command, &at.key("command"), report);
}

/// Checks the command of a health check.
///
/// Nobody has measured whether AWS checks the first word, so that is a warning.
pub(crate) fn health_command(command: &[&str], at: &Path, report: &mut Report) {
    match command {
        [] => report.add(at, broken!(ECS_TD_085, "required")),
        [first, ..] if *first != "CMD" && *first != "CMD-SHELL" => {
            report.warn(at, broken!(ECS_TD_085, "first-word"));
        }
        [_] => report.add(at, broken!(ECS_TD_085, "nothing-to-run")),
        _ => {}
    }
}
