//! `-v`: the debug log, on standard error.
//!
//! The log is for a report of a bug. Everything that a user needs is in the output. The first `-v` shows this
//! program and the engine, the second one the AWS SDK as well. No level shows the bodies of requests.

use tracing_subscriber::EnvFilter;

/// The filter of each `-v`.
///
/// At `trace` the SDK logs bodies, which may hold secrets, so no filter enables it.
const LEVELS: [&str; 2] = [
    "sss_aws=debug,sss_deploy=debug",
    "sss_aws=debug,sss_deploy=debug,aws_config=debug,aws_runtime=debug,aws_smithy_runtime=debug",
];

/// Starts the log, once in a process. `verbosity` is the number of `-v`; 0 starts nothing.
pub(crate) fn start(verbosity: u8, styled: bool) {
    let Some(last) = usize::from(verbosity).checked_sub(1) else {
        return;
    };
    let filter = EnvFilter::new(LEVELS[last.min(LEVELS.len() - 1)]);
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(styled);
    // A host program may have its own subscriber, which stays.
    drop(subscriber.try_init());
}
