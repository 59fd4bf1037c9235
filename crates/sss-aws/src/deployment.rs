//! The facts about a deployment of an ECS service that failed.
//!
//! ECS reports "steady" for a service that it rolled back, and most of the reasons lie elsewhere: in the
//! service deployment, in the stopped tasks, in their logs and in the events of the service. ECS keeps a
//! stopped task for about an hour (containers-roadmap#1246 asks for more), so an apply collects these facts
//! when the deployment fails, and hands them on as one value: [`FailedDeployment`].
//!
//! The value is a report. The next plan decides by what it observes, not by this value.

mod diagnosis;

use schemars::JsonSchema;
use serde::Serialize;

use crate::causes::Diagnosis;

/// The facts about a deployment that failed: ECS rolled it back, somebody stopped it, another deployment took
/// its place, or its time ran out.
///
/// `Error::deployment` and the event of the failed step have it.
///
/// # Guarantees
///
/// - The log lines are the containers' own words, as CloudWatch Logs has them. Nothing else of the input of a
///   container, such as its environment, is in here.
/// - A read that fails or is denied is listed in `unread`. It never hides the failure itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FailedDeployment {
    /// The cause of the failure, with the texts of AWS that show it. `None` if no text is known, or if a read
    /// that would tell is in `unread`: show the texts then.
    ///
    /// ```no_run
    /// # fn example(deployment: &sss_aws::FailedDeployment) {
    /// if let Some(cause) = &deployment.cause {
    ///     println!("{}", cause.headline());
    /// }
    /// # }
    /// ```
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Diagnosis>,
    /// The ARN of the service deployment. `None` if ECS had not shown one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// AWS's word for its end, or for its state when the apply stopped waiting, such as
    /// `ROLLBACK_SUCCESSFUL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The reason, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The revision of the task definition that the deployment tried, such as `mz-dev-site:2`.
    pub wanted: String,
    /// The revision that the service names now. After a rollback, it is the earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<String>,
    /// The count of the circuit breaker. `None` if it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit_breaker: Option<CircuitBreaker>,
    /// Tasks that stopped by themselves: the last one of each reason, newest first.
    pub tasks: Vec<StoppedTask>,
    /// The last events of the service, newest first.
    pub events: Vec<String>,
    /// The effect on the next plan.
    pub next: Next,
    /// The reads that failed or were denied, each with its reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
}

/// The effect of a failed deployment on the next plan of the same stack.
///
/// The order of the variants is no rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Next {
    /// The plan leaves the service as it is, because AWS gave up exactly this change. The plan deploys a
    /// changed stack, or the same one when a retry is requested.
    Held,
    /// The plan waits for the deployment, which is still under way. A changed stack replaces it.
    Awaited,
    /// The plan is empty: the count is set, and ECS itself goes on to start or stop tasks.
    Nothing,
    /// The plan compares anew: another deployment has taken the place of this one, or the engine cannot read
    /// this one.
    #[default]
    Compared,
}

impl Next {
    /// Returns the remedy, as a hint.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::Held => "change the stack and run `apply`, or repeat this deployment with `apply --retry`",
            Self::Awaited => {
                "ECS keeps trying: `apply` waits for this deployment, and a changed stack replaces it"
            }
            Self::Nothing => "ECS keeps trying: the count is set, and the next apply has nothing to do",
            Self::Compared => "run `plan`, which compares the service anew",
        }
    }
}

/// The count of a circuit breaker. ECS ends the deployment when the first number reaches the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CircuitBreaker {
    /// The number of tasks that failed, as ECS counts them.
    pub failed_tasks: i32,
    /// The number of failed tasks that ends the deployment. ECS derives it from the desired count.
    pub threshold: i32,
}

/// A task that stopped by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct StoppedTask {
    /// The last part of its ARN.
    pub id: String,
    /// AWS's word for the cause, such as `TaskFailedToStart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The reason, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its containers.
    pub containers: Vec<StoppedContainer>,
    /// The time from the start of its containers to the order to stop, in seconds. `None` if they never started.
    #[serde(skip)]
    pub(crate) ran_for: Option<i64>,
}

/// A container of a stopped task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct StoppedContainer {
    /// The container's name.
    pub name: String,
    /// The exit code of its process. `None` if the process never ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The reason, in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last lines of its log, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

impl StoppedContainer {
    /// Returns whether the container ended with another exit code than 0, or without one.
    pub fn has_failed(&self) -> bool {
        self.exit_code != Some(0)
    }
}

#[cfg(test)]
mod tests;
