//! The workspace, and what cargo makes of it.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::failure::Failure;

/// The folder of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the workspace")
}

/// How a program is built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Build {
    /// As for tests.
    #[default]
    Debug,
    Release,
}

impl Build {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// The program `sss-deploy` as the sources are now.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    program_of(Build::Debug)
}

/// The same, built like this.
pub(crate) fn program_of(build: Build) -> Result<PathBuf, Failure> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo says of the package that it runs would have build scripts run again that look at it.
    for (name, _) in env::vars_os().filter(|(name, _)| is_of_a_package(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    // The whole workspace, so that features are those of any other build and nothing is compiled twice.
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
        .ok_or_else(|| Failure::new("find sss-deploy among what cargo built"))
}

fn is_of_a_package(name: &str) -> bool {
    name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}
