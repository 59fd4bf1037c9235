//! The endpoint of an AWS: the sandbox or moto.

use std::{path::Path, process::Command};

/// The address of a server with the API of AWS, and a region.
pub(super) struct Endpoint {
    /// The URL, for `AWS_ENDPOINT_URL`.
    pub(super) url: String,
    /// The region that clients sign for.
    pub(super) region: String,
}

impl Endpoint {
    /// Returns a command for this endpoint, without the user's own configuration.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_DEFAULT_REGION", &self.region)
            .env("AWS_ACCESS_KEY_ID", "AKIASANDBOXSANDBOX00")
            .env("AWS_SECRET_ACCESS_KEY", "sandbox")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_PAGER", "")
            .env("LC_ALL", "C.UTF-8");
        command
    }
}
