//! Rules of the log drivers of containers and their options.
//!
//! A stack has the drivers of Fargate. A request of `RegisterTaskDefinition` may name any driver; the parameter `fargate`
//! is `false` for a task that is not for Fargate.
//!
//! ECS refuses unknown options of `awslogs`, and `awslogs-create-group` may only be `true`: people met the answers in
//! firelens-examples#83 and tflint-ruleset-aws#348 ("should only be set to 'true', else omit option"). Two facts are
//! contested and are warnings: `true` in another case, and the two options for the first line of an event together.
//! AWS's documentation forbids the pair, and the CDK writes it.
//!
//! A log group has to exist when a task starts, otherwise the task stops. [`groups`] warns of a group that nobody
//! creates.

use std::collections::BTreeMap;

use super::{
    ECS_TD_050, ECS_TD_051, ECS_TD_052, ECS_TD_053, ECS_TD_054, ECS_TD_055, ECS_TD_057, REQUIRED, broken,
};
use crate::path::Path;
use crate::report::Report;
use crate::stack::Stack;

/// The log drivers of Fargate.
pub(crate) const FARGATE: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// The options of the driver `awslogs`.
pub(crate) const AWSLOGS: [&str; 8] = [
    "awslogs-create-group",
    "awslogs-region",
    "awslogs-group",
    "awslogs-stream-prefix",
    "awslogs-datetime-format",
    "awslogs-multiline-pattern",
    "mode",
    "max-buffer-size",
];

/// The values of the option `mode`.
///
/// In the mode `blocking`, a container waits while its output cannot be delivered; otherwise output can be lost.
const MODES: [&str; 2] = ["blocking", "non-blocking"];

/// The log configuration of a container.
pub(crate) struct Logging<'a> {
    /// The name of the driver.
    pub(crate) driver: &'a str,
    /// The options by AWS's names, without the secret ones.
    pub(crate) options: BTreeMap<&'a str, &'a str>,
    /// The options whose values are secrets.
    pub(crate) secrets: Vec<&'a str>,
    /// The path of the driver.
    pub(crate) at: Path,
    /// The path of the options.
    pub(crate) options_at: Path,
}

impl Logging<'_> {
    /// Returns the path of an option.
    fn option(&self, name: &str) -> Path {
        self.options_at.key(name)
    }

    /// Reports each of the options that is missing or empty.
    ///
    /// An option whose value is a secret counts as set.
    fn need(&self, rule: &'static super::Rule, names: &[&str], report: &mut Report) {
        for name in names {
            let set = self.options.get(name).is_some_and(|value| !value.is_empty());
            if !set && !self.secrets.contains(name) {
                report.add(&self.option(name), broken!(rule, REQUIRED));
            }
        }
    }
}

/// Warns of containers that log to a group that neither the stack nor ECS creates.
///
/// The stack creates the group of each service. A container that names another group or another region needs
/// `awslogs-create-group`.
pub(crate) fn groups(stack: &Stack, at: &Path, report: &mut Report) {
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        let places = (0..).map(|index| place.key("containers").index(index));
        let places = std::iter::once(place.clone()).chain(places);
        for (options, place) in service.task.awslogs_options().zip(places) {
            let Some(options) = options else { continue };
            let Some((group, region)) = stack.foreign_log_group(key, options) else { continue };
            if !options.contains_key(CREATE_GROUP) {
                let option =
                    if options.contains_key("awslogs-group") { "awslogs-group" } else { "awslogs-region" };
                let broken = broken!(ECS_TD_057, "not-created", group = group, region = region);
                report.add(&place.key("log_options").key(option), broken);
            }
        }
    }
}

/// The option that lets ECS create the log group.
///
/// ECS takes only the value `true`. The execution role then needs the permission to create the group, which
/// `crate::policy` adds.
pub(crate) const CREATE_GROUP: &str = "awslogs-create-group";

/// Checks the log driver of a container, and its options.
pub(crate) fn inspect(logging: &Logging<'_>, fargate: bool, report: &mut Report) {
    if fargate && !FARGATE.contains(&logging.driver) {
        let broken = broken!(ECS_TD_050, "not-on-fargate", driver = logging.driver);
        report.add(&logging.at, broken);
    }
    match logging.driver {
        "awslogs" => awslogs(logging, fargate, report),
        "splunk" => {
            logging.need(&ECS_TD_055, &["splunk-url", "splunk-token"], report);
            delivery(logging, report);
        }
        _ => {}
    }
}

/// Checks the options of the driver `awslogs`.
///
/// On Fargate the prefix of the streams is required as well.
fn awslogs(logging: &Logging<'_>, fargate: bool, report: &mut Report) {
    logging.need(&ECS_TD_051, &["awslogs-group", "awslogs-region"], report);
    if fargate {
        logging.need(&ECS_TD_052, &["awslogs-stream-prefix"], report);
    }
    for option in logging.options.keys().filter(|option| !AWSLOGS.contains(*option)) {
        report.add(&logging.option(option), broken!(ECS_TD_053, "unknown-option"));
    }

    let at = logging.option(CREATE_GROUP);
    match logging.options.get(CREATE_GROUP) {
        None | Some(&"true") => {}
        Some(create) if create.eq_ignore_ascii_case("true") => {
            report.warn(&at, broken!(ECS_TD_053, "not-lower-case"));
        }
        Some(_) => report.add(&at, broken!(ECS_TD_053, "not-true")),
    }

    let (first, second) = ("awslogs-datetime-format", "awslogs-multiline-pattern");
    if [first, second].iter().all(|pattern| logging.options.contains_key(pattern)) {
        report.warn(&logging.option(second), broken!(ECS_TD_053, "second-pattern", other = first));
    }
    delivery(logging, report);
}

/// Checks the options that every log driver of Docker has.
///
/// The size of the buffer is a number with one of the units `b`, `k`, `m` and `g`. Other spellings of these units are a
/// warning.
fn delivery(logging: &Logging<'_>, report: &mut Report) {
    if let Some(mode) = logging.options.get("mode").filter(|mode| !MODES.contains(mode)) {
        let broken = broken!(ECS_TD_054, "unknown-choice", given = *mode, choices = MODES.to_vec());
        report.add(&logging.option("mode"), broken);
    }

    let Some(size) = logging.options.get("max-buffer-size") else { return };
    let unit = size.trim_start_matches(|c: char| c.is_ascii_digit());
    let at = logging.option("max-buffer-size");
    let known = ["", "b", "k", "m", "g", "kb", "mb", "gb"];
    if unit.len() == size.len() || !known.contains(&unit.to_ascii_lowercase().as_str()) {
        report.add(&at, broken!(ECS_TD_054, "not-a-size", given = *size));
    } else if !["b", "k", "m", "g"].contains(&unit) {
        report.warn(&at, broken!(ECS_TD_054, "unusual-unit", given = *size));
    }
}
