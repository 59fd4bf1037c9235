//! Plans that nobody has to confirm, and that begin before they are complete.
//!
//! The observation leaves revisions that a plan needs only to show what changes. If the plan of that world is empty, each
//! further step concerns one of these revisions and the service that runs it. So the steps of those that were read
//! can begin while the others are read: no later answer refuses them or puts another step before them.

use sss_model::Stack;

use super::{Deployer, Goal, Observed, Planned, Reach};
use crate::{Error, Interrupt, Options, Plan, Result, engine::apply::Ahead};

/// The number of objects that are read first. One call looks for the earlier revisions of as many.
///
/// Each further part has twice as many, so that planning anew after each part takes linear time.
const FIRST: usize = 20;

impl Deployer {
    /// Plans, and begins with the first steps if no other step exists and the caller permits it.
    pub(super) async fn plan_confirmed(
        &self,
        stack: &Stack,
        reach: Reach,
        options: Options,
        permit: impl Future<Output = bool>,
    ) -> Result<Planned> {
        if reach.goal != Goal::Converge || reach.reread || !reach.only.is_empty() {
            return self.plan_for(stack, reach).await;
        }
        let mut observed = self.read_leaving(stack, &reach).await?;
        if !can_begin(&observed, &reach) {
            self.read_left(&mut observed, &reach, usize::MAX).await?;
            return Box::pin(self.planned(observed, reach)).await;
        }

        let (read, is_permitted) = tokio::join!(self.read_left(&mut observed, &reach, FIRST), permit);
        read?;
        if !is_permitted {
            self.read_left(&mut observed, &reach, usize::MAX).await?;
            return Box::pin(self.planned(observed, reach)).await;
        }

        let interrupt = options.interrupt.clone();
        let mut ahead = Ahead::new(&self.aws, &observed.graph, &observed.world, options);
        match self.begin(&mut ahead, &mut observed, &reach, &interrupt).await {
            Ok(plan) => Ok(Planned::new(self, observed, reach, plan).begun(ahead)),
            Err(error) => {
                interrupt.request();
                ahead.abandon(&self.events).await;
                Err(error)
            }
        }
    }

    /// Begins the steps of what was read, reads the next part meanwhile, and returns the plan of all parts.
    async fn begin(
        &self,
        ahead: &mut Ahead,
        observed: &mut Observed,
        reach: &Reach,
        interrupt: &Interrupt,
    ) -> Result<Plan> {
        let mut most = FIRST;
        loop {
            let plan = observed.plan(reach.goal);
            ahead.begin(&observed.world, &plan);
            if observed.world.unread().next().is_none() {
                return Ok(plan);
            }

            most *= 2;
            let read = ahead.beside(self.read_left(observed, reach, most));
            tokio::select! {
                biased;
                () = interrupt.requested() => return Err(Error::interrupted(
                    "the rest of the plan",
                    "some services may be deployed already; the next plan shows what is left",
                )),
                read = read => read?,
            }
        }
    }
}

/// Returns whether steps may begin while the rest is read: what was left needs more than one part, and without it the
/// account is as the stack says.
fn can_begin(observed: &Observed, reach: &Reach) -> bool {
    let is_large = observed.world.unread().nth(FIRST).is_some();
    is_large && {
        let plan = observed.plan(reach.goal);
        plan.is_empty() && !plan.is_refused() && !plan.is_held()
    }
}
