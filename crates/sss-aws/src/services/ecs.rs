//! ECS: clusters, task definitions and services.
//!
//! A stack has one cluster, and for each of its services a task definition and an ECS service. A task
//! definition is a family of revisions, and a revision never changes. An ECS service runs tasks of one
//! revision, and a deployment replaces them when the service gets another one.
//!
//! # Facts about AWS
//!
//! - `DescribeServices` describes ten services per call, by name, with tags and deployments.
//!   `DescribeTaskDefinition` describes one revision per call. So the engine avoids reading revisions where a
//!   hash proves their content ([`revisions`]).
//! - A cluster counts its active services and its tasks. So services and tasks of others show in the counts,
//!   without a listing.
//! - `RegisterTaskDefinition` and `DeregisterTaskDefinition` share one call per second after a burst of 20.
//!   This is the slowest quota of a stack with many services.
//! - Deleted clusters and services stay visible as INACTIVE for about an hour. Here they are gone.
//!
//! # Terms
//!
//! - The *row* of a deployment is its entry in the answer of `DescribeServices`, with an id such as
//!   `ecs-svc/123`.
//! - A *service deployment* is the object with an ARN that says how a deployment ended.
//! - A *service revision* is the configuration that a service deployment brings. It names a revision of a
//!   task definition.
//!
//! # Modules
//!
//! [`cluster`], [`task_definition`] and [`service`] are the kinds. [`listing`] has the calls that read them, [`alone`]
//! the reading of some services without what is around them, [`others`] and [`dependents`] the services and tasks of others, and [`shared`] the reads that steps of an
//! apply share. [`operating`] is for people who watch and repair what runs.

mod alone;
pub(crate) mod cluster;
mod dependents;
mod grants;
mod listing;
pub(crate) mod operating;
mod others;
pub(crate) mod service;
mod shared;
pub(crate) mod task_definition;

use std::collections::BTreeSet;

use aws_sdk_ecs::types::{Cluster as SdkCluster, Service as SdkService, Tag};

use self::{
    cluster::Cluster,
    service::{Service, attempts},
    task_definition::{
        TaskDefinition,
        revisions::{self, late::LastDeployment},
    },
};
pub(crate) use self::{
    dependents::{deploying, interfaces_of_tasks, running},
    listing::services,
};
use crate::{
    Graph, Id, Result, World,
    client::pace::{Quota, Rate},
    engine::{
        kind::{Resource, Retag},
        run::Context,
    },
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::{retag, sdk_tags},
        tagging::Tagged,
    },
    tags::Tags,
};

/// ECS.
///
/// It is the last in the list of services: its third round computes desired states, which need the outputs of
/// all other objects.
pub(crate) struct Ecs;

/// The answers of ECS.
pub(crate) struct Found {
    /// The clusters that have a name of the stack or its mark.
    clusters: Vec<SdkCluster>,
    /// The services that have a name of the stack.
    services: Vec<SdkService>,
    /// The families of task definitions that have the prefix of the stack.
    families: BTreeSet<String>,
    /// The clusters of others that hold services of the stack, by name or ARN. Empty until the second round.
    shared: BTreeSet<String>,
}

impl AwsService for Ecs {
    const NAME: &'static str = "ecs";
    /// Source: "Request throttling for the Amazon ECS API", in the API reference of ECS.
    ///
    /// The page does not name `StopServiceDeployment`. That it shares the bucket of the reads of service
    /// deployments is an assumption.
    const QUOTAS: &'static [Quota] = &[
        Quota::new(
            "ECS cluster modify",
            &[
                "CreateCluster",
                "DeleteCluster",
                "PutClusterCapacityProviders",
                "UpdateCluster",
                "UpdateClusterSettings",
            ],
            Rate::new(20, 1.0),
        ),
        Quota::new("ECS cluster read", &["DescribeClusters", "ListClusters"], Rate::new(50, 20.0)),
        Quota::new(
            "ECS task definition modify",
            &["RegisterTaskDefinition", "DeregisterTaskDefinition"],
            Rate::new(20, 1.0),
        ),
        Quota::new("ECS task definition delete", &["DeleteTaskDefinitions"], Rate::new(5, 1.0)),
        Quota::new(
            "ECS task definition read",
            &["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"],
            Rate::new(50, 20.0),
        ),
        Quota::new(
            "ECS service modify",
            &["CreateService", "UpdateService", "DeleteService"],
            Rate::new(50, 5.0),
        ),
        Quota::new("ECS service read", &["DescribeServices", "ListServices"], Rate::new(100, 20.0)),
        Quota::new("ECS cluster resource modify", &["StopTask"], Rate::new(100, 40.0)),
        Quota::new(
            "ECS service deployment",
            &["DescribeServiceDeployments", "ListServiceDeployments", "StopServiceDeployment"],
            Rate::new(50, 20.0),
        ),
        Quota::new("ECS service revision", &["DescribeServiceRevisions"], Rate::new(50, 20.0)),
        Quota::new("ECS task read", &["DescribeTasks", "ListTasks"], Rate::new(100, 20.0)),
        Quota::new("ECS tag modify", &["TagResource", "UntagResource"], Rate::new(20, 10.0)),
        Quota::new("ECS tag read", &["ListTagsForResource"], Rate::new(50, 20.0)),
    ];
    const THROTTLED: &'static [&'static str] = &["ThrottlingException"];
    /// A cluster under another name shows only here. Services show in the count of their cluster, and
    /// revisions in the listing of families.
    const TAG_TYPES: &'static [TagType] = &[TagType::new("ecs:cluster", Cluster::KIND)];
    const GRANTS: &'static [Grant] = grants::ALL;
    type Found = Found;

    /// Reads the cluster and the services by name, and the families of task definitions by the prefix of the
    /// stack.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        let names = cx.graph.names(Cluster::KIND).chain(cx.graph.references(Cluster::KIND));
        let names = names.map(str::to_owned).collect();
        let (clusters, services, families) = tokio::try_join!(
            listing::clusters(cx.aws, names),
            listing::wanted_services(cx),
            listing::families(cx.aws, family_prefix(cx.graph)),
        )?;
        Ok(Found { clusters, services, families, shared: BTreeSet::new() })
    }

    /// Reads the clusters with the stack's mark under other names, and the clusters of others that hold services of
    /// the stack.
    async fn second_round(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
        let known = |arn: &str| found.clusters.iter().any(|cluster| cluster.cluster_arn() == Some(arn));
        let others = tagged.arns(Self::NAME, "cluster/").filter(|arn| !known(arn));
        let is_new = |text: &&String| {
            let is_text = |named: Option<&str>| named == Some(text.as_str());
            let mut known = found.clusters.iter();
            !known.any(|cluster| is_text(cluster.cluster_arn()) || is_text(cluster.cluster_name()))
        };
        found.shared = tagged.inside(Cluster::KIND).collect();
        let inside = found.shared.iter().filter(is_new).cloned();
        let others = others.map(str::to_owned).chain(inside).collect();
        found.clusters.extend(listing::clusters(cx.aws, others).await?);
        Ok(found)
    }

    /// Reads the contents of clusters, and then revisions and attempts: their desired states need the outputs
    /// of all objects before.
    ///
    /// If all services are as the stack says, it makes no call.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        let services = listing::all_services(cx, found.services, &found.clusters, &found.shared).await?;
        world.others_mut().extend(others::others(cx.graph, &services, &found.clusters));
        for cluster in &found.clusters {
            let (id, live) = cluster::decode(cx.graph, cluster)?;
            if cx.graph.concerns(&id, &live) {
                world.insert(id, live);
            }
        }

        let mut running = Vec::new();
        let mut last_deployments = attempts::LastDeployments::new();
        for service in &services {
            let (id, live) = service::decode(cx.graph, service)?;
            if cx.graph.concerns(&id, &live) {
                let last = service.current_service_deployment().map(str::to_owned);
                running.extend(revisions::Running::of(cx.graph, &id, &live, service));
                let live = if cx.leaves { live.with_fact(&LastDeployment(last.clone())) } else { live };
                last_deployments.extend(last.map(|arn| (id.clone(), arn)));
                world.insert(id, live);
            }
        }

        let revisions = revisions::found(cx, world, &running, &found.families).await?;
        world.extend(revisions);
        attempts::note(cx, world, last_deployments).await
    }

    async fn late_round(cx: &Reading<'_>, world: &mut World, most: usize) -> Result<()> {
        revisions::late::read_left(cx, world, most).await
    }

    async fn scoped_round(cx: &Reading<'_>, world: &mut World) -> Result<()> {
        alone::read(cx, world).await
    }

    /// The services, ten in a call, and the newest revision of each.
    fn least_scoped_reads(graph: &Graph) -> usize {
        graph.names(Service::KIND).count().div_ceil(listing::SERVICES)
            + graph.names(TaskDefinition::KIND).count()
    }

    /// The calls of the first round. Revisions that a hash proves take none.
    fn least_reads(graph: &Graph, world: &World) -> usize {
        let names = |kind| graph.names(kind).count();
        let families: BTreeSet<&Id> = world.of_kind(TaskDefinition::KIND).map(|(id, _)| id).collect();
        (names(Cluster::KIND) + graph.references(Cluster::KIND).count()).div_ceil(listing::CLUSTERS)
            + names(Service::KIND).div_ceil(listing::SERVICES)
            + families.len().div_ceil(listing::FAMILIES).max(1)
    }
}

/// Returns the prefix of the families that the stack names itself. Families of others may have the same
/// prefix.
fn family_prefix(graph: &Graph) -> String {
    format!("{}-", graph.stack())
}

/// The calls that set and remove tags, in this order.
const TAGGING: [&str; 2] = ["ecs:TagResource", "ecs:UntagResource"];

/// Changes the tags of an object that ECS names by its ARN.
async fn retag(cx: &Context, arn: &str, change: Retag) -> Result<()> {
    retag!(cx.aws.ecs.untag_resource(), cx.aws.ecs.tag_resource(), TAGGING, arn, change, tags_for_sdk)
}

fn tags_for_sdk(tags: &Tags) -> Vec<Tag> {
    sdk_tags(tags, |key, value| Tag::builder().key(key).value(value).build())
}

/// Returns tags of an answer by key. A tag without a value has an empty one.
fn plain_tags(tags: &[Tag]) -> Tags {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    tags.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}
