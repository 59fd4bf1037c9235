//! The stack files beside the given ones.
//!
//! A team has a stack file or an overlay for each environment. The account then has the same objects under several
//! names, and a new name is another stack. Where no file has the other name any more, the stack was renamed.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::file;

/// The largest file that is read, in bytes. No stack file of a person is larger.
const LARGEST: u64 = 1 << 20;

/// Returns whether a stack file in the folders of these files has the name, or one of these files takes its name from
/// the environment.
///
/// A file that cannot be read is in nobody's use.
pub(super) fn have_stack(paths: &[PathBuf], name: &str) -> bool {
    let from_environment = |path: &PathBuf| name_in(path).is_some_and(|written| written.contains("${env:"));
    let folders: BTreeSet<PathBuf> = paths.iter().map(|path| folder_of(path)).collect();
    let mut beside = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());

    paths.iter().any(from_environment) || beside.any(|entry| name_in(&entry.path()).as_deref() == Some(name))
}

/// Returns the folder of a file, which is the working folder for a bare name.
fn folder_of(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

/// Returns the name of the stack that a TOML file has.
fn name_in(path: &Path) -> Option<String> {
    let is_toml = path.extension().is_some_and(|extension| extension == "toml");
    let is_read = is_toml && fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
    let text = is_read.then(|| file::read(path).ok())??;

    let document: toml::Table = toml::from_str(&text).ok()?;
    document.get("name")?.as_str().map(ToOwned::to_owned)
}
