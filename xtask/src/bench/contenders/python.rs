//! Python programs of fixed versions, in their own virtual environments.
//!
//! The versions are fixed, so that a result does not change with a release. See [`Package`].

use std::path::{Path, PathBuf};

use crate::{conformance::client::AWS_CLI, failure::Failure, package::Package};

/// The release of boto3 that belongs to the AWS CLI.
pub(super) const BOTO3: Package = Package { name: "boto3", version: "1.44.5", extras: "" };

/// Returns the AWS CLI that `conformance` uses.
pub(super) fn aws_cli(program: &Path) -> Result<PathBuf, Failure> {
    AWS_CLI.installed_beside(program).map(|python| python.with_file_name("aws"))
}

/// Returns a Python with boto3, in a folder next to the program.
pub(super) fn with_boto3(program: &Path) -> Result<PathBuf, Failure> {
    BOTO3.installed_beside(program)
}
