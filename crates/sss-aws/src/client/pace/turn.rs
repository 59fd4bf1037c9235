//! Lets each call wait for its turn before it is signed.
//!
//! AWS takes a signature for 5 minutes, and a call may wait longer than that behind hundreds of others. So the
//! wait stands before the signature. The SDK has one place there that may wait: it asks the cache of identities
//! for each attempt of a call. [`Turns`] is such a cache. It waits, and then asks the one that the program
//! configured, so the credentials are fresh as well.
//!
//! A [`Turn`] lives in the configuration of its attempt until the answer comes. The interceptor ends it then.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::{
    identity::{IdentityFuture, ResolveCachedIdentity, SharedIdentityCache, SharedIdentityResolver},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use tokio::time::Instant;

use crate::client::pace::{Called, Pace};

/// The tokens of a call under way. They begin to come back when it is dropped: with the answer, or when nobody
/// waits for the answer any more.
#[derive(Debug)]
#[must_use = "the tokens come back when the turn is dropped"]
pub(crate) struct Turn {
    pub(super) pace: Pace,
    /// The number of the call.
    pub(super) call: u64,
    /// The buckets that the call draws on.
    pub(super) rows: Vec<usize>,
    /// The time when the turn came.
    pub(super) sent: Instant,
}

impl Turn {
    /// Counts the call as one that AWS refused as one too many, and slows the following ones down.
    pub(super) fn refused(&self) {
        self.pace.lock().refused(self);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.pace.lock().arrived(self);
    }
}

/// The turn of an attempt, from the time when it comes until the answer.
#[derive(Debug, Default, Clone)]
pub(super) struct OfAttempt(Arc<Mutex<Option<Turn>>>);

impl Storable for OfAttempt {
    type Storer = StoreReplace<Self>;
}

impl OfAttempt {
    /// Keeps the turn, and ends a former one.
    fn begin(&self, turn: Turn) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
    }

    /// Ends the turn, because AWS has answered. `refused` tells whether AWS refused the call as one too many.
    pub(super) fn end(&self, refused: bool) {
        let turn = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(turn) = turn.filter(|_| refused) {
            turn.refused();
        }
    }
}

/// A cache of identities that lets calls wait for their turn.
#[derive(Debug)]
pub(crate) struct Turns {
    service: &'static str,
    pace: Pace,
    identities: SharedIdentityCache,
}

impl Turns {
    /// Returns the cache for the service with this name in IAM policies. It takes identities from another one.
    pub(crate) fn new(service: &'static str, pace: Pace, identities: SharedIdentityCache) -> Self {
        Self { service, pace, identities }
    }
}

impl ResolveCachedIdentity for Turns {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        bag: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move {
            let turn = self.pace.turn(&Called::of(self.service, bag)).await;
            if let Some(attempt) = bag.load::<OfAttempt>() {
                attempt.begin(turn);
            }
            self.identities.resolve_cached_identity(resolver, components, bag).await
        })
    }
}

#[cfg(test)]
mod tests;
