//! Tags of requests: lists of keys and values, or maps.

use std::collections::BTreeMap;

use super::Node;
use super::shape::{Kind, Shape, list, must};
use crate::path::Path;
use crate::report::Report;
use crate::rules::{TAG_001, TAG_002, TAG_004, TAG_005, TAG_006, broken, tags};

/// Tags as most services have them: a list of `Key` and `Value`.
pub(super) const TAGS: Kind = list(&Kind::Structure(&TAG));

const TAG: Shape = Shape(&[must("Key Value", Kind::Text, &TAG_002)]);

/// The differences between services in tags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// The rules of most services.
    Usual,
    /// Keys are the same without regard to upper and lower case.
    Iam,
    /// A request takes more tags than an object can have.
    CloudMap,
    /// Values may be longer.
    ApiGateway,
    /// Keys and values may have any characters.
    Ec2,
}

/// The most tags of a request to Cloud Map.
const MOST_OF_CLOUD_MAP: usize = 200;

/// The most characters of a value in the documentation of API Gateway.
const LONGEST_OF_API_GATEWAY: usize = 1600;

/// Checks a list of tags; `key` and `value` are the members of each.
pub(super) fn of_list(
    node: &Node<'_>,
    member: &str,
    [key, value]: [&str; 2],
    service: Service,
    report: &mut Report,
) {
    let tags = node.items(member);
    count(tags.len(), &node.place(member), service, report);
    let mut seen: BTreeMap<String, (&str, Path)> = BTreeMap::new();
    for tag in tags {
        if let Some(text) = tag.text(key) {
            let at = tag.place(key);
            judge_key(text, &at, service, report);
            let folded = if service == Service::Iam { text.to_lowercase() } else { text.to_owned() };
            match seen.get(&folded) {
                Some((first, _)) if *first == text => {
                    report.add(&at, broken!(TAG_004, "used-twice", tag = text));
                }
                Some((first, place)) => {
                    let place = place.to_string();
                    let broken =
                        broken!(TAG_006, "differs-by-case", tag = text, first = *first, place = place);
                    report.add(&at, broken);
                }
                None => drop(seen.insert(folded, (text, at))),
            }
        }
        if let Some(text) = tag.text(value) {
            judge_value(text, &tag.place(value), service, report);
        }
    }
}

/// Checks a map of tags.
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
    match service {
        Service::CloudMap if count > MOST_OF_CLOUD_MAP => {
            report.add(at, broken!(TAG_005, "too-many", count = count, most = MOST_OF_CLOUD_MAP));
        }
        _ if count > tags::MOST => {
            report.add(at, broken!(TAG_001, "too-many", count = count, most = tags::MOST));
        }
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
    let (count, most) = (value.chars().count(), tags::LONGEST_VALUE);
    let outcome = match service {
        Service::Ec2 => tags::value_length(value, most),
        Service::ApiGateway if count > most => {
            if count <= LONGEST_OF_API_GATEWAY {
                report.warn(at, broken!(TAG_002, "value-may-be-too-long", count = count, most = most));
            }
            tags::value_length(value, LONGEST_OF_API_GATEWAY)
        }
        _ => tags::value(value),
    };
    report.field(&TAG_002, at, outcome);
}
