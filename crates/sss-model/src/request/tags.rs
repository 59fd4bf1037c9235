//! Tags of requests: lists of keys and values, or maps.
//!
//! Most services take a list of structures. CloudWatch Logs and API Gateway take a map. The rules are TAG-001 to
//! TAG-006, and `rules::tags` has their bounds:
//!
//! - A key has 1 to 128 characters and a value 0 to 256 (TAG-002), both of letters, digits, spaces and `_.:/=+-@`.
//! - A key does not begin with `aws:` (TAG-003), is there once (TAG-004), and an object has at most 50 tags (TAG-001).
//!
//! Services differ, and [`Service`] says how. A request has only the tags that it sets. The tags by which the engine
//! marks its objects are not counted here, as they are for a stack.

use std::collections::BTreeMap;

use super::Node;
use super::shape::{Kind, Shape, list, must};
use crate::path::Path;
use crate::report::Report;
use crate::rules::{REQUIRED, TAG_001, TAG_002, TAG_004, TAG_005, TAG_006, broken, limits, tags};

/// Tags as most services have them: a list of `Key` and `Value`, both required (TAG-002).
///
/// ECS has `key` and `value` instead, and EC2 allows a tag without a value.
pub(super) const TAGS: Kind = list(&Kind::Structure(&TAG));

/// A tag. AWS requires the value too; it may be empty.
const TAG: Shape = Shape(&[must("Key Value", Kind::Text, &TAG_002)]);

/// The differences between services in tags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// The rules of most services, such as ECS and CloudWatch Logs.
    Usual,
    /// Keys are the same without regard to upper and lower case: `Team` beside `team` breaks TAG-006.
    Iam,
    /// A request takes up to 200 tags (TAG-005), more than the 50 that an object can have.
    CloudMap,
    /// Values may have up to 1600 characters, or 256; AWS's texts disagree. Between the two, TAG-002 is a warning.
    ApiGateway,
    /// Keys and values may have any characters. Their lengths and the prefix `aws:` are checked even so.
    Ec2,
}

/// The most tags of a request to Cloud Map, from the bound of `TagList` in its service model (TAG-005).
const MOST_OF_CLOUD_MAP: usize = 200;

/// The most characters of a value in the service model of API Gateway; the rules of tags for all of AWS say 256.
const LONGEST_OF_API_GATEWAY: usize = 1600;

/// Checks a list of tags; `key` and `value` are the names of the members of each.
///
/// The problems of a key are at the key's path and those of a value at the value's. A key that occurs twice is a
/// problem of the second one. AWS would refuse the whole request.
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
        } else if service == Service::Ec2 && !tag.has(key) {
            report.add(&tag.place(key), broken!(&TAG_002, REQUIRED));
        }

        if let Some(text) = tag.text(value) {
            judge_value(text, &tag.place(value), service, report);
        }
    }
}

/// Checks a map of tags.
///
/// A key cannot occur twice, so TAG-004 and TAG-006 do not apply. The path of both problems of a tag is that of its
/// entry.
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

/// Checks the number of tags: at most 200 for Cloud Map, at most 50 for the others.
fn count(count: usize, at: &Path, service: Service, report: &mut Report) {
    match service {
        Service::CloudMap if count > MOST_OF_CLOUD_MAP => {
            report.add(at, broken!(TAG_005, "too-many", count = count, most = MOST_OF_CLOUD_MAP));
        }
        _ if count > limits::TAGS => {
            report.add(at, broken!(TAG_001, "too-many", count = count, most = limits::TAGS));
        }
        _ => {}
    }
}

/// Checks a key by the alphabet and the length of a service. An empty key breaks TAG-002.
fn judge_key(key: &str, at: &Path, service: Service, report: &mut Report) {
    let outcome = match service {
        Service::Ec2 => tags::key_length(key).and_then(|()| tags::key_owner(key)),
        _ => tags::key(key),
    };
    report.field(&TAG_002, at, outcome);
}

/// Checks a value by the alphabet and the length of a service. An empty value is valid.
///
/// For API Gateway, a value of more than 256 characters is checked by its length only.
fn judge_value(value: &str, at: &Path, service: Service, report: &mut Report) {
    let (count, most) = (value.chars().count(), limits::TAG_VALUE);
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
