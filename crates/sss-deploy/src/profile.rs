//! The profile that the environment names.
//!
//! Two modules need it: the check of credentials, and the hint to log in again, which also follows expired
//! credentials in the middle of an apply.

use std::env;

/// Returns the profile that `AWS_PROFILE` names. `None` if the variable is unset or empty, as for the SDK.
pub(crate) fn named() -> Option<String> {
    env::var("AWS_PROFILE").ok().filter(|profile| !profile.is_empty())
}

/// Returns the hint that says how to renew expired credentials.
pub(crate) fn renewal() -> String {
    let login = named().map_or_else(
        || "`aws sso login`".to_owned(),
        |profile| format!("`aws sso login --profile {profile}`"),
    );
    format!("log in again with {login}, or renew the credentials")
}
