//! ECS services. Making or changing one is done when the deployment that it started is the one that runs.

mod diagnosis;
mod effect;
mod request;
mod rollout;
mod scaling;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_ecs::types::{DeploymentRolloutState, Service as SdkService};
use serde::{Deserialize, Serialize};

use self::{
    rollout::{MOVED, STARTED, follow},
    scaling::scaled,
};
use crate::services::ecs::shared::Shared;
use crate::{
    Graph, Id, Result,
    engine::{
        diff::{Change, diff},
        graph::{Handle, Refs},
        kind::{Found, Immutable, Limit, NewName, Resource, ServiceTasks, Share, Waits, Way, to_value},
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer, Sent},
    services::{
        cloudmap::cloudmap_service::CloudMapService,
        ec2::security_group::SecurityGroup,
        ecs::{
            cluster::{self, Cluster},
            task_definition::TaskDefinition,
        },
    },
    tags::{TagChange, Tags},
};

/// A service of the stack.
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) cluster: Handle<Cluster>,
    pub(crate) task_definition: Handle<TaskDefinition>,
    pub(crate) security_group: Handle<SecurityGroup>,
    pub(crate) registry: Option<(Handle<CloudMapService>, String, i32)>,
    /// Whether others say how many tasks run.
    pub(crate) is_scaled: bool,
    /// Whether every update replaces the tasks.
    pub(crate) is_forced: bool,
    /// All that refers to nothing else of the stack.
    pub(crate) settings: Settings,
}

/// What a service is besides its references.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Settings {
    pub(crate) desired_count: i32,
    pub(crate) capacity: BTreeMap<String, Capacity>,
    pub(crate) subnets: BTreeSet<String>,
    pub(crate) assign_public_ip: bool,
    pub(crate) circuit_breaker: bool,
    pub(crate) rollback: bool,
    pub(crate) minimum_healthy_percent: i32,
    pub(crate) maximum_percent: i32,
    /// `ENABLED` or `DISABLED`, which is left to others; none where the maximum is 100 per cent, which leaves no choice.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) availability_zone_rebalancing: Option<String>,
    /// Seconds; none is 0.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) health_check_grace_period: Option<i32>,
    pub(crate) tags: Tags,
}

/// The share of a capacity provider. Only `FARGATE` is the same as the launch type FARGATE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Capacity {
    pub(crate) weight: i32,
    pub(crate) base: i32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) cluster: String,
    pub(crate) task_definition: String,
    pub(crate) security_groups: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) registry: Option<Registry>,
    /// How the last deployment stands, unless it is completed; never wanted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) deployment: Option<String>,
    #[serde(flatten)]
    pub(crate) settings: Settings,
}

/// Where tasks are registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Registry {
    pub(crate) service: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) container: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) port: Option<i32>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) arn: String,
}

const DRAINED: Condition =
    Condition::new("the service to drain", Duration::from_secs(45), Duration::from_mins(15));

/// Texts by which a refused creation tells that the role or the old service only needs a moment.
const NOT_YET: [&str; 2] = ["is still Draining", "unable to assume the"];

const STARTABLE: Condition =
    Condition::new("the service's name to be free", Duration::from_secs(10), Duration::from_mins(3))
        .looked_at_once();

impl Resource for Service {
    const NAME: &'static str = "ecs/service";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: "cluster",
        because: "ECS cannot move a service to another cluster",
        name: NewName::Same,
        downtime: None,
    }];
    const REACHED_THROUGH: Option<&'static str> = Some("/registry/service");
    const WAITS: Waits = Waits {
        made: Some(&STARTED),
        changed: Some(&MOVED),
        removed: Some(&DRAINED),
        look: ("ecs:DescribeServices", 10),
    };
    const SHARED: Option<Share> = Some(Shared::share);
    const TAGGING: Option<[&'static str; 2]> = Some(["ecs:TagResource", "ecs:UntagResource"]);
    const LIMITS: &'static [Limit] =
        &[Limit { name: "vCPUs of Fargate On-Demand", at_most: 6.0, used: |graph, _, _| vcpus(graph) }];
    type State = State;
    type Output = Output;

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
            security_groups: BTreeSet::from([refs.get(&self.security_group).id]),
            registry: self.registry.as_ref().map(|(service, container, port)| Registry {
                service: refs.get(service).arn,
                container: Some(container.clone()),
                port: Some(*port),
            }),
            deployment: None,
            settings: self.settings.clone(),
        }
    }

    fn forces_deployments(&self) -> bool {
        self.is_forced
    }

    fn tasks(way: &Way<'_, State>, forced: bool) -> Option<ServiceTasks> {
        Some(match way {
            Way::Make(_) => ServiceTasks::Started,
            Way::Change(live, want) => effect::of(live, want, forced).tasks,
            Way::Remove(_) => ServiceTasks::Stopped,
        })
    }

    fn replacement_gap(live: &State, want: &State) -> Option<&'static str> {
        let settings = &want.settings;
        let kept = i64::from(settings.desired_count) * i64::from(settings.minimum_healthy_percent);
        (live.registry.is_some() && settings.desired_count > 0 && kept == 0).then_some(
            "requests fail until new tasks run: with `minimum_healthy_percent = 0`, ECS may stop all tasks first",
        )
    }

    fn awaited(live: &State, want: &State, forced: bool) -> Option<&'static Condition> {
        match effect::of(live, want, forced).tasks {
            ServiceTasks::Kept => scaling::condition(live, want),
            _ => Some(&MOVED),
        }
    }

    fn ignored(&self) -> Vec<String> {
        let count = self.is_scaled.then(|| "/desired_count".to_owned());
        count.into_iter().chain(["/availability_zone_rebalancing".to_owned()]).collect()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        let token = request::token(cx, name, &want);
        let service = wait(cx, id, &STARTABLE, || async {
            match request::create(cx, name, &token, &want).await {
                Ok(service) => Ok(Look::Met(service)),
                Err(error) if NOT_YET.iter().any(|text| error.to_string().contains(text)) => {
                    Ok(Look::Unmet(error.answer()))
                }
                Err(error) => Err(error),
            }
        })
        .await?;
        let arn = service.service_arn.clone().sent("ecs:CreateService", "serviceArn")?;
        follow(cx, id, &service, &STARTED).await?;
        Ok(Output { arn })
    }

    async fn update(cx: &Context, id: &Id, found: Found<Self>, want: State) -> Result<()> {
        if is_on_its_way(&found.state, &want) {
            let name = std::slice::from_ref(&found.name);
            let services = crate::services::ecs::read::services(&cx.aws, &want.cluster, name).await?;
            let service = services.into_iter().next().sent("ecs:DescribeServices", "service")?;
            return follow(cx, id, &service, &MOVED).await;
        }
        let effect = effect::of(&found.state, &want, cx.is_forced(id));
        let service = request::update(cx, &found, &want, effect.force).await?;
        match effect.tasks {
            ServiceTasks::Kept => scaled(cx, id, &service, scaling::condition(&found.state, &want)).await,
            _ => follow(cx, id, &service, &MOVED).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        cluster::retag(cx, &found.output.arn, change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["ecs:CreateService"],
            Way::Change(live, want) if is_on_its_way(live, want) => Vec::new(),
            Way::Change(..) => vec!["ecs:UpdateService"],
            Way::Remove(_) => vec!["ecs:DeleteService"],
        }
    }

    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        let cluster = &found.state.cluster;
        let request = cx.aws.ecs.delete_service().cluster(cluster).service(&found.name).force(true);
        let gone = request.send().await.of("ecs:DeleteService");
        let gone = gone.none_if(&[
            "ServiceNotFoundException",
            "ServiceNotActiveException",
            "ClusterNotFoundException",
        ])?;
        if gone.is_none() {
            return Ok(());
        }
        wait(cx, id, &DRAINED, || async {
            let service = cx.shared::<Shared>().services.get((cluster.clone(), found.name.clone())).await?;
            let status = service.as_ref().and_then(SdkService::status).unwrap_or("INACTIVE");
            let running = service.as_ref().map_or(0, SdkService::running_count);
            Ok(match status {
                "INACTIVE" => Look::Met(()),
                status => Look::Unmet(format!("{status}, {running} running")),
            })
        })
        .await
    }
}

/// How many vCPUs the stack's tasks have when all are running.
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

/// Whether the service is as wanted, but for a deployment that is running: one that an earlier run has left.
fn is_on_its_way(live: &State, want: &State) -> bool {
    let arrived = to_value(&State { deployment: None, ..live.clone() });
    live.deployment.as_deref() == Some(DeploymentRolloutState::InProgress.as_str())
        && diff(&arrived, &to_value(want)).iter().all(Change::is_of_tags)
}
