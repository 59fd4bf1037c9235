//! Progress in a pipe: lines for people and logs.
//!
//! An event is a line. A step that waits is a line a minute at most. A stack of many areas has a line for the areas that
//! are done in the same way, for each failure, and one a minute for everything that is still running.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sss_aws::{Event, Id};

use super::groups::{Ended, Groups};
use crate::{
    output::Output,
    render::{event, palette::FAINT},
};

/// The least time between two lines about one wait.
const PAUSE: Duration = Duration::from_mins(1);

/// The lines of one apply.
pub(super) struct Log {
    groups: Groups,
    /// The time of the last line about a wait: of a step, or of everything (`None`).
    waited: Mutex<BTreeMap<Option<Id>, Duration>>,
}

impl Log {
    pub(super) fn new(groups: Groups) -> Self {
        Self { groups, waited: Mutex::default() }
    }

    /// Prints an event, unless it says nothing new.
    pub(super) fn tell(&self, output: &Output, event: &Event, elapsed: Duration) {
        let ended = self.groups.note(event, elapsed);
        let by_area = self.groups.are_many();
        match event {
            Event::Failed { .. } => output.complain(|w| event::show(w, elapsed, event)),
            Event::Waiting { id, .. } if !self.is_due((!by_area).then(|| id.clone()), elapsed) => {}
            Event::Waiting { .. } if by_area => {
                let (done, steps) = self.groups.counts();
                let seconds = elapsed.as_secs_f64();
                output.note(|w| {
                    writeln!(w, "{FAINT}[{seconds:>6.1}s]{FAINT:#} wait    {done} of {steps} steps done")
                });
            }
            Event::Retrying { .. } | Event::Unanswered { .. } | Event::Interrupted { .. } => {
                output.note(|w| event::show(w, elapsed, event));
            }
            _ if !by_area => output.note(|w| event::show(w, elapsed, event)),
            _ => {}
        }
        if by_area {
            show_ended(output, &ended, elapsed);
        }
    }

    /// Prints the areas that ended some time ago.
    pub(super) fn tick(&self, output: &Output, elapsed: Duration) {
        show_ended(output, &self.groups.due(elapsed), elapsed);
    }

    /// Prints the areas that ended last.
    pub(super) fn end(&self, output: &Output, elapsed: Duration) {
        show_ended(output, &self.groups.rest(), elapsed);
    }

    /// Returns whether the last line about this wait is old enough for another one, and notes it.
    fn is_due(&self, of: Option<Id>, elapsed: Duration) -> bool {
        let mut waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = waited.get(&of).is_none_or(|last| elapsed >= *last + PAUSE);
        if is_due {
            waited.insert(of, elapsed);
        }
        is_due
    }
}

/// Prints areas that have ended.
fn show_ended(output: &Output, ended: &[Ended], elapsed: Duration) {
    if !ended.is_empty() {
        output.note(|w| ended.iter().try_for_each(|areas| areas.log(w, elapsed)));
    }
}
