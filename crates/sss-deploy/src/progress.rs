//! The progress of an apply.
//!
//! The engine emits events. This module prints each of them in the form that suits its reader:
//!
//! - With `--json`: a JSON line on standard output, with the time since the start in milliseconds.
//! - Without a terminal: lines on standard error, for logs (`progress/log.rs`).
//! - On a terminal: a line for each finished area, and below them a row for each running step
//!   (`progress/live.rs`, `progress/frames.rs`).
//!
//! It also keeps the list of running steps, for the message after an apply that was dropped. Its clock is
//! tokio's, so on a sandbox it is the sandbox's.

mod frames;
mod groups;
mod live;
mod log;

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{Action, Areas, Event, Events, Id, Plan};
use tokio::time::Instant;

use self::{groups::Groups, live::Live, log::Log};
use crate::{
    invocation::Invocation,
    output::Output,
    render::{event, failure::whole},
};

/// Prints the events of an apply, and keeps the list of running steps.
pub(crate) struct Progress {
    /// The start of the apply.
    start: Instant,
    /// The streams of the command.
    output: Output,
    /// The name of the program that hints print in front of commands.
    program: String,
    /// The form that suits the reader.
    form: Form,
    /// The steps that started and did not end.
    running: Mutex<BTreeMap<Id, Running>>,
}

/// A step that is running.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    /// The object of the step.
    pub(crate) id: Id,
    /// The action of the step.
    pub(crate) action: Action,
    /// The start of the step.
    pub(crate) since: Instant,
}

/// The form of the output.
enum Form {
    /// JSON lines.
    Json,
    /// Lines for people and logs.
    Log(Log),
    /// Lines for finished areas, and below them a row for each running step.
    Live(Live),
}

/// A JSON line: the event, and the milliseconds since the start of the apply.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Record<'a> {
    #[serde(flatten)]
    event: &'a Event,
    /// The milliseconds since the start of the apply.
    elapsed_ms: u128,
}

/// Returns a receiver that prints calls without an answer, for the time outside of an apply.
///
/// The answer may be one JSON document, so it prints notes.
pub(crate) fn of_silence(output: &Output) -> Events {
    let output = output.clone();
    Arc::new(move |event| {
        if let Event::Unanswered { call, host, seconds } = event {
            output.note(|w| writeln!(w, "note: {}", event::unanswered(&call, &host, seconds)));
        }
    })
}

/// Returns a receiver that prints the events of work without a plan: JSON lines, or lines for people and logs.
pub(crate) fn of_work(invocation: &Invocation) -> impl Fn(Event) + Send + Sync + use<> {
    let (output, program, start) = (invocation.output.clone(), invocation.program.clone(), Instant::now());
    move |event| {
        let (event, elapsed) = (typed(event, &program), start.elapsed());
        if output.json {
            // If the reader is gone, the work continues.
            drop(output.line(&Record { event: &event, elapsed_ms: elapsed.as_millis() }));
        } else {
            output.note(|w| event::show(w, elapsed, &event));
        }
    }
}

/// Returns an event whose hint has commands that can be pasted.
fn typed(mut event: Event, program: &str) -> Event {
    if let Event::Failed { hint: Some(hint), .. } = &mut event {
        *hint = whole(hint, program);
    }
    event
}

impl Progress {
    /// Starts the clock for a plan that usually takes this time.
    pub(crate) fn start(invocation: &Invocation, plan: &Plan, areas: Areas, usual: Duration) -> Self {
        let output = &invocation.output;
        let groups = Groups::of(plan, areas);
        let form = match (output.json, output.terminal && !output.is_quiet()) {
            (true, _) => Form::Json,
            (false, true) => Form::Live(Live::new(groups, usual)),
            (false, false) => Form::Log(Log::new(groups)),
        };
        let program = invocation.program.clone();
        Self { start: Instant::now(), output: output.clone(), program, form, running: Mutex::default() }
    }

    /// Returns the time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Returns the running steps, in the order in which they started.
    pub(crate) fn running(&self) -> Vec<Running> {
        let mut running: Vec<_> = self.lock().values().cloned().collect();
        running.sort_by_key(|step| step.since);
        running
    }

    /// Prints one event. It never fails: the apply continues even if nobody reads.
    pub(crate) fn tell(&self, event: Event) {
        let (event, elapsed) = (&typed(event, &self.program), self.elapsed());
        self.note(event);
        match &self.form {
            // If the reader is gone, the apply continues.
            Form::Json => drop(self.output.line(&Record { event, elapsed_ms: elapsed.as_millis() })),
            Form::Log(log) => log.tell(&self.output, event, elapsed),
            Form::Live(live) => live.tell(event, elapsed, self.output.styled),
        }
    }

    /// Updates the times of running steps and prints ended areas, for as long as it is polled. It never returns.
    pub(crate) async fn keep_current(&self, every: Duration) -> Infallible {
        let mut ticks = tokio::time::interval(every);
        loop {
            ticks.tick().await;
            match &self.form {
                Form::Json => std::future::pending().await,
                Form::Log(log) => log.tick(&self.output, self.elapsed()),
                Form::Live(live) => live.tick_at(self.elapsed(), self.output.styled),
            }
        }
    }

    /// Prints what is not printed yet, and removes the lines of running steps. Call it before anything else is printed.
    pub(crate) fn end(&self) {
        match &self.form {
            Form::Json => {}
            Form::Log(log) => log.end(&self.output, self.elapsed()),
            Form::Live(live) => live.end(self.elapsed(), self.output.styled),
        }
    }

    /// Updates the list of running steps.
    fn note(&self, event: &Event) {
        match event {
            Event::Started { id, action } => {
                let step = Running { id: id.clone(), action: *action, since: Instant::now() };
                self.lock().insert(id.clone(), step);
            }
            Event::Done { id, .. } | Event::Failed { id, .. } | Event::Interrupted { id, .. } => {
                self.lock().remove(id);
            }
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
