//! Objects that take one writer at a time: a service turns the other callers away.
//!
//! AWS refuses the later one of two writes to an HTTP API that overlap. A call over HTTP occupies its object
//! from its arrival to its effect, which is its latency; a call that only reads occupies nothing and is never
//! refused. A call by hand takes no time and has no turn. An account can do without these refusals.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use crate::{call, refusal::Refusal, wire::Incoming};

/// The objects of a service that take one writer at a time.
#[derive(Debug)]
pub(crate) struct OneWriter {
    /// The member of a request that holds the object's id.
    pub(crate) member: &'static str,
    /// Returns the refusal of a second writer.
    pub(crate) refusal: fn() -> Refusal,
}

/// The objects that have a writer, by service and id.
#[derive(Debug, Default)]
pub(crate) struct Writers(BTreeMap<(&'static str, String), Weak<()>>);

/// The place of a call among the writers of an object. A writer keeps others away until its turn is dropped.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The call keeps nobody away.
    Free,
    /// The call is the writer.
    Writer { _keeps_others_away: Arc<()> },
    /// The object has another writer, so the service refuses the call.
    Late(fn() -> Refusal),
}

impl Writers {
    /// Returns the turn of a call that arrives now.
    ///
    /// The turn is [`Turn::Free`] for a call that reads, one without the object's id, and one to a service
    /// without such objects.
    pub(crate) fn enter(&mut self, request: &Incoming) -> Turn {
        let Some(rule) = &request.service.one_writer else { return Turn::Free };
        let object = request.input.as_ref().ok().and_then(|input| input[rule.member].as_str());
        let Some(object) = object.filter(|_| call::writes(&request.operation)) else {
            return Turn::Free;
        };

        let object = (request.service.name, object.to_owned());
        if self.0.get(&object).is_some_and(|writer| writer.strong_count() > 0) {
            return Turn::Late(rule.refusal);
        }
        let writer = Arc::new(());
        self.0.insert(object, Arc::downgrade(&writer));
        Turn::Writer { _keeps_others_away: writer }
    }
}

impl Turn {
    /// Refuses the call if the object has another writer.
    ///
    /// # Errors
    ///
    /// Returns the service's refusal of a second writer.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Free | Self::Writer { .. } => Ok(()),
            Self::Late(refusal) => Err(refusal()),
        }
    }
}
