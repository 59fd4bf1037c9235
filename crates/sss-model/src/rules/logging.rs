//! Log drivers of containers.

use std::collections::BTreeMap;

use super::{ECS_TD_050, ECS_TD_051, ECS_TD_052, ECS_TD_053, ECS_TD_054, ECS_TD_055};
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;

/// The log drivers that Fargate has.
pub(crate) const FARGATE: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// The options that the driver `awslogs` knows.
const AWSLOGS: [&str; 8] = [
    "awslogs-create-group",
    "awslogs-region",
    "awslogs-group",
    "awslogs-stream-prefix",
    "awslogs-datetime-format",
    "awslogs-multiline-pattern",
    "mode",
    "max-buffer-size",
];

/// What a container says about its logs.
pub(crate) struct Logging<'a> {
    pub(crate) driver: &'a str,
    pub(crate) options: BTreeMap<&'a str, &'a str>,
    /// Options whose values are secrets.
    pub(crate) secrets: Vec<&'a str>,
    pub(crate) at: Path,
}

impl Logging<'_> {
    fn option(&self, name: &str) -> Path {
        self.at.key("options").key(name)
    }

    /// Reports each of the options that is missing or empty.
    fn need(&self, rule: &'static super::Rule, names: &[&str], report: &mut Report) {
        for name in names {
            let set = self.options.get(name).is_some_and(|value| !value.is_empty());
            if !set && !self.secrets.contains(name) {
                report.add(
                    &self.option(name),
                    worded(rule, format!("the log driver `{}` requires it", self.driver)),
                );
            }
        }
    }
}

pub(crate) fn inspect(logging: &Logging<'_>, fargate: bool, report: &mut Report) {
    if fargate && !FARGATE.contains(&logging.driver) {
        let message = format!("Fargate has no log driver `{}`", logging.driver);
        report.add(&logging.at.key("logDriver"), worded(&ECS_TD_050, message));
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

fn awslogs(logging: &Logging<'_>, fargate: bool, report: &mut Report) {
    logging.need(&ECS_TD_051, &["awslogs-group", "awslogs-region"], report);
    if fargate {
        logging.need(&ECS_TD_052, &["awslogs-stream-prefix"], report);
    }
    for option in logging.options.keys().filter(|option| !AWSLOGS.contains(*option)) {
        let message = "the log driver `awslogs` has no such option";
        report.add(&logging.option(option), worded(&ECS_TD_053, message));
    }
    let at = logging.option("awslogs-create-group");
    match logging.options.get("awslogs-create-group") {
        None | Some(&"true") => {}
        Some(create) if create.eq_ignore_ascii_case("true") => {
            report.warn(&at, worded(&ECS_TD_053, "is not `true` in lower case, and may be refused"));
        }
        Some(_) => report.add(&at, worded(&ECS_TD_053, "is not `true`: without the option no group is made")),
    }
    let patterns = ["awslogs-datetime-format", "awslogs-multiline-pattern"];
    if patterns.iter().all(|pattern| logging.options.contains_key(pattern)) {
        let message = "stands beside `awslogs-datetime-format`, which may be refused";
        report.warn(&logging.option("awslogs-multiline-pattern"), worded(&ECS_TD_053, message));
    }
    delivery(logging, report);
}

/// The options of every driver of Docker.
fn delivery(logging: &Logging<'_>, report: &mut Report) {
    if let Some(mode) = logging.options.get("mode")
        && !["blocking", "non-blocking"].contains(mode)
    {
        let message = format!("`{mode}` is not `blocking` or `non-blocking`");
        report.add(&logging.option("mode"), worded(&ECS_TD_054, message));
    }
    let Some(size) = logging.options.get("max-buffer-size") else { return };
    let unit = size.trim_start_matches(|c: char| c.is_ascii_digit());
    let at = logging.option("max-buffer-size");
    let known = ["", "b", "k", "m", "g", "kb", "mb", "gb"];
    if unit.len() == size.len() || !known.contains(&unit.to_ascii_lowercase().as_str()) {
        report.add(&at, worded(&ECS_TD_054, format!("`{size}` is not a size")));
    } else if !["b", "k", "m", "g"].contains(&unit) {
        report.warn(&at, worded(&ECS_TD_054, format!("`{size}` is not a number with `b`, `k`, `m` or `g`")));
    }
}
