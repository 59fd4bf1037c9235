//! The front door of the library: plans and applies whole stacks, and holds the stack's lock while it writes.

mod planned;

use std::{fmt, sync::Arc};

use aws_types::SdkConfig;
use sss_model::Stack;

pub use self::planned::Planned;
use crate::{
    Aws, Claim, Error, Event, Events, Graph, Holder, Lease, Mode, Rates, Result, dependents, lower, observe,
    plan, verify,
};

/// Plans and applies service stacks on one account in one region.
///
/// A plan is a value: look at it, print it, store it, and apply it or not.
///
/// ```no_run
/// use sss_aws::{Deployer, Options};
///
/// # async fn deploy(
/// #     config: &aws_types::SdkConfig,
/// #     stack: &sss_model::Stack,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// let deployer = Deployer::new(config);
///
/// let planned = deployer.plan(stack).await?;
/// print!("{planned}");
/// let outputs = planned.apply(Options::default()).await?.into_result()?;
/// println!("the cluster is {}", outputs["ecs_cluster_arn"]);
///
/// assert!(deployer.plan(stack).await?.is_empty());
/// # Ok(())
/// # }
/// ```
///
/// # Guarantees
///
/// - Planning only reads. Only [`Planned::apply`] writes, and it holds the stack's lock while it does.
/// - Objects that the stack does not manage are neither changed nor deleted.
///
/// # Assumptions
///
/// - The configuration is for the region of the stack.
/// - All programs that write to the stack take its lock.
#[derive(Clone)]
pub struct Deployer {
    aws: Aws,
    rates: Rates,
    holder: String,
    locks: bool,
    events: Events,
}

/// The purpose of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Goal {
    /// Change the account to what the stack says.
    #[default]
    Converge,
    /// The same, and delete the parts of an adopted API that the stack does not have.
    Prune,
    /// Mark objects that have the stack's names and no owner as managed by the stack. Nothing else changes.
    Adopt,
    /// Delete all objects of the stack.
    Destroy,
}

impl Goal {
    fn mode(self) -> Mode {
        match self {
            Self::Converge | Self::Destroy => Mode::Converge,
            Self::Prune => Mode::Prune,
            Self::Adopt => Mode::Adopt,
        }
    }
}

/// The purpose of a plan, and how it reads the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reach {
    /// The purpose.
    pub goal: Goal,
    /// Whether deployments that failed or were rolled back are tried again.
    pub retry: bool,
    /// Whether task definitions are read instead of trusting their hash. This costs one call for each service.
    pub verify: bool,
    /// Whether log groups that the stack no longer has stay, with all their events.
    pub keep_logs: bool,
}

impl Reach {
    /// A plan for this purpose.
    pub const fn of(goal: Goal) -> Self {
        Self { goal, retry: false, verify: false, keep_logs: false }
    }

    /// Sets [`Reach::retry`].
    #[must_use]
    pub const fn retry(self, retry: bool) -> Self {
        Self { retry, ..self }
    }

    /// Sets [`Reach::verify`].
    #[must_use]
    pub const fn verify(self, verify: bool) -> Self {
        Self { verify, ..self }
    }

    /// Sets [`Reach::keep_logs`].
    #[must_use]
    pub const fn keep_logs(self, keep_logs: bool) -> Self {
        Self { keep_logs, ..self }
    }
}

impl Deployer {
    /// A deployer on the account of this configuration.
    pub fn new(config: &SdkConfig) -> Self {
        Self::with_rates(config, &Rates::default())
    }

    /// A deployer that calls AWS at most at these rates.
    pub fn with_rates(config: &SdkConfig, rates: &Rates) -> Self {
        Self {
            aws: Aws::with_rates(config, rates),
            rates: rates.clone(),
            holder: "sss".to_owned(),
            locks: true,
            events: Arc::new(|_| {}),
        }
    }

    /// Sets the receiver of the events of every apply. By default nobody receives them.
    #[must_use]
    pub fn events(mut self, events: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.events = Arc::new(events);
        self
    }

    /// Sets the name that other runs see while this one holds the stack's lock. People read it.
    #[must_use]
    pub fn holder(mut self, holder: impl Into<String>) -> Self {
        self.holder = holder.into();
        self
    }

    /// Writes without the stack's lock. The caller ensures that nobody else writes to the stack.
    #[must_use]
    pub fn without_lock(mut self) -> Self {
        self.locks = false;
        self
    }

    /// The clients, for the functions below this front door and for statistics.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Plans the changes that make the account as the stack says.
    ///
    /// # Errors
    ///
    /// The stack is invalid, or a read failed. A failed read is never taken for an absent object.
    pub async fn plan(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Converge)).await
    }

    /// Plans the removal of all objects of the stack.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    pub async fn destroy(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Destroy)).await
    }

    /// Plans to mark objects that have the stack's names and no owner as managed by the stack.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    pub async fn adopt(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Adopt)).await
    }

    /// Plans like [`Deployer::plan`], and reads task definitions instead of trusting their hash.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    pub async fn verify(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::default().verify(true)).await
    }

    /// Plans for any purpose.
    ///
    /// A plan that removes something is made twice: in between, this looks for objects of others that use what it removes.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    pub async fn plan_for(&self, stack: &Stack, reach: Reach) -> Result<Planned> {
        let whole = lower(stack).map_err(Error::invalid)?;
        let world =
            if reach.verify { verify(&self.aws, &whole).await? } else { observe(&self.aws, &whole).await? };
        let world = if reach.retry { world.without_attempts() } else { world };
        let world = if reach.keep_logs { world.keeping_logs() } else { world };

        // The world is read with the whole graph, so that objects without tags are found by name.
        let graph = if reach.goal == Goal::Destroy { Graph::empty(&stack.name) } else { whole };
        let mode = reach.goal.mode();
        let first = plan(&graph, &world, mode);
        let (world, plan) = if first.removes() {
            let world = dependents(&self.aws, world, &first).await?;
            let plan = plan(&graph, &world, mode);
            (world, plan)
        } else {
            (world, first)
        };
        Ok(Planned { deployer: self.clone(), stack: stack.clone(), reach, graph, world, plan, lock: None })
    }

    /// Takes the lock of a stack, so that a plan stays true until it is applied. `waiting` is called once if another run
    /// may hold the lock: this call then returns within 20 seconds if that run is alive, and within 80 if it is not.
    ///
    /// # Errors
    ///
    /// Another run holds the lock ([`Error::is_locked`]), or a call failed or was denied.
    pub async fn lock(&self, stack: &Stack, waiting: &(dyn Fn(&Holder) + Sync)) -> Result<Lock> {
        let lease = if self.locks {
            match Lease::acquire(&self.aws, &stack.name, &self.holder, waiting).await? {
                Claim::Ours(lease) => Some(lease),
                Claim::Theirs(holder) => return Err(Error::locked(&holder.holder, &holder.ends)),
            }
        } else {
            None
        };
        Ok(Lock { deployer: self.clone(), lease: Arc::new(lease) })
    }
}

impl fmt::Debug for Deployer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deployer")
            .field("holder", &self.holder)
            .field("locks", &self.locks)
            .finish_non_exhaustive()
    }
}

/// The lock of a stack. Release it with [`Lock::release`]; a lock that is dropped ends after a minute.
#[derive(Debug)]
pub struct Lock {
    deployer: Deployer,
    lease: Arc<Option<Lease>>,
}

impl Lock {
    /// Plans for any purpose. [`Planned::apply`] then carries out this very plan.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`]; and the lock was lost.
    pub async fn plan(&self, stack: &Stack, reach: Reach) -> Result<Planned> {
        let planned = self.during(self.deployer.plan_for(stack, reach)).await??;
        Ok(Planned { lock: Some(self.lease.clone()), ..planned })
    }

    /// Does work and renews the lock meanwhile.
    ///
    /// # Errors
    ///
    /// The lock was lost; the work is dropped then.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        during(self.lease.as_ref().as_ref(), work).await
    }

    /// Whether there is a lease behind the lock; not so for a deployer without locks.
    pub fn is_held(&self) -> bool {
        self.lease.is_some()
    }

    /// Gives the lock back.
    ///
    /// # Errors
    ///
    /// The call failed. The lock then ends by itself after a minute.
    pub async fn release(&self) -> Result<()> {
        match &*self.lease {
            Some(lease) => lease.release().await,
            None => Ok(()),
        }
    }
}

async fn during<T>(lease: Option<&Lease>, work: impl Future<Output = T>) -> Result<T> {
    let Some(lease) = lease else { return Ok(work.await) };
    tokio::select! {
        done = work => Ok(done),
        error = lease.lost() => Err(error),
    }
}
