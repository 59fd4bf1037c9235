//! The form of progress for a terminal.

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

/// One line for each running step, below what has been told.
pub(super) struct Live {
    all: MultiProgress,
    lines: Mutex<BTreeMap<Id, ProgressBar>>,
}

impl Live {
    pub(super) fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        Self {
            all,
            lines: Mutex::default(),
        }
    }

    pub(super) fn tell(&self, event: &Event, elapsed: Duration, styled: bool) {
        match event {
            Event::Started { id, action } => {
                let line = self.all.add(ProgressBar::no_length().with_style(style()));
                line.set_prefix(format!("{} {id}", action.sign()));
                self.lock().insert(id.clone(), line);
            }
            Event::Waiting { id, condition, note } => {
                if let Some(line) = self.lock().get(id) {
                    line.set_message(event::waiting(condition, note));
                }
            }
            Event::Message { .. } => self.print(event, elapsed, styled),
            Event::Done { id, .. } | Event::Failed { id, .. } | Event::Skipped { id, .. } => {
                if let Some(line) = self.lock().remove(id) {
                    line.finish_and_clear();
                    self.all.remove(&line);
                }
                self.print(event, elapsed, styled);
            }
            _ => {}
        }
    }

    pub(super) fn tick(&self) {
        self.lock().values().for_each(ProgressBar::tick);
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
        // What cannot be cleared from the terminal stays on it.
        drop(self.all.clear());
    }

    fn print(&self, event: &Event, elapsed: Duration, styled: bool) {
        let choice = if styled {
            ColorChoice::Always
        } else {
            ColorChoice::Never
        };
        let mut text = AutoStream::new(Vec::new(), choice);
        // Writing to memory does not fail, and a line that is not shown stops nothing.
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

fn style() -> ProgressStyle {
    let start = Instant::now();
    let seconds = move |_: &ProgressState, w: &mut dyn fmt::Write| {
        // The bar has nobody to tell that it could not be drawn.
        let _ = write!(w, "{:>7.1}s", start.elapsed().as_secs_f64());
    };
    ProgressStyle::with_template(" {seconds}        {prefix}  {wide_msg}")
        .expect("the template is sound")
        .with_key("seconds", seconds)
}
