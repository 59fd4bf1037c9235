//! A plan with everything that it was made from.
//!
//! A plan is carried out in one of two ways. Under a [`Lock`](super::Lock) no other run can have changed the
//! stack since it was planned, so it is carried out as it is. Without one, the account may have changed, so
//! the apply takes the lock and plans again. It continues only if both plans are equal.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Serialize, Serializer};
use sss_model::cost::Parts;

use super::{Deployer, EmptyStack, Goal, Observed, Reach, SavedPlan, lock::Held, renamed};
use crate::{
    Action, Error, Event, Forecast, Graph, Id, Options, Outcome, Outputs, Plan, Result, World, apply,
    engine::apply::Ahead, forecast, outputs, overview::priced, plan_after_adoption,
};

/// A plan, with the account and the stack that it was made from.
///
/// It prints itself, and it serialises as its [`Plan`]. A plan does nothing until it is
/// [applied](Planned::apply).
#[derive(Debug)]
#[must_use = "a plan does nothing until it is applied"]
pub struct Planned {
    deployer: Deployer,
    observed: Observed,
    reach: Reach,
    /// The graph that the plan leads to.
    target: Arc<Graph>,
    plan: Plan,
    /// The lock under which the plan was made. `None` for a plan without one.
    held: Option<Arc<Held>>,
    /// The apply, if it has begun before the plan was complete.
    ahead: Mutex<Option<Ahead>>,
}

impl Planned {
    /// Returns a plan that was made without a lock.
    pub(super) fn new(deployer: &Deployer, observed: Observed, reach: Reach, plan: Plan) -> Self {
        let target = observed.target(reach.goal);
        Self {
            deployer: deployer.clone(),
            observed,
            reach,
            target,
            plan,
            held: None,
            ahead: Mutex::default(),
        }
    }

    /// Returns the plan as one that was made under this lock.
    pub(super) fn under(self, held: &Arc<Held>) -> Self {
        Self { held: Some(Arc::clone(held)), ..self }
    }

    /// Returns the plan as one that has begun.
    pub(super) fn begun(self, ahead: Ahead) -> Self {
        Self { ahead: Mutex::new(Some(ahead)), ..self }
    }

    /// Returns the plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Returns the objects that were found in the account.
    pub fn world(&self) -> &World {
        &self.observed.world
    }

    /// Returns the account as it was read.
    pub fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Returns the graph that the plan leads to. It is empty for a destroy.
    pub fn graph(&self) -> &Graph {
        &self.target
    }

    /// Returns whether the plan has no steps.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty()
    }

    /// Returns the outputs of the stack that the account has now.
    pub fn outputs(&self) -> Outputs {
        outputs(&self.target, self.world())
    }

    /// Returns the objects that this plan deletes because the stack has no services.
    ///
    /// The list is empty if the stack has services, for a destroy, and if [`EmptyStack::Delete`] allows the
    /// deletions.
    pub fn emptied(&self) -> Vec<&Id> {
        let is_guarded = matches!(self.reach.goal, Goal::Converge | Goal::Prune)
            && self.reach.empty_stack == EmptyStack::Refuse
            && self.observed.stack.services.is_empty();
        if !is_guarded {
            return Vec::new();
        }

        // A part that AWS deletes together with its parent is not listed beside it.
        let deleted =
            self.plan.steps.iter().filter(|step| step.action == Action::Delete && step.with.is_none());
        deleted.map(|step| &step.id).collect()
    }

    /// Returns the priced parts of the stack in the account, before and after the plan.
    ///
    /// [`Parts::monthly`] multiplies them with prices. It returns `None` for a refused plan, which changes nothing, and if
    /// the size of a running task is unknown.
    pub fn priced(&self) -> Option<(Parts, Parts)> {
        let is_refused = self.plan.is_refused();
        (!is_refused).then(|| priced(&self.target, self.world(), &self.plan)).flatten()
    }

    /// Returns the plan that follows an adoption: the changes by which the adopted objects become as the stack
    /// says. `None` for a plan of another purpose.
    ///
    /// It makes no call, and nothing has to be adopted before.
    pub fn following(&self) -> Option<Plan> {
        let is_adoption = self.reach.goal == Goal::Adopt;
        is_adoption.then(|| plan_after_adoption(&self.target, self.world(), &self.plan))
    }

    /// Returns the name of another stack in the account that has all objects of this one, while this one has
    /// none: the stack was probably renamed.
    ///
    /// It is `None` for plans that create nothing, and if [`Reach::new_stack`] allows a second stack.
    pub fn former_name(&self) -> Option<String> {
        let is_guarded = matches!(self.reach.goal, Goal::Converge | Goal::Prune) && !self.reach.new_stack;
        if is_guarded { renamed::former_name(&self.observed) } else { None }
    }

    /// Allows the plan to create a second stack beside the one with the [former name](Self::former_name).
    ///
    /// Use it where the caller knows that the other name is still in use, such as by another stack file.
    pub fn as_second_stack(mut self) -> Self {
        self.reach.new_stack = true;
        self
    }

    /// Checks that the caller allowed the deletions of a stack without services, and a second stack beside one
    /// with the same objects. [`Planned::apply`] does so as well.
    ///
    /// # Errors
    ///
    /// The plan deletes [objects](Planned::emptied), and [`EmptyStack::Delete`] does not allow it
    /// ([`Error::is_emptied`]). Or the stack has a [former name](Planned::former_name), and
    /// [`Reach::new_stack`] does not allow a second stack ([`Error::is_renamed`]).
    pub fn permitted(&self) -> Result<()> {
        if let Some(former) = self.former_name() {
            return Err(Error::renamed(&former, &self.plan.stack));
        }
        let emptied: Vec<_> = self.emptied().into_iter().map(ToString::to_string).collect();
        if emptied.is_empty() { Ok(()) } else { Err(Error::emptied(&emptied)) }
    }

    /// Returns the least calls and the least and usual time that the plan takes.
    pub fn forecast(&self, options: &Options) -> Forecast {
        forecast(&self.target, self.world(), &self.plan, options, &self.deployer.rates)
    }

    /// Returns the plan in a form that can be stored and passed to [`Deployer::restore`].
    ///
    /// It holds what the plan shows, and no value that the plan hides.
    pub fn save(&self) -> SavedPlan {
        SavedPlan::new(&self.observed, &self.reach, &self.plan)
    }

    /// Sets the receiver of the events of this plan's apply, in place of the deployer's.
    pub fn events(mut self, events: impl Fn(Event) + Send + Sync + 'static) -> Self {
        self.deployer.events = Arc::new(events);
        self
    }

    /// Carries out the plan and returns how each step ended.
    ///
    /// A plan that was made under a [`Lock`](super::Lock) is carried out as it is, and one that
    /// [has begun](super::Lock::plan_confirmed) is carried on. For any other plan this
    /// takes the lock, reads the account again and continues only if the plan is still the same.
    ///
    /// # Guarantees
    ///
    /// As [`apply`](crate::apply()). While this writes, it holds the stack's lock and renews it.
    ///
    /// # Assumptions
    ///
    /// All programs that write to the stack take its lock.
    ///
    /// # Errors
    ///
    /// - Another run holds the lock ([`Error::is_locked`]), or this run lost it ([`Error::is_lost`]).
    /// - The account has changed since the plan was made ([`Error::is_stale`]), or could not be read.
    /// - The stack has no services and the caller did not allow the deletions ([`Error::is_emptied`]).
    /// - The account has the same stack under another name ([`Error::is_renamed`]).
    ///
    /// A step that fails is no error of this call: see [`Outcome::into_result`].
    ///
    /// # Cancellation
    ///
    /// To end an apply in an orderly way, use [`Options::interrupt`]. Dropping the future stops the work
    /// between two calls or during one; the next plan shows what is left. A lock that this call took then
    /// expires after one minute.
    ///
    /// # Repetition
    ///
    /// A second apply of the same plan is refused as stale, unless the plan was empty. To continue after a
    /// failure, plan and apply again.
    pub async fn apply(&self, options: Options) -> Result<Outcome> {
        self.permitted()?;
        if let Some(held) = &self.held {
            return held.during(Box::pin(self.carry_out(options))).await;
        }

        let stack = &self.observed.stack;
        let lock = self.deployer.lock(stack, &|_| {}).await?;
        let result = Box::pin(async {
            let now = lock.plan(stack, self.reach.clone()).await?;
            self.save().check(&now.save())?;
            lock.during(now.carry_out(options)).await
        })
        .await;
        lock.release().await?;
        result
    }

    /// Applies the plan without a check and without a lock of its own.
    async fn carry_out(&self, options: Options) -> Outcome {
        let Deployer { aws, events, .. } = &self.deployer;
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ahead) = ahead {
            return ahead.finish(aws, &self.plan, events.clone()).await;
        }
        apply(aws, &self.target, self.world(), &self.plan, options, events.clone()).await
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
