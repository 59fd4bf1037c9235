//! The front door of the library: plans and applies whole stacks, and holds the stack's lock while it writes.
//!
//! A plan belongs to the graph and the world from which it was made. A destroy reads the account with the
//! graph of the whole stack and plans with an empty one. [`Deployer`] keeps these values together, so that a
//! caller cannot mix them up. The functions below it ([`lower`](crate::lower()),
//! [`observe`](crate::observe()), [`plan`](crate::plan()), [`apply`](crate::apply())) stay public for
//! programs that need the values between them.
//!
//! Nothing here prints, asks or handles signals. A command line adds that on top.

mod confirmed;
mod lock;
mod observed;
mod planned;
mod reach;
mod reading;
mod renamed;
mod saved;
mod verified;

use std::{fmt, sync::Arc};

use aws_types::SdkConfig;
use sss_model::Stack;

pub use self::{
    lock::Lock,
    observed::Observed,
    planned::Planned,
    reach::{EmptyStack, Goal, Reach},
    saved::SavedPlan,
};
use crate::{Aws, Event, Events, Rates, Result, dependents};

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
///
/// # Cancellation
///
/// Every method that only reads can be dropped at any time. See [`Planned::apply`] for the method that
/// writes.
#[derive(Clone)]
pub struct Deployer {
    aws: Aws,
    rates: Rates,
    holder: String,
    locks: bool,
    events: Events,
}

impl Deployer {
    /// Returns a deployer on the account of this configuration. It calls AWS at most as often as AWS's quotas
    /// allow.
    pub fn new(config: &SdkConfig) -> Self {
        Self::with_rates(config, &Rates::default())
    }

    /// Returns a deployer that calls AWS at most at these rates.
    pub fn with_rates(config: &SdkConfig, rates: &Rates) -> Self {
        Self {
            aws: Aws::with_rates(config, rates),
            rates: rates.clone(),
            holder: "sss".to_owned(),
            locks: true,
            events: Arc::new(|_| {}),
        }
    }

    /// Sets the receiver of events. By default nobody receives them.
    ///
    /// An apply emits all kinds of [`Event`]. The other methods only emit [`Event::Unanswered`].
    ///
    /// ```no_run
    /// # use sss_aws::{Deployer, Event};
    /// # fn listening(config: &aws_types::SdkConfig) -> Deployer {
    /// Deployer::new(config).events(|event| {
    ///     if let Event::Done { id, .. } = event {
    ///         println!("done {id}");
    ///     }
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn events(mut self, events: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.events = Arc::new(events);
        self.aws.listen(Arc::clone(&self.events));
        self
    }

    /// Sets the name that other runs see while this one holds the stack's lock. People read it.
    #[must_use]
    pub fn holder(mut self, holder: impl Into<String>) -> Self {
        self.holder = holder.into();
        self
    }

    /// Lets this deployer write without the stack's lock.
    ///
    /// # Assumptions
    ///
    /// The caller ensures that no other program writes to the stack.
    #[must_use]
    pub fn without_lock(mut self) -> Self {
        self.locks = false;
        self
    }

    /// Returns the clients, for statistics and for the functions below this front door.
    pub fn aws(&self) -> &Aws {
        &self.aws
    }

    /// Plans the changes that make the account equal to the stack.
    ///
    /// # Guarantees
    ///
    /// This only reads. The plan that follows a successful apply is empty.
    ///
    /// # Errors
    ///
    /// The stack is invalid ([`Error::invalid_stack`](crate::Error::invalid_stack)), or a read failed. A failed read never counts as an
    /// absent object.
    ///
    /// # Repetition
    ///
    /// Plan as often as you like. Two plans of the same stack and the same account are equal.
    pub async fn plan(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Converge)).await
    }

    /// Plans the deletion of all objects of the stack.
    ///
    /// # Guarantees
    ///
    /// This only reads. The plan deletes nothing that the stack does not manage. If others use one of the
    /// objects, the plan is refused as a whole.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    ///
    /// # Repetition
    ///
    /// After a successful apply of this plan, the next one is empty. After a failed one, it has the remaining
    /// steps.
    pub async fn destroy(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Destroy)).await
    }

    /// Plans to mark objects that have the stack's names and no owner as managed by the stack.
    ///
    /// Use it to take over objects that another tool created. [`Planned::following`] shows how they differ from
    /// the stack before anything is written, and [`Deployer::plan`] shows it afterwards.
    ///
    /// # Guarantees
    ///
    /// This only reads. The plan changes tags and nothing else. It refuses objects of other stacks.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    ///
    /// # Repetition
    ///
    /// After a successful apply of this plan, the next one is empty.
    pub async fn adopt(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Adopt)).await
    }

    /// Plans to remove the stack's marks from all its objects, the reverse of [`Deployer::adopt`].
    ///
    /// Use it to hand a stack over to another tool. All objects stay as they are and belong to nobody.
    ///
    /// # Guarantees
    ///
    /// This only reads. The plan removes tags that begin with `sss:` and changes nothing else.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    ///
    /// # Repetition
    ///
    /// After a successful apply of this plan, the next one is empty. After a failed one, it has the objects
    /// that still carry marks. [`Deployer::adopt`] marks them again.
    pub async fn release(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::of(Goal::Release)).await
    }

    /// Plans like [`Deployer::plan`], and reads task definitions instead of trusting their hash.
    ///
    /// Use it to see tags that somebody changed on a revision by hand.
    ///
    /// # Guarantees
    ///
    /// This only reads, with one call more for each service.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    ///
    /// # Repetition
    ///
    /// As [`Deployer::plan`].
    pub async fn reread(&self, stack: &Stack) -> Result<Planned> {
        self.plan_for(stack, Reach::default().reread(true)).await
    }

    /// Plans for any purpose.
    ///
    /// A plan that deletes something is made twice: in between, this looks for objects of others that use
    /// what it deletes.
    ///
    /// # Guarantees
    ///
    /// This only reads.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    ///
    /// # Repetition
    ///
    /// As [`Deployer::plan`].
    pub async fn plan_for(&self, stack: &Stack, reach: Reach) -> Result<Planned> {
        let observed = self.read(stack, &reach).await?;
        Box::pin(self.planned(observed, reach)).await
    }

    /// Plans with an observation that is complete.
    async fn planned(&self, mut observed: Observed, reach: Reach) -> Result<Planned> {
        let first = observed.plan(reach.goal);
        if !first.removes() {
            return Ok(Planned::new(self, observed, reach, first));
        }

        observed.world = Box::pin(dependents(&self.aws, observed.world, &first)).await?;
        let second = observed.plan(reach.goal);
        Ok(Planned::new(self, observed, reach, second))
    }

    /// Plans again like a saved plan, and returns the plan if it is still the same.
    ///
    /// # Guarantees
    ///
    /// This only reads.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`]; and the plan is another one now ([`Error::is_stale`](crate::Error::is_stale)): the account, the stack
    /// or the version of this library has changed, or the plan is for another account. The error names what
    /// differs.
    ///
    /// # Repetition
    ///
    /// A saved plan that was applied is stale, unless it was empty.
    pub async fn restore(&self, stack: &Stack, saved: &SavedPlan) -> Result<Planned> {
        let planned = self.plan_for(stack, saved.reach().clone()).await?;
        saved.check(&planned.save())?;
        Ok(planned)
    }

    /// Reads the account for a stack, without a plan.
    ///
    /// Use it for the outputs and the status of a stack.
    ///
    /// # Guarantees
    ///
    /// This only reads.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan`].
    ///
    /// # Repetition
    ///
    /// Every call reads the account anew.
    pub async fn observe(&self, stack: &Stack) -> Result<Observed> {
        self.read(stack, &Reach::default()).await
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
