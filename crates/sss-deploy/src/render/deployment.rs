//! Failed deployments.
//!
//! A deployment of ECS fails on AWS's side, minutes after the call. Its causes are in several places: the
//! service's events, the stopped tasks, their containers and their logs. The engine collects them
//! ([`FailedDeployment`]); this prints them below the failed step, the cause first, so that nobody has to
//! search in the console.

use std::io::{self, Write};

use sss_aws::{FailedDeployment, StoppedContainer, StoppedTask};

use super::palette::{FAINT, STRONG};

/// Prints both revisions, the counts of the circuit breaker, the stopped tasks with their last log lines, and
/// the last events of the service.
///
/// Details that could not be read are named, so that missing ones are no riddle.
pub(crate) fn show(w: &mut dyn Write, found: &FailedDeployment) -> io::Result<()> {
    let running = found.running.as_deref().unwrap_or("nothing");
    writeln!(w, "    tried {STRONG}{}{STRONG:#}, still running {STRONG}{running}{STRONG:#}", found.wanted)?;
    if let Some(breaker) = &found.circuit_breaker {
        writeln!(
            w,
            "    circuit breaker: {} tasks failed; the limit is {}",
            breaker.failed_tasks, breaker.threshold
        )?;
    }
    found.tasks.iter().try_for_each(|task| show_task(w, task))?;
    if !found.events.is_empty() {
        writeln!(w, "    last events of the service, newest first:")?;
        found.events.iter().try_for_each(|event| writeln!(w, "      {event}"))?;
    }
    found.unread.iter().try_for_each(|error| writeln!(w, "    some details could not be read: {error}"))
}

/// Prints a stopped task with its reason, and those of its containers that failed.
fn show_task(w: &mut dyn Write, task: &StoppedTask) -> io::Result<()> {
    let code = task.code.as_deref().unwrap_or("stopped");
    write!(w, "    task {}: {code}", task.id)?;
    task.reason.iter().try_for_each(|reason| write!(w, ": {reason}"))?;
    writeln!(w)?;
    let failed = task.containers.iter().filter(|container| container.has_failed());
    failed.into_iter().try_for_each(|container| show_container(w, container, task.reason.as_deref()))
}

/// Prints a failed container with its exit code and its last log lines. A reason that its task has is not
/// repeated.
fn show_container(w: &mut dyn Write, container: &StoppedContainer, told: Option<&str>) -> io::Result<()> {
    write!(w, "      container {STRONG}{}{STRONG:#}", container.name)?;
    match container.exit_code {
        Some(code) => write!(w, " exited with {code}")?,
        None => write!(w, " has no exit code")?,
    }
    let reason = container.reason.as_deref().filter(|reason| told != Some(reason));
    reason.iter().try_for_each(|reason| write!(w, ": {reason}"))?;
    writeln!(w)?;
    container.log.iter().try_for_each(|line| writeln!(w, "        {FAINT}|{FAINT:#} {}", printable(line)))
}

/// Removes the characters that would move the cursor or change the colour of a terminal.
fn printable(line: &str) -> String {
    line.chars().filter(|character| !character.is_control()).collect()
}
