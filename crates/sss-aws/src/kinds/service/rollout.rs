//! Following the deployment that a call started, to its end.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_sdk_ecs::types::{
    Service as SdkService, ServiceDeployment, ServiceDeploymentCircuitBreaker as SdkBreaker,
    ServiceDeploymentStatus as Status, StopServiceDeploymentStopType as StopType,
};

use super::diagnosis;
use crate::{
    Error, Event, Id, OnInterrupt, Result,
    context::Context,
    error::{Answer, Sent},
    observe::ecs::reason,
    wait::{Condition, Look, wait},
};

const COMPLETED: Condition = Condition {
    name: "the deployment is completed",
    deadline: Duration::from_mins(20),
    every: Duration::from_secs(5),
};

/// The service's events are read when something has changed, and every so many looks in any case: what keeps ECS from
/// starting a task changes nothing.
const EVENTS_EVERY: u32 = 6;

const HINT: &str =
    "what stopped tasks and their logs say is above; the same is not tried again unless it is asked for";

/// Waits until the deployment that a call started is the one that runs, and tells the service's events meanwhile.
///
/// # Errors
///
/// Whatever else becomes of it is a failure: rolled back, stopped, superseded by another one, or late.
pub(super) async fn follow(cx: &Context, id: &Id, started: &SdkService) -> Result<()> {
    let rollout = Rollout::of(cx, id, started)?;
    match wait(cx, id, &COMPLETED, || rollout.look()).await {
        Err(error) if error.is_unmet() => {
            let report = diagnosis::report(&rollout).await;
            Err(error.with_deployment(report).with_hint(HINT))
        }
        Err(error) if error.is_interrupted() => Err(Error::interrupted(COMPLETED.name, rollout.end().await)),
        result => result,
    }
}

/// A deployment on its way.
pub(super) struct Rollout<'a> {
    pub(super) cx: &'a Context,
    pub(super) id: &'a Id,
    pub(super) cluster: String,
    pub(super) service: String,
    /// The ARN of the revision of the task definition that it brings.
    pub(super) task_definition: String,
    /// The id of its row among the service's deployments, which its tasks are marked with: `ecs-svc/` and the number of
    /// the service revision that it brings.
    pub(super) row: String,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    arn: Option<String>,
    events: BTreeSet<String>,
    note: String,
    looks: u32,
}

impl<'a> Rollout<'a> {
    fn of(cx: &'a Context, id: &'a Id, started: &SdkService) -> Result<Self> {
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

    async fn look(&self) -> Result<Look<()>> {
        let Some(found) = self.deployment().await? else {
            return Ok(Look::Unmet("it is not listed yet".to_owned()));
        };
        let note = note(&found);
        if self.is_time_for_events(&note) {
            self.tell_events(&self.described().await?);
        }
        match found.status() {
            Some(Status::Successful) => self.check_that_it_runs().await.map(Look::Met),
            Some(Status::Stopped | Status::RollbackSuccessful | Status::RollbackFailed) => {
                Err(Error::failed(COMPLETED.name, note))
            }
            _ => Ok(Look::Unmet(note)),
        }
    }

    /// The service deployment, once ECS lists it.
    pub(super) async fn deployment(&self) -> Result<Option<ServiceDeployment>> {
        let known = self.seen().arn.clone();
        let arn = match known {
            Some(arn) => Some(arn),
            None => self.listed().await?,
        };
        let Some(arn) = arn else {
            return Ok(None);
        };
        let request = self.cx.aws.ecs.describe_service_deployments().service_deployment_arns(&arn);
        let answer = request.send().await.of("ecs:DescribeServiceDeployments")?;
        self.seen().arn = Some(arn);
        Ok(answer.service_deployments.unwrap_or_default().into_iter().next())
    }

    /// The ARN of the service deployment that brings the revision of our row.
    async fn listed(&self) -> Result<Option<String>> {
        const OPERATION: &str = "ecs:ListServiceDeployments";
        let number = self.row.rsplit('/').next().unwrap_or(&self.row);
        let mut token = None;
        loop {
            let request = self.cx.aws.ecs.list_service_deployments().cluster(&self.cluster);
            let request = request.service(&self.service).max_results(100).set_next_token(token);
            let page = request.send().await.of(OPERATION)?;
            let found = page.service_deployments().iter().find(|deployment| {
                let revision = deployment.target_service_revision_arn();
                revision.is_some_and(|arn| arn.rsplit('/').next() == Some(number))
            });
            if let Some(found) = found {
                let arn = found.service_deployment_arn().sent(OPERATION, "serviceDeploymentArn")?;
                return Ok(Some(arn.to_owned()));
            }
            token = page.next_token;
            if token.is_none() {
                return Ok(None);
            }
        }
    }

    pub(super) async fn described(&self) -> Result<SdkService> {
        let names = std::slice::from_ref(&self.service);
        let services = crate::observe::ecs::services(&self.cx.aws, &self.cluster, names).await?;
        services.into_iter().next().sent("ecs:DescribeServices", "service")
    }

    /// Stops the deployment, or leaves it, as is asked for when the apply is to end. Tells what was done.
    async fn end(&self) -> String {
        if self.cx.options.on_interrupt == OnInterrupt::Leave {
            return "ECS goes on with the deployment".to_owned();
        }
        match self.stop().await {
            Ok(()) => "the deployment is stopped, and ECS goes back to what ran before".to_owned(),
            Err(error) => format!("ECS goes on with the deployment, which could not be stopped: {error}"),
        }
    }

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

    fn is_time_for_events(&self, note: &str) -> bool {
        let mut seen = self.seen();
        let due = seen.note != note || seen.looks.is_multiple_of(EVENTS_EVERY);
        note.clone_into(&mut seen.note);
        seen.looks += 1;
        due
    }

    fn tell_events(&self, service: &SdkService) {
        for event in service.events().iter().rev() {
            if self.seen().events.insert(event.id().unwrap_or_default().to_owned()) {
                let text = event.message().unwrap_or_default().to_owned();
                self.cx.tell(Event::Message { id: self.id.clone(), text });
            }
        }
    }

    /// It came to run; another one may have taken its place since.
    async fn check_that_it_runs(&self) -> Result<()> {
        let service = self.described().await?;
        let primary = service.deployments().iter().find(|row| row.status() == Some("PRIMARY"));
        if primary.and_then(|row| row.id()) == Some(&self.row) {
            return Ok(());
        }
        Err(Error::failed(COMPLETED.name, "it came to run, and another deployment has taken its place"))
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a deployment stands, in a few words.
fn note(found: &ServiceDeployment) -> String {
    let because = reason(found).map(|reason| format!(": {reason}")).unwrap_or_default();
    match found.status() {
        Some(Status::Successful) => "it came to run".to_owned(),
        Some(Status::StopRequested) => format!("it is being stopped{because}"),
        Some(Status::Stopped) => format!("it was stopped{because}"),
        Some(Status::RollbackRequested | Status::RollbackInProgress) => {
            format!("it is being rolled back{because}")
        }
        Some(Status::RollbackSuccessful) => format!("it was rolled back{because}"),
        Some(Status::RollbackFailed) => format!("it failed, and could not be rolled back{because}"),
        _ => progress(found),
    }
}

fn progress(found: &ServiceDeployment) -> String {
    let (running, requested) = found
        .target_service_revision()
        .map_or((0, 0), |revision| (revision.running_task_count(), revision.requested_task_count()));
    let failed = found.deployment_circuit_breaker().map_or(0, SdkBreaker::failure_count);
    let failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!("{running} of {requested} tasks running{failed}")
}
