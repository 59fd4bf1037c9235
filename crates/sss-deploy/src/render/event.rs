//! Events of an apply.
//!
//! Each event is a line: the time since the start in seconds, a word of at most five letters, and the object.
//! The words begin in the same column, so a log can be searched by them. A failure has more lines: the error,
//! the failed deployment and a hint.

use std::{
    io::{self, Write},
    time::Duration,
};

use anstyle::Style;
use sss_aws::{Action, Event, Id};

use super::{
    cause, deployment,
    palette::{self, BAD, CHANGED, FAINT, GOOD, HINT},
    report,
};

/// Prints an event as lines, with the time since the start.
pub(crate) fn show(w: &mut dyn Write, elapsed: Duration, event: &Event) -> io::Result<()> {
    write!(w, "{FAINT}[{:>6.1}s]{FAINT:#} ", elapsed.as_secs_f64())?;
    match event {
        Event::Started { id, action } => {
            step(w, Style::new(), "start", *action, id)?;
            writeln!(w)
        }
        Event::Waiting { id, condition, note, usual } => {
            writeln!(w, "wait    {id}: {} ({} usually)", waiting(condition, note), report::about(*usual))
        }
        Event::Unanswered { call, host, seconds } => {
            writeln!(w, "slow    {}", unanswered(call, host, *seconds))
        }
        Event::Message { id, text } => writeln!(w, "event   {id}: {}", without_subject(text)),
        Event::Retrying { id, again, error, .. } => {
            writeln!(w, "retry   {id}: {error} (attempt {})", again + 1)
        }
        Event::Done { id, action } => {
            step(w, GOOD, "done", *action, id)?;
            writeln!(w)
        }
        Event::Failed { id, action, cause, error, hint, deployment, .. } => {
            step(w, BAD, "fail", *action, id)?;
            writeln!(w)?;
            cause.iter().try_for_each(|cause| cause::headline(w, cause))?;
            writeln!(w, "{BAD}error:{BAD:#} {error}")?;
            writeln!(w, "    failed to {action} {id}")?;
            deployment.iter().try_for_each(|deployment| deployment::show(w, deployment))?;
            // The end of the apply says how to continue after failed deployments, once for all of them.
            let hint = hint.iter().filter(|_| deployment.is_none());
            hint.into_iter().try_for_each(|hint| writeln!(w, "{HINT}hint:{HINT:#} {hint}"))
        }
        Event::Interrupted { id, action, text } => {
            step(w, CHANGED, "stop", *action, id)?;
            writeln!(w, ": {text}")
        }
        Event::Skipped { id, action, because } => {
            step(w, Style::new(), "skip", *action, id)?;
            writeln!(w, ": {because} failed")
        }
        Event::NotStarted { id, action } => {
            step(w, Style::new(), "skip", *action, id)?;
            writeln!(w, " (not started)")
        }
        _ => writeln!(w),
    }
}

/// Returns the words for a call that AWS has not answered for a while.
pub(crate) fn unanswered(call: &str, host: &str, seconds: u64) -> String {
    format!("{call}: {host} has not answered for {seconds} s")
}

/// Returns an event of ECS without the service that it begins with, because the object of the event names it.
fn without_subject(text: &str) -> &str {
    let rest = text.strip_prefix("(service ").and_then(|rest| rest.split_once(") "));
    rest.map_or(text, |(_, rest)| rest)
}

/// Returns what AWS reports of a wait, in the place of the condition if it says something.
pub(crate) fn in_words(condition: &str, note: &str) -> String {
    let is_code = note.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    match note {
        "" => format!("waiting for {condition}"),
        note if is_code => note.to_lowercase().replace('_', " "),
        note => note.to_owned(),
    }
}

/// Returns the words for the condition that a step waits for, and the state that AWS reports.
pub(crate) fn waiting(condition: &str, note: &str) -> String {
    let note = if note.is_empty() { String::new() } else { format!(": {note}") };
    format!("waiting for {condition}{note}")
}

/// Prints the words for a step: what happened to it, the sign of its action, and its object.
fn step(w: &mut dyn Write, style: Style, word: &str, action: Action, id: &Id) -> io::Result<()> {
    let sign = palette::action(action);
    write!(w, "{style}{word:<5}{style:#} {sign}{}{sign:#} {id}", action.sign())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::written;

    fn id() -> Id {
        Id { kind: "ecs/service".parse().expect("a kind"), name: "mz-dev-app".to_owned() }
    }

    fn check(event: &Event, expected: &str) {
        assert_eq!(written(|w| show(w, Duration::from_millis(12_345), event)), expected);
    }

    #[test]
    fn events_are_lines() {
        let action = Action::Create;
        check(&Event::Started { id: id(), action }, "[  12.3s] start + ecs/service mz-dev-app\n");
        check(&Event::Done { id: id(), action }, "[  12.3s] done  + ecs/service mz-dev-app\n");
        let (condition, note) = ("the deployment", "0/1 new tasks running".to_owned());
        check(
            &Event::Waiting { id: id(), condition, note, usual: Duration::from_secs(70) },
            "[  12.3s] wait    ecs/service mz-dev-app: waiting for the deployment: 0/1 new tasks running \
             (about 70 s usually)\n",
        );
        let (call, host) = ("ecs:CreateService".to_owned(), "ecs.example".to_owned());
        check(
            &Event::Unanswered { call, host, seconds: 8 },
            "[  12.3s] slow    ecs:CreateService: ecs.example has not answered for 8 s\n",
        );
        let text = "(service mz-dev-app) has reached a steady state.".to_owned();
        check(
            &Event::Message { id: id(), text },
            "[  12.3s] event   ecs/service mz-dev-app: has reached a steady state.\n",
        );
    }

    #[test]
    fn failure_has_cause_and_hint() {
        let (error, hint) = ("ecs:CreateService was refused".to_owned(), Some("run it again".to_owned()));
        check(
            &Event::Failed { id: id(), action: Action::Create, cause: None, error, hint, deployment: None },
            "[  12.3s] fail  + ecs/service mz-dev-app\n\
             error: ecs:CreateService was refused\n    failed to create ecs/service mz-dev-app\n\
             hint: run it again\n",
        );
        let because = Id { kind: "iam/role".parse().expect("a kind"), name: "mz-dev-app-role".to_owned() };
        check(
            &Event::Skipped { id: id(), action: Action::Create, because },
            "[  12.3s] skip  + ecs/service mz-dev-app: iam/role mz-dev-app-role failed\n",
        );
    }
}
