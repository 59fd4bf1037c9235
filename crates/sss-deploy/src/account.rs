//! The account that a command works on.

use std::{error::Error, ffi::OsString, path::PathBuf};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use sss_sandbox::Sandbox;
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};

use crate::{failure::Failure, invocation::Invocation, lock::Lock, stored};

/// The account that a command works on.
#[derive(Debug)]
pub(crate) enum Account {
    /// A real one, or whatever stands behind the SDK's environment.
    Real,
    /// A sandbox that lives in a file between commands.
    Sandbox(Kept),
}

/// A sandbox and its file.
#[derive(Debug)]
pub(crate) struct Kept {
    sandbox: Sandbox,
    path: PathBuf,
    /// Held by commands that change the account. Others leave the file as it is.
    lock: Option<Lock>,
}

/// What a command does with the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It only looks.
    Read,
    /// It may change something.
    Write,
}

impl Account {
    /// The account that the arguments name: the sandbox in a file, or the real one.
    pub(crate) fn open(invocation: &Invocation, region: &str, access: Access) -> Result<Self, Failure> {
        let Some(path) = invocation.sandbox_file() else {
            return Ok(Self::Real);
        };
        let lock = (access == Access::Write).then(|| Lock::hold(&path, &invocation.output)).transpose()?;
        Ok(Self::Sandbox(Kept { sandbox: stored::load(&path, region)?, path, lock }))
    }

    /// A runtime with the account's time: that of a sandbox passes as soon as everybody waits.
    pub(crate) fn runtime(&self) -> Result<Runtime, Failure> {
        let paused = matches!(self, Self::Sandbox(..));
        let runtime = RuntimeBuilder::new_current_thread().enable_all().start_paused(paused).build();
        runtime.map_err(|error| Failure::new(format!("start: {error}")))
    }

    /// How SDK clients reach the account in this region.
    pub(crate) async fn config(&self, region: &str) -> Result<SdkConfig, Failure> {
        if let Self::Sandbox(kept) = self {
            return Ok(kept.sandbox.sdk_config());
        }
        check_endpoints()?;
        let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(client)
            .load()
            .await;
        check_credentials(&config).await?;
        Ok(config)
    }

    /// What is said beside the account's number.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::Real => None,
            Self::Sandbox(kept) => Some(format!("sandbox {}", kept.path.display())),
        }
    }

    /// Keeps what the command changed.
    pub(crate) fn close(&self) -> Result<(), Failure> {
        match self {
            Self::Sandbox(Kept { sandbox, path, lock: Some(_) }) => stored::save(sandbox, path),
            Self::Real | Self::Sandbox(_) => Ok(()),
        }
    }
}

/// The SDK cannot do without an endpoint that is said to be there.
fn check_endpoints() -> Result<(), Failure> {
    let is_empty = |(name, value): &(OsString, OsString)| {
        name.to_string_lossy().starts_with("AWS_ENDPOINT_URL") && value.is_empty()
    };
    let Some((name, _)) = std::env::vars_os().find(is_empty) else { return Ok(()) };
    let name = name.to_string_lossy();
    Err(Failure::new(format!("find the endpoint: {name} is empty"))
        .hint(format!("unset {name}, or set a URL")))
}

/// Says once and shortly that there are no credentials, before every call says so at length.
async fn check_credentials(config: &SdkConfig) -> Result<(), Failure> {
    let Some(provider) = config.credentials_provider() else {
        return Ok(());
    };
    let Err(error) = provider.provide_credentials().await else {
        return Ok(());
    };
    let failure = match &error {
        CredentialsError::CredentialsNotLoaded(_) => Failure::new("find AWS credentials"),
        error => Failure::new(format!("get AWS credentials: {}", chain(error))),
    };
    Err(failure
        .hint("set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `--sandbox` needs none"))
}

/// An error and what it comes from.
fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
