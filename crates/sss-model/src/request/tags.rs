//! Tags of requests: lists of keys and values, or maps.

use std::collections::BTreeSet;

use super::Node;
use super::shape::{Kind, Shape, list, must};
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;
use crate::rules::{TAG_001, TAG_002, TAG_004, TAG_005, tags};

/// Tags as most services have them: a list of `Key` and `Value`.
pub(super) const TAGS: Kind = list(&Kind::Structure(&TAG));

const TAG: Shape = Shape(&[must("Key Value", Kind::Text, &TAG_002)]);

/// What a service does with tags otherwise than most do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// No different from the others.
    Usual,
    /// The request takes more tags than an object can have.
    CloudMap,
    /// Values may be longer.
    ApiGateway,
    /// Keys and values hold any characters.
    Ec2,
}

/// Holds a list of tags against the rules; `key` and `value` are the members of each.
pub(super) fn of_list(
    node: &Node<'_>,
    member: &str,
    [key, value]: [&str; 2],
    service: Service,
    report: &mut Report,
) {
    let tags = node.items(member);
    count(tags.len(), &node.place(member), service, report);
    let mut seen = BTreeSet::new();
    for tag in tags {
        if let Some(text) = tag.text(key) {
            judge_key(text, &tag.place(key), service, report);
            if !seen.insert(text) {
                report.add(&tag.place(key), worded(&TAG_004, format!("`{text}` stands in the list already")));
            }
        }
        if let Some(text) = tag.text(value) {
            judge_value(text, &tag.place(value), service, report);
        }
    }
}

/// Holds a map of tags against the rules.
pub(super) fn of_map(node: &Node<'_>, member: &str, service: Service, report: &mut Report) {
    let tags = node.entries(member);
    count(tags.len(), &node.place(member), service, report);
    for (key, value) in tags {
        judge_key(key, value.at(), service, report);
        if let Some(text) = value.as_text() {
            judge_value(text, value.at(), service, report);
        }
    }
}

fn count(count: usize, at: &Path, service: Service, report: &mut Report) {
    let message = format!("has {count} tags");
    match service {
        Service::CloudMap if count > 200 => report.add(at, worded(&TAG_005, message)),
        _ if count > tags::MOST => report.add(at, worded(&TAG_001, message)),
        _ => {}
    }
}

fn judge_key(key: &str, at: &Path, service: Service, report: &mut Report) {
    let outcome = match service {
        Service::Ec2 => tags::key_length(key).and_then(|()| tags::key_owner(key)),
        _ => tags::key(key),
    };
    report.field(&TAG_002, at, outcome);
}

fn judge_value(value: &str, at: &Path, service: Service, report: &mut Report) {
    let outcome = match service {
        Service::Ec2 => tags::value_length(value, 256),
        Service::ApiGateway if value.chars().count() > 256 => {
            if value.chars().count() <= 1600 {
                report.warn(at, worded(&TAG_002, "has a value of more than 256 characters"));
            }
            tags::value_length(value, 1600)
        }
        _ => tags::value(value),
    };
    report.field(&TAG_002, at, outcome);
}
