//! The profile that the environment names.

use std::env;

/// Returns the profile that `AWS_PROFILE` names.
pub(crate) fn named() -> Option<String> {
    env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty())
}

/// Says how to renew expired credentials.
pub(crate) fn renewal() -> String {
    let login = named().map_or_else(
        || "`aws sso login`".to_owned(),
        |profile| format!("`aws sso login --profile {profile}`"),
    );
    format!("log in again with {login}, or renew the credentials")
}
