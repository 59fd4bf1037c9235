//! The calls that start, end and continue deployments and tasks outside of an apply.
//!
//! A deployment that one of these calls starts is followed like one of an apply: to its end, with the service's
//! events, and with the same report of a failure. None of them registers anything or changes the stack's
//! objects beside the service.

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
            diagnosis,
            rollout::{MOVED, Rollout, follow, note},
            scaling::{condition_of, scaled},
        },
        shared,
    },
};

/// The number of deployments among which a rollback looks for its target.
const REMEMBERED: usize = 50;
/// The operation that all changes of a service use.
const UPDATE: &str = "ecs:UpdateService";

/// A service in a cluster, by name, and the resource for events.
pub(crate) struct On<'a> {
    /// The clients, options and events.
    pub(crate) cx: &'a Context,
    /// The name of the cluster.
    pub(crate) cluster: &'a str,
    /// The name of the ECS service.
    pub(crate) service: &'a str,
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
        follow(self.cx, &self.id(), &answer.service.sent(UPDATE, "service")?, &MOVED).await
    }

    /// Sets the number of tasks, and waits until so many run. Returns the number before.
    ///
    /// # Errors
    ///
    /// A deployment is under way ([`Error::is_declined`]), a call failed, or the tasks do not run in time.
    pub(crate) async fn scale(&self, count: i32) -> Result<i32> {
        let service = self.described().await?;
        self.refuse_beside_another(&service).await?;
        let before = service.desired_count();
        let Some(condition) = condition_of(before, count) else { return Ok(before) };

        let request = self.cx.aws.ecs.update_service().cluster(self.cluster).service(self.service);
        let answer = request.desired_count(count).send().await.of(UPDATE)?;
        let updated = answer.service.sent(UPDATE, "service")?;
        scaled(self.cx, &self.id(), &updated, Some(condition)).await?;
        Ok(before)
    }

    /// Returns the service to an earlier deployment, and follows it to its end. Returns the revision that runs.
    ///
    /// A deployment that is under way is stopped, and ECS rolls it back, unless `to` names a revision. Otherwise the
    /// task definition, the network, the registries and the capacity of an earlier successful deployment
    /// return together: the last one with another revision or other members, or that of the revision `to`.
    ///
    /// # Errors
    ///
    /// The service has nothing to go back to ([`Error::is_declined`]), a call failed, or the deployment did.
    pub(crate) async fn roll_back(&self, to: Option<&str>) -> Result<String> {
        let service = self.described().await?;
        if let Some(running) = self.under_way(&service).await? {
            if to.is_some() {
                self.refuse_beside_another(&service).await?;
            }
            self.stop(&running, StopType::Rollback).await?;
            return Ok(short(self.described().await?.task_definition().unwrap_or_default()));
        }

        let target = self.target(&service, to).await?;
        let arn = target.task_definition().sent("ecs:DescribeServiceRevisions", "taskDefinition")?;
        self.refuse_inactive(arn).await?;
        let updated = self.put_back(&service, &target).await?;
        follow(self.cx, &self.id(), &updated, &MOVED).await?;
        Ok(short(arn))
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

        let known: Vec<String> = successful.iter().filter_map(|found| found.revision.clone()).collect();
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
        self.stop(&running, if rolls_back { StopType::Rollback } else { StopType::Abort }).await
    }

    /// Stops a deployment, and waits until ECS has done it.
    async fn stop(&self, running: &ServiceDeployment, how: StopType) -> Result<String> {
        const OPERATION: &str = "ecs:StopServiceDeployment";
        let arn = running.service_deployment_arn().sent("ecs:DescribeServiceDeployments", "ARN")?;
        let request = self.cx.aws.ecs.stop_service_deployment().service_deployment_arn(arn);
        request.stop_type(how).send().await.of(OPERATION)?;

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

    /// Waits until the last deployment of the service has ended.
    ///
    /// # Errors
    ///
    /// The deployment failed, was stopped or rolled back, with a report; or the deadline passed.
    pub(crate) async fn deployed(&self, deadline: Duration) -> Result<()> {
        let condition = MOVED.within(deadline).looked_at_once();
        let id = self.id();
        let ended = wait(self.cx, &id, &condition, || async {
            let service = self.described().await?;
            Ok(match self.last(&service).await? {
                Some(last) if is_under_way(&last) => Look::Unmet(format!("it {}", note(&last))),
                last => Look::Met((service, last)),
            })
        });
        let (service, last) = ended.await?;
        let Some(last) = last.filter(|last| last.status() != Some(&Status::Successful)) else {
            return Ok(());
        };
        let target = last.target_service_revision().and_then(|revision| revision.arn()).map(str::to_owned);
        let revisions = listing::service_revisions(&self.cx.aws, target.as_slice()).await?;
        let wanted = revisions.first().and_then(|revision| revision.task_definition());
        let rollout = Rollout::of_deployment(self.cx, &id, &service, &last, wanted)?;
        let report = diagnosis::report(&rollout).await;
        let hint = report.next.hint();
        let error = Error::failed("the deployment", format!("the deployment {}", note(&last)));
        Err(error.with_deployment(report).with_hint(hint))
    }

    /// Waits until the service runs the desired number of tasks of one revision.
    ///
    /// # Errors
    ///
    /// A call failed, or the deadline passed.
    pub(crate) async fn stable(&self, deadline: Duration) -> Result<()> {
        let condition = STABLE.within(deadline);
        let id = self.id();
        wait(self.cx, &id, &condition, || async {
            let service = self.described().await?;
            let (running, desired) = (service.running_count(), service.desired_count());
            let rows = service.deployments().len();
            let is_stable = running == desired && service.pending_count() == 0 && rows == 1;
            let several = if rows > 1 { format!(", {rows} deployments") } else { String::new() };
            let note = format!("{running} of {desired} tasks running{several}");
            Ok(if is_stable { Look::Met(()) } else { Look::Unmet(note) })
        })
        .await
    }

    /// Waits until a deployment of the service is paused at a lifecycle hook. Returns the id of the hook.
    ///
    /// # Errors
    ///
    /// A call failed, or the deadline passed.
    pub(crate) async fn paused(&self, deadline: Duration) -> Result<String> {
        let condition = PAUSED.within(deadline);
        let id = self.id();
        wait(self.cx, &id, &condition, || async {
            let running = self.under_way(&self.described().await?).await?;
            let note = running.as_ref().map_or_else(|| "no deployment is under way".to_owned(), note);
            let mut hooks = running.iter().flat_map(ServiceDeployment::lifecycle_hook_details);
            let waiting = hooks.find(|detail| detail.status() == Some(&HookStatus::AwaitingAction));
            let hook = waiting.and_then(|detail| detail.hook_id());
            Ok(hook.map_or(Look::Unmet(note), |hook| Look::Met(hook.to_owned())))
        })
        .await
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

/// The steady state of a service.
const STABLE: Condition =
    Condition::new("the service to be stable", Duration::from_mins(1), Duration::from_mins(20))
        .looked_at_once();

/// The pause of a deployment at a hook.
const PAUSED: Condition =
    Condition::new("a paused deployment", Duration::from_secs(30), Duration::from_mins(20)).looked_at_once();

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
