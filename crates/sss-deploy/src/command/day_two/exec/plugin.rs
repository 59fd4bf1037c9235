//! The Session Manager plugin, which connects to a session.
//!
//! It is found in `PATH`. Newer versions take the session, which contains a token, from a variable of their
//! environment; older ones take it as an argument, which other users of the machine can see.
//!
//! A signal is left to the plugin at first: at a terminal it gets Ctrl-C as well and passes it on to the command. If it
//! does not end soon, or at a second signal, it is killed. The state of the terminal is restored in any case.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use sss_aws::{causes, operate::exec::Session};
use tokio::sync::oneshot;

use super::filter::Filter;
use crate::{failure::Failure, interruption::Interruption, profile};

/// The name of the program.
const NAME: &str = "session-manager-plugin";
/// The variable in which newer versions take the session, and the argument that says so.
const VARIABLE: &str = "AWS_SSM_START_SESSION_RESPONSE";
/// The last version that takes the session as an argument only.
const LAST_WITHOUT: [u32; 4] = [1, 2, 497, 0];
/// The time that a signal leaves the plugin to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// The time between two looks at the plugin.
const LOOK: Duration = Duration::from_millis(20);

/// The plugin of this machine.
pub(super) struct Plugin {
    path: PathBuf,
    /// Whether it takes the session from its environment.
    reads_environment: bool,
}

/// The standard input of the plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// The terminal.
    Terminal,
    /// What this program gets.
    Passed,
    /// Nothing, and no end: the plugin ends with its input.
    Open,
}

/// The plugin at work.
pub(super) struct Running {
    child: Child,
    output: Option<JoinHandle<Filter>>,
    /// The state of the terminal before.
    terminal: Option<String>,
}

/// The end of the plugin.
pub(super) struct Ended {
    /// Whether it ended with the exit code 0.
    pub(super) succeeded: bool,
    /// Whether a signal came.
    pub(super) was_interrupted: bool,
    /// The filter of its output. `None` without one, and after a kill.
    pub(super) filter: Option<Filter>,
}

impl Plugin {
    /// Finds the plugin, and checks that it runs on this machine.
    ///
    /// # Errors
    ///
    /// There is none in `PATH` (Z4), or it does not run (Z5).
    pub(super) fn find() -> Result<Self, Failure> {
        let path = on_path().ok_or_else(|| broken("Z4", format!("find {NAME} in PATH")))?;
        let asked = Command::new(&path).arg("--version").stdin(Stdio::null()).output();
        let version = asked.map_err(|error| broken("Z5", format!("run {NAME}: {error}")))?;
        if !version.status.success() {
            return Err(broken("Z5", format!("run {NAME}: {}", version.status)));
        }
        let reads_environment = is_newer(&String::from_utf8_lossy(&version.stdout));
        Ok(Self { path, reads_environment })
    }

    /// Starts the plugin on a session.
    ///
    /// # Errors
    ///
    /// It does not start (Z5).
    pub(super) fn start(
        &self,
        session: &Session,
        input: Input,
        filter: Option<Filter>,
    ) -> Result<Running, Failure> {
        let mut command = Command::new(&self.path);
        if self.reads_environment {
            command.arg(VARIABLE).env(VARIABLE, session.response());
        } else {
            command.arg(session.response());
        }
        command.args(session.arguments(&profile::named().unwrap_or_default()));
        command.stdin(if input == Input::Terminal { Stdio::inherit() } else { Stdio::piped() });
        command.stdout(if filter.is_some() { Stdio::piped() } else { Stdio::inherit() });

        let (sender, ready) = mpsc::channel();
        let filter = filter.map(|filter| filter.telling(sender));
        let terminal = (input == Input::Terminal).then(|| stty("-g")).flatten();
        let child = command.spawn();
        let mut child = child.map_err(|error| broken("Z5", format!("start {NAME}: {error}")))?;
        if let Some(pipe) = child.stdin.take() {
            feed(pipe, input, ready);
        }
        let piped = child.stdout.take().zip(filter);
        let output = piped.map(|(pipe, filter)| thread::spawn(move || filter.pass(pipe)));
        Ok(Running { child, output, terminal })
    }
}

impl Running {
    /// Waits until the plugin has ended.
    pub(super) async fn wait(self, interruption: &Interruption) -> Ended {
        let Self { child, output, terminal } = self;
        let signals = Arc::new(AtomicUsize::new(0));
        let (sender, mut ended) = oneshot::channel();
        let seen = Arc::clone(&signals);
        thread::spawn(move || {
            let end = watch(child, &seen);
            // What a killed plugin has started may hold its output for long.
            let output = output.filter(|_| end.is_some());
            let filter = output.and_then(|output| output.join().ok());
            drop(sender.send((end == Some(true), filter)));
        });

        let (succeeded, filter) = loop {
            tokio::select! {
                end = &mut ended => break end.unwrap_or((false, None)),
                () = interruption.wait() => drop(signals.fetch_add(1, Ordering::Relaxed)),
            }
        };
        if let Some(state) = terminal {
            stty(&state);
        }
        Ended { succeeded, was_interrupted: signals.load(Ordering::Relaxed) > 0, filter }
    }
}

/// Waits for the plugin, and returns whether it succeeded. After a signal it has some time, after a second one none;
/// then it is killed, which is `None`.
fn watch(mut child: Child, signals: &AtomicUsize) -> Option<bool> {
    let mut asked: Option<Instant> = None;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) => {}
            Err(_) => return None,
        }
        let count = signals.load(Ordering::Relaxed);
        if count > 0 && (count > 1 || asked.get_or_insert_with(Instant::now).elapsed() >= GRACE) {
            drop(child.kill());
            drop(child.wait());
            return None;
        }
        thread::sleep(LOOK);
    }
}

/// Gives the plugin its input once the command takes it, and keeps it open: the plugin ends with its input, before the
/// command.
fn feed(mut pipe: ChildStdin, input: Input, ready: Receiver<()>) {
    /// The end of the input as a terminal types it: of the last line, if it has no end, and of all.
    const END: [u8; 2] = [4, 4];
    thread::spawn(move || {
        if input == Input::Passed && ready.recv().is_ok() {
            drop(io::copy(&mut io::stdin().lock(), &mut pipe));
            drop(pipe.write_all(&END).and_then(|()| pipe.flush()));
        }
        loop {
            thread::park();
        }
    });
}

/// Returns the place of the plugin in `PATH`.
fn on_path() -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    let file = format!("{NAME}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&folders).map(|folder| folder.join(&file)).find(|path| is_program(path))
}

/// Returns whether a path is a file that can be run.
fn is_program(path: &Path) -> bool {
    let Ok(found) = fs::metadata(path) else { return false };
    #[cfg(unix)]
    let runs = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let runs = true;
    found.is_file() && runs
}

/// Returns whether a version takes the session from its environment.
fn is_newer(version: &str) -> bool {
    let numbers: Vec<u32> = version.trim().split('.').filter_map(|part| part.parse().ok()).collect();
    numbers.len() == LAST_WITHOUT.len() && numbers.as_slice() > LAST_WITHOUT.as_slice()
}

/// Returns the failure of a machine without a plugin that works.
fn broken(id: &str, message: String) -> Failure {
    let cause = causes::find(id).map(causes::Cause::diagnosis);
    let fix = cause.as_ref().and_then(|cause| cause.fix.first().copied());
    let failure = Failure::new(message).caused_by(cause);
    match fix {
        Some(fix) => failure.hint(fix),
        None => failure,
    }
}

/// Calls `stty` for the terminal of this program, and returns its answer.
fn stty(argument: &str) -> Option<String> {
    let called = Command::new("stty").arg(argument).stdin(Stdio::inherit()).stderr(Stdio::null()).output();
    let called = called.ok().filter(|called| called.status.success())?;
    Some(String::from_utf8_lossy(&called.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::is_newer;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(is_newer("1.2.707.0\n") && is_newer("1.3.0.0") && is_newer("1.2.1000.0"));
        assert!(!is_newer("1.2.497.0") && !is_newer("1.2.30.0") && !is_newer("") && !is_newer("abc"));
    }
}
