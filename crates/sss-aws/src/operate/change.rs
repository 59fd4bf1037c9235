//! Small interventions: they change services and tasks, and nothing of the stack's objects.
//!
//! Hold the stack's lock around them, as the command line does: an apply at the same time would cross them.
//! Each emits the events of an apply, so that one renderer serves both.

use std::time::Duration;

use super::{Named, Target};
pub use crate::services::{
    autoscaling::Autoscaler,
    ecs::operating::change::{Back, Count, Scale, Scaled},
};
use crate::{
    Aws, Events, Graph, Options, Result, World,
    engine::run::Context,
    services::{
        apigateway::vpc_link,
        ecs::operating::change::{self, On},
    },
};

/// The stages of a deployment in AWS's words, in their order.
pub const STAGES: [&str; 10] = change::STAGES;

/// Interventions in the services of a stack.
///
/// ```no_run
/// use sss_aws::{Aws, operate::{Target, change::Change}};
///
/// # async fn example(aws: &Aws, stack: &sss_model::Stack) -> sss_aws::Result<()> {
/// let target = Target::of(stack);
/// let change = Change::new(aws, &target, |event| println!("{event:?}"));
/// for service in &target.services {
///     change.restart(service).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Change<'a> {
    target: &'a Target,
    context: Context,
    waits: bool,
    deadline: Option<Duration>,
}

impl<'a> Change<'a> {
    /// Returns interventions that emit events to a function.
    pub fn new(aws: &Aws, target: &'a Target, events: impl Fn(crate::Event) + Send + Sync + 'static) -> Self {
        let events: Events = std::sync::Arc::new(events);
        let shared = change::share(aws, &Graph::empty(&target.stack), &World::default());
        let context = Context::beside_apply(aws, &target.stack, Options::default(), events, shared);
        Self { target, context, waits: true, deadline: None }
    }

    /// Returns interventions that end once AWS has begun. Nobody has verified their results then.
    #[must_use]
    pub fn without_waiting(self) -> Self {
        Self { waits: false, ..self }
    }

    /// Returns interventions that wait at most so long for the end of a deployment, in the place of 20 minutes.
    #[must_use]
    pub fn within(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Returns a service of the cluster.
    fn on<'b>(&'b self, service: &'b Named) -> On<'b> {
        let (cluster, service) = (&self.target.cluster, &service.service);
        On { cx: &self.context, cluster, service, waits: self.waits, deadline: self.deadline }
    }

    /// Starts new tasks of the same revision. They resolve tags of images and read secrets anew.
    ///
    /// It returns when the deployment is successful.
    ///
    /// # Errors
    ///
    /// A deployment is under way ([`Error::is_declined`](crate::Error::is_declined)), a call failed, or the
    /// deployment did ([`Error::deployment`](crate::Error::deployment)).
    pub async fn restart(&self, service: &Named) -> Result<()> {
        let on = self.on(service);
        Box::pin(on.restart()).await
    }

    /// Sets the number of tasks and the bounds of an autoscaler, and returns when so many run.
    ///
    /// The next plan of the stack sets its own number again, unless the stack leaves it to others. A tag of a service
    /// that is scaled to 0 keeps its number, which [`Scale::resumed`] sets again.
    ///
    /// # Errors
    ///
    /// A deployment is under way, the number is outside of the bounds of an autoscaler, there is no autoscaler to
    /// change, or no number is remembered ([`Error::is_declined`](crate::Error::is_declined)). Or a call failed, or the
    /// tasks do not run in time.
    pub async fn scale(&self, service: &Named, scale: Scale) -> Result<Scaled> {
        let on = self.on(service);
        Box::pin(on.scale(scale)).await
    }

    /// Returns a service to an earlier successful deployment, and returns the revision that runs then.
    ///
    /// Task definition, network, registries and capacity return together. Nothing is registered. A deployment
    /// that is under way is rolled back by ECS instead, if the target is [`Back::Usual`].
    ///
    /// # Errors
    ///
    /// The service has nothing to go back to, or a deployment is under way beside another target
    /// ([`Error::is_declined`](crate::Error::is_declined)); a call failed, or the deployment did.
    pub async fn roll_back(&self, service: &Named, back: Back<'_>) -> Result<String> {
        let on = self.on(service);
        Box::pin(on.roll_back(back)).await
    }

    /// Stops a task by its whole id. ECS starts another one in its place if its service wants it.
    ///
    /// # Errors
    ///
    /// A call failed or was denied.
    pub async fn stop(&self, id: &str, reason: &str) -> Result<()> {
        change::stop_task(&self.context, &self.target.cluster, id, reason).await
    }

    /// Ends the deployment that is under way, and returns AWS's word for its end.
    ///
    /// # Errors
    ///
    /// No deployment is under way, a call failed, or ECS could not roll back.
    pub async fn abort(&self, service: &Named, rolls_back: bool) -> Result<String> {
        let on = self.on(service);
        Box::pin(on.abort(rolls_back)).await
    }

    /// Continues a deployment that is paused at a lifecycle hook, and returns the id of the hook.
    ///
    /// # Errors
    ///
    /// No deployment is paused at a hook, or a call failed.
    pub async fn proceed(&self, service: &Named, hook: Option<&str>) -> Result<String> {
        let on = self.on(service);
        Box::pin(on.proceed(hook)).await
    }

    /// Waits until a deployment of a service is paused at a lifecycle hook, and returns the id of the hook.
    ///
    /// # Errors
    ///
    /// A call failed, or the deadline passed ([`Error::is_late`](crate::Error::is_late)).
    pub async fn paused(&self, service: &Named, deadline: Duration) -> Result<String> {
        let on = self.on(service);
        Box::pin(on.paused(deadline)).await
    }

    /// Waits until the last deployment of a service has succeeded.
    ///
    /// # Errors
    ///
    /// The deployment failed, was stopped or rolled back; or the deadline passed
    /// ([`Error::is_late`](crate::Error::is_late)).
    pub async fn deployed(&self, service: &Named, deadline: Duration) -> Result<()> {
        let on = self.on(service);
        Box::pin(on.deployed(deadline)).await
    }

    /// Waits until the last deployment of a service is at one of [`STAGES`], or behind it.
    ///
    /// A deployment that has succeeded is behind all stages.
    ///
    /// # Errors
    ///
    /// The deployment failed, was stopped or rolled back; or the deadline passed.
    pub async fn reached(&self, service: &Named, stage: &str, deadline: Duration) -> Result<()> {
        let on = self.on(service);
        Box::pin(on.reached(stage, deadline)).await
    }

    /// Waits until the VPC link of this name is AVAILABLE.
    ///
    /// # Errors
    ///
    /// The account has no such link, the link failed, a call failed, or the deadline passed.
    pub async fn link_available(&self, link: &str, deadline: Duration) -> Result<()> {
        Box::pin(vpc_link::available(&self.context, link, deadline)).await
    }

    /// Waits until a service runs the desired number of tasks of one revision.
    ///
    /// # Errors
    ///
    /// A call failed, or the deadline passed.
    pub async fn stable(&self, service: &Named, deadline: Duration) -> Result<()> {
        let on = self.on(service);
        Box::pin(on.stable(deadline)).await
    }
}
