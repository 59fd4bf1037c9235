//! The state of a stack's objects.
//!
//! It combines the objects that an observation found with the plan that `apply` would show. The words of the
//! text:
//!
//! - `managed`: the stack manages the object, and the next plan does not change it.
//! - `drifted`: the stack manages it, and the next plan changes, replaces or deletes it.
//! - `foreign`: somebody else owns the object, or nobody does.
//! - `missing`: the next plan creates it.

use std::io::{self, Write};

use serde::Serialize;
use sss_aws::{Action, Attempt, Id, Ownership, Plan, World};

use super::{
    Place, count,
    palette::{self, BAD, CHANGED, FAINT, GOOD, STRONG},
    plan,
};

/// The state of a stack, which is also the JSON of `status`.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    /// The stack and the account.
    #[serde(flatten)]
    place: Place,
    /// The objects that were found.
    objects: Vec<Object>,
    /// The objects that the stack has and the account does not.
    missing: Vec<Id>,
    /// The differences of existing objects.
    drift: Drift,
    /// The number of objects that have the stack's names and are not managed by it.
    in_the_way: usize,
    /// The number of services that are behind the stack because their last deployment failed.
    held: usize,
}

/// An object that was found.
#[derive(Debug, Serialize)]
struct Object {
    /// The kind and the logical name.
    #[serde(flatten)]
    id: Id,
    /// The name or ARN on AWS.
    physical: String,
    /// The owner by the marks on the object.
    ownership: Ownership,
    /// The status in AWS's words. `None` for kinds without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// The last deployment, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    given_up: Option<GivenUp>,
    /// Whether it differs from the stack, or is not in the stack.
    drifted: bool,
}

/// A last deployment that failed.
#[derive(Debug, Serialize)]
struct GivenUp {
    /// The status in AWS's words, such as `ROLLBACK_SUCCESSFUL`.
    status: String,
    /// The status as words of a sentence, for text output.
    #[serde(skip)]
    ending: String,
    /// The reason in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The revision that the deployment tried.
    wanted: String,
    /// The revision that the service names now.
    running: String,
}

impl GivenUp {
    /// Copies the facts of the engine's record.
    fn of(attempt: &Attempt) -> Self {
        Self {
            status: attempt.status.clone(),
            ending: attempt.ending().to_owned(),
            reason: attempt.reason.clone(),
            wanted: attempt.wanted.clone(),
            running: attempt.running.clone(),
        }
    }
}

/// The changes that a plan makes to existing objects.
#[derive(Debug, Serialize)]
struct Drift {
    /// The number of objects.
    objects: usize,
    /// The number of changed paths of all these objects.
    changes: usize,
}

impl Status {
    /// Combines the objects that were found with the plan for them.
    pub(crate) fn of(place: Place, world: &World, plan: &Plan) -> Self {
        let (missing, drifted): (Vec<_>, Vec<_>) =
            plan.steps.iter().partition(|step| step.action == Action::Create);

        let objects = world.objects().map(|(id, live)| Object {
            id: id.clone(),
            physical: live.physical.clone(),
            ownership: live.ownership.clone(),
            status: live.status.clone(),
            given_up: world.attempt(id).map(GivenUp::of),
            drifted: drifted
                .iter()
                .any(|step| step.id == *id && step.physical.as_ref() == Some(&live.physical)),
        });

        Self {
            place,
            objects: objects.collect(),
            missing: missing.into_iter().map(|step| step.id.clone()).collect(),
            drift: Drift {
                objects: drifted.len(),
                changes: drifted.iter().map(|step| step.changes.len()).sum(),
            },
            in_the_way: plan.refusals.len(),
            held: plan.held.len(),
        }
    }
}

/// Prints a line for each object, and a conclusion.
pub(crate) fn show(w: &mut dyn Write, status: &Status, program: &str) -> io::Result<()> {
    status.place.show(w)?;
    writeln!(w)?;
    for object in &status.objects {
        let (word, style) = match &object.ownership {
            Ownership::Ours if object.drifted => ("drifted", CHANGED),
            Ownership::Ours => ("managed", GOOD),
            Ownership::Unmarked | Ownership::Other(_) | Ownership::Elsewhere(_) => ("foreign", BAD),
        };
        write!(w, "  {style}{word:<7}{style:#}  {}", object.id)?;
        match &object.ownership {
            Ownership::Other(owner) => write!(w, "  {FAINT}managed by the stack {owner}{FAINT:#}")?,
            Ownership::Elsewhere(region) => {
                write!(w, "  {FAINT}managed by the stack of this name in {region}{FAINT:#}")?;
            }
            Ownership::Ours | Ownership::Unmarked => {}
        }
        object.status.iter().try_for_each(|status| write!(w, "  {FAINT}{status}{FAINT:#}"))?;
        writeln!(w)?;
        object.given_up.iter().try_for_each(|last| show_given_up(w, last))?;
    }

    let style = palette::action(Action::Create);
    for id in &status.missing {
        writeln!(w, "  {style}missing{style:#}  {id}")?;
    }

    if !status.objects.is_empty() || !status.missing.is_empty() {
        writeln!(w)?;
    }
    conclusion(w, status, program)
}

/// Prints the last deployment of a service, if it failed.
fn show_given_up(w: &mut dyn Write, last: &GivenUp) -> io::Result<()> {
    let GivenUp { ending, wanted, running, .. } = last;
    writeln!(w, "           tried {wanted}, still running {running}: {BAD}the deployment {ending}{BAD:#}")?;
    last.reason.iter().try_for_each(|reason| writeln!(w, "           reason: {reason}"))
}

/// Prints the number of differences, and the commands that show or retry them.
fn conclusion(w: &mut dyn Write, status: &Status, program: &str) -> io::Result<()> {
    let Status { missing, drift, in_the_way, held, .. } = status;
    if *held > 0 {
        writeln!(w, "{BAD}{}{BAD:#}; retry with `{program} apply --retry`", plan::behind(*held))?;
    }

    if missing.is_empty() && drift.objects == 0 && *in_the_way == 0 {
        return if *held > 0 { Ok(()) } else { writeln!(w, "{STRONG}no drift{STRONG:#}") };
    }

    let (changes, objects) = (count(drift.changes, "change"), count(drift.objects, "object"));
    write!(w, "{STRONG}drift: {changes} in {objects}, {} missing", missing.len())?;
    if *in_the_way > 0 {
        write!(w, ", {in_the_way} not managed by this stack")?;
    }
    writeln!(w, "{STRONG:#}; `{program} plan` prints the changes")
}
