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

/// The program `sss-deploy` as the sources are now.
pub(crate) fn program() -> Result<PathBuf, Failure> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The whole workspace, so that features are those of any other build and nothing is compiled twice.
    let built = Command::new(cargo)
        .args(["build", "--workspace", "--bins", "--locked", "--message-format"])
        .arg("json-render-diagnostics")
        .current_dir(root())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::to("run cargo"))?;
    if !built.status.success() {
        return Err(Failure::new("build the workspace"));
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "sss-deploy")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| Failure::new("find sss-deploy among what cargo built"))
}
