//! One timeline of a service: its events, its deployments, and the starts and ends of its tasks.
//!
//! ECS keeps the newest 100 events of a service and suppresses equal ones for hours, so an event that is missing
//! proves nothing. Tasks show for an hour after their end.

use aws_sdk_ecs::types::Service as SdkService;
use schemars::JsonSchema;
use serde::Serialize;

use super::{history::Deployment, moment, task::Task};
use crate::{
    Moment,
    causes::{self, Diagnosis, Meaning},
    services::autoscaling::Activity,
};

/// An entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Entry {
    /// The time.
    pub time: Moment,
    /// The source.
    pub source: Source,
    /// The name of the ECS service. Empty for the API.
    pub service: String,
    /// Whether it is a failure.
    pub level: Level,
    /// The text. Texts of AWS are as AWS wrote them.
    pub text: String,
    /// The id of the task or of the deployment that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The cause that the text shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Diagnosis>,
    /// A word by which the same entry is recognised in a later reading.
    #[serde(skip)]
    pub(crate) key: String,
}

/// The source of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// The events of the service, in AWS's words.
    Service,
    /// The deployments of the service.
    Deployment,
    /// The tasks of the service.
    Task,
    /// The activities of the service's autoscaler, in AWS's words.
    Scaling,
    /// The requests that the API answered with a status of 500 or above.
    Api,
}

/// The weight of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// Normal work.
    Info,
    /// The catalogue of causes has the text, and the cause may pass by itself.
    Warn,
    /// A failure.
    Bad,
}

/// Returns the events of a service.
pub(crate) fn of_service(service: &SdkService) -> impl Iterator<Item = Entry> {
    service.events().iter().filter_map(|event| {
        let text = event.message()?.to_owned();
        let (level, cause) = weight(&text);
        Some(Entry {
            time: moment(event.created_at())?,
            source: Source::Service,
            service: service.service_name().unwrap_or_default().to_owned(),
            level,
            about: None,
            cause,
            key: event.id().unwrap_or_default().to_owned(),
            text,
        })
    })
}

/// Returns the weight of a text of AWS, and its cause.
fn weight(text: &str) -> (Level, Option<Diagnosis>) {
    match causes::meaning(text) {
        Meaning::Cause(cause) if cause.confidence == causes::Confidence::Sure => (Level::Bad, Some(*cause)),
        Meaning::Cause(cause) => (Level::Warn, Some(*cause)),
        Meaning::Group(_) => (Level::Bad, None),
        Meaning::Note(_) | Meaning::Unknown => (Level::Info, None),
    }
}

/// Returns the start and the end of a deployment.
pub(crate) fn of_deployment(deployment: &Deployment) -> impl Iterator<Item = Entry> {
    let revision = deployment.revision.as_deref().unwrap_or("a revision that no longer exists");
    let entry = |time: Option<Moment>, phase: &str, level, text: String, cause: Option<Diagnosis>| {
        Some(Entry {
            time: time?,
            source: Source::Deployment,
            service: deployment.service.clone(),
            level,
            text,
            about: Some(deployment.id.clone()),
            cause,
            key: format!("{} {phase}", deployment.arn),
        })
    };

    let began =
        entry(deployment.created, "began", Level::Info, format!("deployment of {revision} began"), None);
    let reason = because(deployment.reason.as_deref());
    let ended = format!("deployment of {revision} ended as {}{reason}", deployment.status);
    let level = if deployment.is_successful() { Level::Info } else { Level::Bad };
    began.into_iter().chain(entry(deployment.finished, "ended", level, ended, deployment.cause.clone()))
}

/// Returns the start and the end of a task.
pub(crate) fn of_task(task: &Task) -> impl Iterator<Item = Entry> {
    let entry = |time: Option<Moment>, phase: &str, level, text: String, cause: Option<Diagnosis>| {
        Some(Entry {
            time: time?,
            source: Source::Task,
            service: task.service.clone().unwrap_or_default(),
            level,
            text,
            about: Some(task.id.clone()),
            cause,
            key: format!("{} {phase}", task.id),
        })
    };

    let id = task.id.get(..8).unwrap_or(&task.id);
    let ran =
        entry(task.times.started, "started", Level::Info, format!("task {id} runs {}", task.revision), None);
    let code = task.stop_code.as_deref().unwrap_or("stopped");
    let reason = because(task.reason.as_deref());
    let level = if task.cause.is_some() { Level::Bad } else { Level::Info };
    let text = format!("task {id} ended, {code}{reason}");
    let ended = entry(task.times.stopped, "stopped", level, text, task.cause.clone());
    ran.into_iter().chain(ended)
}

/// Returns an activity of the autoscaler of a service.
pub(crate) fn of_activity(service: &str, activity: Activity) -> Entry {
    let Activity { id, time, text, has_failed, has_not_scaled } = activity;
    let level = match (has_failed, has_not_scaled) {
        (true, _) => Level::Bad,
        (false, true) => Level::Warn,
        (false, false) => Level::Info,
    };
    let service = service.to_owned();
    Entry { time, source: Source::Scaling, service, level, text, about: None, cause: None, key: id }
}

/// Returns a reason as the end of a sentence.
fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| format!(": {reason}"))
}
