//! API Gateway serves one writer of an API at a time and turns others away.

use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};

use crate::{call, refusal::Refusal, service::Service, wire::Incoming};

/// The APIs that are being written to, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Writers(BTreeMap<String, Weak<()>>);

/// How a call stands to others. A writer keeps others away until its turn is dropped.
#[derive(Debug)]
pub(crate) enum Turn {
    /// It gets in nobody's way.
    Free,
    /// It is the one that writes.
    Writer { _keeps_others_away: Arc<()> },
    /// Another one is writing.
    Late,
}

impl Writers {
    /// The turn of a call that arrives now.
    pub(crate) fn enter(&mut self, request: &Incoming) -> Turn {
        let is_write = request.service == Service::ApiGateway && call::writes(&request.operation);
        let api = request.input.as_ref().ok().and_then(|input| input["apiId"].as_str());
        let Some(api) = api.filter(|_| is_write) else {
            return Turn::Free;
        };
        if self.0.get(api).is_some_and(|writer| writer.strong_count() > 0) {
            return Turn::Late;
        }
        let writer = Arc::new(());
        self.0.insert(api.to_owned(), Arc::downgrade(&writer));
        Turn::Writer { _keeps_others_away: writer }
    }
}

impl Turn {
    /// Refuses the call of a late writer.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Free | Self::Writer { .. } => Ok(()),
            Self::Late => Err(Refusal::with_status(
                409,
                "ConflictException",
                "Unable to complete operation due to concurrent modification. Please try again later.",
            )),
        }
    }
}
