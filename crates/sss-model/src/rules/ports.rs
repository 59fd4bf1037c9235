//! Port mappings of a task.
//!
//! All containers of a Fargate task share one network interface, so a port belongs to one container of the task. A
//! mapping names one port or a range; both become a [`Mapping`], and [`differ`] compares them. Only requests have
//! ranges, names and protocols: a stack lists TCP ports.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use validator::ValidationError;

use super::{ECS_TD_032, ECS_TD_033, ECS_TD_034, ECS_TD_035, ECS_TD_036, broken, judge};
use crate::path::Path;
use crate::report::Report;

/// The ports that one mapping takes of the task.
///
/// Ports are from 1 to 65535. The path is that of the mapping.
pub(crate) struct Mapping<'a> {
    pub(crate) ports: RangeInclusive<i64>,
    pub(crate) protocol: &'a str,
    pub(crate) at: Path,
}

/// Returns the ports of a range such as `8000-8010`.
///
/// A range has two different ends. `8000-8000`, signs and spaces are refused.
pub(crate) fn range(text: &str) -> Option<RangeInclusive<i64>> {
    let port = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|port| is_number && (1..=65535).contains(port))
    };
    let (first, last) = text.split_once('-')?;
    let (first, last) = (port(first)?, port(last)?);
    (first < last).then_some(first..=last)
}

/// Checks a range of ports.
pub(crate) fn container_port_range(text: &str) -> Result<(), ValidationError> {
    judge(range(text).is_some(), || broken!(ECS_TD_034, "not-a-range", given = text))
}

/// Warns of other protocols than `tcp` and `udp`: AWS may take other words for `tcp`.
pub(crate) fn protocol(protocol: &str, at: &Path, report: &mut Report) {
    if !["tcp", "udp"].contains(&protocol) {
        report.add(at, broken!(ECS_TD_032, "unknown-protocol", given = protocol));
    }
}

/// Checks the name of a port.
///
/// A name has 1 to 64 lower-case letters, digits, `_` and `-`, and does not begin with `-`.
pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let holds = (1..=64).contains(&name.len())
        && name.bytes().next().is_some_and(word)
        && name.bytes().all(|b| word(b) || b == b'-');
    judge(holds, || broken!(ECS_TD_035, "invalid-name", name = name))
}

/// Checks that ports have different names.
///
/// They differ over the whole task definition, because services refer to ports by name.
pub(crate) fn names_differ<'a>(names: impl Iterator<Item = (&'a str, Path)>, report: &mut Report) {
    let mut seen: BTreeMap<&str, Path> = BTreeMap::new();
    for (name, at) in names {
        match seen.get(name) {
            Some(first) => {
                report.add(&at, broken!(ECS_TD_036, "used-twice", name = name, other = first.to_string()));
            }
            None => drop(seen.insert(name, at)),
        }
    }
}

/// Checks that containers which share one network interface share no port.
///
/// The same port for both protocols is a warning: ECS registers it, and no service can refer to it.
pub(crate) fn differ(mappings: &[Mapping<'_>], report: &mut Report) {
    for (index, mapping) in mappings.iter().enumerate() {
        let overlaps = |other: &&Mapping<'_>| {
            other.ports.start() <= mapping.ports.end() && mapping.ports.start() <= other.ports.end()
        };
        let overlapping: Vec<_> = mappings[..index].iter().filter(overlaps).collect();
        let ports = words(&mapping.ports);
        if let Some(other) = overlapping.iter().find(|other| other.protocol == mapping.protocol) {
            let other = other.at.to_string();
            report.add(&mapping.at, broken!(ECS_TD_033, "mapped-twice", ports = ports, other = other));
        } else if let Some(other) = overlapping.first() {
            let other = other.at.to_string();
            report.warn(&mapping.at, broken!(ECS_TD_033, "other-protocol", ports = ports, other = other));
        }
    }
}

/// Returns `80` for one port, and `8000-8010` for a range.
fn words(ports: &RangeInclusive<i64>) -> String {
    let (first, last) = (ports.start(), ports.end());
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}
