//! A deployment of a service that did not come to run, with all that AWS tells of why.

use serde::Serialize;

/// A deployment of an ECS service that did not come to run.
///
/// The lines are the containers' own words, as CloudWatch Logs has them. Nothing else of what a container is given, such
/// as its environment, is in here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FailedDeployment {
    /// The ARN of the service deployment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// AWS's word for how it ended, or for where it was when nobody waited for it any longer, such as
    /// `ROLLBACK_SUCCESSFUL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The revision of the task definition that was to run, such as `mz-dev-site:2`.
    pub wanted: String,
    /// The one that the service names now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<String>,
    /// What the circuit breaker has counted; none when it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreaker>,
    /// Tasks that stopped by themselves, the last one of each reason, newest first.
    pub tasks: Vec<StoppedTask>,
    /// The last that the service said, newest first.
    pub events: Vec<String>,
    /// What the next plan does about it.
    pub next: Next,
    /// What could not be read, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// What the next plan of the same stack does about a deployment that did not come to run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Next {
    /// It leaves the service as it is, because AWS has given up just what the stack wants. A changed stack is deployed, and the
    /// same when a retry is asked for.
    Held,
    /// It waits for the deployment, which is still under way. A changed stack replaces it.
    Awaited,
    /// It has nothing to do: the count is set, and ECS itself goes on to start or stop tasks.
    Nothing,
    /// It compares anew, because another deployment has taken the place of this one, or because this one cannot be read.
    #[default]
    Compared,
}

impl Next {
    /// What to do, as a hint.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Held => {
                "change the stack, or ask for a retry: the next apply does not repeat this deployment"
            }
            Self::Awaited => {
                "ECS keeps trying: the next apply waits for this deployment, and a changed stack replaces it"
            }
            Self::Nothing => "ECS keeps trying: the count is set, and the next apply has nothing to do",
            Self::Compared => "plan again: the next plan compares the service anew",
        }
    }
}

/// What a circuit breaker has counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CircuitBreaker {
    /// The tasks that failed.
    pub failed_tasks: i32,
    /// How many end the deployment.
    pub threshold: i32,
}

/// A task that stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoppedTask {
    /// The last part of its ARN.
    pub id: String,
    /// AWS's word for what stopped it, such as `TaskFailedToStart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why it stopped, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its containers.
    pub containers: Vec<StoppedContainer>,
}

/// A container of a task that stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoppedContainer {
    /// The container's name.
    pub name: String,
    /// What its process ended with, if it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Why it stopped, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last lines of its log, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

impl StoppedContainer {
    /// Whether it did not end well: with another code than 0, or without one.
    pub fn has_failed(&self) -> bool {
        self.exit_code != Some(0)
    }
}
