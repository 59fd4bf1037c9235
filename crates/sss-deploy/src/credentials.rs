//! The credentials of the caller, and what to do when there are none.

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

use crate::{failure::Failure, output::Output};

/// After so long without credentials it is told.
const QUIET: Duration = Duration::from_secs(8);
/// How long it may take to get credentials.
const DEADLINE: Duration = Duration::from_mins(1);
const NONE: &str = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `--sandbox` needs none";

/// Says once and shortly that there are no credentials, before every call says so at length.
pub(crate) async fn check(config: &SdkConfig, output: &Output) -> Result<(), Failure> {
    let Some(provider) = config.credentials_provider() else { return Ok(()) };
    let mut credentials = Box::pin(provider.provide_credentials());
    let mut answer = timeout(QUIET, &mut credentials).await;
    if answer.is_err() {
        output.note(|w| writeln!(w, "note: there are no credentials after {} s", QUIET.as_secs()));
        answer = timeout(DEADLINE.saturating_sub(QUIET), credentials).await;
    }
    match answer {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error)),
        Err(_) => {
            Err(Failure::new(format!("get AWS credentials: none came within {} s", DEADLINE.as_secs()))
                .hint("check the network and the source of the credentials (AWS_PROFILE)"))
        }
    }
}

fn failure(error: &CredentialsError) -> Failure {
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        return Failure::new("find AWS credentials").hint(NONE);
    }
    let text = chain(error);
    let is_login = ["SSO", "sso", "expired", "InvalidGrant"].iter().any(|word| text.contains(word));
    let failure = Failure::new(format!("get AWS credentials: {text}"));
    if is_login { failure.hint(renewal()) } else { failure.hint(NONE) }
}

/// Refuses a profile that is in none of AWS's files, and names those that are.
pub(crate) fn check_profile() -> Result<(), Failure> {
    // Keys in the environment go before any profile.
    let has_key = env::var_os("AWS_ACCESS_KEY_ID").is_some_and(|key| !key.is_empty());
    let Some(profile) = profile().filter(|_| !has_key) else { return Ok(()) };
    let known = known();
    // The SDK does without the profile `default`.
    if profile == "default" || known.contains(&profile) {
        return Ok(());
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = if names.is_empty() {
        "there are no profiles; `aws configure sso` or `aws configure` makes one".to_owned()
    } else {
        format!("set AWS_PROFILE to one of {}", names.join(", "))
    };
    Err(Failure::new(format!("find the profile {profile} of AWS_PROFILE")).hint(hint))
}

/// How credentials that are too old are renewed.
pub(crate) fn renewal() -> String {
    let login = profile().map_or_else(
        || "`aws sso login`".to_owned(),
        |profile| format!("`aws sso login --profile {profile}`"),
    );
    format!("log in again with {login}, or renew the credentials")
}

fn profile() -> Option<String> {
    env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty())
}

/// The profiles in AWS's files.
fn known() -> BTreeSet<String> {
    let files = [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
    let texts =
        files.into_iter().filter_map(|(variable, name)| fs::read_to_string(file(variable, name)?).ok());
    texts.flat_map(|text| profiles(&text)).collect()
}

/// Where a file of AWS is: where the variable says, or in the home folder.
fn file(variable: &str, name: &str) -> Option<PathBuf> {
    let named = env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || env::var_os("HOME").or_else(|| env::var_os("USERPROFILE"));
    named.or_else(|| Some(Path::new(&home()?).join(".aws").join(name)))
}

/// The profiles that a file defines.
fn profiles(text: &str) -> BTreeSet<String> {
    let headers = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    let names = headers.filter_map(|header| match header.trim().split_once(char::is_whitespace) {
        Some(("profile", name)) => Some(name.trim()),
        Some(_) => None,
        None => Some(header.trim()),
    });
    names.map(|name| name.trim_matches(['"', '\'']).to_owned()).collect()
}

/// An error and what it comes from.
fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |error| (*error).source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_the_headers_of_both_files() {
        let text =
            "[default]\nregion = x\n[profile  dev]\n [profile 'a b'] # note\n[sso-session corp]\n[ops]\n";
        let known = profiles(text);
        assert_eq!(known.iter().map(String::as_str).collect::<Vec<_>>(), ["a b", "default", "dev", "ops"]);
    }
}
