//! The account that a command works on.

use std::{env, ffi::OsString, path::PathBuf};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use sss_sandbox::Sandbox;
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};

use crate::{
    credentials, environment, failure::Failure, invocation::Invocation, lock::Lock, output::Output, stored,
    transport,
};

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
    pub(crate) async fn config(&self, region: &str, output: &Output) -> Result<SdkConfig, Failure> {
        if let Self::Sandbox(kept) = self {
            return Ok(kept.sandbox.sdk_config());
        }
        check_endpoints()?;
        credentials::check_profile()?;
        mention_environment(region, output);
        let client = transport::client()?;
        let config = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(transport::bounded(client.clone()))
            .load()
            .await;
        credentials::check(&config, output).await?;
        Ok(config.into_builder().http_client(client).build())
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

/// Tells which variables of AWS have no effect.
fn mention_environment(region: &str, output: &Output) {
    let variables = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    for note in environment::without_effect(variables, region) {
        output.note(|w| writeln!(w, "note: {note}"));
    }
}

/// The SDK cannot do without an endpoint that is said to be there.
fn check_endpoints() -> Result<(), Failure> {
    let is_empty = |(name, value): &(OsString, OsString)| {
        name.to_string_lossy().starts_with("AWS_ENDPOINT_URL") && value.is_empty()
    };
    let Some((name, _)) = env::vars_os().find(is_empty) else { return Ok(()) };
    let name = name.to_string_lossy();
    Err(Failure::new(format!("find the endpoint: {name} is empty"))
        .hint(format!("unset {name}, or set a URL")))
}
