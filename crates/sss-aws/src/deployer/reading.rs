//! The readings of an account, by the reach of a plan.

use std::sync::Arc;

use sss_model::Stack;

use super::{Deployer, Goal, Observed, Reach};
use crate::{
    Error, Graph, Result, World, lower,
    lower::housed,
    lower_only, observe,
    observe::{observe_leaving, read_left},
    reread,
};

impl Deployer {
    /// Reads the account with the graph of the whole stack, and applies the options that change the world.
    pub(super) async fn read(&self, stack: &Stack, reach: &Reach) -> Result<Observed> {
        let graph = match reach.only.is_empty() {
            true => lower(stack).map_err(Error::invalid)?,
            false if reach.goal == Goal::Converge => lower_only(stack, &reach.only)?,
            false => {
                return Err(Error::declined("only a plan of changes can be about some services of a stack"));
            }
        };
        let world =
            if reach.reread { reread(&self.aws, &graph).await? } else { observe(&self.aws, &graph).await? };

        // The load balancers at which services live are known only now. A plan of some services has none of them.
        let graph = if reach.only.is_empty() { housed(stack, graph, &world) } else { graph };
        Ok(observed(stack, reach, graph, world))
    }

    /// Reads the account of a whole stack, and leaves objects that a plan needs only to show what changes.
    pub(super) async fn read_leaving(&self, stack: &Stack, reach: &Reach) -> Result<Observed> {
        let graph = lower(stack).map_err(Error::invalid)?;
        let world = observe_leaving(&self.aws, &graph).await?;
        let graph = housed(stack, graph, &world);
        Ok(observed(stack, reach, graph, world))
    }

    /// Reads at most this number of the objects that were left.
    pub(super) async fn read_left(&self, observed: &mut Observed, reach: &Reach, most: usize) -> Result<()> {
        let graph = Arc::clone(&observed.graph);
        read_left(&self.aws, &graph, &mut observed.world, most).await?;
        if reach.retry {
            observed.world.forget_attempts();
        }
        Ok(())
    }
}

/// Returns a reading with the options that change the world.
///
/// Without attempts, the plan retries deployments that failed. With kept logs, it leaves log groups alone.
fn observed(stack: &Stack, reach: &Reach, graph: Graph, world: World) -> Observed {
    let world = if reach.retry { world.without_attempts() } else { world };
    let world = if reach.keep_logs { world.keeping_logs() } else { world };
    Observed { stack: stack.clone(), graph: Arc::new(graph), world }
}
