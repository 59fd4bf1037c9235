//! The container of a task that routes the logs of the others.

use crate::path::Path;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{self, ECS_TD_056, broken};

const TYPE: &str = "config-file-type";
const FILE: &str = "config-file-value";
const METADATA: &str = "enable-ecs-log-metadata";

/// Where the configuration of the router is.
const TYPES: [&str; 2] = ["file", "s3"];

/// The values of an option that is on or off.
const FLAGS: [&str; 2] = ["true", "false"];

/// Checks the options of a log router.
pub(super) fn inspect(router: &Node<'_>, fargate: bool, report: &mut Report) {
    let Some(options) = router.get("options") else { return };
    for (name, option) in options.members() {
        if ![TYPE, FILE, METADATA].contains(&name) {
            report.warn(option.at(), broken!(ECS_TD_056, "unknown-option"));
        }
    }
    choose(&options, TYPE, &TYPES, report);
    choose(&options, METADATA, &FLAGS, report);
    if fargate && options.text(TYPE) == Some("s3") {
        return report.add(&options.place(TYPE), broken!(ECS_TD_056, "file-type"));
    }
    configuration(&options, report);
}

fn choose(options: &Node<'_>, name: &str, words: &[&str], report: &mut Report) {
    if let Some(given) = options.text(name).filter(|given| !words.contains(given)) {
        let broken = broken!(ECS_TD_056, "unknown-choice", given = given, choices = words.to_vec());
        report.add(&options.place(name), broken);
    }
}

/// Checks the file with the router's own configuration.
fn configuration(options: &Node<'_>, report: &mut Report) {
    match (options.has(TYPE), options.has(FILE)) {
        (true, false) => report.warn(&options.place(FILE), broken!(ECS_TD_056, "incomplete", other = TYPE)),
        (false, true) => report.warn(&options.place(TYPE), broken!(ECS_TD_056, "incomplete", other = FILE)),
        _ => {}
    }
    let (Some(kind), Some(file)) = (options.text(TYPE), options.text(FILE)) else { return };
    let at: Path = options.place(FILE);
    match kind {
        "s3" if !rules::container::is_s3_object(file) => {
            report.add(&at, broken!(ECS_TD_056, "not-an-arn", given = file));
        }
        "file" if file.trim().is_empty() || file.starts_with("s3://") || file.starts_with("arn:") => {
            report.add(&at, broken!(ECS_TD_056, "not-a-path", given = file));
        }
        _ => {}
    }
}
