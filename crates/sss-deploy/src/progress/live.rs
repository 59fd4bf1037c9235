//! Progress on a terminal.
//!
//! The lower part of the terminal has a line for each running step, and one for all steps. Printed events are
//! above it and stay. The library indicatif moves the lines; this module decides which lines there are.
//!
//! The seconds come from tokio's clock, which is the account's. indicatif's own clock is real time: a sandbox
//! uses hardly any.

use std::{
    collections::BTreeMap,
    fmt,
    io::Write,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anstream::{AutoStream, ColorChoice};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use sss_aws::{Event, Id};
use tokio::time::Instant;

use crate::render::event;

/// One line for each running step, below the printed events and above a line for all steps.
pub(super) struct Live {
    /// The lower part of the terminal.
    all: MultiProgress,
    /// The line for all steps.
    ///
    /// It stays to the end: without a line below them, printed events would end without a line break.
    total: ProgressBar,
    /// The lines of running steps.
    lines: Mutex<BTreeMap<Id, ProgressBar>>,
}

impl Live {
    /// Starts with no step done of `steps`.
    pub(super) fn new(steps: usize) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = ProgressBar::new(steps.try_into().unwrap_or(u64::MAX));
        let total = all.add(total.with_style(style(" {seconds}        {pos} of {len} steps done")));
        Self { all, total, lines: Mutex::default() }
    }

    /// Adds, changes or removes the line of a step, and prints the event if it is one that stays.
    ///
    /// `elapsed` is the time since the start of the apply. `styled` tells whether printed events have
    /// colours.
    pub(super) fn tell(&self, event: &Event, elapsed: Duration, styled: bool) {
        match event {
            Event::Started { id, action } => {
                let line =
                    ProgressBar::no_length().with_style(style(" {seconds}        {prefix}  {wide_msg}"));
                let line = self.all.insert_before(&self.total, line);
                line.set_prefix(format!("{} {id}", action.sign()));
                self.lock().insert(id.clone(), line);
            }
            Event::Waiting { id, condition, note } => {
                if let Some(line) = self.lock().get(id) {
                    line.set_message(event::waiting(condition, note));
                }
            }
            Event::Message { .. } | Event::Retrying { .. } | Event::Unanswered { .. } => {
                self.print(event, elapsed, styled);
            }
            Event::Done { id, .. }
            | Event::Failed { id, .. }
            | Event::Interrupted { id, .. }
            | Event::Skipped { id, .. } => {
                if let Some(line) = self.lock().remove(id) {
                    line.finish_and_clear();
                    self.all.remove(&line);
                }
                if matches!(event, Event::Done { .. }) {
                    self.total.inc(1);
                }
                self.print(event, elapsed, styled);
            }
            _ => {}
        }
    }

    /// Redraws all lines, so that their seconds advance.
    pub(super) fn tick(&self) {
        self.lock().values().for_each(ProgressBar::tick);
        self.total.tick();
    }

    /// Removes all lines, so that the cursor is below the printed events.
    pub(super) fn clear(&self) {
        self.lock().clear();
        self.total.finish_and_clear();
        // If the terminal cannot be cleared, the lines stay.
        drop(self.all.clear());
    }

    /// Prints an event above the lines of running steps.
    fn print(&self, event: &Event, elapsed: Duration, styled: bool) {
        let choice = if styled { ColorChoice::Always } else { ColorChoice::Never };
        let mut text = AutoStream::new(Vec::new(), choice);
        // Writing to memory does not fail.
        drop(event::show(&mut text, elapsed, event).and_then(|()| text.flush()));
        let text = text.into_inner();
        let text = String::from_utf8_lossy(&text);
        for line in text.lines() {
            drop(self.all.println(line));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, ProgressBar>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the style of a line with this template, with the time since now as `seconds`.
fn style(template: &str) -> ProgressStyle {
    let start = Instant::now();
    let seconds = move |_: &ProgressState, w: &mut dyn fmt::Write| {
        // There is no way to report that the bar could not be drawn.
        let _ = write!(w, "{:>7.1}s", start.elapsed().as_secs_f64());
    };
    ProgressStyle::with_template(template)
        .expect("the templates of this file are sound")
        .with_key("seconds", seconds)
}
