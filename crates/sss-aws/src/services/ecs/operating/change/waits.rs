//! Waits for states of a service: a deployment that has ended, is at a stage or is paused, and a steady count.

use std::time::Duration;

use aws_sdk_ecs::types::{
    DeploymentLifecycleHookStatus as HookStatus, Service as SdkService, ServiceDeployment,
    ServiceDeploymentLifecycleStage as Stage, ServiceDeploymentStatus as Status,
};

use super::{On, is_under_way};
use crate::{
    Error, Result,
    engine::wait::{Condition, Look, wait},
    services::ecs::{
        listing,
        service::{
            diagnosis,
            rollout::{MOVED, Rollout, note},
        },
    },
};

/// The steady state of a service.
const STABLE: Condition =
    Condition::new("the service to be stable", Duration::from_mins(1), Duration::from_mins(20))
        .looked_at_once();

/// The pause of a deployment at a hook.
const PAUSED: Condition =
    Condition::new("a paused deployment", Duration::from_secs(30), Duration::from_mins(20)).looked_at_once();

/// The arrival of a deployment at a stage.
const AT_STAGE: Condition =
    Condition::new("the stage of the deployment", Duration::from_secs(30), Duration::from_mins(20))
        .looked_at_once();

/// The stages of a deployment, in their order.
pub(crate) const STAGES: [&str; 10] = [
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "SCALE_UP",
    "POST_SCALE_UP",
    "TEST_TRAFFIC_SHIFT",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
    "BAKE_TIME",
    "CLEAN_UP",
];

impl On<'_> {
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
        self.judge(&service, last).await
    }

    /// Fails with a report unless the last deployment has succeeded.
    async fn judge(&self, service: &SdkService, last: Option<ServiceDeployment>) -> Result<()> {
        let Some(last) = last.filter(|last| last.status() != Some(&Status::Successful)) else {
            return Ok(());
        };
        let id = self.id();
        let target = last.target_service_revision().and_then(|revision| revision.arn()).map(str::to_owned);
        let revisions = listing::service_revisions(&self.cx.aws, target.as_slice()).await?;
        let wanted = revisions.first().and_then(|revision| revision.task_definition());
        let rollout = Rollout::of_deployment(self.cx, &id, service, &last, wanted)?;
        let report = diagnosis::report(&rollout).await;
        let hint = report.next.hint();
        let error = Error::failed("the deployment", format!("the deployment {}", note(&last)));
        Err(error.with_deployment(report).with_hint(hint))
    }

    /// Waits until the last deployment is at a stage or behind it. One that has succeeded is behind all stages.
    ///
    /// # Errors
    ///
    /// The deployment failed, was stopped or rolled back, with a report; or the deadline passed.
    pub(crate) async fn reached(&self, stage: &str, deadline: Duration) -> Result<()> {
        let place = |name: &str| STAGES.iter().position(|stage| *stage == name);
        let wanted = place(stage);
        let condition = AT_STAGE.within(deadline);
        let id = self.id();
        let ended = wait(self.cx, &id, &condition, || async {
            let service = self.described().await?;
            let Some(last) = self.last(&service).await?.filter(is_under_way) else {
                return Ok(Look::Met(Some(service)));
            };
            let found = last.lifecycle_stage().map(Stage::as_str);
            let is_there = found.and_then(place).is_some_and(|found| Some(found) >= wanted);
            let at = found.map_or_else(|| "no stage".to_owned(), |found| format!("the stage {found}"));
            Ok(if is_there { Look::Met(None) } else { Look::Unmet(format!("it is at {at}")) })
        });
        let Some(service) = ended.await? else { return Ok(()) };
        let last = self.last(&service).await?;
        self.judge(&service, last).await
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
}
