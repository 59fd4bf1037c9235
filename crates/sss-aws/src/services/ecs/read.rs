//! Clusters and services, by name in tens, and the revisions that the services run.

mod attempts;
mod normal;
mod others;
mod revisions;
mod together;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, Cluster as SdkCluster, ClusterField,
    DeploymentRolloutState, LaunchType, Service as SdkService, ServiceField, ServiceRegistry, Tag,
};
use futures_util::future::try_join_all;

pub(crate) use self::{
    attempts::{LastDeployments, is_given_up, note, reason, short},
    others::{all_tasks, others, tasks},
    revisions::revision,
    together::{ServiceKey, deployments_together, services_together},
};
use crate::{
    Aws, Graph, Id, Result,
    engine::{
        kind::{Found, Resource},
        world::{Live, Trust, World},
    },
    error::{Absent, Answer, Sent},
    services::{
        ecs::{
            cluster::{self, Cluster},
            service::{self, Service},
        },
        tagging::Tagged,
    },
    tags::{Ownership, Tags, observed},
};

/// The most that one call describes.
const SERVICES: usize = 10;
const CLUSTERS: usize = 100;

/// The clusters that have a name that the graph wants.
pub(crate) async fn clusters(aws: &Aws, graph: &Graph) -> Result<Vec<SdkCluster>> {
    described_clusters(aws, graph.names(Cluster::KIND).map(str::to_owned).collect()).await
}

async fn described_clusters(aws: &Aws, names: Vec<String>) -> Result<Vec<SdkCluster>> {
    let batches = names.chunks(CLUSTERS).map(async |batch| {
        let request = aws.ecs.describe_clusters().include(ClusterField::Tags);
        request.set_clusters(Some(batch.to_vec())).send().await.of("ecs:DescribeClusters")
    });
    let answers = try_join_all(batches).await?;
    let found = answers.into_iter().flat_map(|answer| answer.clusters.unwrap_or_default());
    Ok(found.filter(|cluster| cluster.status() != Some("INACTIVE")).collect())
}

/// Those, and ours of other names.
pub(crate) async fn marked_clusters(
    aws: &Aws,
    mut clusters: Vec<SdkCluster>,
    tagged: &Tagged,
) -> Result<Vec<SdkCluster>> {
    let known = |arn: &str| clusters.iter().any(|cluster| cluster.cluster_arn() == Some(arn));
    let others: Vec<_> =
        tagged.arns("ecs", "cluster/").filter(|arn| !known(arn)).map(str::to_owned).collect();
    clusters.extend(described_clusters(aws, others).await?);
    Ok(clusters)
}

/// The clusters as the world has them.
pub(crate) fn live_clusters(graph: &Graph, clusters: &[SdkCluster]) -> Result<Vec<(Id, Live)>> {
    clusters.iter().map(|cluster| live_cluster(graph, cluster)).collect()
}

fn live_cluster(graph: &Graph, found: &SdkCluster) -> Result<(Id, Live)> {
    const OPERATION: &str = "ecs:DescribeClusters";
    let name = found.cluster_name().sent(OPERATION, "clusterName")?.to_owned();
    let (ownership, tags) = observed(graph.stack(), plain_tags(found.tags()));
    let capacity_providers = found.capacity_providers().iter().cloned().collect();
    let arn = found.cluster_arn().sent(OPERATION, "clusterArn")?.to_owned();
    let state = cluster::State { capacity_providers, tags };
    let id = Id::new(Cluster::KIND, name.clone());
    let live = Found::<Cluster> { physical: arn.clone(), name, state, output: cluster::Output { arn } };
    Ok((id, live.into_live(ownership)))
}

/// The services of these names in a cluster, as far as they and the cluster exist.
pub(crate) async fn services(aws: &Aws, cluster: &str, names: &[String]) -> Result<Vec<SdkService>> {
    let batches = names.chunks(SERVICES).map(async |batch| {
        let request = aws.ecs.describe_services().cluster(cluster).include(ServiceField::Tags);
        let answer = request.set_services(Some(batch.to_vec())).send().await.of("ecs:DescribeServices");
        answer.none_if(&["ClusterNotFoundException"])
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flatten().flat_map(|answer| answer.services.unwrap_or_default()).collect())
}

/// The services that have a name that the graph wants, in the graph's cluster.
pub(crate) async fn wanted_services(aws: &Aws, graph: &Graph) -> Result<Vec<SdkService>> {
    let names: Vec<String> = graph.names(Service::KIND).map(str::to_owned).collect();
    let Some(cluster) = graph.names(Cluster::KIND).next() else {
        return Ok(Vec::new());
    };
    services(aws, cluster, &names).await
}

/// How the families begin that the stack names itself. Others may begin the same.
pub(crate) fn family_prefix(graph: &Graph) -> String {
    format!("{}-", graph.stack())
}

/// The families of task definitions whose name begins as the stack's do.
pub(crate) async fn families(aws: &Aws, graph: &Graph) -> Result<BTreeSet<String>> {
    let request = aws.ecs.list_task_definition_families().family_prefix(family_prefix(graph));
    let request = request.status(aws_sdk_ecs::types::TaskDefinitionFamilyStatus::Active).max_results(100);
    let mut pages = request.into_paginator().items().send();
    let mut families = BTreeSet::new();
    while let Some(family) = pages.next().await {
        families.insert(family.of("ecs:ListTaskDefinitionFamilies")?);
    }
    Ok(families)
}

/// The services that were found by name, and all others in the clusters. ECS counts the services of a cluster: they are
/// listed only where there are more than are known.
pub(crate) async fn all_services(
    aws: &Aws,
    graph: &Graph,
    mut found: Vec<SdkService>,
    clusters: &[SdkCluster],
) -> Result<Vec<SdkService>> {
    // What drains or is inactive is gone; ECS still lists it for a while.
    found.retain(|service| service.status() == Some("ACTIVE"));
    let is_ours =
        |cluster: &&SdkCluster| observed(graph.stack(), plain_tags(cluster.tags())).0 == Ownership::Ours;
    let lists = clusters.iter().filter(is_ours).map(async |cluster| {
        let arn = cluster.cluster_arn().unwrap_or_default();
        let known: BTreeSet<&str> = found
            .iter()
            .filter(|service| service.cluster_arn() == Some(arn))
            .filter_map(SdkService::service_arn)
            .collect();
        if usize::try_from(cluster.active_services_count()).is_ok_and(|count| count <= known.len()) {
            return Ok(Vec::new());
        }
        let mut others = listed_services(aws, arn).await?;
        others.retain(|arn| !known.contains(arn.as_str()));
        services(aws, arn, &others).await
    });
    let mut others: Vec<SdkService> = try_join_all(lists).await?.into_iter().flatten().collect();
    others.retain(|service| service.status() == Some("ACTIVE"));
    found.extend(others);
    Ok(found)
}

async fn listed_services(aws: &Aws, cluster: &str) -> Result<Vec<String>> {
    let mut pages = aws.ecs.list_services().cluster(cluster).max_results(100).into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.of("ecs:ListServices")?);
    }
    Ok(arns)
}

/// Adds the services that are ours or have a name that the graph wants, and their task definitions. Everything else is in the
/// world before them.
pub(crate) async fn services_and_revisions(
    aws: &Aws,
    graph: &Graph,
    world: &mut World,
    found: Vec<SdkService>,
    families: BTreeSet<String>,
    trust: Trust,
) -> Result<LastDeployments> {
    let (mut lives, mut last, mut running) = (Vec::new(), LastDeployments::new(), Vec::new());
    for service in &found {
        let (id, live) = live_service(graph, service)?;
        if live.ownership == Ownership::Ours || graph.node(&id).is_some() {
            last.extend(service.current_service_deployment().map(|arn| (id.clone(), arn.to_owned())));
            running.extend(revisions::Running::of(graph, &id, &live, service));
            lives.push((id, live));
        }
    }
    world.extend(lives);
    let revisions = revisions::found(aws, graph, world, &running, &families, trust).await?;
    world.extend(revisions);
    Ok(last)
}

fn live_service(graph: &Graph, found: &SdkService) -> Result<(Id, Live)> {
    const OPERATION: &str = "ecs:DescribeServices";
    let name = found.service_name().sent(OPERATION, "serviceName")?.to_owned();
    let arn = found.service_arn().sent(OPERATION, "serviceArn")?.to_owned();
    let (ownership, tags) = observed(graph.stack(), plain_tags(found.tags()));
    let network = found.network_configuration().and_then(|network| network.awsvpc_configuration());
    let deployment = found.deployment_configuration();
    let breaker = deployment.and_then(|deployment| deployment.deployment_circuit_breaker());
    let maximum_percent =
        deployment.and_then(aws_sdk_ecs::types::DeploymentConfiguration::maximum_percent).unwrap_or(200);
    let settings = service::Settings {
        desired_count: found.desired_count(),
        capacity: capacity(found.capacity_provider_strategy(), found.launch_type()),
        subnets: network.map(|network| network.subnets().iter().cloned().collect()).unwrap_or_default(),
        assign_public_ip: network.is_some_and(is_public),
        circuit_breaker: breaker.is_some_and(aws_sdk_ecs::types::DeploymentCircuitBreaker::enable),
        rollback: breaker.is_some_and(aws_sdk_ecs::types::DeploymentCircuitBreaker::rollback),
        minimum_healthy_percent: deployment
            .and_then(aws_sdk_ecs::types::DeploymentConfiguration::minimum_healthy_percent)
            .unwrap_or(100),
        maximum_percent,
        availability_zone_rebalancing: (maximum_percent > 100).then(|| rebalancing(found)),
        health_check_grace_period: found.health_check_grace_period_seconds().filter(|seconds| *seconds != 0),
        tags,
    };
    let primary = found.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY"));
    let rollout = primary.and_then(|deployment| deployment.rollout_state());
    let state = service::State {
        cluster: found.cluster_arn().unwrap_or_default().to_owned(),
        task_definition: found.task_definition().unwrap_or_default().to_owned(),
        security_groups: network
            .map(|network| network.security_groups().iter().cloned().collect())
            .unwrap_or_default(),
        registry: found.service_registries().first().map(registry),
        deployment: rollout
            .filter(|state| **state != DeploymentRolloutState::Completed)
            .map(|state| state.as_str().to_owned()),
        settings,
    };
    let rollout = rollout.map_or("unknown", |state| state.as_str());
    let status = format!("{} of {} running, rollout {rollout}", found.running_count(), found.desired_count());
    let id = Id::new(Service::KIND, name.clone());
    let live = Found::<Service> { physical: arn.clone(), name, state, output: service::Output { arn } };
    Ok((id, live.into_live(ownership).with_status(status)))
}

/// A service that was never told is as one that was told not to.
fn rebalancing(found: &SdkService) -> String {
    found.availability_zone_rebalancing().map_or("DISABLED", |word| word.as_str()).to_owned()
}

fn is_public(network: &AwsVpcConfiguration) -> bool {
    network.assign_public_ip() == Some(&AssignPublicIp::Enabled)
}

fn registry(found: &ServiceRegistry) -> service::Registry {
    service::Registry {
        service: found.registry_arn().unwrap_or_default().to_owned(),
        container: found.container_name().map(str::to_owned),
        port: found.container_port().or(found.port()),
    }
}

/// Launch type and strategy as one: only `FARGATE` is what the launch type means.
fn capacity(
    strategy: &[CapacityProviderStrategyItem],
    launch_type: Option<&LaunchType>,
) -> BTreeMap<String, service::Capacity> {
    if strategy.is_empty() {
        let launch_type = launch_type.map_or("FARGATE", LaunchType::as_str);
        return BTreeMap::from([(launch_type.to_owned(), service::Capacity { weight: 1, base: 0 })]);
    }
    let share = |weight, base| service::Capacity { weight, base };
    if let [only] = strategy {
        return BTreeMap::from([(only.capacity_provider().to_owned(), share(1, 0))]);
    }
    strategy
        .iter()
        .map(|item| (item.capacity_provider().to_owned(), share(item.weight(), item.base())))
        .collect()
}

fn plain_tags(tags: &[Tag]) -> Tags {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}
