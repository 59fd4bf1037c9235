//! Progress on a terminal.
//!
//! The lower part of the terminal has a row for each running step, and one for the whole apply (`frames`). Above it,
//! each finished area is one line, and failures are whole. The library indicatif moves the rows; this module decides
//! which ones there are.
//!
//! The seconds come from tokio's clock, which is the account's. indicatif's own clock is real time: a sandbox
//! uses hardly any.

use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anstream::adapter::strip_bytes;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use sss_aws::{Event, Id};
use sss_model::printable;
use tokio::time::Instant;

use super::{
    frames::{self, Task, Total},
    groups::{Ended, Groups},
};
use crate::{
    output::legible,
    render::{
        event,
        screen::{Screen, fitted},
    },
};

/// The rows of running steps, below the printed lines.
pub(super) struct Live {
    /// The lower part of the terminal.
    all: MultiProgress,
    /// The rows, as many as are shown. The last one stays to the end: without a row below them, printed lines would end
    /// without a line break.
    rows: Mutex<Vec<ProgressBar>>,
    /// The steps and their areas.
    groups: Groups,
    /// The running steps.
    running: Mutex<BTreeMap<Id, Running>>,
    start: Instant,
    usual: Duration,
}

/// A running step.
struct Running {
    text: String,
    since: Instant,
    usual: Option<Duration>,
}

impl Live {
    /// Starts with no step done. `usual` is the time that all of them usually take.
    pub(super) fn new(groups: Groups, usual: Duration) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let (rows, running) = (Mutex::default(), Mutex::default());
        let live = Self { all, rows, groups, running, start: Instant::now(), usual };
        live.tick();
        live
    }

    /// Adds, changes or removes the row of a step, and prints what stays.
    ///
    /// `elapsed` is the time since the start of the apply. `styled` tells whether printed lines have colours.
    pub(super) fn tell(&self, event: &Event, elapsed: Duration, styled: bool) {
        match event {
            Event::Started { id, .. } => {
                let step = Running { text: String::new(), since: Instant::now(), usual: None };
                self.lock().insert(id.clone(), step);
            }
            Event::Waiting { id, condition, note, usual } => {
                if let Some(step) = self.lock().get_mut(id) {
                    step.text = event::in_words(condition, note);
                    step.usual = Some(*usual);
                }
            }
            Event::Retrying { .. } | Event::Unanswered { .. } => {
                self.print(styled, |w| event::show(w, elapsed, event));
            }
            Event::Done { id, .. } => drop(self.lock().remove(id)),
            Event::Failed { id, .. } | Event::Interrupted { id, .. } => {
                self.lock().remove(id);
                self.print(styled, |w| event::show(w, elapsed, event));
            }
            _ => {}
        }
        self.print_ended(&self.groups.note(event, elapsed), elapsed, styled);
        self.tick();
    }

    /// Prints the areas that ended some time ago, and draws all rows anew, so that their times advance.
    pub(super) fn tick_at(&self, elapsed: Duration, styled: bool) {
        self.print_ended(&self.groups.due(elapsed), elapsed, styled);
        self.tick();
    }

    /// Prints the areas that ended last, and removes all rows, so that the cursor is below the printed lines.
    pub(super) fn end(&self, elapsed: Duration, styled: bool) {
        self.print_ended(&self.groups.rest(), elapsed, styled);
        self.clear();
    }

    /// Draws all rows anew.
    fn tick(&self) {
        let texts = frames::rows(&self.tasks(), self.total(), Self::width());
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        while rows.len() > texts.len() {
            let row = rows.remove(0);
            row.finish_and_clear();
            self.all.remove(&row);
        }
        while rows.len() < texts.len() {
            let row = ProgressBar::no_length().with_style(style());
            rows.insert(0, self.all.insert(0, row));
        }
        for (row, text) in rows.iter().zip(texts) {
            row.set_message(text);
            row.tick();
        }
    }

    /// Removes all rows.
    fn clear(&self) {
        self.lock().clear();
        let rows = std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner));
        rows.iter().for_each(ProgressBar::finish_and_clear);
        // If the terminal cannot be cleared, the rows stay.
        drop(self.all.clear());
    }

    /// Returns the running steps, the oldest first.
    fn tasks(&self) -> Vec<Task> {
        let running = self.lock();
        let mut steps: Vec<_> = running.iter().collect();
        steps.sort_by_key(|(_, step)| step.since);
        let task = |(id, step): (&Id, &Running)| Task {
            name: self.groups.short_name(id),
            text: printable(&step.text).into_owned(),
            elapsed: step.since.elapsed(),
            usual: step.usual,
        };
        steps.into_iter().map(task).collect()
    }

    fn total(&self) -> Total {
        let (done, steps) = self.groups.counts();
        Total { done, steps, elapsed: self.start.elapsed(), usual: self.usual }
    }

    /// Returns the columns of the terminal, as they are now.
    fn width() -> usize {
        terminal_size::terminal_size().map_or(80, |(width, _)| width.0.into())
    }

    /// Prints areas that have ended.
    fn print_ended(&self, ended: &[Ended], elapsed: Duration, styled: bool) {
        if !ended.is_empty() {
            self.print(styled, |w| ended.iter().try_for_each(|areas| areas.show(w, elapsed)));
        }
    }

    /// Prints lines above the rows of running steps, wrapped to the terminal.
    fn print(&self, styled: bool, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
        let mut text = Vec::new();
        // Writing to memory does not fail.
        drop(fitted(&mut text, Screen { width: Some(Self::width()), styled }, write));
        let text = legible(&text);
        let text = if styled { text } else { strip_bytes(&text).into_vec().into() };
        let text = String::from_utf8_lossy(&text);
        for line in text.lines() {
            drop(self.all.println(line));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the style of a row: a sign that moves, and a text that fits.
fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg}").expect("the template is sound")
}
