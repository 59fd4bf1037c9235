//! `-v`: what the program does inside, on standard error.

use tracing_subscriber::EnvFilter;

/// What each `-v` shows. The SDK writes bodies, which may hold secrets, at `trace`: that is never switched on.
const LEVELS: [&str; 2] = [
    "sss_aws=debug,sss_deploy=debug",
    "sss_aws=debug,sss_deploy=debug,aws_config=debug,aws_runtime=debug,aws_smithy_runtime=debug",
];

/// Starts it, once in a process.
pub(crate) fn start(verbosity: u8, styled: bool) {
    let Some(last) = usize::from(verbosity).checked_sub(1) else {
        return;
    };
    let filter = EnvFilter::new(LEVELS[last.min(LEVELS.len() - 1)]);
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(styled);
    // A host program may have a subscriber of its own, which is to stay.
    drop(subscriber.try_init());
}
