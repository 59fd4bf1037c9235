//! What a process took: time, processor, memory. Python tells, as the standard library does not.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{cargo, failure::Failure};

/// A file of this folder that contenders and measurements are made of.
pub(super) fn script(name: &str) -> std::path::PathBuf {
    cargo::root().join("xtask/src/bench/compare").join(name)
}

/// What a process and those that it waited for took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Usage {
    pub(super) wall: Duration,
    pub(super) cpu: Duration,
    /// Of the largest of the processes.
    pub(super) peak_bytes: u64,
}

impl Usage {
    pub(super) fn megabytes(&self) -> String {
        format!("{} MB", self.peak_bytes.div_ceil(1 << 20))
    }
}

/// Whether processes can be measured here.
pub(super) fn is_possible() -> bool {
    cfg!(unix)
        && Command::new("python3").args(["-c", "import os; os.wait4"]).status().is_ok_and(|it| it.success())
}

/// Runs a command in a folder, which must end well. What it prints goes to `log.txt` there.
pub(super) fn run(
    folder: &Path,
    command: &[String],
    environment: &[(&'static str, String)],
) -> Result<Usage, Failure> {
    let (report, log) = (folder.join("measured.json"), folder.join("log.txt"));
    let output = fs::File::create(&log).map_err(Failure::to("make a file for what is printed"))?;
    let errors = output.try_clone().map_err(Failure::to("make a file for what is printed"))?;
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
    let text = fs::read(&report).map_err(Failure::to("read what was measured"))?;
    let measured: Value = serde_json::from_slice(&text).map_err(Failure::to("read what was measured"))?;
    if measured["exit"] != 0 {
        let said = fs::read_to_string(&log).unwrap_or_default();
        return Err(Failure::new(format!("run {what}: exit code {}: {}", measured["exit"], end_of(&said))));
    }
    let number = |member: &str| Duration::from_secs_f64(measured[member].as_f64().unwrap_or_default());
    Ok(Usage {
        wall: number("seconds"),
        cpu: number("cpu_seconds"),
        peak_bytes: measured["peak_bytes"].as_u64().unwrap_or_default(),
    })
}

/// Where programs are, and where Terraform finds its provider. Nothing of the user's own accounts.
fn is_inherited(name: &str) -> bool {
    ["PATH", "PYENV_VERSION", "PYENV_ROOT"].contains(&name) || name.starts_with("TF_")
}

/// The last lines of what was said.
fn end_of(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
