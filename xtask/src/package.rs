//! A Python package of one version, in its own virtual environment.
//!
//! Environments are next to the program, in the target folder, so they live as long as the build and no
//! installed Python changes. The first use takes a network.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::failure::Failure;

/// A release in the Python package index.
#[derive(Debug)]
pub(crate) struct Package {
    /// The name in the index.
    pub(crate) name: &'static str,
    /// The only version that is accepted.
    pub(crate) version: &'static str,
    /// The extras of the package, such as `[server]`.
    pub(crate) extras: &'static str,
}

impl Package {
    /// Returns the Python of the package's virtual environment, next to the program. It is created on first
    /// use.
    ///
    /// # Errors
    ///
    /// Python 3 has no module `venv`, or the package cannot be installed.
    pub(crate) fn installed_beside(&self, program: &Path) -> Result<PathBuf, Failure> {
        let folder = program.with_file_name(format!("{}-{}", self.name, self.version));
        let python = folder.join("bin").join("python");
        if !self.is_known_to(&python) {
            self.install(&folder, &python)?;
        }
        if self.is_known_to(&python) {
            return Ok(python);
        }
        Err(Failure::new(format!("find {} {} in {}", self.name, self.version, folder.display())))
    }

    /// Returns whether a Python has this version of the package. A broken environment has none.
    fn is_known_to(&self, python: &Path) -> bool {
        let question = format!("from importlib.metadata import version; print(version('{}'))", self.name);
        let answer = Command::new(python).args(["-c", &question]).stderr(Stdio::null()).output();
        answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).trim() == self.version)
    }

    /// Creates the environment and installs the package. A folder that an interrupted run left is removed
    /// first.
    fn install(&self, folder: &Path, python: &Path) -> Result<(), Failure> {
        let release = format!("{}{}=={}", self.name, self.extras, self.version);
        eprintln!("installing {release} into {}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(Failure::to(format_args!("remove {}", folder.display())))?;
        }

        if !succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder)) {
            return Err(Failure::new(
                "make a virtual environment with python3 -m venv; on Debian and Ubuntu it is in the package python3-venv",
            ));
        }

        let arguments = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"];
        if succeeds(Command::new(python).args(arguments).arg(&release)) {
            return Ok(());
        }
        Err(Failure::new(format!("install {release} from PyPI")))
    }
}

/// Runs a command and returns whether it succeeded. Its output goes to standard error.
fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}
