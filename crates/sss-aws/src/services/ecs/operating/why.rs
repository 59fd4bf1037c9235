//! The reason why a service does not run as it should.
//!
//! It is found from outside to inside: what the service itself says, what its last deployment and its tasks say,
//! and then what lies behind that. A healthy service has none.
//!
//! # Guarantee
//!
//! A read that fails or is denied is listed as not checked. A cause that such a read could refute is then not named.

mod outside;
mod rest;
mod steady;

use aws_sdk_ecs::types::{Service, ServiceDeployment, ServiceDeploymentStatus as Status, Task};
use aws_smithy_types::DateTime;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Aws, FailedDeployment, Result,
    causes::{Diagnosis, Evidence, known},
    services::ecs::{
        listing,
        service::{attempts::short, diagnosis},
    },
};

/// The most events of the service that are examined.
const EVENTS: usize = 20;

/// The causes for which a service does not run as it should.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Why {
    /// The causes, the one to mend first at the beginning. Empty if the service runs as it should, or if no text
    /// is known.
    pub causes: Vec<Diagnosis>,
    /// The reads that failed or were denied, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_checked: Vec<String>,
}

/// A service with its last deployment and its tasks, as far as they could be read.
struct Facts<'a> {
    /// The clients.
    aws: &'a Aws,
    /// The name of the cluster.
    cluster: &'a str,
    /// The service.
    service: &'a Service,
    /// The number of tasks that the stack sets.
    count: Option<u32>,
    /// The last deployment. `None` if ECS names none.
    last: Option<ServiceDeployment>,
    /// The tasks that run or are to run.
    wanted: Vec<Task>,
    /// The tasks that stopped within the last hour.
    stopped: Vec<Task>,
    /// The tasks of the same family that run without a service.
    alone: Vec<Task>,
}

/// Finds out why a service does not run as it should.
///
/// It makes four to six calls for a service that exists, and one for each container that failed.
///
/// `count` is the number of tasks that the stack sets. `None` if it leaves the number to others.
pub(crate) async fn why(aws: &Aws, cluster: &str, name: &str, count: Option<u32>) -> Why {
    let mut why = Why::default();
    let Some(found) = why.read(listing::services(aws, cluster, &[name.to_owned()]).await) else {
        return why;
    };
    let Some(service) = found.first().filter(|service| service.status() == Some("ACTIVE")) else {
        why.causes.push(outside::gone(found.first()));
        return why;
    };

    why.causes.extend(outside::of_service(service));
    let mut facts = facts(aws, cluster, service, &mut why).await;
    facts.count = count;
    why.causes.extend(outside::paused(&facts));
    let report = facts.report(&mut why).await;
    let cause = report.cause.clone().map(|found| rest::narrowed(&facts, found));
    why.causes.extend(cause);
    if why.not_checked.is_empty() {
        why.rest(&facts, &report).await;
    }
    why
}

/// Reads the last deployment and the tasks of a service.
async fn facts<'a>(aws: &'a Aws, cluster: &'a str, service: &'a Service, why: &mut Why) -> Facts<'a> {
    let name = service.service_name().unwrap_or_default();
    let arns: Vec<String> = service.current_service_deployment().map(str::to_owned).into_iter().collect();
    let (last, wanted, stopped) = tokio::join!(
        listing::deployments(aws, &arns),
        listing::tasks(aws, cluster, aws_sdk_ecs::types::DesiredStatus::Running),
        diagnosis::stopped(aws, cluster, name),
    );
    let last = why.read(last).and_then(|mut found| found.pop());
    let group = format!("service:{name}");
    let running = why.read(wanted).unwrap_or_default();
    let family = family(service.task_definition());
    let is_alone = |task: &Task| {
        let has_service = task.group().is_some_and(|group| group.starts_with("service:"));
        !has_service && self::family(task.task_definition_arn()) == family
    };
    let alone = running.iter().filter(|task| is_alone(task)).cloned().collect();
    let wanted = running.into_iter().filter(|task| task.group() == Some(&group)).collect();
    let stopped = why.read(stopped).unwrap_or_default();
    Facts { aws, cluster, service, count: None, last, wanted, stopped, alone }
}

/// Returns the family of a revision of a task definition, by the ARN of the revision.
fn family(revision: Option<&str>) -> String {
    let name = revision.map(short).unwrap_or_default();
    name.split(':').next().unwrap_or_default().to_owned()
}

impl Why {
    /// Returns the result of a read, or notes its error.
    fn read<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.not_checked.push(error.to_string())).ok()
    }

    /// Adds the causes that only hold because no text shows another one.
    async fn rest(&mut self, facts: &Facts<'_>, report: &FailedDeployment) {
        let told = self.causes.len();
        self.causes.extend(rest::of_deployment(facts, report, told > 0));
        if self.causes.is_empty() {
            match steady::of_steady(facts).await {
                Ok(found) => self.causes.extend(found),
                Err(error) => self.not_checked.push(error.to_string()),
            }
        }
    }
}

impl Facts<'_> {
    /// Returns the state of the last deployment.
    fn status(&self) -> Option<&Status> {
        self.last.as_ref().and_then(ServiceDeployment::status)
    }

    /// Returns whether the last deployment did what it was asked for.
    fn has_succeeded(&self) -> bool {
        self.status() == Some(&Status::Successful)
    }

    /// Returns whether as many tasks run as the service wants, and none is on its way.
    fn is_full(&self) -> bool {
        self.service.running_count() == self.service.desired_count() && self.service.pending_count() == 0
    }

    /// Returns the id of the row of the last deployment, which its tasks carry.
    fn row(&self) -> String {
        let target = self.last.as_ref().and_then(|last| last.target_service_revision()?.arn());
        format!("ecs-svc/{}", short(target.unwrap_or_default()))
    }

    /// Reads what the last deployment and its tasks say about a failure.
    ///
    /// After a deployment that succeeded only later texts count, and only while tasks are missing.
    async fn report(&self, why: &mut Why) -> FailedDeployment {
        let mut report = FailedDeployment::default();
        let Some(last) = self.last.as_ref().filter(|_| !(self.has_succeeded() && self.is_full())) else {
            return report;
        };
        if !self.has_succeeded() {
            diagnosis::describe(&mut report, last);
        }
        let since = if self.has_succeeded() { last.finished_at() } else { last.created_at() };
        report.events = self.events_since(since);
        report.unread = std::mem::take(&mut why.not_checked);
        report.tasks = diagnosis::of_row(&self.stopped, &self.row());
        let row = self.row();
        let of_row = self.stopped.iter().find(|task| task.started_by() == Some(&row));
        let definition = of_row.and_then(|task| task.task_definition_arn()).unwrap_or_default();
        diagnosis::find_cause(self.aws, &mut report, definition, Some(self.service)).await;
        why.not_checked = std::mem::take(&mut report.unread);
        report
    }

    /// Returns the events of the service from a time on, newest first.
    fn events_since(&self, since: Option<&DateTime>) -> Vec<String> {
        let is_later = |time: Option<&DateTime>| {
            since.zip(time).is_none_or(|(since, time)| time.as_nanos() >= since.as_nanos())
        };
        let events = self.service.events().iter().take_while(|event| is_later(event.created_at()));
        events.filter_map(|event| event.message().map(str::to_owned)).take(EVENTS).collect()
    }
}

/// Returns a cause with the member of a description that shows it.
fn shown(id: &str, operation: &'static str, object: &str, field: &'static str, value: &str) -> Diagnosis {
    let (object, value) = (object.to_owned(), value.to_owned());
    Diagnosis::of(known(id)).shown_by(Evidence { operation, object, field, value })
}
