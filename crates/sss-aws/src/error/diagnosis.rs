//! The cause of an error in the catalogue of causes.

use super::{Cause, Error};
use crate::causes::{Diagnosis, Evidence, caused, patterns::Place};

impl Error {
    /// Returns the cause of the failure, with the texts of AWS that show it.
    ///
    /// It is that of a failed deployment, or the one that the answer of AWS shows. `None` if no text is known.
    pub fn cause(&self) -> Option<Diagnosis> {
        if let Some(known) = &self.0.diagnosis {
            return Some(known.clone());
        }
        if let Some(deployment) = self.deployment() {
            return deployment.cause.clone();
        }
        let Cause::Refused { operation, .. } = &self.0.cause else { return None };
        let (object, field, value) = (String::new(), "message", self.answer());
        caused(&[Place::Reason], Evidence { operation, object, field, value })
    }

    /// Sets the cause. Its first fix is the hint.
    pub(crate) fn with_cause(mut self, diagnosis: Diagnosis) -> Self {
        self.0.hint = diagnosis.fix.first().map(|fix| (*fix).to_owned());
        self.0.diagnosis = Some(diagnosis);
        self
    }
}
