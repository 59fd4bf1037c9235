//! Progress in a pipe: lines for people and logs.
//!
//! An event is a line. A step that waits is a line a minute at most. A stack of many areas has a line for each area
//! that is done, for each failure, and one a minute for everything that is still running.

use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sss_aws::{Event, Id};

use super::groups::Groups;
use crate::{
    output::Output,
    render::{event, palette::FAINT},
};

/// The least time between two lines about one wait.
const PAUSE: Duration = Duration::from_mins(1);

/// The most areas whose steps are shown one by one.
const MOST: usize = 12;

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
        let ended = match event {
            Event::Done { id, .. } => self.groups.done(id),
            _ => None,
        };
        let by_area = self.groups.len() > MOST;
        let write = |w: &mut dyn io::Write| match event {
            Event::Waiting { .. } if by_area => {
                let (done, steps) = self.groups.counts();
                let seconds = elapsed.as_secs_f64();
                writeln!(w, "{FAINT}[{seconds:>6.1}s]{FAINT:#} wait    {done} of {steps} steps done")
            }
            Event::Done { .. } if by_area => ended.iter().try_for_each(|ended| ended.log(w, elapsed)),
            _ => event::show(w, elapsed, event),
        };

        let is_told = match event {
            Event::Waiting { id, .. } => self.is_due((!by_area).then(|| id.clone()), elapsed),
            Event::Started { .. } | Event::Message { .. } => !by_area,
            _ => true,
        };
        match event {
            Event::Failed { .. } => output.complain(write),
            _ if is_told => output.note(write),
            _ => {}
        }
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
