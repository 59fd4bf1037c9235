//! The stack's lease, around a command that writes.

use std::{env, fs, time::Duration};

use clap::Args;
use serde::Serialize;
use sss_aws::{Aws, Claim, Holder, Lease};

use crate::{failure::Failure, interruption::Interruption, invocation::Invocation, output::Output};

/// How long giving the lease back may take. It ends by itself a little later.
const RELEASE: Duration = Duration::from_secs(15);

/// The arguments of commands that write.
#[derive(Debug, Default, Args)]
pub(crate) struct Leasing {
    /// Work without the stack's lease; nobody else may be at work on the stack
    #[arg(long)]
    no_lease: bool,
}

/// The line that tells of another holder while it is watched.
#[derive(Debug, Serialize)]
struct Watched<'a> {
    event: &'static str,
    elapsed_ms: u64,
    #[serde(flatten)]
    holder: &'a Holder,
}

/// The lease of a stack, unless the arguments say to do without.
pub(crate) async fn acquire(
    invocation: &Invocation,
    arguments: &Leasing,
    aws: &Aws,
    stack: &str,
) -> Result<Option<Lease>, Failure> {
    if arguments.no_lease {
        return Ok(None);
    }
    let output = &invocation.output;
    let claim = Lease::acquire(aws, stack, &own_name(), &|holder| watch(output, stack, holder)).await;
    let claim = claim.map_err(|error| {
        let failure = Failure::engine("get the stack's lease", &error);
        if error.is_denied() { failure.hint(denied(&error)) } else { failure }
    })?;
    match claim {
        Claim::Ours(lease) => Ok(Some(lease)),
        Claim::Theirs(holder) => Err(held(stack, &holder, &invocation.program)),
    }
}

fn denied(error: &sss_aws::Error) -> String {
    let allow = error.hint().unwrap_or("the caller's IAM policy must allow it");
    format!("{allow}; `--no-lease` works without when nobody else is at work on the stack")
}

fn watch(output: &Output, stack: &str, holder: &Holder) {
    if output.json {
        // A reader that is gone is noticed at the answer.
        drop(output.line(&Watched { event: "held", elapsed_ms: 0, holder }));
        return;
    }
    let Holder { holder, renewed, .. } = holder;
    output.note(|w| {
        writeln!(w, "note: {holder} holds the stack {stack}, renewed at {renewed}")?;
        writeln!(w, "note: waiting at most 80 s to see whether that run is still at work")
    });
}

fn held(stack: &str, holder: &Holder, program: &str) -> Failure {
    let Holder { holder, ends, .. } = holder;
    Failure::refused(format!("get the stack's lease: {holder} is at work on the stack {stack}")).hint(format!(
        "wait until that run has ended; its lease ends at {ends} unless it is renewed, and `{program} unlock` takes it away"
    ))
}

/// Gives the lease back. When that fails, the lease ends by itself, so what was done is still done.
pub(crate) async fn release(output: &Output, interruption: &Interruption, lease: &Lease) {
    let released = interruption.or(tokio::time::timeout(RELEASE, lease.release())).await;
    let reason = match released {
        Ok(Ok(Ok(()))) => return,
        Ok(Ok(Err(error))) => error.to_string(),
        Ok(Err(_)) => "no answer in time".to_owned(),
        Err(_) => "interrupted".to_owned(),
    };
    output.note(|w| {
        writeln!(w, "note: the stack's lease ends by itself in a minute: not given back, {reason}")
    });
}

/// What people know this run by: user, machine and process.
fn own_name() -> String {
    let of =
        |names: &[&str]| names.iter().find_map(|name| env::var(name).ok()).filter(|name| !name.is_empty());
    let user = of(&["USER", "USERNAME", "LOGNAME"]).unwrap_or_else(|| "somebody".to_owned());
    let machine = of(&["HOSTNAME", "COMPUTERNAME"])
        .or_else(|| fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .map_or_else(String::new, |name| format!("@{}", name.trim()));
    format!("{user}{machine} (process {})", std::process::id())
}

#[cfg(test)]
mod tests {
    use anstream::ColorChoice;
    use clap::Parser;
    use sss_sandbox::Sandbox;

    use super::*;
    use crate::{arguments::Global, exit::Exit, output::Streams, source::Source};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        global: Global,
    }

    fn invocation() -> Invocation {
        Invocation {
            program: "sss-deploy".to_owned(),
            source: Source::File("sss.toml".into()),
            global: Line::parse_from(["sss-deploy"]).global,
            output: Output::new(Streams::new(std::io::sink(), std::io::sink()), ColorChoice::Never, false),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stack_that_somebody_works_on_is_refused_and_says_who() {
        let aws = Aws::new(&Sandbox::new().sdk_config());
        let Claim::Ours(other) =
            Lease::acquire(&aws, "mz-dev", "alice@ci", &|_| ()).await.expect("an answer")
        else {
            panic!("nobody else is there")
        };
        let (invocation, arguments) = (invocation(), Leasing::default());
        let claimed = tokio::select! {
            claimed = acquire(&invocation, &arguments, &aws, "mz-dev") => claimed,
            lost = other.lost() => panic!("{lost}"),
        };
        let Failure::Failed { exit, message, hint } = claimed.expect_err("a refusal") else {
            panic!("it is a refusal");
        };
        assert_eq!(exit, Exit::Refused);
        assert_eq!(message, "get the stack's lease: alice@ci is at work on the stack mz-dev");
        let hint = hint.expect("a hint");
        assert!(hint.contains("ends at 2026-01-01T00:01:") && hint.contains("`sss-deploy unlock`"), "{hint}");
        let without = Leasing { no_lease: true };
        assert!(acquire(&invocation, &without, &aws, "mz-dev").await.expect("no lease").is_none());
    }
}
