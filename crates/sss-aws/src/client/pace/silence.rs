//! Calls that AWS does not answer, told while they wait.

use std::{
    collections::BTreeMap,
    fmt,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use crate::client::pace::Called;

/// After so long without an answer it is told.
const QUIET: Duration = Duration::from_secs(8);
/// It is told again after so long, however many calls wait.
const AGAIN: Duration = Duration::from_secs(30);
/// How often those that wait look whether it is time to tell.
const LOOK: Duration = Duration::from_secs(10);

/// A call that a host has not answered for a while.
#[derive(Debug, Clone)]
pub(crate) struct Silent {
    /// The operation by its name in IAM policies.
    pub(crate) call: String,
    pub(crate) host: String,
    /// For how many seconds the host has answered nothing.
    pub(crate) seconds: u64,
}

/// Hears of calls without an answer.
pub(crate) type Listener = Arc<dyn Fn(Silent) + Send + Sync>;

/// Who hears of calls without an answer, and since when hosts are silent. Shared by clones.
#[derive(Clone, Default)]
pub(crate) struct Silence(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    told: Option<Instant>,
    /// When the oldest request was sent to a host that has answered none since.
    since: BTreeMap<String, Instant>,
}

impl Silence {
    /// Lets somebody hear of calls without an answer from now on. Gives who heard it before.
    pub(crate) fn listen(&self, listener: Option<Listener>) -> Option<Listener> {
        std::mem::replace(&mut self.lock().listener, listener)
    }

    /// What `answer` gives, and tells meanwhile that it takes long.
    pub(crate) async fn during<T>(&self, called: &Called, host: &str, answer: impl Future<Output = T>) -> T {
        let sent = Instant::now();
        self.lock().since.entry(host.to_owned()).or_insert(sent);
        let (mut answer, mut look) = (pin!(answer), QUIET);
        loop {
            if let Ok(answer) = timeout(look, &mut answer).await {
                return answer;
            }
            look = LOOK;
            self.tell(called, host, sent);
        }
    }

    /// A host has answered.
    pub(crate) fn end(&self, host: &str) {
        self.lock().since.remove(host);
    }

    fn tell(&self, called: &Called, host: &str, sent: Instant) {
        let mut state = self.lock();
        let now = Instant::now();
        if state.told.is_some_and(|told| now < told + AGAIN) {
            return;
        }
        let Some(listener) = state.listener.clone() else { return };
        state.told = Some(now);
        let since = state.since.get(host).map_or(sent, |since| sent.min(*since));
        drop(state);
        let (call, host) = (called.name(), host.to_owned());
        listener(Silent { call, host, seconds: (now - since).as_secs() });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Silence").finish_non_exhaustive()
    }
}
