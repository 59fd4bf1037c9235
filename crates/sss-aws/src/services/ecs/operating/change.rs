//! The calls that start, end and continue deployments and tasks outside of an apply.
//!
//! A deployment that one of these calls starts is followed like one of an apply: to its end, with the service's
//! events, and with the same report of a failure. None of them registers anything or changes the stack's
//! objects beside the service.

mod count;
mod waits;

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_ecs::types::{
    AwsVpcConfiguration, DeploymentLifecycleHookAction as HookAction,
    DeploymentLifecycleHookStatus as HookStatus, NetworkConfiguration, Service as SdkService,
    ServiceDeployment, ServiceDeploymentStatus as Status, ServiceRevision,
    StopServiceDeploymentStopType as StopType,
};

use super::{
    history::{self, Deployment},
    service,
};
use crate::{
    Aws, Error, Graph, Id, Result, World,
    engine::{
        kind::{Resource, Shared},
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Answer, Sent},
    services::ecs::{
        listing,
        service::{
            Service,
            attempts::short,
            rollout::{MOVED, follow, note},
        },
        shared,
    },
};

pub use self::count::{Count, Scale, Scaled};
pub(crate) use self::waits::STAGES;

/// The number of deployments among which a rollback looks for its target.
const REMEMBERED: usize = 50;
/// The operation that all changes of a service use.
const UPDATE: &str = "ecs:UpdateService";

/// The target of a rollback.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Back<'a> {
    /// The deployment under way is rolled back. Without one, the last successful deployment returns.
    #[default]
    Usual,
    /// The last successful deployment with other contents than the service has.
    Previous,
    /// The successful deployment of this revision, such as `mz-dev-site:7`.
    To(&'a str),
}

/// A service in a cluster, by name, and the resource for events.
pub(crate) struct On<'a> {
    /// The clients, options and events.
    pub(crate) cx: &'a Context,
    /// The name of the cluster.
    pub(crate) cluster: &'a str,
    /// The name of the ECS service.
    pub(crate) service: &'a str,
    /// Whether a change waits for its result. Otherwise it ends once AWS has begun.
    pub(crate) waits: bool,
    /// The longest wait for a deployment. `None` for the usual one.
    pub(crate) deadline: Option<Duration>,
}

impl On<'_> {
    /// Returns the resource, for events.
    fn id(&self) -> Id {
        Id::new(Service::KIND, self.service.to_owned())
    }

    /// Reads the service.
    async fn described(&self) -> Result<SdkService> {
        service(&self.cx.aws, self.cluster, self.service).await
    }

    /// Reads the last deployment of a service. `None` if ECS names none.
    async fn last(&self, service: &SdkService) -> Result<Option<ServiceDeployment>> {
        let Some(arn) = service.current_service_deployment() else { return Ok(None) };
        Ok(listing::deployments(&self.cx.aws, &[arn.to_owned()]).await?.into_iter().next())
    }

    /// Returns the deployment that is under way, if one is.
    async fn under_way(&self, service: &SdkService) -> Result<Option<ServiceDeployment>> {
        Ok(self.last(service).await?.filter(is_under_way))
    }

    /// Refuses to start a deployment beside one that is under way.
    async fn refuse_beside_another(&self, service: &SdkService) -> Result<()> {
        if self.under_way(service).await?.is_none() {
            return Ok(());
        }
        Err(Error::declined(format!("a deployment of {} is under way", self.service))
            .with_hint("`wait` waits for its end, and `abort` ends it"))
    }

    /// Starts new tasks of the same revision, and follows the deployment to its end.
    ///
    /// # Errors
    ///
    /// A deployment is under way ([`Error::is_declined`]), a call failed, or the deployment did.
    pub(crate) async fn restart(&self) -> Result<()> {
        self.refuse_beside_another(&self.described().await?).await?;
        let request = self.cx.aws.ecs.update_service().cluster(self.cluster).service(self.service);
        let answer = request.force_new_deployment(true).send().await.of(UPDATE)?;
        self.followed(&answer.service.sent(UPDATE, "service")?).await
    }

    /// Follows the deployment that a call has started to its end, if the change waits for it.
    async fn followed(&self, started: &SdkService) -> Result<()> {
        if !self.waits {
            return Ok(());
        }
        let condition = self.deadline.map_or(MOVED, |deadline| MOVED.within(deadline));
        follow(self.cx, &self.id(), started, &condition).await
    }

    /// Returns the service to an earlier deployment, and follows it to its end. Returns the revision that runs.
    ///
    /// A deployment that is under way is stopped, and ECS rolls it back, if `back` allows that. Otherwise the
    /// task definition, the network, the registries and the capacity of an earlier successful deployment
    /// return together: the last one with another revision or other members, or that of the named revision.
    ///
    /// # Errors
    ///
    /// The service has nothing to go back to ([`Error::is_declined`]), a call failed, or the deployment did.
    pub(crate) async fn roll_back(&self, back: Back<'_>) -> Result<String> {
        let service = self.described().await?;
        if back != Back::Usual {
            self.refuse_beside_another(&service).await?;
        } else if let Some(running) = self.under_way(&service).await? {
            let stopped = self.ask_to_stop(&running, StopType::Rollback).await?;
            if self.waits {
                self.stopped(stopped).await?;
                return Ok(short(self.described().await?.task_definition().unwrap_or_default()));
            }
            return self.source(&running).await;
        }

        let to = if let Back::To(revision) = back { Some(revision) } else { None };
        let target = self.target(&service, to).await?;
        let arn = target.task_definition().sent("ecs:DescribeServiceRevisions", "taskDefinition")?;
        self.refuse_inactive(arn).await?;
        let updated = self.put_back(&service, &target).await?;
        self.followed(&updated).await?;
        Ok(short(arn))
    }

    /// Returns the revision that ran before a deployment, to which its rollback returns.
    async fn source(&self, running: &ServiceDeployment) -> Result<String> {
        let arns = running.source_service_revisions().iter().filter_map(|source| source.arn());
        let arns: Vec<String> = arns.map(str::to_owned).collect();
        let found = listing::service_revisions(&self.cx.aws, &arns).await?;
        let revision = found.first().and_then(|revision| revision.task_definition());
        Ok(revision.map_or_else(|| "the earlier revision".to_owned(), short))
    }

    /// Finds the service revision to which a rollback returns.
    async fn target(&self, service: &SdkService, to: Option<&str>) -> Result<ServiceRevision> {
        let all = history::history(&self.cx.aws, self.cluster, self.service, REMEMBERED).await?;
        let successful: Vec<&Deployment> =
            all.iter().filter(|deployment| deployment.is_successful()).collect();
        let arns: Vec<String> =
            successful.iter().filter_map(|deployment| deployment.target.clone()).collect();
        let found = listing::service_revisions(&self.cx.aws, &arns).await?;
        let revision = |deployment: &&Deployment| {
            let arn = deployment.target.as_deref();
            found.iter().find(|revision| revision.service_revision_arn() == arn)
        };

        let current = service.task_definition().unwrap_or_default();
        let mut candidates = successful.iter().filter_map(revision);
        let target = candidates.find(|revision| match to {
            Some(name) => short(revision.task_definition().unwrap_or_default()) == name,
            None => !runs(service, revision),
        });
        if let Some(target) = target {
            return Ok(target.clone());
        }

        let mut known: Vec<String> = Vec::new();
        for revision in successful.iter().filter_map(|found| found.revision.as_ref()) {
            if !known.contains(revision) {
                known.push(revision.clone());
            }
        }
        let message = match to {
            Some(name) => format!("no successful deployment of {} brought {name}", self.service),
            None => format!("{} has no earlier successful deployment than {}", self.service, short(current)),
        };
        Err(Error::declined(message).with_hint(if known.is_empty() {
            "`history` lists the deployments of the service".to_owned()
        } else {
            format!("successful deployments brought {}; `history` lists them", known.join(", "))
        }))
    }

    /// Refuses a revision that was deregistered. ECS starts no deployment with it.
    async fn refuse_inactive(&self, arn: &str) -> Result<()> {
        let (revision, _) = listing::revision(&self.cx.aws, arn).await?;
        if revision.status().is_none_or(|status| status.as_str() == "ACTIVE") {
            return Ok(());
        }
        Err(Error::declined(format!("the revision {} was deregistered", short(arn)))
            .with_hint("`history` lists the deployments; `rollback --to REVISION` takes another one"))
    }

    /// Updates the service with all members of a service revision.
    ///
    /// The capacity changes only with a forced deployment, so it is sent only where it differs.
    async fn put_back(&self, service: &SdkService, target: &ServiceRevision) -> Result<SdkService> {
        let strategy = target.capacity_provider_strategy();
        let other_capacity = !strategy.is_empty() && strategy != service.capacity_provider_strategy();
        let request = self.cx.aws.ecs.update_service().cluster(self.cluster).service(self.service);
        let request = request
            .set_task_definition(target.task_definition().map(str::to_owned))
            .set_network_configuration(target.network_configuration().cloned())
            .set_service_registries(Some(target.service_registries().to_vec()))
            .set_capacity_provider_strategy(other_capacity.then(|| strategy.to_vec()))
            .set_force_new_deployment(other_capacity.then_some(true));
        request.send().await.of(UPDATE)?.service.sent(UPDATE, "service")
    }

    /// Ends the deployment that is under way, and waits for its end. Returns AWS's word for it.
    ///
    /// With `rolls_back`, ECS returns the service to its last completed revision.
    ///
    /// # Errors
    ///
    /// No deployment is under way ([`Error::is_declined`]), a call failed, or ECS could not roll back.
    pub(crate) async fn abort(&self, rolls_back: bool) -> Result<String> {
        let service = self.described().await?;
        let Some(running) = self.under_way(&service).await? else {
            return Err(Error::declined(format!("no deployment of {} is under way", self.service))
                .with_hint("`history` lists the deployments of the service"));
        };
        let how = if rolls_back { StopType::Rollback } else { StopType::Abort };
        self.stopped(self.ask_to_stop(&running, how).await?).await
    }

    /// Asks ECS to stop a deployment. Returns its ARN.
    async fn ask_to_stop<'d>(&self, running: &'d ServiceDeployment, how: StopType) -> Result<&'d str> {
        let arn = running.service_deployment_arn().sent("ecs:DescribeServiceDeployments", "ARN")?;
        let request = self.cx.aws.ecs.stop_service_deployment().service_deployment_arn(arn);
        request.stop_type(how).send().await.of("ecs:StopServiceDeployment")?;
        Ok(arn)
    }

    /// Waits until ECS has stopped a deployment. Returns AWS's word for its end.
    async fn stopped(&self, arn: &str) -> Result<String> {
        let id = self.id();
        let ended = wait(self.cx, &id, &ENDED, || async {
            let mut found = listing::deployments(&self.cx.aws, &[arn.to_owned()]).await?;
            let found = found.pop().sent("ecs:DescribeServiceDeployments", "deployment")?;
            Ok(if is_under_way(&found) {
                Look::Unmet(format!("it {}", note(&found)))
            } else {
                Look::Met(found)
            })
        });
        let ended = ended.await?;
        match ended.status() {
            Some(Status::RollbackFailed) => {
                Err(Error::failed("the end of the deployment", format!("the deployment {}", note(&ended))))
            }
            status => Ok(status.map_or("UNKNOWN", Status::as_str).to_owned()),
        }
    }

    /// Continues a deployment that is paused at a lifecycle hook. Returns the id of the hook.
    ///
    /// # Errors
    ///
    /// No deployment is paused, or not at this hook ([`Error::is_declined`]), or a call failed.
    pub(crate) async fn proceed(&self, hook: Option<&str>) -> Result<String> {
        const OPERATION: &str = "ecs:ContinueServiceDeployment";
        let service = self.described().await?;
        let running = self.under_way(&service).await?;
        let hooks = running.iter().flat_map(ServiceDeployment::lifecycle_hook_details);
        let mut waiting = hooks.filter(|detail| detail.status() == Some(&HookStatus::AwaitingAction));
        let found = waiting.find(|detail| hook.is_none() || detail.hook_id() == hook);
        let Some((running, id)) = running.as_ref().zip(found.and_then(|detail| detail.hook_id())) else {
            return Err(Error::declined(format!("no deployment of {} is paused at a hook", self.service))
                .with_hint("`history` lists the deployments of the service"));
        };
        let arn = running.service_deployment_arn().sent("ecs:DescribeServiceDeployments", "ARN")?;
        let request = self.cx.aws.ecs.continue_service_deployment().service_deployment_arn(arn);
        request.hook_id(id).action(HookAction::Continue).send().await.of(OPERATION)?;
        Ok(id.to_owned())
    }
}

/// The end of a deployment that was asked to stop.
const ENDED: Condition =
    Condition::new("the end of the deployment", Duration::from_secs(10), Duration::from_mins(20));

/// Returns whether a deployment has not ended.
fn is_under_way(found: &ServiceDeployment) -> bool {
    !matches!(
        found.status(),
        Some(Status::Successful | Status::Stopped | Status::RollbackSuccessful | Status::RollbackFailed)
    )
}

/// Returns whether a service runs with the members of a service revision.
fn runs(service: &SdkService, revision: &ServiceRevision) -> bool {
    service.task_definition() == revision.task_definition()
        && place(service.network_configuration()) == place(revision.network_configuration())
        && service.service_registries() == revision.service_registries()
}

/// Returns subnets, security groups and public address. Their order has no meaning.
fn place(
    network: Option<&NetworkConfiguration>,
) -> Option<(BTreeSet<String>, BTreeSet<String>, Option<String>)> {
    let set = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    let of = |vpc: &AwsVpcConfiguration| {
        let public = vpc.assign_public_ip().map(|word| word.as_str().to_owned());
        (set(vpc.subnets()), set(vpc.security_groups()), public)
    };
    network?.awsvpc_configuration().map(of)
}

/// Stops a task. ECS starts another one in its place if its service wants it.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn stop_task(cx: &Context, cluster: &str, id: &str, reason: &str) -> Result<()> {
    let request = cx.aws.ecs.stop_task().cluster(cluster).task(id).reason(reason);
    request.send().await.of("ecs:StopTask").map(drop)
}

/// Returns the state that the calls of this module share.
pub(crate) fn share(aws: &Aws, graph: &Graph, world: &World) -> Shared {
    shared::Shared::share(aws, graph, world)
}
