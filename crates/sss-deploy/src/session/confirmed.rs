//! Plans that nobody has to confirm.
//!
//! The library may begin with their first steps while it still reads what the others change. So a signal must not drop
//! such a plan like one that is only read.

use std::sync::atomic::{AtomicBool, Ordering};

use sss_aws::{Options, Planned, Reach};

use super::Session;
use crate::{exit::Exit, failure::Failure, render};

impl Session<'_> {
    /// Plans like [`Session::plan`], and may begin with the first steps once `permit` allows it.
    ///
    /// The first signal ends a plan that only reads. Steps that have begun are asked to end, as those of an apply are;
    /// a second signal drops them.
    ///
    /// # Errors
    ///
    /// As [`Session::plan`].
    pub(crate) async fn plan_confirmed(
        &self,
        reach: Reach,
        options: &Options,
        permit: impl Future<Output = bool>,
    ) -> Result<Planned, Failure> {
        let Some(lock) = &self.lock else { return self.plan(reach).await };
        let may_write = AtomicBool::new(false);
        let permit = async {
            let is_permitted = permit.await;
            may_write.store(is_permitted, Ordering::Relaxed);
            is_permitted
        };

        let mut work = Box::pin(lock.plan_confirmed(self.stack, reach, options.clone(), permit));
        let planned = match self.interruption.or(&mut work).await {
            Ok(planned) => planned,
            Err(interrupted) if !may_write.load(Ordering::Relaxed) => return Err(interrupted),
            Err(_) => {
                options.interrupt.request();
                if !self.invocation.output.json {
                    self.invocation.output.note(render::outcome::interrupting);
                }
                self.interruption.or(work).await?
            }
        };
        let planned = planned.map_err(|error| {
            let is_interrupted = error.is_interrupted();
            let failure = Failure::engine("read the account", &error);
            if is_interrupted { failure.with_exit(Exit::Interrupted) } else { failure }
        })?;
        Ok(self.beside_neighbours(planned))
    }
}
