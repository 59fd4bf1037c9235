//! Reports calls that AWS does not answer, while they wait.
//!
//! A host that is down or unreachable makes all calls hang at once. One report for one call names the host
//! and the seconds since its last sign of life; reports for all calls would bury it. A report is no failure:
//! the deadline of the answer ends the call.

use std::{
    collections::BTreeMap,
    fmt,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use crate::client::pace::Called;

/// The time without an answer after which the first report comes.
const QUIET: Duration = Duration::from_secs(8);
/// The time between two reports, whatever the number of calls that wait.
const AGAIN: Duration = Duration::from_secs(30);
/// The time between two checks of a waiting call whether a report is due.
const LOOK: Duration = Duration::from_secs(10);

/// A call that a host has not answered for a while.
#[derive(Debug, Clone)]
pub(crate) struct Silent {
    /// The operation by its name in IAM policies.
    pub(crate) call: String,
    /// The host with its port.
    pub(crate) host: String,
    /// The seconds for which the host has answered nothing.
    pub(crate) seconds: u64,
}

/// A function that takes the reports.
pub(crate) type Listener = Arc<dyn Fn(Silent) + Send + Sync>;

/// The listener, and the start of the silence of each host. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Silence(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    /// The time of the last report.
    told: Option<Instant>,
    /// The time of the oldest request to a host that has answered none since, by host.
    since: BTreeMap<String, Instant>,
}

impl Silence {
    /// Sets the listener. Returns the former one.
    pub(crate) fn listen(&self, listener: Option<Listener>) -> Option<Listener> {
        std::mem::replace(&mut self.lock().listener, listener)
    }

    /// Waits for `answer`, and reports meanwhile that it takes long.
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

    /// Notes that a host has answered.
    pub(crate) fn end(&self, host: &str) {
        self.lock().since.remove(host);
    }

    /// Reports a call, unless another report was made shortly before.
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
