//! A plan as plain text, for logs and for programs without a renderer of their own.
//!
//! It has no colours, no widths and no grouping; the command line renders plans by itself.

use std::fmt;

use crate::engine::{diff::Change, plan::Plan};

/// One line for each step with its changes below it, then the objects in the way, then a summary.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{} {}", step.action.sign(), step.id)?;
            step.changes.iter().try_for_each(|change| show(f, change))?;
        }
        for used in &self.uses {
            writeln!(f, "  {} is used, and stays unchanged", used.id)?;
            used.warning.iter().try_for_each(|warning| writeln!(f, "    warning: it {warning}"))?;
        }
        for refused in &self.refusals {
            match &refused.because {
                Some(because) => writeln!(f, "! {} {because}", refused.id)?,
                None => writeln!(f, "! {} already exists and is not managed by this stack", refused.id)?,
            }
        }
        for used in &self.in_use {
            writeln!(f, "! {} cannot be removed: {} uses it", used.id, used.by)?;
        }
        let refusals = self.refusals.len() + self.in_use.len();
        writeln!(f, "{}: {} steps, {refusals} refusals", self.stack, self.steps.len())
    }
}

/// Writes the line of a change: the path, and the values before and after.
fn show(f: &mut fmt::Formatter<'_>, change: &Change) -> fmt::Result {
    let Change { path, before, after } = change;
    match (before, after) {
        (Some(before), Some(after)) => writeln!(f, "    {path}: {before} -> {after}"),
        (None, Some(after)) => writeln!(f, "    {path}: {after}"),
        (Some(before), None) => writeln!(f, "    {path}: {before} -> (removed)"),
        (None, None) => Ok(()),
    }
}
