//! The AWS CLI, of one version, in a virtual environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{cargo, conformance::server::Server, failure::Failure};

/// The release in the Python package index that the walk was written with.
const VERSION: &str = "1.46.3";

/// The AWS CLI.
pub(super) struct Client {
    executable: PathBuf,
}

impl Client {
    /// The AWS CLI in a folder beside the program; it is installed there unless it is there already.
    pub(super) fn installed_beside(program: &Path) -> Result<Self, Failure> {
        let folder = program.with_file_name(format!("awscli-{VERSION}"));
        let client = Self { executable: folder.join("bin").join("aws") };
        if !client.is_installed() {
            install(&folder)?;
        }
        if client.is_installed() {
            return Ok(client);
        }
        Err(Failure::new(format!("run {} --version", client.executable.display())))
    }

    fn is_installed(&self) -> bool {
        let answer = Command::new(&self.executable).arg("--version").output();
        answer.is_ok_and(|answer| {
            let version = format!("aws-cli/{VERSION} ");
            String::from_utf8_lossy(&answer.stdout).starts_with(&version)
        })
    }

    /// Makes one call to the server, with nothing of the user's own configuration.
    pub(super) fn call(&self, server: &Server, arguments: &[String]) -> Result<Output, Failure> {
        Command::new(&self.executable)
            .args(arguments)
            .current_dir(cargo::root())
            .env_clear()
            .env("AWS_ENDPOINT_URL", server.value("endpoint"))
            .env("AWS_DEFAULT_REGION", server.value("region"))
            .env("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00")
            .env("AWS_SECRET_ACCESS_KEY", "sandbox")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_PAGER", "")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .map_err(Failure::to("run the AWS CLI"))
    }
}

fn install(folder: &Path) -> Result<(), Failure> {
    eprintln!("installing awscli {VERSION} into {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::to(format_args!("remove {}", folder.display())))?;
    }
    if !succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder)) {
        return Err(Failure::new(
            "make a virtual environment with python3 -m venv; on Debian and Ubuntu it is in the package python3-venv",
        ));
    }
    let pip = folder.join("bin").join("pip");
    let arguments = ["install", "--quiet", "--disable-pip-version-check", "--no-input"];
    if succeeds(Command::new(pip).args(arguments).arg(format!("awscli=={VERSION}"))) {
        return Ok(());
    }
    Err(Failure::new(format!("install awscli=={VERSION} from PyPI")))
}

/// Whether a command does what it should. What it has to say goes to standard error.
fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}
