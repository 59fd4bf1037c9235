//! The workspace, and the programs that cargo builds from it.
//!
//! A task measures and tests the program of the current sources, so it asks cargo to build it first and takes
//! the path from cargo's own messages.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::failure::Failure;

/// Returns the folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// The profile of a build.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Build {
    /// The profile of tests.
    #[default]
    Debug,
    Release,
}

impl Build {
    /// Returns the name of the profile.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// Builds `sss-deploy` from the current sources, and returns its path.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    program_of(Build::Debug)
}

/// Builds `sss-deploy` with a profile, and returns its path.
///
/// # Errors
///
/// Cargo cannot be started, or the workspace does not build. Cargo has printed the reason.
pub(crate) fn program_of(build: Build) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Variables of the package that cargo runs would make build scripts run again.
    for (name, _) in env::vars_os().filter(|(name, _)| is_of_a_package(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }

    // The whole workspace, so that the features are those of every other build and nothing is compiled twice.
    let answer = cargo
        .args(["build", "--workspace", "--bins", "--locked", "--message-format"])
        .arg("json-render-diagnostics")
        .args((build == Build::Release).then_some("--release"))
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::to("run cargo"))?;

    if !answer.status.success() {
        return Err(Failure::new("build the workspace"));
    }

    let messages = String::from_utf8_lossy(&answer.stdout);
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "sss-deploy")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| Failure::new("find sss-deploy in the output of cargo"))
}

/// Returns whether cargo set a variable for the package that it runs.
fn is_of_a_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}
