//! The deployments of a service, and the revisions to which it can return.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{
    ServiceDeployment, ServiceDeploymentCircuitBreaker, ServiceDeploymentStatus as Status, ServiceRevision,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::moment;
use crate::{
    Aws, Moment, Result,
    causes::{self, Diagnosis},
    error::Answer,
    services::ecs::{
        listing,
        service::attempts::{reason, short},
    },
};

/// A deployment of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Deployment {
    /// The name of the ECS service.
    pub service: String,
    /// The id of its row, as tasks carry it: `ecs-svc/123`.
    pub id: String,
    /// The ARN of the service deployment.
    pub arn: String,
    /// AWS's word for its state, such as `ROLLBACK_SUCCESSFUL`.
    pub status: String,
    /// The reason of its end, in AWS's words.
    pub reason: Option<String>,
    /// The revision of the task definition that it brings. `None` if ECS no longer describes it.
    pub revision: Option<String>,
    /// The images of that revision, by container.
    pub images: Vec<Image>,
    /// The time at which somebody asked for it.
    pub created: Option<Moment>,
    /// The time of its end.
    pub finished: Option<Moment>,
    /// The number of tasks that failed, as the circuit breaker counted them.
    pub failed_tasks: Option<i32>,
    /// The cause of its failure. `None` if it did not fail, or if the texts are unknown.
    pub cause: Option<Diagnosis>,
    /// The ARN of the service revision that it brings.
    #[serde(skip)]
    pub(crate) target: Option<String>,
}

/// An image of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Image {
    /// The name of the container.
    pub container: String,
    /// The image as the task definition names it.
    pub image: String,
    /// The digest that ECS resolved when the deployment began.
    pub digest: Option<String>,
}

impl Deployment {
    /// Returns whether the deployment is under way.
    pub fn is_running(&self) -> bool {
        !matches!(
            Status::from(self.status.as_str()),
            Status::Successful | Status::Stopped | Status::RollbackSuccessful | Status::RollbackFailed
        )
    }

    /// Returns whether the deployment did what it was asked for.
    pub fn is_successful(&self) -> bool {
        Status::from(self.status.as_str()) == Status::Successful
    }
}

/// Reads the newest deployments of a service, newest first.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn history(aws: &Aws, cluster: &str, service: &str, most: usize) -> Result<Vec<Deployment>> {
    let arns = listed(aws, cluster, service, most).await?;
    let found = listing::deployments(aws, &arns).await?;
    let targets: Vec<String> = found.iter().filter_map(target).map(str::to_owned).collect();
    let revisions = listing::service_revisions(aws, &targets).await?;
    let revisions: BTreeMap<&str, &ServiceRevision> =
        revisions.iter().filter_map(|revision| Some((revision.service_revision_arn()?, revision))).collect();

    let by_arn: BTreeMap<&str, &ServiceDeployment> = found
        .iter()
        .filter_map(|deployment| Some((deployment.service_deployment_arn()?, deployment)))
        .collect();
    let ordered = arns.iter().filter_map(|arn| by_arn.get(arn.as_str()));
    Ok(ordered.map(|found| deployment(service, found, &revisions)).collect())
}

/// Lists the ARNs of the newest deployments of a service, newest first.
async fn listed(aws: &Aws, cluster: &str, service: &str, most: usize) -> Result<Vec<String>> {
    const OPERATION: &str = "ecs:ListServiceDeployments";
    let mut arns = Vec::new();
    let mut token = None;
    while arns.len() < most {
        let page = i32::try_from((most - arns.len()).min(100)).unwrap_or(100);
        let request = aws.ecs.list_service_deployments().cluster(cluster).service(service);
        let answer = request.max_results(page).set_next_token(token).send().await.of(OPERATION)?;
        let listed = answer.service_deployments.unwrap_or_default();
        arns.extend(listed.into_iter().filter_map(|brief| brief.service_deployment_arn));
        token = answer.next_token;
        if token.is_none() {
            break;
        }
    }
    arns.truncate(most);
    Ok(arns)
}

/// Returns the ARN of the service revision that a deployment brings.
fn target(found: &ServiceDeployment) -> Option<&str> {
    found.target_service_revision()?.arn()
}

/// Decodes a deployment with its revision.
fn deployment(
    service: &str,
    found: &ServiceDeployment,
    revisions: &BTreeMap<&str, &ServiceRevision>,
) -> Deployment {
    let target = target(found);
    let revision = target.and_then(|arn| revisions.get(arn));
    let images = revision.map(|revision| revision.container_images()).unwrap_or_default();
    let reason = reason(found);
    let is_successful = found.status() == Some(&Status::Successful);
    let cause = reason.as_deref().filter(|_| !is_successful).and_then(causes::of_text);
    Deployment {
        service: service.to_owned(),
        id: format!("ecs-svc/{}", short(target.unwrap_or_default())),
        arn: found.service_deployment_arn().unwrap_or_default().to_owned(),
        status: found.status().map_or("UNKNOWN", Status::as_str).to_owned(),
        reason,
        revision: revision.and_then(|revision| revision.task_definition()).map(short),
        images: images
            .iter()
            .map(|image| Image {
                container: image.container_name().unwrap_or_default().to_owned(),
                image: image.image().unwrap_or_default().to_owned(),
                digest: image.image_digest().map(str::to_owned),
            })
            .collect(),
        created: moment(found.created_at()),
        finished: moment(found.finished_at()),
        failed_tasks: found.deployment_circuit_breaker().map(ServiceDeploymentCircuitBreaker::failure_count),
        cause,
        target: target.map(str::to_owned),
    }
}
