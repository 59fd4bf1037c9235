//! `plan`: prints the changes that `apply` would make.

use std::path::PathBuf;

use clap::Args;
use sss_aws::{Options, Plan, Planned};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    reach::Reach,
    render::{self, Purpose},
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
    /// Save the plan in FILE, for `apply FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    fn exit(&self, plan: &Plan) -> Exit {
        if plan.is_refused() {
            Exit::Refused
        } else if self.detailed_exitcode && (!plan.is_empty() || plan.is_held()) {
            Exit::Pending
        } else {
            Exit::Done
        }
    }
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.out.as_deref().map(saved::may_replace).transpose()?;
    on_account(invocation, async |session| {
        let planned = session.plan(arguments.reach.into()).await?;
        if invocation.output.json {
            print_json(session, &planned)?;
        } else {
            print(session, &planned)?;
        }

        let plan = planned.plan();
        if let Some(path) = arguments.out.as_ref().filter(|_| !plan.is_refused()) {
            saved::write(&planned.save(), path)?;
            if !invocation.output.json {
                let (path, program) = (path.display(), &invocation.program);
                invocation.output.note(|w| {
                    writeln!(w, "note: the plan is saved in {path}; `{program} apply {path}` applies it")
                });
            }
        }
        Ok(arguments.exit(plan))
    })
}

fn print_json(session: &Session<'_>, planned: &Planned) -> Result<(), Failure> {
    let (emptied, forecast) = (planned.emptied(), planned.forecast(&Options::default()));
    let report = session.report(planned.observed());
    let document = render::plan::Document::of(planned.plan()).with_emptied(&emptied);
    session.invocation.output.document(&document.with_forecast(&forecast).with_report(&report))
}

fn print(session: &Session<'_>, planned: &Planned) -> Result<(), Failure> {
    let (invocation, plan) = (session.invocation, planned.plan());
    let (output, program) = (&invocation.output, &invocation.program);
    let place = session.place(planned.world());
    output.data(|w| render::plan::show(w, &place, plan, Purpose::Converge))?;
    output.note(|w| render::report::show(w, &session.report(planned.observed()), invocation.global.stats));

    if let Err(error) = planned.permitted() {
        output.note(|w| render::plan::show_emptied(w, &error, program));
    }
    if plan.is_refused() {
        output.note(|w| render::plan::refused_hint(w, plan, Purpose::Converge, program));
    } else if !plan.is_empty() {
        output.note(|w| render::report::forecast(w, &planned.forecast(&Options::default())));
    }
    Ok(())
}
