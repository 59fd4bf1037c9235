//! The services that a command is about.

use sss_aws::operate::{Named, Target, Unnamed};

use crate::{exit::Exit, failure::Failure};

/// Returns the named services, or all without names.
///
/// # Errors
///
/// The stack has no service of a name, which is an error of the arguments.
pub(crate) fn services<'a>(target: &'a Target, names: &[String]) -> Result<Vec<&'a Named>, Failure> {
    target.chosen(names).map_err(unnamed)
}

/// Returns the named service, or the only one of the stack without a name.
///
/// # Errors
///
/// The stack has no service of the name; or it has several, and there is no name.
pub(super) fn service<'a>(target: &'a Target, name: Option<&str>) -> Result<&'a Named, Failure> {
    match name {
        Some(name) => target.service(name).map_err(unnamed),
        None => target.only().ok_or_else(|| {
            let keys: Vec<&str> = target.services.iter().map(|named| named.key.as_str()).collect();
            usage(format!("choose a service: the stack has {}", keys.join(", ")))
                .hint("write its name behind the command")
        }),
    }
}

/// Returns the failure of a name that no service has.
#[expect(clippy::needless_pass_by_value, reason = "it is a function for `map_err`")]
pub(crate) fn unnamed(error: Unnamed) -> Failure {
    usage(format!("find the service: {error}"))
}

/// Returns a failure of the arguments, found after they were parsed.
pub(super) fn usage(message: String) -> Failure {
    Failure::Failed { exit: Exit::Usage, message, hint: None, cause: None }
}
