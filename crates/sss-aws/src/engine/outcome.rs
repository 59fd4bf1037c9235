//! The ends of the steps of a plan.
//!
//! An apply has no single result: some steps may be done, others failed or skipped. An [`Outcome`] has the
//! end of each, and [`Outcome::into_result`] makes one `Result` of it.

use std::{error, fmt};

use serde::Serialize;

use crate::{Action, Error, Id, engine::outputs::Outputs};

/// The ends of the steps of a plan.
///
/// ```no_run
/// # fn example(outcome: sss_aws::Outcome) -> Result<(), sss_aws::Failed> {
/// for (id, error) in outcome.failures() {
///     println!("{id}: {error}");
/// }
/// println!("{:?}", outcome.into_result()?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "an outcome may hold failed steps; `into_result` turns them into an error"]
pub struct Outcome {
    /// The steps, in the order of the plan.
    pub steps: Vec<Ended>,
    /// The stack's outputs, as far as they are known; see [`outputs`](crate::outputs).
    pub outputs: Outputs,
    /// The services whose deployments have started and were not waited for, on request ([`Options::no_wait`]). Nobody
    /// knows how these deployments end.
    ///
    /// [`Options::no_wait`]: crate::Options::no_wait
    pub not_verified: Vec<Id>,
}

/// The end of one step.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Ended {
    /// The resource.
    pub id: Id,
    /// The action of the step.
    pub action: Action,
    /// The end.
    #[serde(skip)]
    pub result: StepResult,
}

/// The end of a step.
#[derive(Debug)]
pub enum StepResult {
    /// AWS has finished it.
    Done,
    /// It ran and failed. Its effect may be partial; the next plan shows the rest.
    Failed(Error),
    /// It did not run, because the step of this resource failed.
    Skipped(Id),
    /// It ended in the middle, because the apply was asked to end.
    Interrupted(Error),
    /// It did not run, because the apply was asked to end.
    NotStarted,
}

impl Outcome {
    /// Returns whether every step was done.
    pub fn is_success(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.result, StepResult::Done))
    }

    /// Returns whether the apply was asked to end and left steps undone.
    pub fn is_interrupted(&self) -> bool {
        let left = |step: &Ended| matches!(step.result, StepResult::Interrupted(_) | StepResult::NotStarted);
        self.steps.iter().any(left)
    }

    /// Returns the outputs of the stack if every step was done.
    ///
    /// # Errors
    ///
    /// A step failed, was skipped or was interrupted. The error has the whole outcome.
    pub fn into_result(self) -> Result<Outputs, Failed> {
        if self.is_success() { Ok(self.outputs) } else { Err(Failed(self)) }
    }

    /// Returns the steps that failed with their errors, without those that were skipped because of them.
    pub fn failures(&self) -> impl Iterator<Item = (&Id, &Error)> {
        self.steps.iter().filter_map(|step| match &step.result {
            StepResult::Failed(error) => Some((&step.id, error)),
            _ => None,
        })
    }
}

/// The error of an apply with steps that are not done. Its source is the error of the first failed step.
#[derive(Debug)]
pub struct Failed(Outcome);

impl Failed {
    /// Returns the ends of all steps.
    pub fn outcome(&self) -> &Outcome {
        &self.0
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = self.0.steps.iter().filter(|step| matches!(step.result, StepResult::Done)).count();
        write!(f, "{done} of {} steps were done", self.0.steps.len())?;
        self.0.failures().try_for_each(|(id, error)| write!(f, "; {id} failed: {error}"))
    }
}

impl error::Error for Failed {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        let (_, error) = self.0.failures().next()?;
        Some(error)
    }
}
