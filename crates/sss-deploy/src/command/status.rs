//! `status`: prints what runs, who works on the stack, and how the account differs from it.
//!
//! It reads the account once and combines two views of it: the objects that were found, and the plan that
//! `apply` would show. So an object differs exactly if the next plan changes, replaces or deletes it. One
//! more call reads the stack's lock. A service that failed takes a few more, which find the cause.
//!
//! Without `--exit-code` the command exits with 0 in every state that it can read.

use std::io;

use clap::Args;
use sss_aws::{
    Goal,
    operate::{Named, Target, why::why},
};

use super::{day_two::choice, watch::Watch};
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

/// The arguments of `status`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: the whole stack]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[command(flatten)]
    pub(crate) images: Images,
    /// List every object of the stack
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    watch: Watch,
    /// Exit with 1 if a service is not at its count, a deployment failed or the VPC link is not available, and with 2
    /// if the account differs from the stack
    #[arg(long, conflicts_with = "watch")]
    exit_code: bool,
}

/// Reads the account, and prints a row for each service or one JSON document. With `--watch` it does so again and
/// again.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let target = Target::of(session.stack);
        let chosen = choice::services(&target, &arguments.services)?;
        let chosen = if arguments.services.is_empty() { None } else { Some(chosen) };
        let (source, screen) = (invocation.source.name(), invocation.output.screen());

        let read = async || Box::pin(read(session, chosen.as_deref())).await;
        let show = |w: &mut dyn io::Write, status: &Status| {
            let (program, now) = (invocation.program.as_str(), session.now());
            let words = Words { program, source: &source, now, all: arguments.all };
            status::show(w, screen, status, words)
        };
        let status = Box::pin(arguments.watch.each(session, read, show)).await?;
        Ok(if arguments.exit_code { status.exit() } else { Exit::Done })
    })
}

/// Reads the account and the lock, and keeps what is about the chosen services.
async fn read(session: &Session<'_>, chosen: Option<&[&Named]>) -> Result<Status, Failure> {
    let observed = session.observe().await?;
    let locked_by = session.interruption.or(session.deployer.locked_by(session.stack)).await?;
    let locked_by = locked_by.map_err(|error| Failure::engine("read the stack's lock", &error))?;
    if session.invocation.global.stats {
        session.invocation.output.note(|w| report::show(w, &session.report(&observed), true));
    }
    let plan = observed.plan(Goal::Converge);
    let keys = chosen.map(|chosen| chosen.iter().map(|named| named.key.as_str()).collect::<Vec<_>>());
    let place = session.place(observed.world());
    let mut status = Status::of(place, &observed, plan, locked_by, keys.as_deref());
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
