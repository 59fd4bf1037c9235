//! The lock of a stack, and the work that is done under it.
//!
//! The lock is a lease in Parameter Store (`/sss/{stack}/lease`). It lasts a minute, and its holder renews it
//! every 20 seconds while work runs under it. If a renewal fails for too long, the work is dropped before
//! another run can take over.

use std::sync::Arc;

use sss_model::Stack;

use super::{Deployer, Planned, Reach, SavedPlan};
use crate::{Claim, Error, Holder, Lease, Options, Result};

impl Deployer {
    /// Takes the lock of a stack, so that a plan stays true until it is applied.
    ///
    /// `waiting` is called once if another run may hold the lock. This call then returns within 20 seconds if
    /// that run is alive, and within 80 seconds if it is not.
    ///
    /// # Guarantees
    ///
    /// One run at a time holds the lock. The lock of a run that died is taken over.
    ///
    /// # Errors
    ///
    /// Another run holds the lock ([`Error::is_locked`]), or a call failed or was denied.
    ///
    /// # Cancellation
    ///
    /// If the future is dropped during the call that takes the lock, nobody releases the lock. It expires
    /// after one minute.
    ///
    /// # Repetition
    ///
    /// Two locks of one deployer exclude each other like those of two programs.
    pub async fn lock(&self, stack: &Stack, waiting: &(dyn Fn(&Holder) + Sync)) -> Result<Lock> {
        if !self.locks {
            return Ok(Lock::new(self.clone(), None));
        }
        match Lease::acquire(&self.aws, &stack.name, &self.holder, waiting).await? {
            Claim::Ours(lease) => Ok(Lock::new(self.clone(), Some(lease))),
            Claim::Theirs(holder) => Err(Error::locked(&holder.holder, &holder.ends)),
        }
    }

    /// Returns the run that holds the lock of a stack, or `None` if the stack is not locked.
    ///
    /// # Guarantees
    ///
    /// This only reads.
    ///
    /// # Errors
    ///
    /// The read failed or was denied.
    ///
    /// # Repetition
    ///
    /// Every call reads the lock anew.
    pub async fn locked_by(&self, stack: &Stack) -> Result<Option<Holder>> {
        Lease::holder(&self.aws, &stack.name).await
    }

    /// Releases the lock of a run that no longer works, and returns whether that run still held it.
    ///
    /// A run that still works notices within 20 seconds and ends.
    ///
    /// # Guarantees
    ///
    /// A lock that another run has taken since is left alone.
    ///
    /// # Errors
    ///
    /// A call failed or was denied.
    ///
    /// # Repetition
    ///
    /// A second call returns `false`.
    pub async fn unlock(&self, stack: &Stack, holder: &Holder) -> Result<bool> {
        Lease::take_away(&self.aws, &stack.name, holder).await
    }
}

/// The lock of a stack. One run at a time holds it.
///
/// Use it to keep a plan true between planning and applying, for example while a person reads the plan. A
/// caller that applies at once needs no `Lock`: [`Planned::apply`] takes one by itself.
///
/// Call [`Lock::release`] at the end. AWS cannot release a lock that is only dropped: it expires after one
/// minute.
///
/// ```no_run
/// # use sss_aws::{Deployer, Options, Reach, Result};
/// # async fn run(deployer: &Deployer, stack: &sss_model::Stack) -> Result<()> {
/// let lock = deployer.lock(stack, &|holder| println!("waiting for {}", holder.holder)).await?;
/// let planned = lock.plan(stack, Reach::default()).await?;
/// let outcome = planned.apply(Options::default()).await?;
/// lock.release().await?;
/// # drop(outcome);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Lock {
    deployer: Deployer,
    held: Arc<Held>,
}

/// The lease behind a lock. `None` for a deployer without locks.
#[derive(Debug)]
pub(super) struct Held(Option<Lease>);

impl Held {
    /// Runs the work and renews the lease meanwhile. The work is dropped if the lease is lost.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let Some(lease) = &self.0 else { return Ok(work.await) };
        tokio::select! {
            done = work => Ok(done),
            error = lease.lost() => Err(error),
        }
    }
}

impl Lock {
    /// Returns a lock on a lease, or one that excludes nobody for `None`.
    pub(super) fn new(deployer: Deployer, lease: Option<Lease>) -> Self {
        Self { deployer, held: Arc::new(Held(lease)) }
    }

    /// Plans for any purpose. [`Planned::apply`] then carries out this very plan, without reading the account
    /// again.
    ///
    /// # Guarantees
    ///
    /// This only reads, except for the renewals of the lock.
    ///
    /// # Errors
    ///
    /// As [`Deployer::plan_for`]; and the lock was lost ([`Error::is_lost`]).
    pub async fn plan(&self, stack: &Stack, reach: Reach) -> Result<Planned> {
        let planned = self.during(self.deployer.plan_for(stack, reach)).await??;
        Ok(planned.under(&self.held))
    }

    /// Plans like [`Lock::plan`], and may begin to carry the plan out before it is complete. Use it where nobody has to
    /// confirm the plan.
    ///
    /// ECS describes the revisions of 300 services in 13 seconds, and a plan reads them only to show what changes. This
    /// begins with the first services while it reads those of the others. [`Planned::apply`] carries on: it emits all
    /// events and returns the ends of all steps.
    ///
    /// `permit` is awaited before the first write. If it is `false`, nothing is written before [`Planned::apply`].
    ///
    /// # Guarantees
    ///
    /// - This writes only if the plan [converges](crate::Goal::Converge), is not refused, and has no other steps than new
    ///   or earlier revisions for services that run, of more services than ECS describes at once. Otherwise it only
    ///   reads.
    /// - The plan is the one that [`Lock::plan`] would have returned, and each step that begins is one of its steps.
    ///
    /// # Assumptions
    ///
    /// The caller agrees to every plan that is not refused. The options are those of the apply: [`Planned::apply`]
    /// ignores its own for a plan that has begun.
    ///
    /// # Errors
    ///
    /// As [`Lock::plan`]. The steps that have begun are then asked to end by [`Options::interrupt`], and their events go
    /// to the deployer's receiver. The same holds if the caller uses that handle meanwhile
    /// ([`Error::is_interrupted`](crate::Error::is_interrupted)).
    ///
    /// # Cancellation
    ///
    /// As [`Planned::apply`].
    pub async fn plan_confirmed(
        &self,
        stack: &Stack,
        reach: Reach,
        options: Options,
        permit: impl Future<Output = bool>,
    ) -> Result<Planned> {
        let planning = self.deployer.plan_confirmed(stack, reach, options, permit);
        Ok(self.during(Box::pin(planning)).await??.under(&self.held))
    }

    /// Plans again like a saved plan, and returns the plan if it is still the same.
    ///
    /// # Errors
    ///
    /// As [`Deployer::restore`]; and the lock was lost ([`Error::is_lost`]).
    pub async fn restore(&self, stack: &Stack, saved: &SavedPlan) -> Result<Planned> {
        let planned = self.during(self.deployer.restore(stack, saved)).await??;
        Ok(planned.under(&self.held))
    }

    /// Runs any work and renews the lock meanwhile, for example while a person confirms a plan.
    ///
    /// # Errors
    ///
    /// The lock was lost ([`Error::is_lost`]). The work is dropped then.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        self.held.during(work).await
    }

    /// Returns whether there is a lease behind the lock. A deployer [without locks](Deployer::without_lock)
    /// has none.
    pub fn is_held(&self) -> bool {
        self.held.0.is_some()
    }

    /// Releases the lock, so that the next run starts at once.
    ///
    /// A lock that was lost is left to the run that holds it now. Repeated calls do no harm.
    ///
    /// # Errors
    ///
    /// The call failed. The lock then expires after one minute.
    pub async fn release(&self) -> Result<()> {
        match &self.held.0 {
            Some(lease) => lease.release().await,
            None => Ok(()),
        }
    }
}
