//! The account that a command works on: the real one, or a sandbox in a file.
//!
//! Both give the engine the same thing: the configuration of the SDK's clients. With a sandbox these clients
//! call the sandbox inside this process, so the engine cannot tell the difference. The program differs in two
//! ways: the runtime has another clock, and output names the file.
//!
//! For the real account, everything that a user can set wrong is checked before the first call: endpoints,
//! the profile, proxies, certificates and credentials. The SDK reports each of these later, and in words
//! about itself.

use std::{
    env,
    ffi::OsString,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use serde_json::json;
use sss_model::Stack;
use sss_sandbox::Sandbox;
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};

use crate::{
    credentials, environment, failure::Failure, file_lock::FileLock, invocation::Invocation, output::Output,
    stored, transport,
};

/// The account that a command works on.
#[derive(Debug)]
pub(crate) enum Account {
    /// The account that the SDK's environment names.
    Real,
    /// A sandbox that lives in a file between commands.
    Sandbox(Kept),
}

/// A sandbox and its file.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The account, with its own clock and its events to come.
    sandbox: Sandbox,
    /// The file to save it in.
    path: PathBuf,
    /// The lock of the file. `None` for commands that only read: they neither wait for another run nor write
    /// the file.
    lock: Option<FileLock>,
}

/// The access of a command to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The command only reads.
    Read,
    /// The command may write.
    Write,
}

impl Account {
    /// Opens the account that the arguments name: the sandbox in a file, or the real one.
    ///
    /// If the file does not exist, this creates a new sandbox in the region. For a command that may write,
    /// the file stays locked until the account is dropped. The real account is opened without a call.
    ///
    /// # Errors
    ///
    /// Another run uses the file for longer than a minute, the file holds no sandbox, or its sandbox is in
    /// another region.
    pub(crate) fn open(invocation: &Invocation, region: &str, access: Access) -> Result<Self, Failure> {
        let Some(path) = invocation.sandbox_file() else {
            return Ok(Self::Real);
        };
        let lock =
            (access == Access::Write).then(|| FileLock::hold(&path, &invocation.output)).transpose()?;
        Ok(Self::Sandbox(Kept { sandbox: stored::load(&path, region)?, path, lock }))
    }

    /// Returns a runtime with the account's clock.
    ///
    /// The clock of a sandbox is paused: as soon as all tasks wait, it advances to the next event. So an
    /// apply that takes minutes on AWS takes milliseconds, and the engine still waits for each of them.
    pub(crate) fn runtime(&self) -> Result<Runtime, Failure> {
        let paused = matches!(self, Self::Sandbox(..));
        let runtime = RuntimeBuilder::new_current_thread().enable_all().start_paused(paused).build();
        runtime.map_err(|error| Failure::new(format!("start: {error}")))
    }

    /// Returns the configuration of SDK clients for this region.
    ///
    /// The region is the stack's, even if the environment names another one. For the real account this also
    /// prints a note for each variable of the environment without effect, and gets credentials once.
    ///
    /// Credential providers get a client with bounds of its own, because the engine's bounds are around its
    /// own calls only.
    ///
    /// # Errors
    ///
    /// An endpoint is empty, the profile does not exist, a proxy or a certificate is unusable, or there are
    /// no credentials.
    pub(crate) async fn config(&self, region: &str, output: &Output) -> Result<SdkConfig, Failure> {
        self.config_in(Some(region), output).await
    }

    /// Returns the same for a region, or for the one that the environment names.
    ///
    /// # Errors
    ///
    /// As [`Account::config`]; and neither the caller nor the environment names a region.
    pub(crate) async fn config_in(
        &self,
        region: Option<&str>,
        output: &Output,
    ) -> Result<SdkConfig, Failure> {
        if let Self::Sandbox(kept) = self {
            return Ok(kept.sandbox.sdk_config());
        }

        check_endpoints()?;
        credentials::check_profile()?;
        if let Some(region) = region {
            mention_environment(region, output);
        }

        let client = transport::client()?;
        let loader =
            aws_config::defaults(BehaviorVersion::latest()).http_client(transport::bounded(client.clone()));
        let loader = match region {
            Some(region) => loader.region(Region::new(region.to_owned())),
            None => loader,
        };
        let config = loader.load().await;
        credentials::check(&config, output).await?;
        if config.region().is_none() {
            return Err(Failure::new("find the region of the account").hint("set AWS_REGION"));
        }
        Ok(config.into_builder().http_client(client).build())
    }

    /// Returns the account's time, in seconds since the Unix epoch.
    pub(crate) fn now(&self) -> i64 {
        let millis = match self {
            Self::Sandbox(kept) => u128::from(kept.sandbox.now()),
            Self::Real => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis(),
        };
        i64::try_from(millis / 1000).unwrap_or(i64::MAX)
    }

    /// Returns whether the account's time only passes while a command waits.
    pub(crate) const fn is_paused(&self) -> bool {
        matches!(self, Self::Sandbox(_))
    }

    /// Returns the note next to the account's number. `None` for the real account.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::Real => None,
            Self::Sandbox(kept) => Some(format!("sandbox {}", kept.path.display())),
        }
    }

    /// Adds the secrets and parameters that the stack names to a sandbox, because nobody else can. The real account
    /// stays as it is.
    pub(crate) fn furnish(&self, stack: &Stack) {
        let Self::Sandbox(kept) = self else { return };
        let resources = stack.secret_statements().into_iter().flat_map(|statement| statement.resources);
        for arn in resources {
            if arn.contains(":secretsmanager:") {
                // The policy of credentials by name has a pattern in place of the last characters.
                kept.sandbox.keep_secret(&arn.replace("-??????", "-AbCdEf"));
            } else if let Some((_, name)) = arn.split_once(":parameter/").filter(|_| arn.contains(":ssm:")) {
                let parameter = json!({ "Name": format!("/{name}"), "Type": "String", "Value": "sandbox" });
                // One that exists stays.
                drop(kept.sandbox.request("ssm", "PutParameter", &parameter));
            }
        }
    }

    /// Saves the changes to a sandbox, if the command may write. Otherwise it does nothing.
    ///
    /// It must run inside the account's runtime: the time of the sandbox is the runtime's.
    pub(crate) fn close(&self) -> Result<(), Failure> {
        match self {
            Self::Sandbox(Kept { sandbox, path, lock: Some(_) }) => stored::save(sandbox, path),
            Self::Real | Self::Sandbox(_) => Ok(()),
        }
    }
}

/// Notes the AWS variables that have no effect.
fn mention_environment(region: &str, output: &Output) {
    let variables = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    for note in environment::without_effect(variables, region) {
        output.note(|w| writeln!(w, "note: {note}"));
    }
}

/// Refuses an empty endpoint: the SDK would fail on it later, in other words.
fn check_endpoints() -> Result<(), Failure> {
    let is_empty = |(name, value): &(OsString, OsString)| {
        name.to_string_lossy().starts_with("AWS_ENDPOINT_URL") && value.is_empty()
    };
    let Some((name, _)) = env::vars_os().find(is_empty) else { return Ok(()) };
    let name = name.to_string_lossy();
    Err(Failure::new(format!("read the endpoint of AWS: the variable {name} is empty"))
        .hint(format!("unset {name}, or set it to a URL")))
}
