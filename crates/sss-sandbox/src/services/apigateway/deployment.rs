//! Deployments of an API.
//!
//! Each change of an API deploys it to the stages with automatic deployment. An API keeps the newest 100 deployments,
//! which is an assumption, and those that its stages name. Manual deployments are left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    api::{self, Api},
    constraint::not_found,
    listing::{self, ListInput},
};
use crate::{refusal::Refusal, world::World};

/// The number of deployments that an API keeps beside those of its stages.
const KEPT: usize = 100;

/// The deployments of an API by their number, which counts from its creation.
pub(super) type Deployments = BTreeMap<u64, Deployment>;

/// An automatic deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Deployment {
    id: String,
    created_date: String,
}

impl Deployment {
    /// Returns the deployment in the form of AWS's answers.
    fn rendered(&self) -> Value {
        json!({
            "deploymentId": self.id,
            "createdDate": self.created_date,
            "autoDeployed": true,
            "deploymentStatus": "DEPLOYED",
            "description": "Automatic deployment triggered by changes to the Api configuration",
        })
    }
}

/// Adds a deployment to an API, and forgets the oldest one that no stage names.
pub(super) fn add(api: &mut Api, id: &str, created_date: &str) {
    let number = api.deployments.last_key_value().map_or(0, |(number, _)| number + 1);
    api.deployments.insert(number, Deployment { id: id.to_owned(), created_date: created_date.to_owned() });
    if api.deployments.len() <= KEPT {
        return;
    }
    let named: BTreeSet<&str> =
        api.stages.values().filter_map(|stage| stage.deployment_id.as_deref()).collect();
    let unnamed = api.deployments.iter().find(|(_, deployment)| !named.contains(deployment.id.as_str()));
    if let Some(oldest) = unnamed.map(|(number, _)| *number) {
        api.deployments.remove(&oldest);
    }
}

/// Returns a deployment of an API by its id.
///
/// # Errors
///
/// Refuses unknown deployments.
pub(super) fn find<'a>(api: &'a Api, id: &str) -> Result<&'a Deployment, Refusal> {
    let found = api.deployments.values().find(|deployment| deployment.id == id);
    found.ok_or_else(|| not_found(format!("Unable to find Deployment by id {id}")))
}

/// The input of `GetDeployment`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdInput {
    #[serde(default)]
    api_id: String,
    #[serde(default)]
    deployment_id: String,
}

/// Carries out `GetDeployment`.
pub(super) fn get(world: &World, input: &IdInput) -> Result<Value, Refusal> {
    Ok(find(api::find(world, &input.api_id)?, &input.deployment_id)?.rendered())
}

/// Carries out `GetDeployments`, newest first as in the examples of the AWS CLI.
pub(super) fn list(world: &World, input: &ListInput) -> Result<Value, Refusal> {
    let deployments = api::find(world, &input.api_id)?.deployments.iter();
    // Pages come in the order of their keys.
    let newest_first = |number: &u64| format!("{:020}", u64::MAX - number);
    let listed: BTreeMap<String, Value> =
        deployments.map(|(number, deployment)| (newest_first(number), deployment.rendered())).collect();
    listing::page(&listed, input)
}
