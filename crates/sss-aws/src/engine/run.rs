//! What the steps of an apply share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sss_model::Partition;
use tokio::{sync::OwnedMutexGuard, time::Instant};

use crate::{
    Action, Aws, Event, Events, Graph, Id, Interrupt, OnInterrupt, Plan, Result,
    engine::{kind::Shared, wait::Seen, world::World},
    error::Sent,
};

/// What an apply leaves to choose.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Whether the revisions of removed task definitions stay registered.
    pub keep_revisions: bool,
    /// By which the apply is asked to end early.
    pub interrupt: Interrupt,
    /// What becomes of deployments then.
    pub on_interrupt: OnInterrupt,
}

impl Options {
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
}

/// What every step works with.
pub(crate) struct Context {
    pub(crate) aws: Aws,
    pub(crate) stack: String,
    pub(crate) options: Options,
    account: Option<String>,
    events: Events,
    turns: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// When the first wait of each condition began.
    beats: Mutex<BTreeMap<&'static str, Instant>>,
    /// When the end of what was waited for was seen the last time, by condition.
    seen: Mutex<BTreeMap<&'static str, Seen>>,
    /// The services whose every update replaces their tasks.
    forced: BTreeSet<Id>,
    /// The objects that others take the place of, by resource.
    replaced: BTreeMap<Id, String>,
    /// What the steps of one AWS service share, for each service of the plan that needs it.
    shared: Vec<Shared>,
}

impl Context {
    pub(crate) fn new(
        aws: &Aws,
        graph: &Graph,
        plan: &Plan,
        world: &World,
        options: Options,
        events: Events,
    ) -> Self {
        let forced = graph.nodes().iter().filter(|node| node.forced);
        let replaced = plan.steps.iter().filter(|step| step.action == Action::Replace);
        let replaced = replaced.filter_map(|step| Some((step.id.clone(), step.physical.clone()?)));
        Self {
            aws: aws.clone(),
            stack: plan.stack.clone(),
            account: world.account().map(str::to_owned),
            options,
            events,
            turns: Mutex::default(),
            beats: Mutex::default(),
            seen: Mutex::default(),
            forced: forced.map(|node| node.id.clone()).collect(),
            replaced: replaced.collect(),
            shared: shared(aws, plan, world),
        }
    }

    /// Whether every update of this service replaces its tasks.
    pub(crate) fn is_forced(&self, id: &Id) -> bool {
        self.forced.contains(id)
    }

    /// When the last wait of this condition saw the end.
    pub(crate) fn seen(&self, condition: &'static str) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(condition).copied()
    }

    pub(crate) fn note_seen(&self, condition: &'static str, seen: Seen) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(condition, seen);
    }

    /// The first moment from `start` on that is whole seconds after the first wait of this condition began. Its own
    /// start is one, so a wait that is alone looks exactly when its schedule says.
    pub(crate) fn beat(&self, condition: &'static str, start: Instant) -> Instant {
        let first = {
            let mut beats = self.beats.lock().unwrap_or_else(PoisonError::into_inner);
            *beats.entry(condition).or_insert(start)
        };
        let millis = start.saturating_duration_since(first).as_millis().div_ceil(1000) * 1000;
        first + Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    /// The name or id of the object that this resource's new object takes the place of.
    pub(crate) fn replaced(&self, id: &Id) -> Option<&str> {
        self.replaced.get(id).map(String::as_str)
    }

    /// The state that the steps of one AWS service share. The kinds of the service name it in `Resource::SHARED`.
    pub(crate) fn shared<T: 'static>(&self) -> &T {
        let shared = self.shared.iter().find_map(|shared| shared.downcast_ref());
        shared.expect("the kind of each step names the state that it shares")
    }

    pub(crate) fn tell(&self, event: Event) {
        (self.events)(event);
    }

    /// The ARN of something in this account and region whose creation does not answer with it.
    pub(crate) fn arn(&self, service: &'static str, resource: &str) -> Result<String> {
        const TOLD_BY: &str = "ec2:DescribeSecurityGroups";
        let account =
            self.account.as_deref().sent(TOLD_BY, "security group of the VPC that tells the account")?;
        Ok(format!("{}:{account}:{resource}", self.arn_prefix(service)))
    }

    /// An ARN up to its region. API Gateway's go on without an account.
    pub(crate) fn arn_prefix(&self, service: &str) -> String {
        let region = self.aws.region();
        format!("arn:{}:{service}:{region}", Partition::of_region(region).name)
    }

    /// The turn to write on one HTTP API. API Gateway refuses writes on one API side by side.
    pub(crate) async fn turn(&self, api: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.entry(api.to_owned()).or_default().clone()
        };
        turn.lock_owned().await
    }
}

/// The shared state of the plan's kinds, one of each type.
fn shared(aws: &Aws, plan: &Plan, world: &World) -> Vec<Shared> {
    let mut all: Vec<Shared> = Vec::new();
    for share in plan.steps.iter().filter_map(|step| step.id.kind.spec().shared) {
        let shared = share(aws, world);
        if all.iter().all(|other| (**other).type_id() != (*shared).type_id()) {
            all.push(shared);
        }
    }
    all
}
