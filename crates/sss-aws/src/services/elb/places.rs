//! Ports of listeners and priorities of rules, which AWS takes once each.
//!
//! Neither matters for the requests of a stack: an integration names the listener by its ARN, and the conditions of the
//! rules exclude one another. So the stack wants no certain number. A creation takes the lowest one that is free, and
//! the object keeps it. An apply hands each number out once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{listing::Found, rule};
use crate::{Aws, Graph, World, engine::kind, engine::world::Fact};

/// The ports of the listeners of a Network Load Balancer. It has at most 50 listeners.
pub(crate) const PORTS: std::ops::RangeInclusive<i32> = 10_001..=10_050;

/// The numbers that are taken, by the ARN of a load balancer or a listener.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Taken(BTreeMap<String, BTreeSet<i32>>);

impl Fact for Taken {
    const NAME: &'static str = "taken_ports_and_priorities";
}

impl Taken {
    /// Returns the numbers of all listeners and rules that were read, those of others included.
    pub(super) fn of(found: &Found) -> Self {
        let mut taken: BTreeMap<String, BTreeSet<i32>> = BTreeMap::new();
        for listener in &found.listeners {
            if let Some((arn, port)) = listener.load_balancer_arn().zip(listener.port()) {
                taken.entry(arn.to_owned()).or_default().insert(port);
            }
        }
        for (listener, rule) in &found.rules {
            if let Some(priority) = rule::priority(rule) {
                taken.entry(listener.clone()).or_default().insert(priority);
            }
        }
        Self(taken)
    }
}

/// The numbers that an apply may still hand out.
pub(super) struct Free(Mutex<Taken>);

impl Free {
    /// Creates the state of an apply. Listeners and rules name this function in `SHARED`.
    pub(super) fn share(_aws: &Aws, _graph: &Graph, world: &World) -> kind::Shared {
        Arc::new(Self(Mutex::new(world.fact())))
    }

    /// Returns the lowest number of a range that is free at a load balancer or a listener, and takes it.
    ///
    /// Without a free one it returns the last number, and AWS refuses it with its own words.
    pub(super) fn take(&self, arn: &str, range: std::ops::RangeInclusive<i32>) -> i32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all.0.entry(arn.to_owned()).or_default();
        let last = *range.end();
        let number = range.into_iter().find(|number| !taken.contains(number)).unwrap_or(last);
        taken.insert(number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_free_number_is_taken_once() {
        let taken = Taken(BTreeMap::from([("a".to_owned(), BTreeSet::from([1, 3]))]));
        let free = Free(Mutex::new(taken));
        assert_eq!([free.take("a", 1..=5), free.take("a", 1..=5), free.take("b", 1..=5)], [2, 4, 1]);
    }
}
