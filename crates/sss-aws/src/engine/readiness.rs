//! Objects that exist and cannot be used yet.
//!
//! AWS creates some objects in minutes. Others may refer to such an object meanwhile, as long as nothing depends on
//! the result. If AWS refuses that, a step waits here until the object is ready.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;
use tokio::sync::watch;

use crate::{
    Error, Event, Id, Result,
    engine::{order::strings, run::Context, wait::Condition},
};

/// The condition of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Ready,
    Failed,
}

/// The objects of an apply that were created and not waited for, by the ids and ARNs in their outputs.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<HashMap<String, (&'static Condition, watch::Sender<State>)>>);

/// An object that cannot be used yet.
pub(crate) struct Pending {
    condition: &'static Condition,
    state: watch::Receiver<State>,
}

impl Readiness {
    /// Notes an object that was created and is ready once this condition holds.
    pub(crate) fn begin(&self, output: &Value, condition: &'static Condition) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        strings(output, &mut |text| {
            all.insert(text.to_owned(), (condition, watch::Sender::new(State::Pending)));
        });
    }

    /// Notes the end of the wait for an object.
    pub(crate) fn end(&self, output: &Value, is_ready: bool) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        strings(output, &mut |text| {
            if let Some((_, state)) = all.get(text) {
                state.send_replace(if is_ready { State::Ready } else { State::Failed });
            }
        });
    }

    /// Returns the object of this id or ARN, if it cannot be used yet.
    pub(crate) fn pending(&self, named: &str) -> Option<Pending> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (condition, state) = all.get(named)?;
        let is_ready = *state.borrow() == State::Ready;
        (!is_ready).then(|| Pending { condition, state: state.subscribe() })
    }
}

impl Pending {
    /// Waits until the object can be used. The note says why the step waits.
    ///
    /// # Errors
    ///
    /// The object failed, or the apply was asked to end.
    pub(crate) async fn ready(mut self, cx: &Context, id: &Id, note: &str) -> Result<()> {
        let Condition { name, usual, .. } = *self.condition;
        cx.tell(Event::Waiting { id: id.clone(), condition: name, note: note.to_owned(), usual });
        let ended = self.state.wait_for(|state| *state != State::Pending);
        tokio::select! {
            ended = ended => match ended.as_deref() {
                Ok(State::Ready) => Ok(()),
                _ => Err(Error::failed(name, "its creation failed")),
            },
            () = cx.options.interrupt.requested() => {
                Err(Error::interrupted(name, "nothing was created"))
            }
        }
    }
}
