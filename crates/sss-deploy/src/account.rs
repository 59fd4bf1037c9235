//! The account that a command works on.

use std::path::PathBuf;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use sss_sandbox::Sandbox;
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};

use crate::{failure::Failure, stored};

/// The account that a command works on.
#[derive(Debug)]
pub(crate) enum Account {
    /// A real one, or whatever stands behind the SDK's environment.
    Real,
    /// A sandbox that lives in a file between commands.
    Sandbox(Sandbox, PathBuf),
}

impl Account {
    /// The sandbox in this file, or the real account.
    pub(crate) fn open(sandbox: Option<PathBuf>, region: &str) -> Result<Self, Failure> {
        let Some(path) = sandbox else {
            return Ok(Self::Real);
        };
        Ok(Self::Sandbox(stored::load(&path, region)?, path))
    }

    /// A runtime with the account's time: that of a sandbox passes as soon as everybody waits.
    pub(crate) fn runtime(&self) -> Result<Runtime, Failure> {
        let paused = matches!(self, Self::Sandbox(..));
        let runtime = RuntimeBuilder::new_current_thread()
            .enable_all()
            .start_paused(paused)
            .build();
        runtime.map_err(|error| Failure::new(format!("start: {error}")))
    }

    /// How SDK clients reach the account in this region.
    pub(crate) async fn config(&self, region: &str) -> SdkConfig {
        match self {
            Self::Sandbox(sandbox, _) => sandbox.sdk_config(),
            Self::Real => {
                let client = Builder::new()
                    .tls_provider(Provider::Rustls(CryptoMode::Ring))
                    .build_https();
                aws_config::defaults(BehaviorVersion::latest())
                    .region(Region::new(region.to_owned()))
                    .http_client(client)
                    .load()
                    .await
            }
        }
    }

    /// What is said beside the account's number.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::Real => None,
            Self::Sandbox(_, path) => Some(format!("sandbox {}", path.display())),
        }
    }

    /// Keeps what happened.
    pub(crate) fn close(&self) -> Result<(), Failure> {
        match self {
            Self::Real => Ok(()),
            Self::Sandbox(sandbox, path) => stored::save(sandbox, path),
        }
    }
}
