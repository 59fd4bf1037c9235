//! Where an AWS is to be found.

use std::{path::Path, process::Command};

/// The address of something that speaks as AWS does, and the region in it that is meant.
pub(super) struct Endpoint {
    pub(super) url: String,
    pub(super) region: String,
}

impl Endpoint {
    /// A program that works there, with nothing of the user's own configuration.
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
