//! What the steps of an apply share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_ecs::types::{Service, ServiceDeployment};
use sss_model::Partition;
use tokio::{sync::OwnedMutexGuard, time::Instant};

use crate::{
    Action, Aws, Event, Events, Graph, Id, Interrupt, OnInterrupt, Plan, Result,
    client::batch::Batch,
    engine::{kind::Resource, wait::Seen, world::World},
    error::Sent,
    services::{
        ecs::{
            read as ecs,
            read::ServiceKey,
            task_definition::{self, TaskDefinition},
        },
        iam::role::Role,
    },
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
    /// The highest number of a revision that is known, by task definition.
    newest_revisions: BTreeMap<Id, u32>,
    /// What the revisions hold that this apply has registered, as a hash, by ARN.
    revisions: Mutex<BTreeMap<String, String>>,
    /// The services whose every update replaces their tasks.
    forced: BTreeSet<Id>,
    /// The role that was created last, its name, and when.
    newest_role: Mutex<Option<(Id, String, Instant)>>,
    /// The roles that others take the place of, by logical name.
    replaced_roles: BTreeMap<Id, String>,
    /// Services as ECS describes them now.
    pub(crate) services: Batch<ServiceKey, Service>,
    /// Service deployments by ARN, as ECS describes them now.
    pub(crate) deployments: Batch<String, ServiceDeployment>,
}

impl Context {
    pub(crate) fn new(aws: &Aws, stack: &str, world: &World, options: Options, events: Events) -> Self {
        Self {
            aws: aws.clone(),
            stack: stack.to_owned(),
            account: world.account().map(str::to_owned),
            newest_revisions: newest_revisions(world),
            options,
            events,
            turns: Mutex::default(),
            beats: Mutex::default(),
            seen: Mutex::default(),
            revisions: Mutex::default(),
            forced: BTreeSet::new(),
            newest_role: Mutex::default(),
            replaced_roles: BTreeMap::new(),
            services: ecs::services_together(aws),
            deployments: ecs::deployments_together(aws),
        }
    }

    /// With what the graph says of updates.
    pub(crate) fn updating_as(mut self, graph: &Graph) -> Self {
        let forced = graph.nodes().iter().filter(|node| node.forced);
        self.forced = forced.map(|node| node.id.clone()).collect();
        self
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

    /// The highest number of a revision of this task definition that is known; 0 where none is.
    pub(crate) fn newest_revision(&self, id: &Id) -> u32 {
        self.newest_revisions.get(id).copied().unwrap_or(0)
    }

    pub(crate) fn note_revision(&self, arn: &str, proof: String) {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned(), proof);
    }

    /// The hash of what a revision holds that this apply has registered.
    pub(crate) fn proof_of(&self, arn: &str) -> Option<String> {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
    }

    pub(crate) fn note_role(&self, id: &Id, name: &str) {
        let mut newest = self.newest_role.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some((id.clone(), name.to_owned(), Instant::now()));
    }

    /// The role that was created last and its name, if it is not older than this.
    pub(crate) fn newest_role(&self, age: Duration) -> Option<(Id, String)> {
        let newest = self.newest_role.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest.as_ref().filter(|(.., created)| created.elapsed() < age);
        newest.map(|(id, name, _)| (id.clone(), name.clone()))
    }

    /// The same, of a plan that replaces roles.
    pub(crate) fn replacing(mut self, plan: &Plan) -> Self {
        let steps = plan.steps.iter();
        let replaced = steps.filter(|step| step.action == Action::Replace && step.id.kind == Role::KIND);
        let names = replaced.filter_map(|step| Some((step.id.clone(), step.physical.clone()?)));
        self.replaced_roles = names.collect();
        self
    }

    /// The name of the role that this one takes the place of.
    pub(crate) fn replaced_role(&self, id: &Id) -> Option<&str> {
        self.replaced_roles.get(id).map(String::as_str)
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

fn newest_revisions(world: &World) -> BTreeMap<Id, u32> {
    let mut newest = BTreeMap::new();
    for (id, live) in world.of_kind(TaskDefinition::KIND) {
        let highest = newest.entry(id.clone()).or_insert(0);
        *highest = task_definition::number(&live.physical).max(*highest);
    }
    newest
}
