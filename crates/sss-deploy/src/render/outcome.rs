//! The end of an apply.
//!
//! A summary counts the steps by result. Then a hint says how to continue, and that depends on what the next
//! plan does with a failed deployment ([`Next`]): it holds it back, waits for it, or tries again.
//!
//! With `--json` an apply is a sequence of lines. The first has the plan (`planned`), the last has the
//! results (`finished`); the events of the library are between them.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    time::Duration,
};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{
    Action, Ended, Error, FailedDeployment, Forecast, Held, Id, Next, Outcome, Outputs, Plan, StepResult,
    causes::Diagnosis, verify::Verification,
};

use sss_model::ImageOverride;

use super::{
    Purpose, count,
    failure::whole,
    palette::{self, BAD, GOOD, HINT},
    plan,
    report::Report,
};
use crate::progress::Running;

/// The words for a deployment that was started and not waited for.
pub(crate) const NOT_VERIFIED: &str = "not verified";

/// The most services that a note names.
const NAMED: usize = 5;

/// The first line of an apply as JSON lines.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "planned")]
pub(crate) struct Start<'a> {
    /// Always 0: the clock of an apply starts after the plan.
    elapsed_ms: u128,
    /// The plan, its forecast, and the objects that an empty stack would delete.
    plan: plan::Document<'a>,
    /// For `adopt`: the plan that follows the adoption, by which the objects become as the stack says.
    #[serde(skip_serializing_if = "Option::is_none")]
    following: Option<plan::Document<'a>>,
    /// For `apply`: the checks that were made before the first write.
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<&'a Verification>,
}

impl<'a> Start<'a> {
    /// Returns the line for a plan.
    pub(crate) fn of(
        plan: &'a Plan,
        forecast: &'a Forecast,
        emptied: &'a [&'a Id],
        images: &[ImageOverride],
    ) -> Self {
        let plan = plan::Document::of(plan).with_forecast(forecast).with_emptied(emptied).with_images(images);
        Self { elapsed_ms: 0, plan, following: None, verification: None }
    }

    /// Adds the plan that follows an adoption.
    pub(crate) fn with_following(self, next: Option<&'a Plan>) -> Self {
        Self { following: next.map(plan::Document::of), ..self }
    }

    /// Adds the checks, if some were made.
    pub(crate) fn with(self, verification: &'a Verification) -> Self {
        Self { verification: Some(verification).filter(|found| !found.checks.is_empty()), ..self }
    }

    /// Adds the former name of the stack.
    pub(crate) fn with_former_name(self, former_name: Option<&'a str>) -> Self {
        Self { plan: self.plan.with_former_name(former_name), ..self }
    }
}

/// The last line of an apply as JSON lines.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "finished")]
pub(crate) struct Finished<'a> {
    /// The milliseconds of the apply. 0 if there was none.
    elapsed_ms: u128,
    /// Whether all steps succeeded and no service is behind the stack.
    success: bool,
    /// The steps and their results.
    steps: Vec<End<'a>>,
    /// The services that the plan did not update, because their last deployments failed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    held: &'a [Held],
    /// The services whose deployments were started and not waited for (`--no-wait`): these are not verified.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_verified: &'a [Id],
    /// The outputs of the stack. Empty unless the apply succeeded.
    outputs: Outputs,
    /// The calls and times. `None` after a refusal, and after an apply that was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
}

/// A step and its result as JSON.
#[derive(Debug, Serialize, JsonSchema)]
struct End<'a> {
    /// The object of the step.
    id: &'a Id,
    /// The action of the step.
    action: Action,
    /// One of `done`, `failed`, `interrupted`, `not_started`, `skipped` and `refused`.
    result: &'static str,
    /// The cause of a failed step, where a text of AWS shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Diagnosis>,
    /// The message of a step that failed or was interrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// An action that helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The failed step for which this one was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a Id>,
    /// The failed deployment of a service, with its stopped tasks.
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<&'a FailedDeployment>,
}

impl<'a> Finished<'a> {
    /// Returns the line after an apply, or after an empty plan. `program` is the name in the commands of hints.
    pub(crate) fn of(
        elapsed: Duration,
        plan: &'a Plan,
        outcome: Option<&'a Outcome>,
        outputs: &Outputs,
        report: Report,
        program: &str,
    ) -> Self {
        let steps = outcome.map_or(&[][..], |outcome| &outcome.steps);
        Self {
            elapsed_ms: elapsed.as_millis(),
            success: outcome.is_none_or(Outcome::is_success) && !plan.is_held(),
            steps: steps.iter().map(|ended| End::of(ended, program)).collect(),
            held: &plan.held,
            not_verified: outcome.map_or(&[], |outcome| &outcome.not_verified),
            outputs: outputs.clone(),
            report: Some(report),
        }
    }

    /// Returns the line after a refused plan.
    pub(crate) fn refused(plan: &'a Plan) -> Self {
        let steps = plan.steps.iter().map(|step| End::without_result(&step.id, step.action, "refused"));
        Self::unsuccessful(Duration::ZERO, steps)
    }

    /// Returns the line after an interruption, with the steps that were running.
    pub(crate) fn interrupted(elapsed: Duration, running: &'a [Running]) -> Self {
        let steps = running.iter().map(|step| End::without_result(&step.id, step.action, "interrupted"));
        Self::unsuccessful(elapsed, steps)
    }

    /// Returns a line without outputs and report.
    fn unsuccessful(elapsed: Duration, steps: impl Iterator<Item = End<'a>>) -> Self {
        Self {
            elapsed_ms: elapsed.as_millis(),
            success: false,
            steps: steps.collect(),
            held: &[],
            not_verified: &[],
            outputs: Outputs::new(),
            report: None,
        }
    }
}

impl<'a> End<'a> {
    /// Returns a step with its result.
    fn of(ended: &'a Ended, program: &str) -> Self {
        let hint = |error: &Error| error.hint().map(|hint| whole(hint, program));
        let end = |result| Self::without_result(&ended.id, ended.action, result);
        match &ended.result {
            StepResult::Done => end("done"),
            StepResult::Failed(error) => Self {
                cause: error.cause(),
                error: Some(error.to_string()),
                hint: hint(error),
                deployment: error.deployment(),
                ..end("failed")
            },
            StepResult::Interrupted(error) => {
                Self { error: Some(error.to_string()), hint: hint(error), ..end("interrupted") }
            }
            StepResult::NotStarted => end("not_started"),
            StepResult::Skipped(because) => Self { because: Some(because), ..end("skipped") },
        }
    }

    /// Returns a step with the name of its result and no details.
    fn without_result(id: &'a Id, action: Action, result: &'static str) -> Self {
        Self { id, action, result, cause: None, error: None, hint: None, because: None, deployment: None }
    }
}

/// Returns the question before an apply. A destroy asks for the name of the stack.
pub(crate) fn question(plan: &Plan, purpose: Purpose) -> String {
    let steps = count(plan.steps.len(), "step");
    match purpose {
        Purpose::Converge => format!("apply this plan of {steps}? [y/N]"),
        Purpose::Adopt => format!("adopt these objects in {steps}? [y/N]"),
        Purpose::Release => format!("release these objects in {steps}? [y/N]"),
        Purpose::Destroy => format!("type the name of the stack ({}) to delete it in {steps}:", plan.stack),
    }
}

/// Prints the number of steps by result, and how to continue.
///
/// `program` is the name that hints print in front of commands.
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
        not_verified(w, &outcome.not_verified, program)?;
        if purpose == Purpose::Adopt {
            writeln!(w, "{HINT}hint:{HINT:#} `{program} plan` prints how they differ from the stack")?;
        }
        return Ok(());
    }

    if outcome.is_interrupted() {
        return interrupted(w, outcome, (done, failed), elapsed, program, purpose);
    }

    let skipped = outcome.steps.len() - done - failed;
    writeln!(
        w,
        "{BAD}error:{BAD:#} failed to {purpose}: {done} done, {failed} failed, {skipped} skipped after {seconds:.1}s"
    )?;

    let next: BTreeSet<Next> =
        outcome.failures().filter_map(|(_, error)| Some(error.deployment()?.next)).collect();
    if !next.is_empty() {
        return next.into_iter().try_for_each(|next| after(w, next, program, purpose));
    }
    writeln!(w, "{HINT}hint:{HINT:#} nothing was rolled back; run `{program} {purpose}` again to continue")
}

/// Prints the deployments that were started and not waited for, and how to wait for them.
fn not_verified(w: &mut dyn Write, services: &[Id], program: &str) -> io::Result<()> {
    let named: Vec<&str> = services.iter().take(NAMED).map(|id| id.name.as_str()).collect();
    let (Some(_), more) = (named.first(), services.len() - named.len()) else { return Ok(()) };
    let (subject, verb) = if services.len() == 1 { ("deployment", "is") } else { ("deployments", "are") };
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    writeln!(w, "{HINT}note:{HINT:#} the {subject} of {}{more} {verb} {NOT_VERIFIED}", named.join(", "))?;
    writeln!(w, "{HINT}hint:{HINT:#} `{program} wait` waits until deployments have succeeded")
}

/// Prints how to continue after a failed deployment, by what the next plan does with it.
fn after(w: &mut dyn Write, next: Next, program: &str, purpose: Purpose) -> io::Result<()> {
    write!(w, "{HINT}hint:{HINT:#} ")?;
    match next {
        Next::Held => writeln!(
            w,
            "change the stack and run `{program} {purpose}`, or retry with `{program} {purpose} --retry`"
        ),
        Next::Awaited => {
            writeln!(w, "`{program} {purpose}` waits for the running deployment; a changed stack replaces it")
        }
        Next::Nothing => {
            writeln!(w, "ECS keeps trying; `{program} status` prints the number of running tasks")
        }
        _ => writeln!(w, "`{program} plan` prints the remaining changes"),
    }
}

/// Prints that an apply is ending after a first interruption.
pub(crate) fn interrupting(w: &mut dyn Write) -> io::Result<()> {
    writeln!(w, "interrupting: no further step starts; interrupt again to stop at once")
}

/// Prints how far an interrupted apply came, and how to continue.
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
        "{BAD}interrupted:{BAD:#} {done} done, {failed}{left} left unfinished, {not_started} not started after {:.1}s",
        elapsed.as_secs_f64()
    )?;

    let is_held = |step: &Ended| match &step.result {
        StepResult::Interrupted(error) => error.deployment().is_some_and(|found| found.next == Next::Held),
        _ => false,
    };
    if outcome.steps.iter().any(is_held) {
        return after(w, Next::Held, program, purpose);
    }
    writeln!(w, "{HINT}hint:{HINT:#} run `{program} {purpose}` again to continue")
}

/// Prints that services are behind the stack because their last deployments failed.
pub(crate) fn held(w: &mut dyn Write, plan: &Plan, purpose: Purpose, program: &str) -> io::Result<()> {
    let behind = plan::behind(plan.held.len());
    writeln!(w, "{BAD}error:{BAD:#} failed to {purpose}: {behind}")?;
    writeln!(w, "{HINT}hint:{HINT:#} retry with `{program} {purpose} --retry`, or change the stack")
}

/// Prints the steps that an interruption left unfinished.
pub(crate) fn running(w: &mut dyn Write, running: &[Running]) -> io::Result<()> {
    for step in running {
        let style = palette::action(step.action);
        let (sign, seconds) = (step.action.sign(), step.since.elapsed().as_secs_f64());
        writeln!(w, "was running for {seconds:.1}s: {style}{sign}{style:#} {}", step.id)?;
    }
    writeln!(w, "{HINT}hint:{HINT:#} AWS may still work on these steps; run the command again to continue")
}
