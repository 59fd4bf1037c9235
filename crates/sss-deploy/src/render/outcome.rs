//! How an apply ended.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    time::Duration,
};

use serde::Serialize;
use sss_aws::{Action, Ended, FailedDeployment, Forecast, Held, Id, Next, Outcome, Plan, StepResult};

use super::{
    Purpose, count,
    palette::{self, BAD, GOOD, HINT},
    plan,
    report::Report,
};
use crate::{execution::Outputs, progress::Running};

/// The first line of an apply as JSON lines.
#[derive(Debug, Serialize)]
pub(crate) struct Planned<'a> {
    event: &'static str,
    elapsed_ms: u128,
    plan: plan::Document<'a>,
}

impl<'a> Planned<'a> {
    pub(crate) fn of(plan: &'a Plan, forecast: &'a Forecast, emptied: &'a [&'a Id]) -> Self {
        let plan = plan::Document::of(plan).with_forecast(forecast).with_emptied(emptied);
        Self { event: "planned", elapsed_ms: 0, plan }
    }
}

/// The last line of an apply as JSON lines.
#[derive(Debug, Serialize)]
pub(crate) struct Finished<'a> {
    event: &'static str,
    elapsed_ms: u128,
    success: bool,
    steps: Vec<End<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    held: &'a [Held],
    outputs: Outputs,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
}

#[derive(Debug, Serialize)]
struct End<'a> {
    #[serde(flatten)]
    id: &'a Id,
    action: Action,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<&'a FailedDeployment>,
}

impl<'a> Finished<'a> {
    /// After an apply of a plan, or after nothing when there was nothing to do.
    pub(crate) fn of(
        elapsed: Duration,
        plan: &'a Plan,
        outcome: Option<&'a Outcome>,
        outputs: &Outputs,
        report: Report,
    ) -> Self {
        let steps = outcome.map_or(&[][..], |outcome| &outcome.steps);
        Self {
            event: "finished",
            elapsed_ms: elapsed.as_millis(),
            success: outcome.is_none_or(Outcome::is_success) && !plan.is_held(),
            steps: steps.iter().map(End::of).collect(),
            held: &plan.held,
            outputs: outputs.clone(),
            report: Some(report),
        }
    }

    /// After a plan that was refused.
    pub(crate) fn refused(plan: &'a Plan) -> Self {
        let steps = plan.steps.iter().map(|step| End::without_result(&step.id, step.action, "refused"));
        Self::unsuccessful(Duration::ZERO, steps)
    }

    /// After an interruption: the steps that were running.
    pub(crate) fn interrupted(elapsed: Duration, running: &'a [Running]) -> Self {
        let steps = running.iter().map(|step| End::without_result(&step.id, step.action, "interrupted"));
        Self::unsuccessful(elapsed, steps)
    }

    fn unsuccessful(elapsed: Duration, steps: impl Iterator<Item = End<'a>>) -> Self {
        Self {
            event: "finished",
            elapsed_ms: elapsed.as_millis(),
            success: false,
            steps: steps.collect(),
            held: &[],
            outputs: Outputs::new(),
            report: None,
        }
    }
}

impl<'a> End<'a> {
    fn of(ended: &'a Ended) -> Self {
        let end = |result| Self::without_result(&ended.id, ended.action, result);
        match &ended.result {
            StepResult::Done => end("done"),
            StepResult::Failed(error) => Self {
                error: Some(error.to_string()),
                hint: error.hint(),
                deployment: error.deployment(),
                ..end("failed")
            },
            StepResult::Interrupted(error) => {
                Self { error: Some(error.to_string()), hint: error.hint(), ..end("interrupted") }
            }
            StepResult::NotStarted => end("not_started"),
            StepResult::Skipped(because) => Self { because: Some(because), ..end("skipped") },
        }
    }

    fn without_result(id: &'a Id, action: Action, result: &'static str) -> Self {
        Self { id, action, result, error: None, hint: None, because: None, deployment: None }
    }
}

/// What is asked before a plan is carried out.
pub(crate) fn question(plan: &Plan, purpose: Purpose) -> String {
    let steps = count(plan.steps.len(), "step");
    match purpose {
        Purpose::Converge => format!("apply this plan of {steps}? [y/N]"),
        Purpose::Adopt => format!("adopt these objects in {steps}? [y/N]"),
        Purpose::Destroy => format!("type the stack's name, {}, to destroy it in {steps}:", plan.stack),
    }
}

/// How many steps ended how, and how to go on.
pub(crate) fn summary(
    w: &mut dyn Write,
    outcome: &Outcome,
    purpose: Purpose,
    elapsed: Duration,
    program: &str,
) -> io::Result<()> {
    let failed = outcome.failures().count();
    let done = outcome.steps.iter().filter(|step| matches!(step.result, StepResult::Done)).count();
    let seconds = elapsed.as_secs_f64();
    if outcome.is_success() {
        let steps = count(done, "step");
        writeln!(w, "{GOOD}{purpose}:{GOOD:#} {steps} done in {seconds:.1}s")?;
        if purpose == Purpose::Adopt {
            writeln!(w, "{HINT}hint:{HINT:#} `{program} plan` shows how they differ from the stack")?;
        }
        return Ok(());
    }
    if outcome.is_interrupted() {
        return interrupted(w, outcome, (done, failed), elapsed, program, purpose);
    }
    let skipped = outcome.steps.len() - done - failed;
    writeln!(
        w,
        "{BAD}error:{BAD:#} failed to {purpose}: {done} done, {failed} failed, {skipped} skipped in {seconds:.1}s"
    )?;
    let next: BTreeSet<Next> =
        outcome.failures().filter_map(|(_, error)| Some(error.deployment()?.next)).collect();
    if !next.is_empty() {
        return next.into_iter().try_for_each(|next| after(w, next, program, purpose));
    }
    writeln!(w, "{HINT}hint:{HINT:#} nothing was rolled back: `{program} {purpose}` goes on from here")
}

/// How to go on after a deployment that did not come to run, by what the next plan does about it.
fn after(w: &mut dyn Write, next: Next, program: &str, purpose: Purpose) -> io::Result<()> {
    write!(w, "{HINT}hint:{HINT:#} ")?;
    match next {
        Next::Held => writeln!(
            w,
            "change the stack and `{program} {purpose}`; `{program} {purpose} --retry` tries the same again"
        ),
        Next::Awaited => writeln!(
            w,
            "`{program} {purpose}` waits for the deployment that is under way; a changed stack replaces it"
        ),
        Next::Nothing => writeln!(w, "ECS keeps trying; `{program} status` shows how many tasks run"),
        _ => writeln!(w, "`{program} plan` shows what is left to do"),
    }
}

/// That an apply was asked to end, and goes on to do so.
pub(crate) fn interrupting(w: &mut dyn Write) -> io::Result<()> {
    writeln!(w, "interrupting: no step starts any more; interrupt again to end at once")
}

/// How far an apply came that was asked to end.
fn interrupted(
    w: &mut dyn Write,
    outcome: &Outcome,
    (done, failed): (usize, usize),
    elapsed: Duration,
    program: &str,
    purpose: Purpose,
) -> io::Result<()> {
    let is_left = |step: &&Ended| matches!(step.result, StepResult::Interrupted(_));
    let left = outcome.steps.iter().filter(is_left).count();
    let not_started = outcome.steps.len() - done - failed - left;
    let failed = if failed == 0 { String::new() } else { format!("{failed} failed, ") };
    writeln!(
        w,
        "{BAD}interrupted:{BAD:#} {done} done, {failed}{left} left in the middle, {not_started} not started in {:.1}s",
        elapsed.as_secs_f64()
    )?;
    let is_held = |step: &Ended| match &step.result {
        StepResult::Interrupted(error) => error.deployment().is_some_and(|found| found.next == Next::Held),
        _ => false,
    };
    if outcome.steps.iter().any(is_held) {
        return after(w, Next::Held, program, purpose);
    }
    writeln!(w, "{HINT}hint:{HINT:#} `{program} {purpose}` goes on from here")
}

/// What is not as the stack says, because it was tried and given up.
pub(crate) fn held(w: &mut dyn Write, plan: &Plan, purpose: Purpose, program: &str) -> io::Result<()> {
    let services = count(plan.held.len(), "service");
    let verb = if plan.held.len() == 1 { "does" } else { "do" };
    writeln!(w, "{BAD}error:{BAD:#} failed to {purpose}: {services} {verb} not run what the stack says")?;
    writeln!(
        w,
        "{HINT}hint:{HINT:#} change the stack, or try the same again with `{program} {purpose} --retry`"
    )
}

/// The steps that an interruption left in the middle.
pub(crate) fn running(w: &mut dyn Write, running: &[Running]) -> io::Result<()> {
    for step in running {
        let style = palette::action(step.action);
        let (sign, seconds) = (step.action.sign(), step.since.elapsed().as_secs_f64());
        writeln!(w, "was running for {seconds:.1}s: {style}{sign}{style:#} {}", step.id)?;
    }
    writeln!(w, "{HINT}hint:{HINT:#} AWS may still be at work on these; run it again to go on")
}
