//! Following a deployment that a call has started, until it ends.
//!
//! `CreateService` and `UpdateService` answer the service with its deployments. The primary row is the one
//! that the call started. Its id `ecs-svc/NUMBER` has the number of the service revision, so the service
//! deployment with that target is ours.
//!
//! # Success
//!
//! A deployment is successful only if its service deployment is SUCCESSFUL and its row is still the primary
//! one. A service that is steady proves nothing: it is steady after a rollback as well
//! (`terraform-provider-aws#19519`, `#20858`).
//!
//! # Polls
//!
//! One `DescribeServices` describes ten services, and while our row is in progress nothing else can be
//! learned. Once it is not, the service deployment says how it ended. A rollback is awaited to its end, so
//! that the failure can say which revision runs.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_sdk_ecs::types::{
    Deployment, DeploymentRolloutState, Service as SdkService, ServiceDeployment,
    ServiceDeploymentStatus as Status, StopServiceDeploymentStopType as StopType,
};

use crate::{
    Error, Event, FailedDeployment, Id, Next, OnInterrupt, Result,
    engine::{
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Answer, Sent},
    services::ecs::{
        service::{
            attempts::{reason, short},
            diagnosis,
        },
        shared::Shared,
    },
};

/// The end of the first deployment of a service, usually after 50 seconds.
pub(super) const STARTED: Condition = completed(Duration::from_secs(50));

/// The end of a deployment that replaces tasks, usually after 70 seconds.
pub(in crate::services::ecs) const MOVED: Condition = completed(Duration::from_secs(70));

/// The subject of messages about a deployment.
const NAME: &str = "the deployment";

/// Returns the end of a deployment with this usual time. The deadline is 20 minutes.
const fn completed(usual: Duration) -> Condition {
    Condition::new(NAME, usual, Duration::from_mins(20))
}

/// Waits until the deployment that a call has started is the one that runs. It emits the service's events
/// meanwhile.
///
/// It returns at once for a deployment that the options leave to AWS.
///
/// If the apply is interrupted, the deployment is stopped or left to ECS, as the options say.
///
/// # Errors
///
/// The deployment is rolled back, stopped, replaced by another one, or late. The error has a report and the
/// next plan's behaviour as a hint.
pub(in crate::services::ecs) async fn follow(
    cx: &Context,
    id: &Id,
    started: &SdkService,
    completed: &Condition,
) -> Result<()> {
    if cx.leaves_unverified(id) {
        return Ok(());
    }
    let rollout = Rollout::of(cx, id, started)?;
    match wait(cx, id, completed, || rollout.look()).await {
        Err(error) if error.is_unmet() => {
            let report = diagnosis::report(&rollout).await;
            let hint = report.next.hint();
            Err(error.with_deployment(report).with_hint(hint))
        }
        Err(error) if error.is_interrupted() => Err(rollout.interrupted().await),
        result => result,
    }
}

/// A deployment that is under way.
pub(in crate::services::ecs) struct Rollout<'a> {
    /// The clients and options of the apply.
    pub(super) cx: &'a Context,
    /// The resource, for events.
    pub(super) id: &'a Id,
    /// The ARN of the cluster.
    pub(super) cluster: String,
    /// The name of the service.
    pub(super) service: String,
    /// The ARN of the revision of the task definition that it deploys.
    pub(super) task_definition: String,
    /// The id of its row among the service's deployments: `ecs-svc/` and the number of the service revision.
    ///
    /// The tasks of the deployment carry this id.
    pub(super) row: String,
    /// The facts that earlier polls have shown.
    seen: Mutex<Seen>,
}

/// The facts that the polls of a rollout have shown.
#[derive(Default)]
struct Seen {
    /// The ARN of the service deployment, once it is known.
    arn: Option<String>,
    /// The ids of the service's events that need not be emitted again.
    events: BTreeSet<String>,
}

impl<'a> Rollout<'a> {
    /// Returns the deployment that a call has started, from the answer of the call.
    ///
    /// Events that are in the answer are older and are not emitted.
    ///
    /// # Errors
    ///
    /// The answer has no primary deployment, or lacks names.
    pub(super) fn of(cx: &'a Context, id: &'a Id, started: &SdkService) -> Result<Self> {
        const OPERATION: &str = "ecs:UpdateService";
        let primary = started.deployments().iter().find(|row| row.status() == Some("PRIMARY"));
        let row = primary.and_then(|row| row.id()).sent(OPERATION, "primary deployment")?;
        let events = started.events().iter().filter_map(|event| event.id().map(str::to_owned)).collect();
        Ok(Self {
            cx,
            id,
            cluster: started.cluster_arn().sent(OPERATION, "clusterArn")?.to_owned(),
            service: started.service_name().sent(OPERATION, "serviceName")?.to_owned(),
            task_definition: started.task_definition().sent(OPERATION, "taskDefinition")?.to_owned(),
            row: row.to_owned(),
            seen: Mutex::new(Seen { events, ..Seen::default() }),
        })
    }

    /// Returns a service deployment that has ended, for a report on it. `wanted` is the revision that it was to
    /// bring.
    ///
    /// # Errors
    ///
    /// The answers lack names.
    pub(in crate::services::ecs) fn of_deployment(
        cx: &'a Context,
        id: &'a Id,
        service: &SdkService,
        ended: &ServiceDeployment,
        wanted: Option<&str>,
    ) -> Result<Self> {
        const OPERATION: &str = "ecs:DescribeServiceDeployments";
        let number = target(ended).map(short).sent(OPERATION, "targetServiceRevision")?;
        Ok(Self {
            cx,
            id,
            cluster: service.cluster_arn().sent(OPERATION, "clusterArn")?.to_owned(),
            service: service.service_name().sent(OPERATION, "serviceName")?.to_owned(),
            task_definition: wanted.or(service.task_definition()).unwrap_or_default().to_owned(),
            row: format!("ecs-svc/{number}"),
            seen: Mutex::default(),
        })
    }

    /// Reads whether the deployment has ended.
    ///
    /// # Errors
    ///
    /// A read failed, or the deployment did not succeed.
    async fn look(&self) -> Result<Look<()>> {
        let service = self.described().await?;
        self.tell_events(&service);

        let row = service.deployments().iter().find(|row| row.id() == Some(&self.row));
        let is_primary = row.is_some_and(|row| row.status() == Some("PRIMARY"));
        // Only the service deployment tells how the deployment ends.
        if let Some(row) = row.filter(|row| is_primary && is_on_its_way(row)) {
            return Ok(Look::Unmet(progress(&service, row)));
        }

        let Some(found) = self.deployment_of(service.current_service_deployment()).await? else {
            return Ok(Look::Unmet("ECS does not list it yet".to_owned()));
        };
        let note = note(&found);

        match found.status() {
            Some(Status::Successful) if is_primary => Ok(Look::Met(())),
            Some(Status::Successful) => {
                Err(Error::failed(NAME, "the deployment succeeded, and another deployment has replaced it"))
            }
            Some(Status::Stopped | Status::RollbackSuccessful | Status::RollbackFailed) => {
                Err(Error::failed(NAME, format!("{NAME} {note}")))
            }
            _ => Ok(Look::Unmet(format!("it {note}"))),
        }
    }

    /// Reads the service deployment, once ECS lists it.
    pub(super) async fn deployment(&self) -> Result<Option<ServiceDeployment>> {
        self.deployment_of(None).await
    }

    /// Reads the service deployment, which may be the current one.
    ///
    /// The current one saves a listing. It is ours if its target has the number of our row; otherwise the
    /// service deployments are listed.
    async fn deployment_of(&self, current: Option<&str>) -> Result<Option<ServiceDeployment>> {
        let known = self.seen().arn.clone();
        if let Some(arn) = known.as_deref().or(current) {
            let found = self.cx.shared::<Shared>().deployments.get(arn.to_owned()).await?;
            if let Some(found) = found.filter(|found| self.is_ours(target(found))) {
                self.seen().arn = Some(arn.to_owned());
                return Ok(Some(found));
            }
        }
        match self.listed().await? {
            Some(arn) => self.cx.shared::<Shared>().deployments.get(arn).await,
            None => Ok(None),
        }
    }

    /// Returns whether a service deployment deploys the revision of our row.
    fn is_ours(&self, target: Option<&str>) -> bool {
        let number = |text: &str| text.rsplit('/').next().map(str::to_owned);
        target.is_some_and(|arn| number(arn) == number(&self.row))
    }

    /// Lists the ARN of the service deployment that deploys the revision of our row, or `None` if ECS does
    /// not list it yet.
    async fn listed(&self) -> Result<Option<String>> {
        const OPERATION: &str = "ecs:ListServiceDeployments";
        let mut token = None;
        loop {
            let request = self.cx.aws.ecs.list_service_deployments().cluster(&self.cluster);
            let request = request.service(&self.service).max_results(100).set_next_token(token);
            let page = request.send().await.of(OPERATION)?;
            let mut all = page.service_deployments().iter();
            if let Some(found) = all.find(|found| self.is_ours(found.target_service_revision_arn())) {
                let arn = found.service_deployment_arn().sent(OPERATION, "serviceDeploymentArn")?.to_owned();
                self.seen().arn = Some(arn.clone());
                return Ok(Some(arn));
            }

            token = page.next_token;
            if token.is_none() {
                return Ok(None);
            }
        }
    }

    /// Reads the service. Polls of the same moment share a call.
    pub(super) async fn described(&self) -> Result<SdkService> {
        let found =
            self.cx.shared::<Shared>().services.get((self.cluster.clone(), self.service.clone())).await?;
        found.sent("ecs:DescribeServices", "service")
    }

    /// Stops the deployment or leaves it, as the options of the interrupted apply say.
    ///
    /// The error names the outcome, and what the next plan does about it.
    async fn interrupted(&self) -> Error {
        let (said, next) = self.end().await;
        let wanted = short(&self.task_definition);
        let report = FailedDeployment { wanted, next, ..FailedDeployment::default() };
        Error::interrupted(NAME, said).with_deployment(report).with_hint(next.hint())
    }

    /// Stops the deployment or leaves it. Returns the outcome as a sentence, and the next plan's behaviour.
    ///
    /// A stop that fails leaves the deployment to ECS.
    async fn end(&self) -> (String, Next) {
        if self.cx.options.on_interrupt == OnInterrupt::Leave {
            return ("ECS continues the deployment".to_owned(), Next::Awaited);
        }
        match self.stop().await {
            Ok(()) => {
                let said =
                    "ECS stops the deployment and rolls back to the previous revision, if there is one";
                (said.to_owned(), Next::Held)
            }
            Err(error) => {
                let said = format!("ECS continues the deployment, because stopping it failed: {error}");
                (said, Next::Awaited)
            }
        }
    }

    /// Asks ECS to stop the deployment and to roll back. It does not wait for the rollback.
    async fn stop(&self) -> Result<()> {
        const OPERATION: &str = "ecs:StopServiceDeployment";
        let known = self.seen().arn.clone();
        let arn = match known {
            Some(arn) => arn,
            None => self.listed().await?.sent(OPERATION, "service deployment to stop")?,
        };
        let request = self.cx.aws.ecs.stop_service_deployment().service_deployment_arn(arn);
        request.stop_type(StopType::Rollback).send().await.of(OPERATION).map(drop)
    }

    /// Emits the events of the service that are new, the oldest first.
    pub(super) fn tell_events(&self, service: &SdkService) {
        for event in service.events().iter().rev() {
            if self.seen().events.insert(event.id().unwrap_or_default().to_owned()) {
                let text = event.message().unwrap_or_default().to_owned();
                self.cx.tell(Event::Message { id: self.id.clone(), text });
            }
        }
    }

    /// Returns the facts that earlier polls have shown.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the state of a deployment, as the end of a sentence about it.
pub(in crate::services::ecs) fn note(found: &ServiceDeployment) -> String {
    let because = reason(found).map(|reason| format!(": {reason}")).unwrap_or_default();
    match found.status() {
        Some(Status::Successful) => "succeeded".to_owned(),
        Some(Status::StopRequested) => format!("is being stopped{because}"),
        Some(Status::Stopped) => format!("was stopped{because}"),
        Some(Status::RollbackRequested | Status::RollbackInProgress) => {
            format!("is being rolled back{because}")
        }
        Some(Status::RollbackSuccessful) => format!("was rolled back{because}"),
        Some(Status::RollbackFailed) => format!("failed and could not be rolled back{because}"),
        _ => "is in progress".to_owned(),
    }
}

/// Returns the ARN of the service revision that a service deployment deploys.
fn target(found: &ServiceDeployment) -> Option<&str> {
    found.target_service_revision().and_then(|revision| revision.arn())
}

/// Returns whether a row is in progress. A row without a state counts as one.
fn is_on_its_way(row: &Deployment) -> bool {
    row.rollout_state().is_none_or(|state| *state == DeploymentRolloutState::InProgress)
}

/// Returns the counts of a row and of the tasks that it replaces, as a wait shows them.
fn progress(service: &SdkService, row: &Deployment) -> String {
    let others = service.deployments().iter().filter(|other| other.id() != row.id());
    let old: i32 = others.map(Deployment::running_count).sum();
    let counted = |number: i32, what: &str| {
        if number > 0 { format!(", {number} {what}") } else { String::new() }
    };
    let (old, failed) = (counted(old, "old still serving"), counted(row.failed_tasks(), "failed"));
    format!("{}/{} new tasks running{old}{failed}", row.running_count(), row.desired_count())
}
