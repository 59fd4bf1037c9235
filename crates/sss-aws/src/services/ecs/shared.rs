//! What the steps of clusters, task definitions and services share during an apply.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_ecs::types::{Service, ServiceDeployment};

use crate::{
    Aws, Id, World,
    client::batch::Batch,
    engine::kind::{self, Resource},
    services::ecs::{
        read::{ServiceKey, deployments_together, services_together},
        task_definition::{self, TaskDefinition},
    },
};

/// Looks that are made together, and revisions that the apply has registered.
pub(crate) struct Shared {
    /// Services as ECS describes them now.
    pub(crate) services: Batch<ServiceKey, Service>,
    /// Service deployments by ARN, as ECS describes them now.
    pub(crate) deployments: Batch<String, ServiceDeployment>,
    newest_revisions: BTreeMap<Id, u32>,
    /// The content of the revisions that this apply has registered, as a hash, by ARN.
    revisions: Mutex<BTreeMap<String, String>>,
}

impl Shared {
    pub(crate) fn share(aws: &Aws, world: &World) -> kind::Shared {
        Arc::new(Self {
            services: services_together(aws),
            deployments: deployments_together(aws),
            newest_revisions: newest_revisions(world),
            revisions: Mutex::default(),
        })
    }

    /// The highest number of a revision of this task definition that is known; 0 where none is.
    pub(crate) fn newest_revision(&self, id: &Id) -> u32 {
        self.newest_revisions.get(id).copied().unwrap_or(0)
    }

    pub(crate) fn note_revision(&self, arn: &str, proof: String) {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned(), proof);
    }

    /// The hash of the content of a revision that this apply has registered.
    pub(crate) fn proof_of(&self, arn: &str) -> Option<String> {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
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
