//! `plan`: what would change in the account.

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};
use sss_aws::{Mode, Options, Plan, World, plan};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::{self, Purpose},
    saved::Saved,
    session::{Session, on_account},
};

/// How far a plan goes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Args, Serialize, Deserialize)]
#[group(id = "reach", multiple = true)]
pub(crate) struct Reach {
    /// Also remove what an adopted API had before and the stack does not have
    #[arg(long)]
    prune: bool,
    /// Also try again what the last deployment of a service did not bring
    #[arg(long)]
    retry: bool,
    /// Read every revision of a task definition that runs, and trust no hash of it: a call more for each service
    #[arg(long)]
    #[serde(default)]
    verify: bool,
}

impl Reach {
    /// The plan that leads from what a session observes to its stack, and what was observed.
    pub(crate) async fn plan(self, session: &Session<'_>) -> Result<(World, Plan), Failure> {
        let world = if self.verify { session.verify().await? } else { session.observe().await? };
        let world = if self.retry { world.without_attempts() } else { world };
        let mode = if self.prune { Mode::Prune } else { Mode::Converge };
        let plan = plan(&session.graph, &world, mode);
        Ok((world, plan))
    }
}

/// The arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Exit with 2 when there is something to do
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
    arguments.out.as_deref().map(Saved::may_replace).transpose()?;
    on_account(invocation, async |session| {
        let (world, plan) = arguments.reach.plan(session).await?;
        let output = &invocation.output;
        let forecast = session.forecast(&session.graph, &world, &plan, &Options::default());
        let report = session.report(&world);
        if output.json {
            let document = render::plan::Document::of(&plan);
            output.document(&document.with_forecast(&forecast).with_report(&report))?;
        } else {
            let place = session.place(&world);
            output.data(|w| render::plan::show(w, &place, &plan, Purpose::Converge))?;
            output.note(|w| render::report::show(w, &report, invocation.global.stats));
            if plan.is_refused() {
                output.note(|w| render::plan::refused_hint(w, &plan, Purpose::Converge, &invocation.program));
            } else if !plan.is_empty() {
                output.note(|w| render::report::forecast(w, &forecast));
            }
        }
        if let Some(path) = arguments.out.as_ref().filter(|_| !plan.is_refused()) {
            Saved::of(session, &world, &plan, arguments.reach).write(path)?;
            if !output.json {
                let (path, program) = (path.display(), &invocation.program);
                output.note(|w| {
                    writeln!(w, "note: the plan is in {path}; `{program} apply {path}` carries it out")
                });
            }
        }
        Ok(arguments.exit(&plan))
    })
}
