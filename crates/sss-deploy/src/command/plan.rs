//! `plan`: prints the changes that `apply` would make.
//!
//! It only reads, and takes no lock. So the account can change between `plan` and `apply`. With `--out` the
//! plan is saved, and `apply FILE` refuses if the plan would be different by then.
//!
//! A refused plan exits with 4 and is not saved. `--detailed-exitcode` tells a pipeline by 2 that changes are
//! pending.

use std::path::PathBuf;

use clap::Args;
use sss_aws::{Options, Planned};

use crate::{
    command::showing::Showing,
    exit::Exit,
    failure::Failure,
    images::Images,
    invocation::Invocation,
    reach::Reach,
    render::{
        self, Purpose,
        plan::{Monthly, markdown},
    },
    saved,
    session::{Session, on_account},
};

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Exit with 2 if changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    pub(crate) images: Images,
    #[command(flatten)]
    showing: Showing,
    /// Print Markdown for a comment on a pull request
    #[arg(long, conflicts_with_all = ["json", "full"])]
    markdown: bool,
    /// Save the plan in FILE, for `apply FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Returns how the command ends with this plan.
    ///
    /// A service that is behind the stack because of a failed deployment counts as a pending change, although
    /// the plan has no step for it.
    fn exit(&self, planned: &Planned) -> Exit {
        let plan = planned.plan();
        if is_refused(planned) {
            Exit::Refused
        } else if self.detailed_exitcode && (!plan.is_empty() || plan.is_held()) {
            Exit::Pending
        } else {
            Exit::Done
        }
    }
}

/// Returns whether `apply` would refuse the plan whatever its steps: objects are in its way, or the stack was
/// renamed.
fn is_refused(planned: &Planned) -> bool {
    planned.plan().is_refused() || planned.former_name().is_some()
}

/// Plans, prints the plan, and saves it if `--out` says so.
///
/// The file of `--out` is checked before the account is read, so a wrong path fails at once.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.out.as_deref().map(saved::may_replace).transpose()?;
    on_account(invocation, async |session| {
        arguments.reach.check(session.stack)?;
        let planned = session.plan(arguments.reach.clone().into()).await?;
        if invocation.output.json {
            print_json(session, &planned)?;
        } else {
            print(session, &planned, arguments)?;
        }

        if let Some(path) = arguments.out.as_ref().filter(|_| !is_refused(&planned)) {
            saved::write(&planned.save(), &invocation.images, path)?;
            if !invocation.output.json {
                let (path, program) = (path.display(), &invocation.program);
                invocation.output.note(|w| {
                    writeln!(w, "note: the plan is saved in {path}; `{program} apply {path}` applies it")
                });
            }
        }
        Ok(arguments.exit(&planned))
    })
}

/// Prints the plan as one JSON document: the steps with all their changes, the forecast, and the calls of
/// this command.
fn print_json(session: &Session<'_>, planned: &Planned) -> Result<(), Failure> {
    let (emptied, forecast) = (planned.emptied(), planned.forecast(&Options::default()));
    let report = session.report(planned.observed());
    let former = planned.former_name();
    let document = render::plan::Document::of(planned.plan()).with_emptied(&emptied);
    let document = document.with_former_name(former.as_deref()).with_images(&session.invocation.images);
    session
        .invocation
        .output
        .document(&document.with_forecast(&forecast).with_cost(Monthly::of(planned)).with_report(&report))
}

/// Prints the plan as text to standard output, and everything about the run to standard error.
fn print(session: &Session<'_>, planned: &Planned, arguments: &Arguments) -> Result<(), Failure> {
    let (invocation, plan) = (session.invocation, planned.plan());
    let (output, program) = (&invocation.output, &invocation.program);
    let forecast = planned.forecast(&Options::default());
    let shown = session.shown(planned, Purpose::Converge, Some(&forecast));
    if arguments.markdown {
        output.data(|w| markdown::show(w, &shown, program))?;
    } else {
        let screen = output.screen();
        output.data(|w| render::plan::show(w, screen, &shown, arguments.showing.into()))?;
    }
    if invocation.global.stats {
        output.note(|w| render::report::show(w, &session.report(planned.observed()), true));
        output.note(|w| render::report::forecast(w, &forecast));
    }

    output.complain(|w| render::permission::warning(w, planned, program));
    if plan.is_refused() {
        output.complain(|w| render::plan::refused_hint(w, plan, Purpose::Converge, program));
    } else if !plan.is_empty() {
        output.note(|w| render::report::near(w, &forecast));
    }
    Ok(())
}
