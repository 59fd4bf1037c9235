//! Those that wait for the same buckets, in the order in which they go.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Notify;

/// A place in a queue: the rank, and the order of arrival among equals.
pub(super) type Place = (u32, u64);

/// Those that wait. Only the first one looks at the buckets; it wakes the next when it goes.
#[derive(Debug, Default)]
pub(super) struct Queue {
    arrivals: u64,
    waiting: BTreeMap<Place, Arc<Notify>>,
}

impl Queue {
    pub(super) fn enter(&mut self, rank: u32) -> (Place, Arc<Notify>) {
        self.arrivals += 1;
        let place = (rank, self.arrivals);
        let notify = Arc::new(Notify::new());
        self.waiting.insert(place, notify.clone());
        (place, notify)
    }

    pub(super) fn is_first(&self, place: Place) -> bool {
        self.waiting.first_key_value().is_some_and(|(first, _)| *first == place)
    }

    pub(super) fn leave(&mut self, place: Place) {
        let was_first = self.is_first(place);
        self.waiting.remove(&place);
        if let (true, Some((_, next))) = (was_first, self.waiting.first_key_value()) {
            next.notify_one();
        }
    }
}
