//! Port mappings of a task.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use validator::ValidationError;

use super::{ECS_TD_032, ECS_TD_033, ECS_TD_034, ECS_TD_035, ECS_TD_036, judge};
use crate::path::Path;
use crate::report::Report;
use crate::rules::worded;

/// The ports of one mapping.
pub(crate) struct Mapping<'a> {
    pub(crate) ports: RangeInclusive<i64>,
    pub(crate) protocol: &'a str,
    pub(crate) at: Path,
}

/// `first-last`
pub(crate) fn range(text: &str) -> Option<RangeInclusive<i64>> {
    let port = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|port| is_number && (1..=65535).contains(port))
    };
    let (first, last) = text.split_once('-')?;
    let (first, last) = (port(first)?, port(last)?);
    (first < last).then_some(first..=last)
}

pub(crate) fn container_port_range(text: &str) -> Result<(), ValidationError> {
    judge(range(text).is_some(), || worded(&ECS_TD_034, format!("`{text}` is not a range of ports")))
}

/// A warning: AWS may take other words for `tcp`.
pub(crate) fn protocol(protocol: &str, at: &Path, report: &mut Report) {
    if !["tcp", "udp"].contains(&protocol) {
        report.add(at, worded(&ECS_TD_032, format!("`{protocol}` is neither")));
    }
}

pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let holds = (1..=64).contains(&name.len())
        && name.bytes().next().is_some_and(word)
        && name.bytes().all(|b| word(b) || b == b'-');
    judge(holds, || worded(&ECS_TD_035, format!("`{name}` is not a port's name")))
}

pub(crate) fn names_differ<'a>(names: impl Iterator<Item = (&'a str, Path)>, report: &mut Report) {
    let mut seen: BTreeMap<&str, Path> = BTreeMap::new();
    for (name, at) in names {
        match seen.get(name) {
            Some(first) => {
                report.add(&at, worded(&ECS_TD_036, format!("`{name}` is the name at {first} already")));
            }
            None => drop(seen.insert(name, at)),
        }
    }
}

/// The rule that containers which share one network interface share no port. The same port for both protocols can be
/// registered, and no service can refer to it.
pub(crate) fn differ(mappings: &[Mapping<'_>], report: &mut Report) {
    for (index, mapping) in mappings.iter().enumerate() {
        let overlaps = |other: &&Mapping<'_>| {
            other.ports.start() <= mapping.ports.end() && mapping.ports.start() <= other.ports.end()
        };
        let overlapping: Vec<_> = mappings[..index].iter().filter(overlaps).collect();
        if let Some(other) = overlapping.iter().find(|other| other.protocol == mapping.protocol) {
            report.add(&mapping.at, worded(&ECS_TD_033, format!("is used at {} already", other.at)));
        } else if let Some(other) = overlapping.first() {
            let message = format!("is used for another protocol at {}: no service can refer to it", other.at);
            report.warn(&mapping.at, worded(&ECS_TD_033, message));
        }
    }
}
