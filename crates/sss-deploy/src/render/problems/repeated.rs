//! Warnings that many services have in common.
//!
//! A stack of a thousand services that is written by a program has each warning a thousand times. One of them stands for
//! all; JSON has them all. Errors are never left out: each of them has to be mended.

use std::collections::HashMap;

use sss_model::{Segment, Severity};

use crate::finding::{Finding, Findings};

/// The number of equal warnings from which on one stands for all.
const SAME: usize = 4;

/// The places of the findings that stand for others, and of those that they stand for.
pub(super) struct Repeated(HashMap<usize, Shown>);

/// The treatment of a finding that others repeat.
enum Shown {
    /// It stands for the findings of these services.
    For(Vec<String>),
    /// Another one stands for it.
    Not,
}

impl Repeated {
    /// Finds the warnings that differ only in the name of their service.
    pub(super) fn of(findings: &Findings) -> Self {
        let mut equal: HashMap<String, Vec<(usize, String)>> = HashMap::new();
        for (index, finding) in findings.list.iter().enumerate() {
            if let Some(service) = service(finding).filter(|_| finding.problem.severity != Severity::Error) {
                let problem = &finding.problem;
                let path = problem.path.to_string().replacen(&service, "*", 1);
                let key =
                    [problem.rule, problem.case, &path, &problem.message.replace(&service, "*")].join("\n");
                equal.entry(key).or_default().push((index, service));
            }
        }

        let mut shown = HashMap::new();
        for group in equal.into_values().filter(|group| group.len() >= SAME) {
            let mut group = group.into_iter();
            let Some((first, _)) = group.next() else { continue };
            let others: Vec<(usize, String)> = group.collect();
            shown.extend(others.iter().map(|(index, _)| (*index, Shown::Not)));
            shown.insert(first, Shown::For(others.into_iter().map(|(_, service)| service).collect()));
        }
        Self(shown)
    }

    /// Returns whether another finding stands for this one.
    pub(super) fn is_left_out(&self, index: usize) -> bool {
        matches!(self.0.get(&index), Some(Shown::Not))
    }

    /// Returns the services that this finding stands for.
    pub(super) fn others(&self, index: usize) -> &[String] {
        match self.0.get(&index) {
            Some(Shown::For(services)) => services,
            _ => &[],
        }
    }
}

/// Returns the key of the service that a finding is about.
fn service(finding: &Finding) -> Option<String> {
    let mut segments = finding.problem.path.segments();
    match (segments.next()?, segments.next()?) {
        (Segment::Key(first), Segment::Key(service)) if first == "services" => Some(service.into_owned()),
        _ => None,
    }
}
