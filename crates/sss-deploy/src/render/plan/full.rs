//! Every step of a plan with every path, for `--full`.
//!
//! A step begins with the sign and the object. Below it are its reasons and risks, and then its changes: a sign, the
//! path of the value, and the values. Tags come last, because they rarely matter.

use std::{
    collections::BTreeSet,
    io::{self, Write},
};

use sss_aws::{Action, Step, Workload};

use super::{Source, loss, values};
use crate::render::{
    palette::{self, BAD, CHANGED, FAINT, STRONG},
    screen::{Line, Screen},
};

/// The number of paths that a reason for a replacement names. The changes show them all.
const PATHS: usize = 3;

/// The columns before a change.
const INDENT: usize = 4;

/// Prints a step with its reasons, its risks and its changes.
pub(super) fn show(w: &mut dyn Write, screen: Screen, step: &Step, source: Source<'_>) -> io::Result<()> {
    headline(w, screen, step)?;
    if let Some(reason) = step.because.and_then(|because| source.reason(because)) {
        writeln!(w, "    deleted because: {reason}")?;
    }
    if let Some(moved_from) = &step.moved_from {
        writeln!(w, "    moved from {}", moved_from.name)?;
    }
    if let Some(phase) = step.phase {
        writeln!(w, "    {}", phase.why())?;
    }
    step.consequences.iter().try_for_each(|one| writeln!(w, "    {one}"))?;
    if let Some(downtime) = step.downtime {
        writeln!(w, "    {BAD}downtime: {downtime}{BAD:#}")?;
    }

    if matches!(step.action, Action::Revise | Action::Replace) {
        let reasons =
            step.reasons.iter().map(|reason| (reason.path.as_str(), reason.because, reason.downtime));
        replacement(w, step.action, &reasons.collect::<Vec<_>>())?;
        step.lost.iter().try_for_each(|lost| writeln!(w, "    {BAD}lost:{BAD:#} {lost}"))?;
    }

    tasks(w, step.action, step.workload)?;
    loss::show_step(w, step)?;
    // The values of a deleted object say nothing about the step. The JSON has them.
    if step.action == Action::Delete {
        return Ok(());
    }
    let (tags, others): (Vec<_>, Vec<_>) = step.changes.iter().partition(|change| change.is_of_tags());
    others.into_iter().chain(tags).try_for_each(|change| {
        let values = (change.before.as_ref(), change.after.as_ref());
        values::show(w, screen, INDENT, &change.path.to_string(), values)
    })
}

/// Prints the line that names a step, with its id on AWS if that differs from the name, and the reason of a deletion.
fn headline(w: &mut dyn Write, screen: Screen, step: &Step) -> io::Result<()> {
    let style = palette::action(step.action);
    let mut line = Line::hanging(INDENT).with(style, step.action.sign()).text(" ");
    line = line.with(STRONG, step.id.to_string());
    let note = match &step.with {
        Some(with) => Some(format!("deleted with {with}")),
        None => {
            step.physical.as_deref().map(short_name).filter(|name| *name != step.id.name).map(str::to_owned)
        }
    };
    if let Some(note) = note {
        line = line.with(FAINT, format!(" ({note})"));
    }
    line.write(w, screen)
}

/// Prints why an object is replaced. A reason is a path, a cause and a downtime; equal causes are one line.
fn replacement(w: &mut dyn Write, action: Action, reasons: &[(&str, &str, Option<&str>)]) -> io::Result<()> {
    let verb = if action == Action::Replace { "replaced" } else { "new revision" };
    let mut told = BTreeSet::new();
    for (_, because, downtime) in reasons {
        if !told.insert(because) {
            continue;
        }
        let paths: Vec<_> =
            reasons.iter().filter(|other| other.1 == *because).map(|(path, ..)| *path).collect();
        let more = if paths.len() > PATHS { ", …" } else { "" };
        writeln!(w, "    {verb} because of {}{more}: {because}", paths[..paths.len().min(PATHS)].join(", "))?;
        if let Some(downtime) = downtime {
            writeln!(w, "    {BAD}downtime: {downtime}{BAD:#}")?;
        }
    }

    if action == Action::Replace && reasons.iter().all(|(.., downtime)| downtime.is_none()) {
        writeln!(w, "    no downtime: its dependents move to the new object first")?;
    }
    Ok(())
}

/// Prints whether a step replaces the tasks of an existing service.
fn tasks(w: &mut dyn Write, action: Action, tasks: Option<Workload>) -> io::Result<()> {
    if !matches!(action, Action::Update | Action::Replace) {
        return Ok(());
    }
    match tasks {
        Some(Workload::Replaced) => {
            writeln!(w, "    {CHANGED}tasks: a new deployment replaces them{CHANGED:#}")
        }
        Some(Workload::Awaited) => writeln!(w, "    tasks: the step waits for the running deployment"),
        Some(_) => writeln!(w, "    tasks: they keep running"),
        None => Ok(()),
    }
}

/// Returns the last part of an ARN, and any other text unchanged.
pub(super) fn short_name(physical: &str) -> &str {
    if !physical.starts_with("arn:") {
        return physical;
    }
    physical.rsplit(['/', ':']).next().unwrap_or(physical)
}
