//! The lock of a sandbox file: one run at a time changes it.
//!
//! A command loads the file, works for a while, and saves it. Two commands at once would lose the changes of
//! the first. The lock is the operating system's, on an open file, so it ends with the process however the
//! process ends; there is nothing to clean up after a crash.
//!
//! It is on a hidden file next to the sandbox's, because each save replaces the file itself. Its holder
//! removes it at the end. A run that opened it before that locks a file without a name, so it compares the
//! open file with the path and tries again.
//!
//! The stack's lock on AWS is another one: [`stack_lock`](crate::stack_lock).

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{failure::Failure, file, output::Output};

/// The pause between two attempts to take a lock.
const PAUSE: Duration = Duration::from_millis(50);
/// The time after which the user gets a note.
const QUIET: Duration = Duration::from_secs(1);
/// The time after which the command fails.
const PATIENCE: Duration = Duration::from_mins(1);

/// The right to change a file. It ends when this value is dropped, and when the process ends in any way.
#[derive(Debug)]
pub(crate) struct FileLock {
    /// The locked file. To close it is to release the lock.
    file: File,
    /// The path of the locked file, which is removed at the end.
    path: PathBuf,
}

impl FileLock {
    /// Waits at most a minute for the right to change a file, and notes after a second which run holds it.
    ///
    /// It blocks the thread while it waits.
    ///
    /// # Errors
    ///
    /// The folder cannot be written, or another run still holds the lock after a minute.
    pub(crate) fn hold(changed: &Path, output: &Output) -> Result<Self, Failure> {
        let (start, mut told) = (Instant::now(), false);
        let path = file::beside(changed, "lock");
        loop {
            let taken = take(&path).map_err(|error| {
                Failure::file("write to the folder of", changed, &error)
                    .hint("commands that only read, such as `plan`, need no right to write to this folder")
            })?;
            if let Some(file) = taken {
                return Ok(Self { file, path });
            }

            if start.elapsed() > PATIENCE {
                let message = format!("change {}: {} still uses it", changed.display(), holder(&path));
                return Err(
                    Failure::refused(message).hint("wait until that run has ended, or name another file")
                );
            }

            if !told && start.elapsed() > QUIET {
                told = true;
                let (holder, changed) = (holder(&path), changed.display());
                output.note(|w| writeln!(w, "note: waiting at most 60 s for {holder}, which uses {changed}"));
            }
            sleep(PAUSE);
        }
    }

    /// Returns a spare file descriptor. Drop it before opening a file when all others may be in use.
    pub(crate) fn reserve(&self) -> Option<File> {
        self.file.try_clone().ok()
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Removed while locked, so that this never removes the lock of another run. A file that stays does no harm.
        drop(fs::remove_file(&self.path));
    }
}

/// Locks the file. Returns `None` if another run has locked it.
///
/// The file then has the number of this process, for the note of runs that wait.
fn take(path: &Path) -> io::Result<Option<File>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        // Some file systems have no locks. The command still works there.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            return Ok(Some(file));
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }

    if !is_at(&file, path) {
        return Ok(None);
    }

    // For the note of runs that wait.
    drop(file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id())));
    Ok(Some(file))
}

/// Returns whether the path still names this file: the last holder may have removed it.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (ours, there) = (file.metadata().map(identity), fs::metadata(path).map(identity));
    ours.is_ok_and(|ours| there.is_ok_and(|there| ours == there))
}

/// Returns whether the path still names this file. Here an open file cannot be removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Returns the words for the run that holds the lock. The file may be empty: its holder writes it after
/// locking.
fn holder(path: &Path) -> String {
    let named = fs::read_to_string(path).ok().filter(|holder| !holder.is_empty());
    named.unwrap_or_else(|| "another run".to_owned())
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
        thread,
    };

    use anstream::ColorChoice;

    use super::*;
    use crate::output::Streams;

    fn output() -> Output {
        Output::new(Streams::new(io::sink(), io::sink()), ColorChoice::Never, None, false)
    }

    #[test]
    fn one_run_at_a_time_holds_a_lock() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, inside) = (Arc::new(folder.path().join("w.json")), Arc::new(AtomicU32::new(0)));
        let runs: Vec<_> = (0..8)
            .map(|_| {
                let (path, inside) = (Arc::clone(&path), Arc::clone(&inside));
                thread::spawn(move || {
                    for _ in 0..5 {
                        let lock = FileLock::hold(&path, &output()).expect("the lock");
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "nobody else is there");
                        sleep(Duration::from_millis(1));
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                })
            })
            .collect();
        for run in runs {
            run.join().expect("no run meets another");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0, "nothing is left");
    }

    #[test]
    fn lock_names_its_holder() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.json");
        let lock = FileLock::hold(&path, &output()).expect("the lock");
        assert!(take(&lock.path).expect("the file").is_none());
        assert_eq!(holder(&lock.path), format!("process {}", std::process::id()));
    }
}
