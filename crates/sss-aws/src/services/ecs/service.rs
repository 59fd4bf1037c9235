//! ECS services. A creation or a change is done when the deployment that it has started is the one that runs.
//!
//! A service keeps a number of tasks of one revision running, registers them in a registry of Cloud Map, and
//! replaces them by deployments. The registry is the reference through which requests reach the tasks, so its
//! users count as users of the service.
//!
//! # Facts about AWS
//!
//! - The name is unique among the ACTIVE and DRAINING services of a cluster. A creation under the name of a
//!   draining service is refused (`faas-fargate#13`, `spinnaker#5476`), so it is repeated until the name is
//!   free.
//! - `CreateService` takes a client token. The token is a hash of stack, name and desired state, so a
//!   repeated creation is recognised in another run as well.
//! - A creation is refused while ECS cannot assume a new role. IAM needs up to half a minute
//!   (`terraform#4375`).
//! - An absent member of `UpdateService` stays as it is. Some members start a deployment, and capacity
//!   providers change only with a forced one. [`effect`] has the table.
//! - A service that is steady after a rollback looks like one that succeeded
//!   (`terraform-provider-aws#20858`). Only the service deployment tells the difference.
//! - A service can be in one Cloud Map service and in five target groups. Both change in place since March 2022, and
//!   start a deployment.
//! - ECS counts a task behind a load balancer as running for a deployment once the load balancer calls it healthy.
//!
//! # Modules
//!
//! [`settings`] has the part of a state without references, and [`registration`] the registries of its tasks.
//! [`encoding`] translates states into calls and answers into states. [`rollout`] follows a deployment to its end,
//! [`scaling`] a count that changed without one, and [`deletion`] the end of a service. [`diagnosis`] reports a failure, and [`attempts`] finds
//! deployments that earlier runs left behind as failed.

pub(super) mod attempts;
mod capacity;
mod deletion;
pub(super) mod diagnosis;
mod effect;
mod encoding;
mod registration;
pub(super) mod rollout;
mod run;
pub(super) mod scaling;
mod settings;
pub(crate) mod volumes;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ecs::types::DeploymentRolloutState;
use serde::{Deserialize, Serialize};
use sss_model::Path;

pub(super) use self::encoding::decode;
use self::{
    deletion::{DELETE, DRAINED, delete},
    rollout::{MOVED, STARTED, follow},
    scaling::scaled,
};
pub(crate) use self::{
    registration::{LoadBalancer, Registry, Target, TargetWay},
    run::Run,
    settings::{Alarms, Capacity, Settings, Threshold},
};
use crate::{
    Graph, Id, Result,
    engine::{
        diff::{self, diff},
        graph::{Handle, Refs},
        kind::{
            Calls, Consequences, Effect, Found, Immutable, Left, Limit, NewName, Object, Obstructs, Resource,
            Retag, Share, Waits, Way, Workload, Write, to_value,
        },
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::Sent,
    grant::Grant,
    services::{
        cloudmap::cloudmap_service::CloudMapService,
        ec2::security_group::SecurityGroup,
        ecs::{self, cluster::Cluster, listing, shared::Shared, task_definition::TaskDefinition},
    },
    tags,
};

/// A service of the stack.
pub(crate) struct Service {
    /// The name, unique in the cluster.
    pub(crate) name: String,
    pub(crate) cluster: Handle<Cluster>,
    pub(crate) task_definition: Handle<TaskDefinition>,
    pub(crate) security_group: Handle<SecurityGroup>,
    /// The security groups of others in which its tasks are as well.
    pub(crate) other_groups: Vec<Handle<SecurityGroup>>,
    /// The registry of its tasks with the container and the port to register. `None` for a service without
    /// requests.
    pub(crate) registry: Option<(Handle<CloudMapService>, String, i32)>,
    /// The target group of its tasks with the way to it, and the container and the port to register. `None` for a
    /// service without a load balancer.
    pub(crate) target: Option<Target>,
    /// The one that sets the number of tasks.
    pub(crate) count_by: CountBy,
    /// Whether each update replaces the tasks.
    pub(crate) is_forced: bool,
    /// The optional settings that the stack leaves to others.
    pub(crate) unset: Vec<&'static str>,
    /// The part of the state that refers to no other resource.
    pub(crate) settings: Settings,
}

/// The one that sets the number of tasks of a service that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountBy {
    /// The stack.
    Stack,
    /// People or tools that the stack does not know.
    Others,
    /// The autoscaling of the stack.
    Autoscaling {
        /// Whether it always keeps a task running.
        keeps_a_task: bool,
    },
}

/// The managed part of a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The ARN of the cluster.
    pub(crate) cluster: String,
    /// The ARN of the revision that it runs.
    pub(crate) task_definition: String,
    /// The ids of the security groups of its tasks.
    pub(crate) security_groups: BTreeSet<String>,
    /// The registry of its tasks. `None` without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) registry: Option<Registry>,
    /// The target groups of its tasks, by ARN.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) load_balancers: Vec<LoadBalancer>,
    /// The rollout state of the last deployment, `IN_PROGRESS` or `FAILED`. `None` once it is completed.
    /// Never desired.
    ///
    /// So a deployment that an earlier run left shows as a difference, and the plan waits for it or replaces
    /// it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) deployment: Option<String>,
    #[serde(flatten)]
    pub(crate) settings: Settings,
}

/// The ARN of a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. No other object of the stack refers to it.
    pub(crate) arn: String,
}

/// Texts by which ECS refuses a creation because the role or the old service needs a moment, and what that means.
const NOT_YET: [(&str, &str); 3] = [
    ("does not have an associated load balancer", "ECS does not know the new listener yet"),
    ("is still Draining", "the old service of this name still stops its tasks"),
    ("unable to assume the", "the new role is not known everywhere yet"),
];

/// The moment from which ECS accepts the creation.
const STARTABLE: Condition =
    Condition::new("the service's name to be free", Duration::from_secs(10), Duration::from_mins(3))
        .looked_at_once();

impl Resource for Service {
    const NAME: &'static str = "ecs/service";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: Path::literal("cluster"),
        because: "ECS cannot move a service to another cluster",
        name: NewName::Same,
        downtime: None,
    }];
    const REACHED_THROUGH: &'static [Path] =
        &[Path::literal("registry.service"), Path::literal("load_balancers")];
    const WAITS: Waits = Waits {
        made: Some(&STARTED),
        changed: Some(&MOVED),
        removed: Some(&DRAINED),
        look: ("ecs:DescribeServices", 10),
    };
    const OBSTACLE: Option<Obstructs<Self>> = Some(capacity::obstacle);
    const WORKLOAD: Option<Effect<Self>> = Some(effect::workload);
    const CONSEQUENCES: Option<Consequences<Self>> = Some(effect::consequences);
    const SHARED: Option<Share> = Some(Shared::share);
    const TAGGING: Option<[&'static str; 2]> = Some(ecs::TAGGING);
    const CREATE: &'static str = "ecs:CreateService";
    const GRANTS: &'static [Grant] = super::grants::SERVICE;
    const LIMITS: &'static [Limit] =
        &[Limit { name: "vCPUs of Fargate On-Demand", at_most: 6.0, used: |graph, _, _| vcpus(graph) }];
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            cluster: refs.get(&self.cluster).arn,
            task_definition: refs.get(&self.task_definition).arn,
            security_groups: std::iter::once(&self.security_group)
                .chain(&self.other_groups)
                .map(|group| refs.get(group).id)
                .collect(),
            registry: self.registry.as_ref().map(|(service, container, port)| Registry {
                service: refs.get(service).arn,
                container: Some(container.clone()),
                port: Some(*port),
            }),
            load_balancers: self.target.iter().map(|target| target.desired(refs)).collect(),
            deployment: None,
            settings: self.settings.clone(),
        }
    }

    /// Returns the state with the live and the desired registries of the tasks.
    ///
    /// The requests move while the tasks are in both. ECS allows one Cloud Map service, so two of these do not fit
    /// together. Tasks with another port do not answer on the old way either: the security group opens the new port to
    /// the new backend only. A service without any desired registry keeps none.
    fn widened(live: &State, want: &State) -> Option<State> {
        registration::widened(live, want)
    }

    /// Returns the gap of a replacement in which ECS may stop all tasks first.
    ///
    /// The gap exists if the least number of healthy tasks is 0. A service without a registry gets no
    /// requests, and one without tasks has none to lose.
    fn replacement_gap(live: &State, want: &State) -> Option<&'static str> {
        let settings = &want.settings;
        let kept = i64::from(settings.desired_count) * i64::from(settings.minimum_healthy_percent);
        let gets_requests = live.registry.is_some() || !live.load_balancers.is_empty();
        (gets_requests && settings.desired_count > 0 && kept == 0).then_some(
            "requests fail until new tasks run: with `minimum_healthy_percent = 0`, ECS may stop all tasks first",
        )
    }

    /// Returns the end of the deployment or of the change of the count. Percentages take no wait.
    fn awaited(live: &State, want: &State, wanted: Option<&Self>) -> Option<&'static Condition> {
        match effect::of(live, want, wanted.is_some_and(|service| service.is_forced)).tasks {
            Workload::Kept => scaling::condition(live, want),
            _ => Some(&MOVED),
        }
    }

    /// Returns the count where autoscaling or others set it. Autoscaling starts no task of a service that has none,
    /// because it has no metric then.
    fn left(&self) -> Vec<Left> {
        let path = Path::literal("desired_count");
        match self.count_by {
            CountBy::Stack => Vec::new(),
            CountBy::Autoscaling { keeps_a_task: true } => vec![Left { path, except: Some(0.into()) }],
            CountBy::Others | CountBy::Autoscaling { .. } => vec![Left::always(path)],
        }
    }

    fn unset(&self) -> Vec<&'static str> {
        self.unset.clone()
    }

    /// Creates the service and waits until its first deployment is completed.
    ///
    /// ECS refuses a creation while a service of the name drains or a role is new. The texts of these
    /// refusals are compared, because neither has a code of its own.
    ///
    /// # Errors
    ///
    /// ECS refused the creation for another reason or for 3 minutes, and the error has its words; or the deployment
    /// failed, with a report.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let token = encoding::token(cx, name, want);
        let service = wait(cx, id, &STARTABLE, || async {
            match encoding::create(cx, name, &token, want).await {
                Ok(service) => Ok(Look::Met(service)),
                Err(error) => match NOT_YET.iter().find(|(text, _)| error.to_string().contains(text)) {
                    Some((_, note)) => Ok(Look::Refused((*note).to_owned(), error)),
                    None => Err(error),
                },
            }
        })
        .await?;
        let arn = service.service_arn.clone().sent(Self::CREATE, "serviceArn")?;
        follow(cx, id, &service, &STARTED).await?;
        Ok(Output { arn })
    }

    /// Returns one write for a change: a service that is on its way to the desired state needs no update.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            Way::Change(live, want) if is_on_its_way(live, want) => vec![Change::Follow { want }],
            Way::Change(live, want) => vec![Change::Update { live, want }],
            Way::Remove(live) => vec![Change::Delete { cluster: &live.cluster }],
        }
    }

    /// Carries out one write, and waits until the deployment or the count that it started has ended.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        match write {
            Change::Follow { want } => {
                let name = [on.name.to_owned()];
                let services = listing::services(&cx.aws, &want.cluster, &name).await?;
                let service = services.into_iter().next().sent("ecs:DescribeServices", "service")?;
                follow(cx, on.id, &service, &MOVED).await
            }

            Change::Update { live, want } => {
                let effect = effect::of(live, want, cx.shared::<Shared>().is_forced(on.id));
                let service = encoding::update(cx, on.name, live, want, effect.force).await?;
                match effect.tasks {
                    Workload::Kept => scaled(cx, on.id, &service, scaling::condition(live, want)).await,
                    _ => follow(cx, on.id, &service, &MOVED).await,
                }
            }
            Change::Delete { cluster } => delete(cx, on.id, cluster, on.name).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        ecs::retag(cx, &found.output.arn, change).await
    }
}

const UPDATE: &str = "ecs:UpdateService";

/// A write on a service.
pub(crate) enum Change<'a> {
    /// Waits for the deployment that an earlier run has started.
    Follow { want: &'a State },
    /// Sets the members that differ.
    Update { live: &'a State, want: &'a State },
    /// Deletes the service from this cluster, and waits until its tasks have stopped.
    Delete { cluster: &'a str },
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Follow { .. } => &[],
            Self::Update { .. } => &[UPDATE],
            Self::Delete { .. } => &[DELETE],
        }
    }

    /// Returns whether an update takes an optional setting back to AWS's default: its record must still be there
    /// if the run dies in between.
    fn precedes_tags(&self) -> bool {
        matches!(self, Self::Update { live, want } if tags::forgets(&live.settings.tags, &want.settings.tags))
    }
}

/// Returns the number of vCPUs of the stack's tasks. The quota of Fargate On-Demand is 6 in a new account.
fn vcpus(graph: &Graph) -> f64 {
    let cpu = |id: &Id| {
        let definition = graph.node(id)?.desired(&|_| None);
        definition["cpu"].as_str()?.parse::<f64>().ok()
    };
    let of = |id: &Id| {
        let tasks = graph.node(id)?.desired(&|_| None)["desired_count"].as_f64()?;
        let definition = graph.reads(id).iter().find(|read| read.kind == TaskDefinition::KIND)?;
        Some(tasks * cpu(definition)? / 1024.0)
    };
    graph.ids().filter(|id| id.kind == Service::KIND).filter_map(of).sum()
}

/// Returns whether the service is as desired but for a deployment that is running, which an earlier run has
/// left.
fn is_on_its_way(live: &State, want: &State) -> bool {
    let arrived = to_value(&State { deployment: None, ..live.clone() });
    live.deployment.as_deref() == Some(DeploymentRolloutState::InProgress.as_str())
        && diff(&arrived, &to_value(want)).iter().all(diff::Change::is_of_tags)
}
