//! The right to change a file, held by one run at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{failure::Failure, file, output::Output};

/// How often a lock that another run holds is tried again.
const PAUSE: Duration = Duration::from_millis(50);
/// After so long the user hears who holds the lock.
const QUIET: Duration = Duration::from_secs(1);
/// After so long the lock is refused.
const PATIENCE: Duration = Duration::from_mins(1);

/// The right to change a file. It ends when this is dropped, and when the process ends in any way.
///
/// What is locked is a hidden file beside it, because the file itself is replaced whenever it is written.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Waits for the right to change a file, at most a minute, and tells who has it meanwhile.
    pub(crate) fn hold(changed: &Path, output: &Output) -> Result<Self, Failure> {
        let (start, mut told) = (Instant::now(), false);
        let path = file::beside(changed, "lock");
        loop {
            let taken = take(&path).map_err(|error| {
                Failure::file("write to the folder of", changed, &error)
                    .hint("`plan`, `status` and `outputs` only read; other commands write to this folder")
            })?;
            if let Some(file) = taken {
                return Ok(Self { file, path });
            }
            if start.elapsed() > PATIENCE {
                let message = format!("change {}: {} still works on it", changed.display(), holder(&path));
                return Err(
                    Failure::refused(message).hint("wait until that run has ended, or name another file")
                );
            }
            if !told && start.elapsed() > QUIET {
                told = true;
                let (holder, changed) = (holder(&path), changed.display());
                output
                    .note(|w| writeln!(w, "note: {holder} works on {changed}; waiting for it, at most 60 s"));
            }
            sleep(PAUSE);
        }
    }

    /// A descriptor to be dropped when a file has to be opened and there may be no other left.
    pub(crate) fn reserve(&self) -> Option<File> {
        self.file.try_clone().ok()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is locked, so that nobody else's lock is removed. One that stays does no harm.
        drop(fs::remove_file(&self.path));
    }
}

/// The locked file, unless somebody else has locked it.
fn take(path: &Path) -> io::Result<Option<File>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        // A file system without locks is no reason to do nothing.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
            return Ok(Some(file));
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    if !is_at(&file, path) {
        return Ok(None);
    }
    // Only for the note to those who wait.
    drop(file.set_len(0).and_then(|()| write!(file, "process {}", std::process::id())));
    Ok(Some(file))
}

/// Whether the file is still the one at the path: the last holder may have removed it meanwhile.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (ours, there) = (file.metadata().map(identity), fs::metadata(path).map(identity));
    ours.is_ok_and(|ours| there.is_ok_and(|there| ours == there))
}

/// Whether the file is still the one at the path: a file that is open is not removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

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
        Output::new(Streams::new(io::sink(), io::sink()), ColorChoice::Never, false)
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
                        let lock = Lock::hold(&path, &output()).expect("the lock");
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
    fn a_lock_names_its_holder() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("w.json");
        let lock = Lock::hold(&path, &output()).expect("the lock");
        assert!(take(&lock.path).expect("the file").is_none());
        assert_eq!(holder(&lock.path), format!("process {}", std::process::id()));
    }
}
