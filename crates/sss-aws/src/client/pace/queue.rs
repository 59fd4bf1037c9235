//! The calls that wait for the same buckets, in the order in which they go.
//!
//! One call at a time asks the buckets, so a token that comes back wakes one call and not all of them.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Notify;

/// A place in a queue: the rank, and the number of arrival among equals.
pub(super) type Place = (u32, u64);

/// The calls that wait. Only the first one asks the buckets; it wakes the next when it leaves.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// The number of calls that have entered so far.
    arrivals: u64,
    waiting: BTreeMap<Place, Arc<Notify>>,
}

impl Queue {
    /// Adds a call. A call of a lower rank than all others becomes the first at once, and the former first
    /// waits behind it.
    ///
    /// Returns its place, and the signal that it has become the first.
    pub(super) fn enter(&mut self, rank: u32) -> (Place, Arc<Notify>) {
        self.arrivals += 1;
        let place = (rank, self.arrivals);
        let notify = Arc::new(Notify::new());
        self.waiting.insert(place, notify.clone());
        (place, notify)
    }

    /// Returns whether no call goes before this one.
    pub(super) fn is_first(&self, place: Place) -> bool {
        self.waiting.first_key_value().is_some_and(|(first, _)| *first == place)
    }

    /// Removes a call that was sent or dropped, and wakes the next if it was the first.
    pub(super) fn leave(&mut self, place: Place) {
        let was_first = self.is_first(place);
        self.waiting.remove(&place);
        if was_first {
            self.wake();
        }
    }

    /// Wakes the first call, because it may have its turn now.
    pub(super) fn wake(&self) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.notify_one();
        }
    }
}
