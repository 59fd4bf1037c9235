//! The cause of a stopped task, and of a failed deployment.
//!
//! A task has several texts. The reasons of the task and of its containers are examined first, then the last
//! lines of its logs, then its stop code, and the exit codes last. A task whose texts are all unknown has no
//! cause, and the caller shows the texts.
//!
//! Some texts only say that something failed, and another one says why: an exit code, a failed health check,
//! the end of a deployment. Such an *outer* text shows a cause only if every other text could be read.

use super::{FailedDeployment, StoppedContainer, StoppedTask};
use crate::causes::{
    Diagnosis, Evidence, caused, collapsed, exit_codes, known,
    patterns::{BY_USER, EXITED, Place, Shows},
    stop_codes,
};

/// The causes that only say that tasks failed.
const OUTER: [&str; 4] = ["E4", "E5", "E6", "K9"];
/// The causes that only say that the deployment ended.
const ENDS: [&str; 2] = ["E4", "E5"];
/// The field of an exit code.
const EXIT_CODE: &str = "containers.exitCode";
/// The exit code of a process that SIGKILL ended.
const KILLED: i32 = 137;
/// The stop code of a task whose essential container ended by itself.
const EXITED_CODE: &str = "EssentialContainerExited";
/// The stop codes of tasks that nobody stopped.
const OWN_ENDS: [&str; 2] = [EXITED_CODE, "TaskFailedToStart"];

impl StoppedTask {
    /// Returns the cause of the end of this task, with the texts that show it.
    ///
    /// `None` if no text is known, or if the task ended without a failure, for example because of a smaller
    /// count. Show the texts of the task then.
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        let by_text = self.reasons().find_map(|text| caused(&[Place::Reason, Place::Event], text));
        let by_text = by_text.map(|found| self.behind_health_check(&found).unwrap_or(found));
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
        failed.flat_map(lines).find_map(|line| caused(&[Place::Log], line))
    }

    /// Returns the cause behind a failed health check that a line of a log shows: the application listens elsewhere.
    fn behind_health_check(&self, found: &Diagnosis) -> Option<Diagnosis> {
        if found.cause.id != "K9" {
            return None;
        }
        let lines = self.containers.iter().flat_map(lines);
        lines.filter_map(|line| caused(&[Place::Log], line)).find(|line| line.cause.id == "K12")
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
            .is_some_and(|reason| collapsed(reason).to_ascii_lowercase().contains(EXITED));
        if self.code.as_deref() != Some(EXITED_CODE) && !has_exited {
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

/// Returns the lines of a container's log as evidence, the newest first.
fn lines(container: &StoppedContainer) -> impl Iterator<Item = Evidence> {
    container.log.iter().rev().map(|line| Evidence {
        operation: "logs:GetLogEvents",
        object: container.name.clone(),
        field: "message",
        value: line.clone(),
    })
}

/// Returns the exit code of a container as evidence.
fn exit_of(container: &StoppedContainer, code: i32) -> Evidence {
    Evidence {
        operation: "ecs:DescribeTasks",
        object: container.name.clone(),
        field: EXIT_CODE,
        value: code.to_string(),
    }
}

/// Returns whether a text says that somebody stopped the deployment, so that its end is no failure of tasks.
fn is_by_user(text: &str) -> bool {
    let text = collapsed(text).to_ascii_lowercase();
    BY_USER.iter().any(|words| text.contains(words))
}

/// Returns whether another text may say more about a cause.
fn is_outer(found: &Diagnosis) -> bool {
    OUTER.contains(&found.cause.id) || found.evidence.iter().any(|evidence| evidence.field == EXIT_CODE)
}

impl FailedDeployment {
    /// Returns the cause that the texts of this report show.
    ///
    /// The reasons of its tasks explain more than the events of the service, and these more than the reason of
    /// the deployment. `None` if no text is known: show the texts then. Where tasks ended for reasons that nobody
    /// knows, or somebody stopped the deployment, "tasks failed" is no cause. Where a read is missing, an outer text is none either.
    pub(crate) fn diagnosis(&self) -> Option<Diagnosis> {
        let is_complete = self.unread.is_empty();
        let holds = |found: &Diagnosis| is_complete || !is_outer(found);
        let by_task = self.tasks.iter().filter_map(StoppedTask::diagnosis).find(holds);

        let mut by_event: Vec<_> =
            self.texts().filter_map(|text| caused(&[Place::Reason, Place::Event], text)).collect();
        // The end of a deployment is the least of its reasons.
        by_event.sort_by_key(|found| ENDS.contains(&found.cause.id));
        let is_asked_for = self.texts().any(|text| is_by_user(&text.value));
        let is_end = |found: &Diagnosis| ENDS.contains(&found.cause.id);
        let says_more = |found: &Diagnosis| !is_end(found) || (self.tasks.is_empty() && !is_asked_for);
        by_task.or_else(|| by_event.into_iter().filter(says_more).find(holds).map(|found| self.exact(found)))
    }

    /// Returns the cause that the status of the deployment narrows: its texts are the same with and without a
    /// revision to return to.
    fn exact(&self, found: Diagnosis) -> Diagnosis {
        let is_stuck = found.cause.id == "E4" && self.status.as_deref() == Some("ROLLBACK_FAILED");
        if is_stuck { Diagnosis { evidence: found.evidence, ..Diagnosis::of(known("E5")) } } else { found }
    }

    /// Returns the events of the service, and then the reason of the deployment.
    fn texts(&self) -> impl Iterator<Item = Evidence> {
        let events = self.events.iter().map(|value| Evidence {
            operation: "ecs:DescribeServices",
            object: String::new(),
            field: "events.message",
            value: value.clone(),
        });
        events.chain(self.reason.iter().map(|value| Evidence {
            operation: "ecs:DescribeServiceDeployments",
            object: self.arn.clone().unwrap_or_default(),
            field: "statusReason",
            value: value.clone(),
        }))
    }
}
