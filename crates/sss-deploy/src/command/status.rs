//! `status`: prints what runs, who works on the stack, and how the account differs from it.
//!
//! It reads the account once and combines two views of it: the objects that were found, and the plan that
//! `apply` would show. So an object differs exactly if the next plan changes, replaces or deletes it. One
//! more call reads the stack's lock. A service that failed takes a few more, which find the cause.
//!
//! Without `--exit-code` the command exits with 0 in every state that it can read.

use std::time::Duration;

use clap::Args;
use sss_aws::{
    Goal,
    operate::{Target, why::why},
};
use tokio::time::sleep;

use crate::{
    exit::Exit,
    failure::Failure,
    images::Images,
    invocation::Invocation,
    render::{
        report,
        status::{self, Status, Words},
    },
    session::{Session, on_account},
};

/// The time between two readings of `--watch`.
const EVERY: Duration = Duration::from_secs(5);

/// Moves the cursor to the top of the terminal and clears it.
const CLEAR: &str = "\u{1b}[H\u{1b}[2J\u{1b}[3J";

/// The arguments of `status`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) images: Images,
    /// List every object of the stack
    #[arg(long)]
    all: bool,
    /// Read again every 5 seconds, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Exit with 2 if a service is not steady, or the account differs from the stack
    #[arg(long, conflicts_with = "watch")]
    exit_code: bool,
}

/// Reads the account, and prints a row for each service or one JSON document. With `--watch` it does so again and
/// again.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let mut printed = String::new();
        loop {
            let status = read(session).await?;
            print(session, &status, arguments, &mut printed)?;
            if !arguments.watch {
                let is_pending = arguments.exit_code && !status.is_good();
                return Ok(if is_pending { Exit::Pending } else { Exit::Done });
            }
            if session.is_paused() {
                invocation
                    .output
                    .note(|w| writeln!(w, "note: nothing happens in a sandbox between two commands"));
                return Ok(Exit::Done);
            }
            session.interruption.or(sleep(EVERY)).await?;
        }
    })
}

/// Reads the account and the lock.
async fn read(session: &Session<'_>) -> Result<Status, Failure> {
    let observed = session.observe().await?;
    let locked_by = session.interruption.or(session.deployer.locked_by(session.stack)).await?;
    let locked_by = locked_by.map_err(|error| Failure::engine("read the stack's lock", &error))?;
    if session.invocation.global.stats {
        session.invocation.output.note(|w| report::show(w, &session.report(&observed), true));
    }
    let plan = observed.plan(Goal::Converge);
    let mut status = Status::of(session.place(observed.world()), &observed, &plan, locked_by);
    find_causes(session, &mut status).await?;
    Ok(status)
}

/// Finds out why services failed. A stack without failures takes no call.
async fn find_causes(session: &Session<'_>, status: &mut Status) -> Result<(), Failure> {
    let target = Target::of(session.stack);
    for service in status.failed_services() {
        let Ok(named) = target.service(&service.name) else { continue };
        let found = session.interruption.or(why(session.deployer.aws(), &target, named)).await?;
        service.cause = found.causes.into_iter().next();
        service.not_checked = found.not_checked;
    }
    Ok(())
}

/// Prints a status. A watch clears a terminal first, and prints to a pipe only what has changed.
fn print(
    session: &Session<'_>,
    status: &Status,
    arguments: &Arguments,
    printed: &mut String,
) -> Result<(), Failure> {
    let output = &session.invocation.output;
    if output.json {
        return if arguments.watch { output.line(status) } else { output.document(status) };
    }

    let source = session.invocation.source.name();
    let program = session.invocation.program.as_str();
    let words = Words { program, source: &source, now: session.now(), all: arguments.all };
    let screen = output.screen();
    if !arguments.watch {
        return output.data(|w| status::show(w, screen, status, words));
    }

    let mut text = Vec::new();
    status::show(&mut text, screen, status, words)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    if text == *printed {
        return Ok(());
    }
    let clear = if output.terminal { CLEAR } else { "" };
    output.data(|w| write!(w, "{clear}{text}"))?;
    *printed = text;
    Ok(())
}
