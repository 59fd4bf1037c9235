//! A plan with all that it was made from.

use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer};
use sss_model::Stack;

use super::{Deployer, Reach, during};
use crate::{
    Error, Forecast, Graph, Lease, Options, Outcome, Outputs, Plan, Result, World, apply, forecast, outputs,
};

/// A plan, with the graph and the world that it was made from.
///
/// It prints itself, and it serialises as its [`Plan`].
#[derive(Debug)]
#[must_use = "a plan does nothing until it is applied"]
pub struct Planned {
    pub(super) deployer: Deployer,
    pub(super) stack: Stack,
    pub(super) reach: Reach,
    pub(super) graph: Graph,
    pub(super) world: World,
    pub(super) plan: Plan,
    /// The lock that was held while the plan was made.
    pub(super) lock: Option<Arc<Option<Lease>>>,
}

impl Planned {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The account as it was read.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The graph that the plan leads to; empty for a destroy.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    /// The outputs of the stack that the account tells now.
    pub fn outputs(&self) -> Outputs {
        outputs(&self.graph, &self.world)
    }

    /// The calls and the time that the plan takes at least.
    pub fn forecast(&self, options: &Options) -> Forecast {
        forecast(&self.graph, &self.world, &self.plan, options, &self.deployer.rates)
    }

    /// Carries the plan out and returns how each step ended.
    ///
    /// A plan that was made under a [`Lock`](super::Lock) is carried out as it is. For any other plan this takes the lock,
    /// reads the account again and continues only if the plan is still the same.
    ///
    /// Dropping the future stops the work between two calls or during one; the next run continues from there. To end it
    /// in an orderly way, use [`Options::interrupt`].
    ///
    /// # Guarantees
    ///
    /// As [`apply`](crate::apply()).
    ///
    /// # Errors
    ///
    /// The lock is held by another run or was lost, the account could not be read, or the account has changed since the
    /// plan was made ([`Error::is_stale`]). Steps that fail are no error of this call: see [`Outcome::into_result`].
    pub async fn apply(&self, options: Options) -> Result<Outcome> {
        if let Some(lease) = &self.lock {
            return during(lease.as_ref().as_ref(), Box::pin(self.carry_out(options))).await;
        }
        let lock = self.deployer.lock(&self.stack, &|_| {}).await?;
        let result = Box::pin(async {
            let now = lock.plan(&self.stack, self.reach).await?;
            if now.plan != self.plan {
                return Err(Error::stale(&self.plan.stack));
            }
            lock.during(now.carry_out(options)).await
        })
        .await;
        lock.release().await?;
        result
    }

    async fn carry_out(&self, options: Options) -> Outcome {
        let Deployer { aws, events, .. } = &self.deployer;
        apply(aws, &self.graph, &self.world, &self.plan, options, events.clone()).await
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.plan, f)
    }
}

impl Serialize for Planned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.plan.serialize(serializer)
    }
}
