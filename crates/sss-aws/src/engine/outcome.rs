//! How the steps of a plan ended.

use std::{error, fmt};

use serde::Serialize;

use crate::{Action, Error, Id, engine::outputs::Outputs};

/// How each step of a plan ended.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "an outcome may hold failed steps; `into_result` turns them into an error"]
pub struct Outcome {
    /// The steps, in the order of the plan.
    pub steps: Vec<Ended>,
    /// The stack's outputs, as far as they are known: see [`outputs`](crate::outputs).
    pub outputs: Outputs,
}

/// How one step ended.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Ended {
    /// The resource.
    pub id: Id,
    /// What was to be done.
    pub action: Action,
    /// How it ended.
    #[serde(skip)]
    pub result: StepResult,
}

/// How a step ended.
#[derive(Debug)]
pub enum StepResult {
    /// It was done.
    Done,
    /// It was tried and failed.
    Failed(Error),
    /// It was not tried, because this resource's step failed.
    Skipped(Id),
    /// It was left in the middle, because the apply was asked to end.
    Interrupted(Error),
    /// It was not tried, because the apply was asked to end.
    NotStarted,
}

impl Outcome {
    /// Whether every step was done.
    pub fn is_success(&self) -> bool {
        self.steps.iter().all(|step| matches!(step.result, StepResult::Done))
    }

    /// Whether it was asked to end, and ended with something left to do.
    pub fn is_interrupted(&self) -> bool {
        let left = |step: &Ended| matches!(step.result, StepResult::Interrupted(_) | StepResult::NotStarted);
        self.steps.iter().any(left)
    }

    /// The outputs of the stack if every step was done, or else the steps that were not.
    ///
    /// # Errors
    ///
    /// A step failed, was skipped or was interrupted.
    pub fn into_result(self) -> Result<Outputs, Failed> {
        if self.is_success() { Ok(self.outputs) } else { Err(Failed(self)) }
    }

    /// The steps that failed, without those that were skipped because of them.
    pub fn failures(&self) -> impl Iterator<Item = (&Id, &Error)> {
        self.steps.iter().filter_map(|step| match &step.result {
            StepResult::Failed(error) => Some((&step.id, error)),
            _ => None,
        })
    }
}

/// The outcome of an apply that did not do every step.
#[derive(Debug)]
pub struct Failed(Outcome);

impl Failed {
    /// How each step ended.
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
