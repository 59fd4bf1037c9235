//! The stack's lock, as a person at a terminal meets it.
//!
//! The library takes the lock, renews it and notices its loss ([`Lock`]). The lock is a lease in Parameter
//! Store, which expires a minute after its last renewal. This module adds the words: the note while a run
//! waits for another holder, the hints, and the name of this run.
//!
//! The lock protects the stack on AWS against all machines. The lock of a sandbox's file is another one:
//! [`file_lock`](crate::file_lock).

use std::{env, fs, time::Duration};

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{Deployer, Error, Holder, Lock};
use sss_model::Stack;

use crate::{failure::Failure, interruption::Interruption, invocation::Invocation, output::Output};

/// The time that releasing the lock may take. Without an answer, the lock expires a little later.
const RELEASE: Duration = Duration::from_secs(15);

/// The flags of commands that write.
#[derive(Debug, Default, Args)]
pub(crate) struct Locking {
    /// Do not take the stack's lock; make sure that no other run works on the stack
    #[arg(long, alias = "no-lease")]
    pub(crate) no_lock: bool,
}

/// The JSON line that names another holder, while this run finds out whether it is alive.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "locked")]
pub(crate) struct Waiting<'a> {
    /// Always 0: the apply has not begun.
    elapsed_ms: u64,
    /// The other run, with its times.
    #[serde(flatten)]
    holder: &'a Holder,
}

/// Takes the lock of a stack.
///
/// If another run holds it, this watches for at most 80 seconds whether that run still renews it. A lock that
/// nobody renews is taken over.
///
/// # Errors
///
/// Another run holds the lock and works, or the caller may not use Parameter Store. The hint then says how to
/// work without the lock.
pub(crate) async fn acquire(
    invocation: &Invocation,
    deployer: &Deployer,
    stack: &Stack,
) -> Result<Lock, Failure> {
    let output = &invocation.output;
    let lock = deployer.lock(stack, &|holder| tell_of(output, &stack.name, holder)).await;

    lock.map_err(|error| {
        let failure = Failure::engine(&format!("lock the stack {}", stack.name), &error);
        if error.is_denied() {
            failure.hint(without_permission(&error))
        } else if error.is_locked() {
            failure.hint(format!(
                "wait until that run has ended; if it is stuck, `{} unlock` releases its lock",
                invocation.program
            ))
        } else {
            failure
        }
    })
}

/// Returns the hint for a caller that may not take the lock.
fn without_permission(error: &Error) -> String {
    let allow = error.hint().unwrap_or("the caller's IAM policy must allow it");
    format!("{allow}; if no other run works on the stack, `--no-lock` works without the lock")
}

/// Prints that another run holds the lock, as a note or as a JSON line.
fn tell_of(output: &Output, stack: &str, holder: &Holder) {
    if output.json {
        // If the reader is gone, the final answer fails.
        drop(output.line(&Waiting { elapsed_ms: 0, holder }));
        return;
    }
    let Holder { holder, renewed, .. } = holder;
    output.note(|w| {
        writeln!(w, "note: the stack {stack} is locked by {holder}, renewed at {renewed}")?;
        writeln!(w, "note: waiting at most 80 s to see whether that run still works")
    });
}

/// Releases the lock. If that fails, the lock expires by itself, so the command still succeeds.
pub(crate) async fn release(output: &Output, interruption: &Interruption, lock: &Lock) {
    let released = interruption.or(tokio::time::timeout(RELEASE, lock.release())).await;
    let reason = match released {
        Ok(Ok(Ok(()))) => return,
        Ok(Ok(Err(error))) => error.to_string(),
        Ok(Err(_)) => "AWS did not answer in time".to_owned(),
        Err(_) => "interrupted".to_owned(),
    };
    output.note(|w| writeln!(w, "note: the stack's lock was not released and expires in a minute: {reason}"));
}

/// Returns the name that other runs see: user, machine and process.
///
/// People read it to find the run.
pub(crate) fn own_name() -> String {
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
    use crate::{exit::Exit, global::Global, output::Streams, source::Source};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        global: Global,
    }

    fn invocation() -> Invocation {
        Invocation {
            name: "sss-deploy".to_owned(),
            program: "sss-deploy".to_owned(),
            source: Source::Files(vec!["sss.toml".into()]),
            images: Vec::new(),
            global: Line::parse_from(["sss-deploy"]).global,
            output: Output::new(
                Streams::new(std::io::sink(), std::io::sink()),
                ColorChoice::Never,
                None,
                false,
            ),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn locked_stack_is_refused_with_the_holder() {
        let mut stack = Stack::default();
        "mz-dev".clone_into(&mut stack.name);
        let deployer = Deployer::new(&Sandbox::new().sdk_config());
        let other = deployer.clone().holder("alice@ci");
        let lock = other.lock(&stack, &|_| ()).await.expect("a free lock");
        let invocation = invocation();
        let claimed = lock
            .during(Box::pin(acquire(&invocation, &deployer, &stack)))
            .await
            .expect("alice holds the lock");
        let Failure::Failed { exit, message, hint, .. } = claimed.expect_err("a refusal") else {
            panic!("it is a refusal");
        };
        assert_eq!(exit, Exit::Refused);
        assert!(message.starts_with("lock the stack mz-dev: alice@ci holds the lock"), "{message}");
        assert!(message.contains("2026-01-01T00:01:"), "{message}");
        assert!(hint.expect("a hint").contains("`sss-deploy unlock`"));
        let without = deployer.without_lock();
        assert!(!acquire(&invocation, &without, &stack).await.expect("no lock").is_held());
    }
}
