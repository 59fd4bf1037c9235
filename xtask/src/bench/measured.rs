//! The time, processor and memory of a process. A Python script measures them, because the standard library
//! cannot.
//!
//! The script uses `wait4`, which reports a process and the children that it has waited for, such as the
//! provider of Terraform. It takes Python 3 on Unix; without them the parts that need it are skipped.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{cargo, failure::Failure};

/// Returns the path of a file that contenders and measurements use.
pub(super) fn script(name: &str) -> std::path::PathBuf {
    cargo::root().join("xtask/src/bench/compare").join(name)
}

/// The effort of a process and its children.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    /// The time from the start of the process to its end.
    pub(super) wall: Duration,
    /// The processor time of the process and of the children that it has waited for.
    pub(super) cpu: Duration,
    /// The memory of the largest process.
    pub(super) peak_bytes: u64,
    /// The most memory of the process and its descendants together, on Linux; elsewhere that of the largest.
    pub(super) tree_bytes: u64,
}

impl Usage {
    /// Formats the memory of the largest process.
    pub(super) fn megabytes(&self) -> String {
        megabytes(self.peak_bytes)
    }

    /// Formats the memory of all processes.
    pub(super) fn megabytes_of_tree(&self) -> String {
        megabytes(self.tree_bytes)
    }
}

/// Formats memory, rounded up. A megabyte is 2^20 bytes.
fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}

/// Returns whether this machine can measure processes.
pub(super) fn is_possible() -> bool {
    cfg!(unix)
        && Command::new("python3").args(["-c", "import os; os.wait4"]).status().is_ok_and(|it| it.success())
}

/// Runs a command in a folder. It must succeed. Its output goes to `log.txt` in that folder.
///
/// The environment is empty except for the given variables and a few of this process, so that the user's own
/// configuration changes no result.
///
/// # Errors
///
/// The command failed. The message has the end of its output.
pub(super) fn run(
    folder: &Path,
    command: &[String],
    environment: &[(&'static str, String)],
) -> Result<Usage, Failure> {
    let (report, log) = (folder.join("measured.json"), folder.join("log.txt"));
    let output = fs::File::create(&log).map_err(Failure::to("create the log file"))?;
    let errors = output.try_clone().map_err(Failure::to("create the log file"))?;
    let inherited = std::env::vars_os().filter(|(name, _)| is_inherited(&name.to_string_lossy()));

    let ended = Command::new("python3")
        .arg(script("measure.py"))
        .arg(&report)
        .args(command)
        .current_dir(folder)
        .env_clear()
        .envs(inherited)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .status()
        .map_err(Failure::to("run python3"))?;

    let what = command.join(" ");
    if !ended.success() {
        return Err(Failure::new(format!("measure {what}: {ended}")));
    }

    let text = fs::read(&report).map_err(Failure::to("read the measurements"))?;
    let measured: Value = serde_json::from_slice(&text).map_err(Failure::to("read the measurements"))?;
    if measured["exit"] != 0 {
        let said = fs::read_to_string(&log).unwrap_or_default();
        return Err(Failure::new(format!("run {what}: exit code {}: {}", measured["exit"], end_of(&said))));
    }

    let number = |member: &str| Duration::from_secs_f64(measured[member].as_f64().unwrap_or_default());
    Ok(Usage {
        wall: number("seconds"),
        cpu: number("cpu_seconds"),
        peak_bytes: measured["peak_bytes"].as_u64().unwrap_or_default(),
        tree_bytes: measured["tree_bytes"].as_u64().unwrap_or_default(),
    })
}

/// Returns whether a process inherits a variable: those that find programs and Terraform's provider, but no
/// account of the user.
fn is_inherited(name: &str) -> bool {
    ["PATH", "PYENV_VERSION", "PYENV_ROOT"].contains(&name) || name.starts_with("TF_")
}

/// Returns the last lines of the output.
fn end_of(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
