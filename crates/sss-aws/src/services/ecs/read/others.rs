//! What others have in the clusters of a stack, and the tasks in these.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::types::{
    AwsVpcConfiguration, Cluster as SdkCluster, DesiredStatus, Service as SdkService, ServiceRegistry, Task,
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Result,
    engine::dependent::{Dependent, Others},
    error::Answer,
    services::ecs::read::plain_tags,
    tags::{Ownership, observed},
};

/// The services of others in these clusters, what they use, and how many tasks there are.
pub(crate) fn others(graph: &Graph, services: &[SdkService], clusters: &[SdkCluster]) -> Others {
    let mut others = Others::default();
    let mut tasks: BTreeMap<&str, i32> = BTreeMap::new();
    for service in services {
        let cluster = service.cluster_arn().unwrap_or_default();
        *tasks.entry(cluster).or_default() += service.running_count() + service.pending_count();
        if observed(graph.stack(), plain_tags(service.tags())).0 == Ownership::Ours {
            let arn = service.service_arn().unwrap_or_default().to_owned();
            others.counted.insert(arn, service.running_count());
        } else {
            let name = format!("ECS service {}", service.service_name().unwrap_or_default());
            let used = used_by(service).into_iter().map(|used| Dependent::new(name.clone(), used));
            others.dependents.extend(used);
        }
    }
    for cluster in clusters {
        let arn = cluster.cluster_arn().unwrap_or_default();
        let all = cluster.running_tasks_count() + cluster.pending_tasks_count();
        let alone = all - tasks.get(arn).copied().unwrap_or(0);
        if alone > 0 {
            others.counted.insert(arn.to_owned(), alone);
        }
    }
    others
}

/// The cluster, the security groups and the registries of a service.
fn used_by(service: &SdkService) -> BTreeSet<String> {
    let network = service.network_configuration().and_then(|network| network.awsvpc_configuration());
    let groups = network.map(AwsVpcConfiguration::security_groups).unwrap_or_default().iter();
    let registries = service.service_registries().iter().filter_map(ServiceRegistry::registry_arn);
    let named = service.cluster_arn().into_iter().chain(registries).map(str::to_owned);
    named.chain(groups.cloned()).collect()
}

/// The tasks of a cluster that run or are to run, and those that are being stopped or were stopped not long ago.
pub(crate) async fn all_tasks(aws: &Aws, cluster: &str) -> Result<Vec<Task>> {
    let (running, stopped) = tokio::try_join!(
        tasks(aws, cluster, DesiredStatus::Running),
        tasks(aws, cluster, DesiredStatus::Stopped)
    )?;
    Ok(running.into_iter().chain(stopped).collect())
}

/// The tasks of a cluster of which this is wanted.
pub(crate) async fn tasks(aws: &Aws, cluster: &str, wanted: DesiredStatus) -> Result<Vec<Task>> {
    let request = aws.ecs.list_tasks().cluster(cluster).desired_status(wanted).max_results(100);
    let mut pages = request.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.of("ecs:ListTasks")?);
    }
    let batches = arns.chunks(100).map(async |batch| {
        let request = aws.ecs.describe_tasks().cluster(cluster).set_tasks(Some(batch.to_vec()));
        request.send().await.of("ecs:DescribeTasks")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.tasks.unwrap_or_default()).collect())
}
