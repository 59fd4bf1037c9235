//! The listings of ECS: clusters and services by name, and the contents of clusters.
//!
//! Each function reads as many objects per call as ECS allows, and makes the calls of several batches at the
//! same time. ECS reports missing objects beside those it found, without an error; the functions leave them
//! out.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::{
    Cluster as SdkCluster, ClusterField, DesiredStatus, Service as SdkService, ServiceDeployment,
    ServiceField, ServiceRevision, Task, TaskDefinition as SdkRevision, TaskDefinitionFamilyStatus,
    TaskDefinitionField,
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Result,
    engine::kind::Resource,
    error::{Absent, Answer, Sent},
    services::{
        aws_service::Reading,
        ecs::{cluster::Cluster, plain_tags, service::Service},
    },
    tags::{Ownership, Tags, observed},
};

/// The most clusters that one call describes.
pub(super) const CLUSTERS: usize = 100;
/// The most services that one call describes.
pub(super) const SERVICES: usize = 10;
/// The most families that one call lists.
pub(super) const FAMILIES: usize = 100;
/// The most service deployments that one call describes.
const DEPLOYMENTS: usize = 20;
/// The most service revisions that one call describes.
const REVISIONS: usize = 20;
/// The most tasks that one call describes.
const TASKS: usize = 100;

/// The largest page of all listings.
const PAGE: i32 = 100;

/// Reads the clusters of these names or ARNs that exist. An INACTIVE cluster does not.
pub(super) async fn clusters(aws: &Aws, names: Vec<String>) -> Result<Vec<SdkCluster>> {
    let batches = names.chunks(CLUSTERS).map(async |batch| {
        let parts = [ClusterField::Tags, ClusterField::Settings, ClusterField::Configurations];
        let request = aws.ecs.describe_clusters().set_include(Some(parts.to_vec()));
        request.set_clusters(Some(batch.to_vec())).send().await.of("ecs:DescribeClusters")
    });
    let answers = try_join_all(batches).await?;
    let found = answers.into_iter().flat_map(|answer| answer.clusters.unwrap_or_default());
    Ok(found.filter(|cluster| cluster.status() != Some("INACTIVE")).collect())
}

/// Reads the services of these names in a cluster, if they and the cluster exist.
///
/// The result may have services that drain or are inactive. ECS shows them for about an hour.
pub(crate) async fn services(aws: &Aws, cluster: &str, names: &[String]) -> Result<Vec<SdkService>> {
    let batches = names.chunks(SERVICES).map(async |batch| {
        let request = aws.ecs.describe_services().cluster(cluster).include(ServiceField::Tags);
        let answer = request.set_services(Some(batch.to_vec())).send().await.of("ecs:DescribeServices");
        answer.none_if(&["ClusterNotFoundException"])
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flatten().flat_map(|answer| answer.services.unwrap_or_default()).collect())
}

/// Reads the services that have a name of the stack, in the cluster of the stack.
///
/// It does not wait for the cluster: a cluster that does not exist has no services.
pub(super) async fn wanted_services(cx: &Reading<'_>) -> Result<Vec<SdkService>> {
    let names: Vec<String> = cx.graph.names(Service::KIND).map(str::to_owned).collect();
    let mut clusters = cx.graph.names(Cluster::KIND).chain(cx.graph.references(Cluster::KIND));
    let Some(cluster) = clusters.next() else {
        return Ok(Vec::new());
    };
    services(cx.aws, cluster, &names).await
}

/// Adds all other services of our clusters, and of those of others that the stack uses, to those that were found by name, and drops those that are not
/// active.
///
/// ECS counts the services of a cluster. So it lists them only where there are more than are known. That a
/// service counts as soon as its creation is answered is an assumption.
pub(super) async fn all_services(
    cx: &Reading<'_>,
    mut found: Vec<SdkService>,
    clusters: &[SdkCluster],
    shared: &BTreeSet<String>,
) -> Result<Vec<SdkService>> {
    // A service that drains or is inactive counts as deleted, although ECS still lists it for a while.
    found.retain(|service| service.status() == Some("ACTIVE"));

    let referred: BTreeSet<&str> = cx.graph.references(Cluster::KIND).collect();
    let may_hold_ours = |cluster: &&SdkCluster| {
        let names = [cluster.cluster_name(), cluster.cluster_arn()].into_iter().flatten();
        let is_shared = |name: &str| referred.contains(name) || shared.contains(name);
        names.into_iter().any(is_shared)
            || observed(cx.graph.stack(), plain_tags(cluster.tags())).0 == Ownership::Ours
    };
    let lists = clusters.iter().filter(may_hold_ours).map(async |cluster| {
        let arn = cluster.cluster_arn().unwrap_or_default();
        let in_cluster = found.iter().filter(|service| service.cluster_arn() == Some(arn));
        let known: BTreeSet<&str> = in_cluster.filter_map(SdkService::service_arn).collect();
        if usize::try_from(cluster.active_services_count()).is_ok_and(|count| count <= known.len()) {
            return Ok(Vec::new());
        }
        let mut others = listed_services(cx.aws, arn).await?;
        others.retain(|arn| !known.contains(arn.as_str()));
        services(cx.aws, arn, &others).await
    });

    let mut others: Vec<SdkService> = try_join_all(lists).await?.into_iter().flatten().collect();
    others.retain(|service| service.status() == Some("ACTIVE"));
    found.extend(others);
    Ok(found)
}

/// Lists the ARNs of all services of a cluster.
async fn listed_services(aws: &Aws, cluster: &str) -> Result<Vec<String>> {
    let request = aws.ecs.list_services().cluster(cluster).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.of("ecs:ListServices")?);
    }
    Ok(arns)
}

/// Lists the families of task definitions with a prefix that have active revisions.
pub(super) async fn families(aws: &Aws, prefix: String) -> Result<BTreeSet<String>> {
    let request = aws.ecs.list_task_definition_families().family_prefix(prefix);
    let request = request.status(TaskDefinitionFamilyStatus::Active).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut families = BTreeSet::new();
    while let Some(family) = pages.next().await {
        families.insert(family.of("ecs:ListTaskDefinitionFamilies")?);
    }
    Ok(families)
}

/// Lists the ARNs of the active revisions of all families with a prefix.
///
/// It reads all pages before it returns one ARN, because the caller deregisters what it returns and pages
/// would shift. The prefix matches other families, too: the caller checks the family.
pub(super) async fn active(aws: &Aws, family: &str) -> Result<Vec<String>> {
    let request = aws.ecs.list_task_definitions().family_prefix(family).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.of("ecs:ListTaskDefinitions")?);
    }
    Ok(arns)
}

/// Reads a revision by its ARN, or the newest active one of a family, with its tags.
///
/// # Errors
///
/// The call failed. ECS answers `ClientException` for a revision or a family that does not exist.
pub(super) async fn revision(aws: &Aws, name: &str) -> Result<(SdkRevision, Tags)> {
    const OPERATION: &str = "ecs:DescribeTaskDefinition";
    let request = aws.ecs.describe_task_definition().task_definition(name).include(TaskDefinitionField::Tags);
    let answer = request.send().await.of(OPERATION)?;
    let tags = plain_tags(answer.tags());
    Ok((answer.task_definition.sent(OPERATION, "taskDefinition")?, tags))
}

/// Reads the service deployments of these ARNs that exist, twenty in a call. Without ARNs this makes no call.
pub(super) async fn deployments(aws: &Aws, arns: &[String]) -> Result<Vec<ServiceDeployment>> {
    let batches = arns.chunks(DEPLOYMENTS).map(async |batch| {
        let request = aws.ecs.describe_service_deployments();
        let request = request.set_service_deployment_arns(Some(batch.to_vec()));
        request.send().await.of("ecs:DescribeServiceDeployments")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.service_deployments.unwrap_or_default()).collect())
}

/// Reads the service revisions of these ARNs that exist, twenty in a call. Without ARNs this makes no call.
pub(super) async fn service_revisions(aws: &Aws, arns: &[String]) -> Result<Vec<ServiceRevision>> {
    let batches = arns.chunks(REVISIONS).map(async |batch| {
        let request = aws.ecs.describe_service_revisions().set_service_revision_arns(Some(batch.to_vec()));
        request.send().await.of("ecs:DescribeServiceRevisions")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.service_revisions.unwrap_or_default()).collect())
}

/// Reads the tasks of a cluster: those that run or are to run, those that are being stopped, and those that
/// stopped not long ago.
pub(super) async fn all_tasks(aws: &Aws, cluster: &str) -> Result<Vec<Task>> {
    let (running, stopped) = tokio::try_join!(
        tasks(aws, cluster, DesiredStatus::Running),
        tasks(aws, cluster, DesiredStatus::Stopped)
    )?;
    Ok(running.into_iter().chain(stopped).collect())
}

/// Reads the tasks of a cluster with a desired status.
///
/// A task that is being stopped has the desired status STOPPED already.
pub(super) async fn tasks(aws: &Aws, cluster: &str, desired: DesiredStatus) -> Result<Vec<Task>> {
    let request = aws.ecs.list_tasks().cluster(cluster).desired_status(desired).max_results(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.next().await {
        arns.push(arn.of("ecs:ListTasks")?);
    }

    let batches = arns.chunks(TASKS).map(async |batch| {
        let request = aws.ecs.describe_tasks().cluster(cluster).set_tasks(Some(batch.to_vec()));
        request.send().await.of("ecs:DescribeTasks")
    });
    let answers = try_join_all(batches).await?;
    Ok(answers.into_iter().flat_map(|answer| answer.tasks.unwrap_or_default()).collect())
}
