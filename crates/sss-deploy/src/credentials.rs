//! The credentials of the caller, checked before the first call of the engine.
//!
//! The SDK looks for credentials when a call needs them. Without this module, missing ones would fail every
//! call of an observation at once, each with a long chain of causes. Here they fail once, with a hint that
//! can be typed.
//!
//! Credentials come from the SDK's default chain: keys in the environment, AWS's files, IAM Identity Center,
//! web identity, and the metadata services of containers and instances. Two conditions have checks of their
//! own, because the chain reports them badly: `AWS_PROFILE` names a profile that no file defines, and a
//! provider does not answer.

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError};
use tokio::time::timeout;

use crate::{failure::Failure, output::Output, profile};

/// The time without credentials after which the user gets a note: 8 seconds.
///
/// A login in a browser and a slow metadata service both look like a program that hangs.
const QUIET: Duration = Duration::from_secs(8);
/// The time after which the command fails without credentials: one minute.
const DEADLINE: Duration = Duration::from_mins(1);
/// The hint if no source has credentials.
const NONE: &str =
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `--sandbox` needs no credentials";

/// Gets credentials once before the first call, so that missing ones give one short error.
///
/// # Errors
///
/// No source has credentials, a source failed, or it did not answer within a minute. If the words of the
/// source mention a login or an expiry, the hint is the command that logs in again.
pub(crate) async fn check(config: &SdkConfig, output: &Output) -> Result<(), Failure> {
    let Some(provider) = config.credentials_provider() else { return Ok(()) };
    let mut credentials = Box::pin(provider.provide_credentials());
    let mut answer = timeout(QUIET, &mut credentials).await;
    if answer.is_err() {
        output.note(|w| writeln!(w, "note: still waiting for credentials after {} s", QUIET.as_secs()));
        answer = timeout(DEADLINE.saturating_sub(QUIET), credentials).await;
    }

    match answer {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error)),
        Err(_) => {
            Err(Failure::new(format!("get AWS credentials: no answer within {} s", DEADLINE.as_secs()))
                .hint("check the network, and the source of the credentials that AWS_PROFILE names"))
        }
    }
}

/// Words the error of a credential provider.
///
/// The providers have no error codes for an expired login, so this searches the words of the chain. The metadata
/// service of an instance (IMDS) is the last source: if it fails, all others had no credentials.
fn failure(error: &CredentialsError) -> Failure {
    let text = chain(error);
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) || text.contains(" IMDS ") {
        return Failure::new("find AWS credentials").hint(NONE);
    }
    let is_login = ["SSO", "sso", "expired", "InvalidGrant"].iter().any(|word| text.contains(word));
    let failure = Failure::new(format!("get AWS credentials: {text}"));
    if is_login { failure.hint(profile::renewal()) } else { failure.hint(NONE) }
}

/// Refuses a profile that neither of AWS's files defines, and names the profiles that they define.
///
/// Without this check the SDK would go on to the next source: a typing error in `AWS_PROFILE` could deploy to
/// the account of the instance.
///
/// # Errors
///
/// No file defines the profile of `AWS_PROFILE`. Keys in the environment and the profile `default` are always
/// accepted.
pub(crate) fn check_profile() -> Result<(), Failure> {
    // Keys in the environment take precedence over any profile.
    let has_key = env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|key| !key.is_empty());
    let Some(profile) = profile::named().filter(|_| !has_key) else { return Ok(()) };
    let known = known();
    // The SDK works without a profile `default`.
    if profile == "default" || known.contains(&profile) {
        return Ok(());
    }

    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = if names.is_empty() {
        "there are no profiles; create one with `aws configure sso` or `aws configure`".to_owned()
    } else {
        format!("set AWS_PROFILE to one of {}", names.join(", "))
    };
    Err(Failure::new(format!("find the profile {profile} of AWS_PROFILE")).hint(hint))
}

/// Returns the profiles in AWS's files. A file that cannot be read has none.
fn known() -> BTreeSet<String> {
    let files = [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
    let texts =
        files.into_iter().filter_map(|(variable, name)| fs::read_to_string(file(variable, name)?).ok());
    texts.flat_map(|text| profiles(&text)).collect()
}

/// Returns the path of one of AWS's files: the value of the variable, or the default in the home folder.
fn file(variable: &str, name: &str) -> Option<PathBuf> {
    let named = env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    named.or_else(|| Some(Path::new(&home()?).join(".aws").join(name)))
}

/// Returns the profiles that a file defines.
///
/// `~/.aws/config` writes `[profile dev]` and `~/.aws/credentials` writes `[dev]`; both mean `dev`. Other
/// sections, such as `[sso-session corp]`, are no profiles.
fn profiles(text: &str) -> BTreeSet<String> {
    let headers = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    let names = headers.filter_map(|header| match header.trim().split_once(char::is_whitespace) {
        Some(("profile", name)) => Some(name.trim()),
        Some(_) => None,
        None => Some(header.trim()),
    });
    names.map(|name| name.trim_matches(['"', '\'']).to_owned()).collect()
}

/// Returns the messages of an error and its sources, joined by colons. The SDK's own message has no cause in
/// it.
fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_metadata_service_means_no_credentials() {
        let text = "failed to load IMDS session token: request forbidden";
        let absent = failure(&CredentialsError::provider_error(text));
        assert!(matches!(absent, Failure::Failed { message, .. } if message == "find AWS credentials"));
        let expired = failure(&CredentialsError::provider_error("the SSO token has expired"));
        assert!(
            matches!(expired, Failure::Failed { message, .. } if message.contains("SSO token has expired"))
        );
    }

    #[test]
    fn profiles_are_the_headers_of_both_files() {
        let text =
            "[default]\nregion = x\n[profile  dev]\n [profile 'a b'] # note\n[sso-session corp]\n[ops]\n";
        let known = profiles(text);
        assert_eq!(known.iter().map(String::as_str).collect::<Vec<_>>(), ["a b", "default", "dev", "ops"]);
    }
}
