//! Signals that end the process, and one that asks it for numbers.
//!
//! A process that a signal ends in the middle of a call loses the answer: AWS may have created something. So
//! a command listens, and races its work against the next signal ([`Interruption::or`]). Reading is dropped
//! at once. An apply is asked to end first, see [`execution`](crate::execution).
//!
//! SIGINT, SIGTERM, SIGHUP and SIGQUIT end a run in the same way. SIGHUP does not if the process was started
//! with it ignored, as `nohup` does; only Linux reports this. On Windows the command listens to Ctrl-C alone.

use std::io;

use tokio::sync::Mutex;

use crate::failure::Failure;

/// The signals that end the process, as tokio delivers them.
#[cfg(unix)]
type Signals = Vec<tokio::signal::unix::Signal>;
#[cfg(not(unix))]
type Signals = tokio::signal::windows::CtrlC;

/// Ctrl-C, and on Unix SIGTERM, SIGHUP and SIGQUIT. While this exists, they do not end the process by
/// themselves.
///
/// Each wait takes one signal, so a second wait returns after a second signal.
#[derive(Debug)]
pub(crate) struct Interruption(Mutex<Signals>);

impl Interruption {
    /// Starts to listen.
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let ends = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::quit()];
        // Under `nohup` the terminal may close and the work continues.
        let hangup = (!is_hangup_ignored()).then(SignalKind::hangup);
        let signals = ends.into_iter().chain(hangup).map(signal).collect::<io::Result<_>>()?;
        Ok(Self(Mutex::new(signals)))
    }

    /// Starts to listen.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self(Mutex::new(tokio::signal::windows::ctrl_c()?)))
    }

    /// Returns after the first signal.
    ///
    /// It can be dropped and called again. A signal that comes in between ends the next wait.
    #[cfg(unix)]
    pub(crate) async fn wait(&self) {
        let mut signals = self.0.lock().await;
        std::future::poll_fn(|context| {
            let is_sent = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if is_sent { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }

    /// Returns after the first signal.
    #[cfg(not(unix))]
    pub(crate) async fn wait(&self) {
        self.0.lock().await.recv().await;
    }

    /// Runs the work, unless a signal comes first.
    ///
    /// # Errors
    ///
    /// [`Failure::Interrupted`] if a signal came. The work was dropped then.
    pub(crate) async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        tokio::select! {
            done = work => Ok(done),
            () = self.wait() => Err(Failure::Interrupted),
        }
    }
}

/// SIGUSR1, by which a person asks a process that goes on for its numbers. Other systems than Unix have no such signal.
#[derive(Debug)]
pub(crate) struct Inquiry(#[cfg(unix)] tokio::signal::unix::Signal);

impl Inquiry {
    /// Starts to listen. Without it, the signal ends the process.
    pub(crate) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1())?;
        Ok(Self(
            #[cfg(unix)]
            signal,
        ))
    }

    /// Returns after the next signal.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if self.0.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Returns whether the process was started with SIGHUP ignored, as `nohup` does. Only Linux reports this.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| ignores_hangup(&status))
}

/// Reads the same from a process's status file, where `SigIgn` is a mask in hexadecimal digits.
#[cfg(unix)]
fn ignores_hangup(status: &str) -> bool {
    // SIGHUP is signal 1, the lowest bit.
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::ignores_hangup;

    #[test]
    fn mask_of_ignored_signals_is_read() {
        assert!(ignores_hangup("Name:\tsss\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000000\n"));
        assert!(!ignores_hangup("Name:\tsss\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000000001\n"));
        assert!(!ignores_hangup("Name:\tsss\n"));
    }
}
