//! The wish of somebody outside that the process ends.

use std::io;

use tokio::sync::Mutex;

use crate::failure::Failure;

#[cfg(unix)]
type Signals = (tokio::signal::unix::Signal, tokio::signal::unix::Signal);
#[cfg(not(unix))]
type Signals = tokio::signal::windows::CtrlC;

/// Ctrl-C, and on Unix SIGTERM. From when it is made, these no longer end the process by themselves.
#[derive(Debug)]
pub(crate) struct Interruption(Mutex<Signals>);

impl Interruption {
    /// Listens from now on.
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(Mutex::new((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))))
    }

    /// Listens from now on.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self(Mutex::new(tokio::signal::windows::ctrl_c()?)))
    }

    /// Ends when the process is to end.
    #[cfg(unix)]
    pub(crate) async fn wait(&self) {
        let mut signals = self.0.lock().await;
        let (interrupt, terminate) = &mut *signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }

    /// Ends when the process is to end.
    #[cfg(not(unix))]
    pub(crate) async fn wait(&self) {
        self.0.lock().await.recv().await;
    }

    /// What `work` gives, unless the process is to end before.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            () = self.wait() => Err(Failure::Interrupted),
        }
    }
}
