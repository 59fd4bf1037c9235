//! The AWS CLI, of one version and in its own virtual environment.

use std::{
    path::{Path, PathBuf},
    process::Output,
};

use crate::{cargo, conformance::endpoint::Endpoint, failure::Failure, package::Package};

/// The release for which the walks were written.
pub(crate) const AWS_CLI: Package = Package { name: "awscli", version: "1.46.3", extras: "" };

/// The AWS CLI.
pub(super) struct Client {
    python: PathBuf,
}

impl Client {
    /// Returns the AWS CLI in a folder next to the program. It is installed on first use.
    pub(super) fn installed_beside(program: &Path) -> Result<Self, Failure> {
        AWS_CLI.installed_beside(program).map(|python| Self { python })
    }

    /// Makes one call.
    pub(super) fn call(&self, endpoint: &Endpoint, arguments: &[String]) -> Result<Output, Failure> {
        endpoint
            .command(&self.python)
            .args(["-m", "awscli"])
            .args(arguments)
            .current_dir(cargo::root())
            .output()
            .map_err(Failure::to("run the AWS CLI"))
    }
}
