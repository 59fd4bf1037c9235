//! ECS services. Making or changing one is done when the deployment that it started is the one that runs.

mod diagnosis;
mod rollout;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, DeploymentCircuitBreaker,
    DeploymentConfiguration, DeploymentRolloutState, LaunchType, NetworkConfiguration, Service as SdkService,
    ServiceRegistry,
};
use serde::{Deserialize, Serialize};

use self::rollout::{MOVED, STARTED, follow};
use super::{CloudMapService, Cluster, SecurityGroup, TaskDefinition, cluster};
use crate::{
    Id, Result,
    context::Context,
    diff::{Change, diff},
    error::{Absent, Answer, Sent},
    graph::{Handle, Refs},
    hash,
    resource::{Found, Immutable, NewName, Resource, Waits, Way, to_value},
    tags::{self, TagChange, Tags},
    wait::{Condition, Look, wait},
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

const DRAINED: Condition = Condition::new(
    "the service is drained",
    Duration::from_secs(30),
    Duration::from_secs(45),
    Duration::from_mins(15),
);

/// Texts by which a refused creation tells that the role or the old service only needs a moment.
const NOT_YET: [&str; 2] = ["is still Draining", "unable to assume the"];

const STARTABLE: Condition = Condition::new(
    "the service can be created",
    Duration::ZERO,
    Duration::from_secs(10),
    Duration::from_mins(3),
);

impl Resource for Service {
    const KIND: &'static str = "ecs/service";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: "cluster",
        because: "ECS cannot move a service to another cluster",
        name: NewName::Same,
        downtime: None,
    }];
    const WAITS: Waits = Waits {
        made: Some(&STARTED),
        changed: Some(&MOVED),
        removed: Some(&DRAINED),
        look: ("ecs:DescribeServices", 10),
    };
    const TAGGING: Option<[&'static str; 2]> = Some(["ecs:TagResource", "ecs:UntagResource"]);
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

    fn ignored(&self) -> Vec<String> {
        self.is_scaled.then(|| "/desired_count".to_owned()).into_iter().collect()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        let token = token(cx, name, &want);
        let service = wait(cx, id, &STARTABLE, || async {
            match request_creation(cx, name, &token, &want).await {
                Ok(service) => Ok(Look::Met(service)),
                Err(error) if NOT_YET.iter().any(|text| error.to_string().contains(text)) => {
                    Ok(Look::Unmet(error.to_string()))
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
            let services = crate::observe::ecs::services(&cx.aws, &want.cluster, name).await?;
            let service = services.into_iter().next().sent("ecs:DescribeServices", "service")?;
            return follow(cx, id, &service, &MOVED).await;
        }
        let settings = &want.settings;
        let request = cx.aws.ecs.update_service().cluster(&want.cluster).service(&found.name);
        let request = request
            .network_configuration(network(&want))
            .deployment_configuration(deployment(settings))
            .force_new_deployment(true);
        // What is absent stays as it is. These are said only when they change: others may have set revision and count
        // meanwhile, and ECS has conditions on each of the rest.
        let live = &found.state.settings;
        let revision =
            (found.state.task_definition != want.task_definition).then_some(want.task_definition.clone());
        let count = (live.desired_count != settings.desired_count).then_some(settings.desired_count);
        let grace_period = settings.health_check_grace_period.unwrap_or(0);
        let grace_period =
            (live.health_check_grace_period != settings.health_check_grace_period).then_some(grace_period);
        let registries = (found.state.registry != want.registry).then(|| registries(&want));
        let request = request
            .set_task_definition(revision)
            .set_desired_count(count)
            .set_service_registries(registries)
            .set_health_check_grace_period_seconds(grace_period);
        let capacity = (live.capacity != settings.capacity).then(|| strategy(settings));
        let answer = request.set_capacity_provider_strategy(capacity).send().await.of("ecs:UpdateService")?;
        let service = answer.service.sent("ecs:UpdateService", "service")?;
        follow(cx, id, &service, &MOVED).await
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
            let service = cx.services.get((cluster.clone(), found.name.clone())).await?;
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

/// Whether the service is as wanted, but for a deployment that is running: one that an earlier run has left.
fn is_on_its_way(live: &State, want: &State) -> bool {
    let arrived = to_value(&State { deployment: None, ..live.clone() });
    live.deployment.as_deref() == Some(DeploymentRolloutState::InProgress.as_str())
        && diff(&arrived, &to_value(want)).iter().all(Change::is_of_tags)
}

/// By which ECS knows the same creation again, in another run as well.
fn token(cx: &Context, name: &str, want: &State) -> String {
    /// The most that ECS takes.
    const LENGTH: usize = 36;
    let mut token = hash::content(&to_value(&(&cx.stack, name, want)));
    token.truncate(LENGTH);
    token
}

async fn request_creation(cx: &Context, name: &str, token: &str, want: &State) -> Result<SdkService> {
    let settings = &want.settings;
    let request = cx.aws.ecs.create_service().cluster(&want.cluster).service_name(name).client_token(token);
    let only_fargate = settings.capacity.keys().all(|provider| provider == "FARGATE");
    let request = if only_fargate {
        request.launch_type(LaunchType::Fargate)
    } else {
        request.set_capacity_provider_strategy(Some(strategy(settings)))
    };
    let mut tags = settings.tags.clone();
    tags.extend(cx.proof_of(&want.task_definition).map(|proof| (tags::REVISION.to_owned(), proof)));
    let answer = request
        .task_definition(&want.task_definition)
        .desired_count(settings.desired_count)
        .network_configuration(network(want))
        .set_service_registries(Some(registries(want)))
        .deployment_configuration(deployment(settings))
        .set_health_check_grace_period_seconds(settings.health_check_grace_period)
        .set_tags(Some(cluster::sdk_tags(&tags)))
        .send()
        .await
        .of("ecs:CreateService")?;
    answer.service.sent("ecs:CreateService", "service")
}

fn network(want: &State) -> NetworkConfiguration {
    let public =
        if want.settings.assign_public_ip { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(want.settings.subnets.iter().cloned().collect()))
        .set_security_groups(Some(want.security_groups.iter().cloned().collect()))
        .assign_public_ip(public)
        .build();
    NetworkConfiguration::builder().awsvpc_configuration(vpc.expect("a configuration with subnets")).build()
}

fn registries(want: &State) -> Vec<ServiceRegistry> {
    let registry = |registry: &Registry| {
        ServiceRegistry::builder()
            .registry_arn(&registry.service)
            .set_container_name(registry.container.clone())
            .set_container_port(registry.port)
            .build()
    };
    want.registry.iter().map(registry).collect()
}

fn deployment(settings: &Settings) -> DeploymentConfiguration {
    let breaker = DeploymentCircuitBreaker::builder()
        .enable(settings.circuit_breaker)
        .rollback(settings.rollback)
        .build();
    DeploymentConfiguration::builder()
        .deployment_circuit_breaker(breaker)
        .minimum_healthy_percent(settings.minimum_healthy_percent)
        .maximum_percent(settings.maximum_percent)
        .build()
}

fn strategy(settings: &Settings) -> Vec<CapacityProviderStrategyItem> {
    let item = |(provider, share): (&String, &Capacity)| {
        let item = CapacityProviderStrategyItem::builder().capacity_provider(provider);
        item.weight(share.weight).base(share.base).build().expect("an item with a provider")
    };
    settings.capacity.iter().map(item).collect()
}
