//! Turns to write on one HTTP API. API Gateway refuses writes on one API that run side by side.
//!
//! It answers the later one with `ConflictException`, "Unable to complete operation due to concurrent
//! modification" (`terraform-provider-aws#18018`, `#40575`). A retry would cost a call of the small quota, so
//! steps take turns instead.
//!
//! # Invariant
//!
//! At most one call of an apply writes to an API at a time, tags included. No other wait of the engine holds
//! a lock, so turns cannot form a cycle. Runs of other people are excluded by the lock of the stack.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::OwnedMutexGuard;

use crate::{
    Aws, Graph, World,
    engine::{kind::Shared, run::Context},
};

/// One turn for each API, shared by the steps of an apply.
///
/// The key is the id of the API. An entry stays until the end of the apply.
#[derive(Default)]
pub(super) struct Turns {
    by_api: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// Whether API Gateway has refused an integration with a VPC link that was not available.
    refuses_pending_links: AtomicBool,
}

impl Turns {
    /// Creates the turns of an apply. Kinds with a turn name this function in `SHARED`.
    pub(super) fn share(_: &Aws, _: &Graph, _: &World) -> Shared {
        Arc::<Self>::default()
    }

    /// Notes that API Gateway has refused an integration with a VPC link that was not available.
    pub(super) fn note_refusal(&self) {
        self.refuses_pending_links.store(true, Ordering::Relaxed);
    }

    /// Returns whether API Gateway has refused such an integration in this apply.
    pub(super) fn refuses_pending_links(&self) -> bool {
        self.refuses_pending_links.load(Ordering::Relaxed)
    }
}

/// Waits for the turn to write on an API, which ends when the returned guard is dropped.
///
/// Steps get their turns in the order in which they ask. A caller keeps the guard until the answer of its
/// call is there.
///
/// # Cancellation
///
/// A dropped future gives up its place. The guard of a dropped step ends the turn.
pub(super) async fn turn(cx: &Context, api: &str) -> OwnedMutexGuard<()> {
    let turn = {
        let mut turns = cx.shared::<Turns>().by_api.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(api.to_owned()).or_default().clone()
    };
    turn.lock_owned().await
}
