//! The cause of a stopped task, and of a failed deployment.
//!
//! A task has several texts. The reasons of the task and of its containers are examined first, then the last
//! lines of its logs, then its stop code, and the exit codes last. A task whose texts are all unknown has no
//! cause, and the caller shows the texts.

use super::{
    Diagnosis, Evidence, Meaning, Place, Shows, exit_codes, known, meaning_at, patterns, stop_codes,
};
use crate::deployment::{FailedDeployment, StoppedContainer, StoppedTask};

/// The cause that only says that tasks failed.
const ENDED: &str = "E4";
/// The exit code of a process that SIGKILL ended.
const KILLED: i32 = 137;
/// The stop code of a task whose essential container ended by itself.
const EXITED: &str = "EssentialContainerExited";
/// The stop codes of tasks that nobody stopped.
const OWN_ENDS: [&str; 2] = [EXITED, "TaskFailedToStart"];
impl StoppedTask {
    /// Returns the cause of the end of this task, with the texts that show it.
    ///
    /// `None` if no text is known, or if the task ended without a failure, for example because of a smaller
    /// count. Show the texts of the task then.
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        let by_text = self.reasons().find_map(|text| caused(&[Place::Reason, Place::Event], text));
        by_text.or_else(|| self.by_log()).or_else(|| self.by_stop_code()).or_else(|| self.by_exit_code())
    }

    /// Returns the reasons of the task and of its containers.
    fn reasons(&self) -> impl Iterator<Item = Evidence> {
        let own = self.reason.iter().map(|value| self.evidence("stoppedReason", value.clone()));
        let of_container = |container: &StoppedContainer| {
            let value = container.reason.clone()?;
            Some(Evidence { object: container.name.clone(), ..self.evidence("containers.reason", value) })
        };
        own.chain(self.containers.iter().filter_map(of_container))
    }

    /// Returns the cause that a line of a failed container's log shows.
    fn by_log(&self) -> Option<Diagnosis> {
        let failed = self.containers.iter().filter(|container| container.has_failed());
        let mut lines = failed.flat_map(|container| {
            container.log.iter().rev().map(|line| Evidence {
                operation: "logs:GetLogEvents",
                object: container.name.clone(),
                field: "message",
                value: line.clone(),
            })
        });
        lines.find_map(|line| caused(&[Place::Log], line))
    }

    /// Returns the cause that the stop code shows, for a task that somebody else stopped.
    fn by_stop_code(&self) -> Option<Diagnosis> {
        let code = self.code.as_deref().filter(|code| !OWN_ENDS.contains(code))?;
        match stop_codes::shows(code)? {
            Shows::Cause(id) => {
                Some(Diagnosis::of(known(id)).shown_by(self.evidence("stopCode", code.to_owned())))
            }
            // ECS sends SIGTERM first, so SIGKILL means that the container did not end in time.
            Shows::Note(_) => {
                let killed = self.containers.iter().find(|container| container.exit_code == Some(KILLED))?;
                Some(Diagnosis::of(known("K4")).shown_by(exit_of(killed, KILLED)))
            }
            Shows::Group(_) => None,
        }
    }

    /// Returns the cause that an exit code shows, for a task that ended by itself.
    ///
    /// A failed container explains more than one that ended with 0.
    fn by_exit_code(&self) -> Option<Diagnosis> {
        let has_exited = self
            .reason
            .as_ref()
            .is_some_and(|reason| super::collapsed(reason).to_ascii_lowercase().contains(patterns::EXITED));
        if self.code.as_deref() != Some(EXITED) && !has_exited {
            return None;
        }
        let exited = |container: &StoppedContainer| Some((container.clone(), container.exit_code?));
        let mut codes: Vec<_> = self.containers.iter().filter_map(exited).collect();
        codes.sort_by_key(|(_, code)| *code == 0);
        let (container, code) = codes.first()?;
        let mut diagnosis = exit_codes::diagnosis(*code)?;
        diagnosis.subject = Some(format!("{} exited with {code}", container.name));
        Some(diagnosis.shown_by(exit_of(container, *code)))
    }

    /// Returns evidence from the description of this task.
    fn evidence(&self, field: &'static str, value: String) -> Evidence {
        Evidence { operation: "ecs:DescribeTasks", object: self.id.clone(), field, value }
    }
}

/// Returns the exit code of a container as evidence.
fn exit_of(container: &StoppedContainer, code: i32) -> Evidence {
    Evidence {
        operation: "ecs:DescribeTasks",
        object: container.name.clone(),
        field: "containers.exitCode",
        value: code.to_string(),
    }
}

/// Returns the cause that a text from one of these places shows.
fn caused(places: &[Place], evidence: Evidence) -> Option<Diagnosis> {
    match meaning_at(places, evidence) {
        Meaning::Cause(diagnosis) => Some(*diagnosis),
        Meaning::Note(_) | Meaning::Group(_) | Meaning::Unknown => None,
    }
}

impl FailedDeployment {
    /// Returns the cause of the failure, with the texts that show it.
    ///
    /// The reasons of its tasks explain more than the events of the service, and these more than the reason of
    /// the deployment. `None` if no text is known: show the texts then. Where tasks ended for reasons that nobody
    /// knows, "tasks failed" is no cause.
    ///
    /// ```no_run
    /// # fn example(deployment: &sss_aws::FailedDeployment) {
    /// if let Some(diagnosis) = deployment.diagnosis() {
    ///     println!("{}", diagnosis.headline());
    /// }
    /// # }
    /// ```
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        let by_task = self.tasks.iter().find_map(StoppedTask::diagnosis);
        let event = |field: &'static str| {
            move |value: &String| {
                let operation = if field == "events.message" {
                    "ecs:DescribeServices"
                } else {
                    "ecs:DescribeServiceDeployments"
                };
                let object = self.arn.clone().filter(|_| field != "events.message").unwrap_or_default();
                let places = &[Place::Reason, Place::Event];
                caused(places, Evidence { operation, object, field, value: value.clone() })
            }
        };
        let mut by_event: Vec<_> = self.events.iter().filter_map(event("events.message")).collect();
        by_event.extend(self.reason.as_ref().and_then(event("statusReason")));
        // The end of a deployment is the least of its reasons.
        by_event.sort_by_key(|diagnosis| diagnosis.cause.id == ENDED);
        let mut by_event = by_event.into_iter().filter(|one| self.tasks.is_empty() || one.cause.id != ENDED);
        by_task.or_else(|| by_event.next())
    }
}
