//! FireLens: the container of a task that routes the logs of the others (ECS-TD-056).
//!
//! `firelensConfiguration` makes a container the router: `fluentd` or `fluentbit`, as `type` says. Its `options` may
//! name an additional configuration file, in the image of the container (`file`) or in S3 (`s3`). The two options
//! `config-file-type` and `config-file-value` belong together. Fargate supports `file` only.
//!
//! `container` checks that the task has one router if a log driver is `awsfirelens`.

use crate::path::Path;
use crate::report::Report;
use crate::request::Node;
use crate::rules::{self, ECS_TD_056, broken};

/// The option that says where the configuration file is: one of `TYPES`.
const TYPE: &str = "config-file-type";
/// The option with the place of the file: a path in the image, or the ARN of an object in S3.
const FILE: &str = "config-file-value";
/// The option that adds the metadata of the task to each log line.
const METADATA: &str = "enable-ecs-log-metadata";

/// The values of `config-file-type`.
const TYPES: [&str; 2] = ["file", "s3"];

/// The values of an option that is on or off. Options are strings, so these are words and not JSON flags.
const FLAGS: [&str; 2] = ["true", "false"];

/// Checks the options of a log router.
///
/// An unknown option is a warning: the router may know it or ignore it. After the error about `s3` on Fargate the file
/// is not checked, because the fix changes it too.
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

/// Checks that an option, if it is present, is one of the words. An option that is no string is a problem of the shape.
fn choose(options: &Node<'_>, name: &str, words: &[&str], report: &mut Report) {
    if let Some(given) = options.text(name).filter(|given| !words.contains(given)) {
        let broken = broken!(ECS_TD_056, "unknown-choice", given = given, choices = words.to_vec());
        report.add(&options.place(name), broken);
    }
}

/// Checks the file with the router's own configuration.
///
/// One of the two options without the other is a warning: it has no effect. A file of the image cannot be an ARN or an
/// address of S3, and an object in S3 is known by its ARN only, so both of these are errors.
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
