//! The credentials of the caller.

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

/// The time without credentials after which the user gets a note.
const QUIET: Duration = Duration::from_secs(8);
/// The time after which the command fails without credentials.
const DEADLINE: Duration = Duration::from_mins(1);
const NONE: &str =
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `--sandbox` needs no credentials";

/// Gets credentials once before the first call, so that missing ones give one short error.
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

fn failure(error: &CredentialsError) -> Failure {
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        return Failure::new("find AWS credentials").hint(NONE);
    }
    let text = chain(error);
    let is_login = ["SSO", "sso", "expired", "InvalidGrant"].iter().any(|word| text.contains(word));
    let failure = Failure::new(format!("get AWS credentials: {text}"));
    if is_login { failure.hint(profile::renewal()) } else { failure.hint(NONE) }
}

/// Refuses a profile that neither of AWS's files defines, and names the profiles that they define.
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

/// Returns the profiles in AWS's files.
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
fn profiles(text: &str) -> BTreeSet<String> {
    let headers = text.lines().filter_map(|line| line.trim().strip_prefix('[')?.split(']').next());
    let names = headers.filter_map(|header| match header.trim().split_once(char::is_whitespace) {
        Some(("profile", name)) => Some(name.trim()),
        Some(_) => None,
        None => Some(header.trim()),
    });
    names.map(|name| name.trim_matches(['"', '\'']).to_owned()).collect()
}

/// Returns the messages of an error and its sources.
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
