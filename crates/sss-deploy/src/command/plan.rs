//! `plan`: what would change in the account.

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};
use sss_aws::{Action, Id, Mode, Options, Plan, World};

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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line and independent of the others"
)]
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
    /// Leave log groups that the stack no longer has, with all their events
    #[arg(long)]
    #[serde(default)]
    keep_logs: bool,
    /// Let a stack without services delete what it had; `destroy` deletes the whole stack
    #[arg(long)]
    #[serde(default)]
    pub(crate) allow_empty: bool,
}

impl Reach {
    /// The plan that leads from what a session observes to its stack, and what was observed.
    pub(crate) async fn plan(self, session: &Session<'_>) -> Result<(World, Plan), Failure> {
        let world = if self.verify { session.verify().await? } else { session.observe().await? };
        let world = if self.retry { world.without_attempts() } else { world };
        let world = if self.keep_logs { world.keeping_logs() } else { world };
        let mode = if self.prune { Mode::Prune } else { Mode::Converge };
        session.plan(&session.graph, world, mode).await
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

/// What a stack without services would delete. An empty list of services is most often a mistake: a file that was cut off, a
/// merge that went wrong, a template that found nothing. So `apply` asks for `--allow-empty`, even with `--yes`.
pub(crate) fn emptied<'a>(session: &Session<'_>, plan: &'a Plan) -> Vec<&'a Id> {
    if !session.stack.services.is_empty() {
        return Vec::new();
    }
    let deleted = plan.steps.iter().filter(|step| step.action == Action::Delete && step.with.is_none());
    deleted.map(|step| &step.id).collect()
}

pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    arguments.out.as_deref().map(Saved::may_replace).transpose()?;
    on_account(invocation, async |session| {
        let (world, plan) = arguments.reach.plan(session).await?;
        let output = &invocation.output;
        let forecast = session.forecast(&session.graph, &world, &plan, &Options::default());
        let report = session.report(&world);
        let emptied = if arguments.reach.allow_empty { Vec::new() } else { emptied(session, &plan) };
        if output.json {
            let document = render::plan::Document::of(&plan).with_emptied(&emptied);
            output.document(&document.with_forecast(&forecast).with_report(&report))?;
        } else {
            let place = session.place(&world);
            output.data(|w| render::plan::show(w, &place, &plan, Purpose::Converge))?;
            output.note(|w| render::report::show(w, &report, invocation.global.stats));
            if !emptied.is_empty() {
                output.note(|w| render::plan::show_emptied(w, &emptied, &invocation.program));
            }
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
