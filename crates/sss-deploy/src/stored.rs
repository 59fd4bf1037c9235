//! A sandbox in a file.
//!
//! The file is the whole account as JSON, with its clock and its events to come. So a later command continues
//! where the last one ended. Values that look secret are stored as digests.

use std::{io, path::Path};

use sss_sandbox::Sandbox;

use crate::{failure::Failure, file};

/// Loads the sandbox of a file. Returns a new one if the file does not exist or is empty.
///
/// # Errors
///
/// The file cannot be read, it holds no sandbox, or a sandbox in another region than the stack's.
pub(crate) fn load(path: &Path, region: &str) -> Result<Sandbox, Failure> {
    let json = match file::read_own(path) {
        // `mktemp` makes empty files.
        Ok(json) if json.is_empty() => return Ok(Sandbox::in_region(region)),
        Ok(json) => json,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Sandbox::in_region(region)),
        Err(error) => return Err(Failure::file("read the sandbox", path, &error)),
    };

    let sandbox = parsed(path, &json)?;

    if sandbox.region() == region {
        return Ok(sandbox);
    }

    let message =
        format!("use the sandbox {}: its region is {}, not {region}", path.display(), sandbox.region());
    Err(Failure::new(message)
        .hint("name another file with `--sandbox=FILE`, or delete this one to start with a new sandbox"))
}

/// Returns the region of the sandbox in a file. `None` if the file does not exist or is empty.
///
/// # Errors
///
/// The file cannot be read, or it holds no sandbox.
pub(crate) fn region(path: &Path) -> Result<Option<String>, Failure> {
    match file::read_own(path) {
        Ok(json) if json.is_empty() => Ok(None),
        Ok(json) => Ok(Some(parsed(path, &json)?.region())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file("read the sandbox", path, &error)),
    }
}

/// Returns the sandbox in the text of a file.
fn parsed(path: &Path, json: &str) -> Result<Sandbox, Failure> {
    Sandbox::load(json.as_bytes()).map_err(|error| {
        Failure::new(format!("read the sandbox {}: {error}", path.display()))
            .hint("name a new file with `--sandbox=FILE` to start with a new sandbox")
    })
}

/// Saves the sandbox, with digests in place of the values that a plan hides.
///
/// A digest compares like its value, so the next plan is the same as without the file.
///
/// # Guarantees
///
/// A reader of the file sees the old content or the new one, never a part.
pub(crate) fn save(sandbox: &Sandbox, path: &Path) -> Result<(), Failure> {
    file::replace(path, &sandbox.save_concealed(sss_aws::concealed))
        .map_err(|error| Failure::file("save the sandbox", path, &error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn saved_sandbox_is_loaded_and_nothing_else_stays() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("sss.sandbox.json");
        let sandbox = load(&path, "eu-central-1").expect("a new sandbox");
        save(&sandbox, &path).expect("a saved sandbox");
        assert_eq!(load(&path, "eu-central-1").expect("the sandbox").save(), sandbox.save());
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }

    #[test]
    fn sandbox_of_another_region_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("sss.sandbox.json");
        save(&Sandbox::in_region("eu-central-1"), &path).expect("a saved sandbox");
        let failure = load(&path, "us-east-1").expect_err("another region");
        assert!(
            matches!(failure, Failure::Failed { message, .. } if message.contains("its region is eu-central-1"))
        );
    }
}
