//! The context that the steps of an apply share.
//!
//! A kind gets a `Context` in each of its calls: the clients, the options, the events, and state that several
//! steps need, such as a batch of reads of one AWS service. It has no graph and no plan: a kind knows its own
//! states only.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sss_model::Partition;
use tokio::{sync::watch, time::Instant};

use crate::{
    Action, Aws, Event, Events, Graph, Id, Interrupt, Kind, OnInterrupt, Plan, Result,
    engine::{
        kind::{Replaced, Shared},
        readiness::Readiness,
        unlisted::Unlisted,
        wait::Seen,
        world::World,
    },
    error::Sent,
};

/// The options of an apply. `Options::default()` deletes what the plan deletes and never ends early.
///
/// ```
/// use sss_aws::{OnInterrupt, Options};
///
/// let options = Options::default().keep_revisions(true).on_interrupt(OnInterrupt::Stop);
/// assert!(options.keep_revisions);
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Whether the revisions of removed task definitions stay registered. Default: `false`, they are
    /// deregistered.
    pub keep_revisions: bool,
    /// The handle that asks the apply to end early.
    pub interrupt: Interrupt,
    /// The fate of running deployments then. Default: ECS continues them.
    pub on_interrupt: OnInterrupt,
    /// Whether a step of a service ends when its deployment has started. Default: `false`, it ends when the deployment
    /// has succeeded.
    ///
    /// A deployment that another step depends on is waited for all the same. The others are
    /// [not verified](crate::Outcome::not_verified).
    pub no_wait: bool,
    /// Whether integrations of a new API are created only once the VPC link is available. Default: `false`, they are
    /// created while API Gateway still creates the link, as long as it does not refuse that.
    ///
    /// An API that exists is never pointed at a link that is not available.
    pub wait_for_links: bool,
}

impl Options {
    /// Returns whether replaced objects of such a kind stay although the stack no longer needs them.
    pub(crate) fn keeps(&self, replaced: Replaced) -> bool {
        replaced == Replaced::Kept && self.keep_revisions
    }

    /// Sets [`Options::keep_revisions`].
    #[must_use]
    pub fn keep_revisions(mut self, keep: bool) -> Self {
        self.keep_revisions = keep;
        self
    }

    /// Sets [`Options::interrupt`].
    #[must_use]
    pub fn interrupt(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// Sets [`Options::on_interrupt`].
    #[must_use]
    pub fn on_interrupt(mut self, on_interrupt: OnInterrupt) -> Self {
        self.on_interrupt = on_interrupt;
        self
    }

    /// Sets [`Options::wait_for_links`].
    #[must_use]
    pub fn wait_for_links(mut self, wait: bool) -> Self {
        self.wait_for_links = wait;
        self
    }

    /// Sets [`Options::no_wait`].
    #[must_use]
    pub fn no_wait(mut self, no_wait: bool) -> Self {
        self.no_wait = no_wait;
        self
    }
}

/// The clients, options and shared state of all steps.
pub(crate) struct Context {
    pub(crate) aws: Aws,
    pub(crate) stack: String,
    pub(crate) options: Options,
    /// The objects that the listing of tags may not show yet.
    pub(crate) unlisted: Unlisted,
    /// The id of the account. `None` if no object that was found shows it.
    account: Option<String>,
    events: Events,
    /// The start of the first wait of each condition. All later waits of it poll in step with that one.
    beats: Mutex<BTreeMap<&'static str, Instant>>,
    /// The end of the last wait of each condition. It tells later waits when the end is likely.
    seen: Mutex<BTreeMap<&'static str, Seen>>,
    /// The objects that are replaced, by resource.
    replaced: Mutex<BTreeMap<Id, String>>,
    /// The state that the steps of one AWS service share, for each service that has such state.
    shared: Vec<Shared>,
    /// The resources on which no other step depends. `None` if no resource has others that depend on it.
    leaves: Option<BTreeSet<Id>>,
    /// The services whose deployments were started and not waited for.
    not_verified: Mutex<BTreeSet<Id>>,
    /// The objects that exist and cannot be used yet.
    pub(crate) readiness: Readiness,
    /// Whether all steps have ended.
    ended: watch::Sender<bool>,
}

impl Context {
    /// Returns the context of one apply.
    pub(crate) fn new(
        aws: &Aws,
        graph: &Graph,
        plan: &Plan,
        world: &World,
        options: Options,
        events: Events,
    ) -> Self {
        let kinds = plan.steps.iter().map(|step| step.id.kind);
        let shared = shared(aws, graph, world, kinds);
        let cx = Self::with_shared(aws, &plan.stack, options, events, shared);
        cx.note_replaced(plan);
        Self { account: world.account().map(str::to_owned), ..cx }
    }

    /// Returns the context of an apply whose plan becomes known part by part.
    pub(crate) fn ahead(aws: &Aws, graph: &Graph, world: &World, options: Options, events: Events) -> Self {
        let shared = shared(aws, graph, world, graph.ids().map(|id| id.kind));
        let cx = Self::with_shared(aws, graph.stack(), options, events, shared);
        Self { account: world.account().map(str::to_owned), ..cx }
    }

    /// Notes the objects that a plan replaces.
    pub(crate) fn note_replaced(&self, plan: &Plan) {
        let steps = plan.steps.iter().filter(|step| matches!(step.action, Action::Revise | Action::Replace));
        let replaced = steps.filter_map(|step| Some((step.id.clone(), step.physical.clone()?)));
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner).extend(replaced);
    }

    /// Sets the resources on which no other step depends.
    pub(crate) fn with_leaves(self, leaves: BTreeSet<Id>) -> Self {
        Self { leaves: Some(leaves), ..self }
    }

    /// Returns whether a step leaves the deployment that it has started to AWS, and notes that nobody has verified it.
    pub(crate) fn leaves_unverified(&self, id: &Id) -> bool {
        let is_leaf = self.leaves.as_ref().is_none_or(|leaves| leaves.contains(id));
        let is_left = self.options.no_wait && is_leaf;
        if is_left {
            self.not_verified.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        }
        is_left
    }

    /// Returns the services whose deployments were started and not waited for.
    pub(crate) fn not_verified(&self) -> Vec<Id> {
        self.not_verified.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Notes that all steps have ended.
    pub(crate) fn end_steps(&self) {
        self.ended.send_replace(true);
    }

    /// Waits until all steps have ended; at once if they have.
    pub(crate) async fn steps_ended(&self) {
        self.ended.subscribe().wait_for(|ended| *ended).await.expect("the context keeps the sender");
    }

    /// Returns the context of work on a stack outside of an apply, with the shared state of one AWS service.
    pub(crate) fn beside_apply(
        aws: &Aws,
        stack: &str,
        options: Options,
        events: Events,
        shared: Shared,
    ) -> Self {
        Self::with_shared(aws, stack, options, events, vec![shared])
    }

    fn with_shared(aws: &Aws, stack: &str, options: Options, events: Events, shared: Vec<Shared>) -> Self {
        Self {
            aws: aws.clone(),
            stack: stack.to_owned(),
            account: None,
            options,
            unlisted: Unlisted::default(),
            events,
            beats: Mutex::default(),
            seen: Mutex::default(),
            replaced: Mutex::default(),
            shared,
            leaves: None,
            not_verified: Mutex::default(),
            readiness: Readiness::default(),
            ended: watch::Sender::default(),
        }
    }

    /// Returns the end of the last wait of this condition. `None` before the first end.
    pub(crate) fn seen(&self, condition: &'static str) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(condition).copied()
    }

    /// Notes the end of a wait.
    pub(crate) fn note_seen(&self, condition: &'static str, seen: Seen) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(condition, seen);
    }

    /// Returns the first moment from `start` on that is whole seconds after the first wait of this condition began.
    ///
    /// The start of the first wait is such a moment, so a single wait polls exactly by its schedule.
    pub(crate) fn beat(&self, condition: &'static str, start: Instant) -> Instant {
        let first = {
            let mut beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
            *beats.entry(condition).or_insert(start)
        };
        let millis = start.saturating_duration_since(first).as_millis().div_ceil(1000) * 1000;
        first + Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// Returns the name or id of the object that a new object of this resource replaces.
    pub(crate) fn replaced(&self, id: &Id) -> Option<String> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Returns the state that the steps of one AWS service share. The kinds of the service name it in
    /// `Resource::SHARED`.
    ///
    /// It panics if no kind of the plan names state of this type.
    pub(crate) fn shared<T: 'static>(&self) -> &T {
        let shared = self.shared.iter().find_map(|shared| shared.downcast_ref());
        shared.expect("the kind of each step names the state that it shares")
    }

    /// Emits an event.
    pub(crate) fn tell(&self, event: Event) {
        (self.events)(event);
    }

    /// Returns the ARN of an object in this account and region, for a call whose answer does not have it.
    ///
    /// # Errors
    ///
    /// No object that the observation has found shows the account.
    pub(crate) fn arn(&self, call: &'static str, resource: &str) -> Result<String> {
        let (service, _) = call.split_once(':').unwrap_or_default();
        let account = self.account.as_deref().sent(call, "ARN, and no listing has shown the account's id")?;
        Ok(format!("{}:{account}:{resource}", self.arn_prefix(service)))
    }

    /// Returns an ARN up to its region, in the partition of the region.
    pub(crate) fn arn_prefix(&self, service: &str) -> String {
        let region = self.aws.region();
        format!("arn:{}:{service}:{region}", Partition::of_region(region).name)
    }
}

/// Returns the shared state of these kinds, one of each type.
fn shared(aws: &Aws, graph: &Graph, world: &World, kinds: impl Iterator<Item = Kind>) -> Vec<Shared> {
    let kinds: BTreeSet<Kind> = kinds.collect();
    let mut all: Vec<Shared> = Vec::new();
    for share in kinds.into_iter().filter_map(|kind| kind.spec().shared) {
        let shared = share(aws, graph, world);
        if all.iter().all(|other| (**other).type_id() != (*shared).type_id()) {
            all.push(shared);
        }
    }
    all
}
