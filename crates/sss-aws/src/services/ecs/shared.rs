//! The state that the steps of task definitions and services share during an apply.
//!
//! Many services wait for their deployments at the same time. Their polls of one moment become one call for
//! ten services or twenty service deployments. And a revision that one step registers is proven by its hash
//! to the step that creates its service.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_ecs::types::{Service as SdkService, ServiceDeployment};
use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Graph, Id, World,
    client::batch::Batch,
    engine::kind::{self, Resource},
    services::ecs::{
        listing,
        service::Service,
        task_definition::{self, TaskDefinition},
    },
};

/// Reads of one moment as one call, and the revisions that the apply has registered.
pub(crate) struct Shared {
    /// Services as ECS describes them now.
    pub(crate) services: Batch<ServiceKey, SdkService>,
    /// Service deployments by ARN, as ECS describes them now.
    pub(crate) deployments: Batch<String, ServiceDeployment>,
    /// The highest number of a revision that the world has, by task definition.
    newest_revisions: BTreeMap<Id, u32>,
    /// The hashes of the revisions that this apply has registered, by ARN.
    revisions: Mutex<BTreeMap<String, String>>,
    /// The services of which each update replaces the tasks.
    forced: BTreeSet<Id>,
}

impl Shared {
    /// Creates the state of an apply. The kinds of ECS name this function in `SHARED`.
    pub(crate) fn share(aws: &Aws, graph: &Graph, world: &World) -> kind::Shared {
        let forced = graph.resources::<Service>().filter(|(_, service)| service.is_forced);
        Arc::new(Self {
            services: services_together(aws),
            deployments: deployments_together(aws),
            newest_revisions: newest_revisions(world),
            revisions: Mutex::default(),
            forced: forced.map(|(id, _)| id.clone()).collect(),
        })
    }

    /// Returns the highest known number of a revision of this task definition, or 0.
    ///
    /// The next revision is expected to get the number after it. A tag records that number, so a copy of a
    /// revision with its tags shows as one.
    pub(crate) fn newest_revision(&self, id: &Id) -> u32 {
        self.newest_revisions.get(id).copied().unwrap_or(0)
    }

    /// Returns whether each update of this service replaces its tasks.
    pub(crate) fn is_forced(&self, id: &Id) -> bool {
        self.forced.contains(id)
    }

    /// Notes the hash of a revision that this apply has registered.
    pub(crate) fn note_revision(&self, arn: &str, proof: String) {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned(), proof);
    }

    /// Returns the hash of a revision that this apply has registered, or `None` for an earlier one.
    pub(crate) fn proof_of(&self, arn: &str) -> Option<String> {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
    }
}

/// Returns the highest number of a revision that the world has, by task definition.
fn newest_revisions(world: &World) -> BTreeMap<Id, u32> {
    let mut newest = BTreeMap::new();
    for (id, live) in world.of_kind(TaskDefinition::KIND) {
        let highest = newest.entry(id.clone()).or_insert(0);
        *highest = task_definition::number(&live.physical).max(*highest);
    }
    newest
}

/// The cluster's name or ARN, and the service's name.
pub(super) type ServiceKey = (String, String);

/// Returns a batch that reads ten services in a call, cluster by cluster.
fn services_together(aws: &Aws) -> Batch<ServiceKey, SdkService> {
    let aws = aws.clone();
    Batch::new(move |keys: BTreeSet<ServiceKey>| {
        let aws = aws.clone();
        async move {
            let mut clusters: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (cluster, name) in keys {
                clusters.entry(cluster).or_default().push(name);
            }

            let answers = clusters.into_iter().map(async |(cluster, names)| {
                let found = listing::services(&aws, &cluster, &names).await?;
                let keyed = found.into_iter().filter_map(move |service| {
                    let name = service.service_name()?.to_owned();
                    Some(((cluster.clone(), name), service))
                });
                Ok::<_, Error>(keyed)
            });
            Ok(try_join_all(answers).await?.into_iter().flatten().collect())
        }
    })
}

/// Returns a batch that reads twenty service deployments in a call.
fn deployments_together(aws: &Aws) -> Batch<String, ServiceDeployment> {
    let aws = aws.clone();
    Batch::new(move |arns: BTreeSet<String>| {
        let aws = aws.clone();
        async move {
            let found = listing::deployments(&aws, &arns.into_iter().collect::<Vec<_>>()).await?;
            let keyed = found
                .into_iter()
                .filter_map(|deployment| Some((deployment.service_deployment_arn()?.to_owned(), deployment)));
            Ok(keyed.collect())
        }
    })
}
