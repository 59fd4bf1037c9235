//! Turns to write on one HTTP API. API Gateway refuses writes on one API that run side by side.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

use crate::{
    Aws, World,
    engine::{kind::Shared, run::Context},
};

/// One turn for each API, shared by the steps of an apply.
#[derive(Default)]
pub(super) struct Turns(Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    pub(super) fn share(_: &Aws, _: &World) -> Shared {
        Arc::<Self>::default()
    }
}

/// Waits for the turn to write on an API, which ends when the returned guard is dropped.
pub(super) async fn turn(cx: &Context, api: &str) -> OwnedMutexGuard<()> {
    let turn = {
        let mut turns = cx.shared::<Turns>().0.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(api.to_owned()).or_default().clone()
    };
    turn.lock_owned().await
}
