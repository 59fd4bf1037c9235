//! Waiting for a number of tasks that changed without a deployment.
//!
//! A change of the count alone starts no deployment, so no service deployment tells its end. The counts of
//! the service do.

use std::time::Duration;

use aws_sdk_ecs::types::Service as SdkService;

use crate::{
    Id, Next, Result,
    engine::{
        run::Context,
        wait::{Condition, Look, wait},
    },
    services::ecs::service::{State, diagnosis, rollout::Rollout},
};

/// The deadline of both conditions.
const DEADLINE: Duration = Duration::from_mins(20);

/// The end of a change to more tasks, usually after 40 seconds.
const GROWN: Condition = Condition::new("the desired number of tasks", Duration::from_secs(40), DEADLINE);

/// The end of a change to fewer tasks, usually after 20 seconds.
const SHRUNK: Condition = Condition::new("the surplus tasks to stop", Duration::from_secs(20), DEADLINE);

/// Returns the condition that a change of the count waits for, or `None` where the count stays.
pub(super) fn condition(live: &State, want: &State) -> Option<&'static Condition> {
    condition_of(live.settings.desired_count, want.settings.desired_count)
}

/// Returns the condition that a change from one number to another waits for, or `None` for equal ones.
pub(in crate::services::ecs) fn condition_of(live: i32, want: i32) -> Option<&'static Condition> {
    match want.cmp(&live) {
        std::cmp::Ordering::Less => Some(&SHRUNK),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(&GROWN),
    }
}

/// Waits until the desired number of tasks runs, whoever has set it last.
///
/// Autoscaling may change the count meanwhile. The wait follows the count that ECS has, not the one that the
/// stack wants. Without a condition, and for a count that the options leave to AWS, it returns at once.
///
/// # Errors
///
/// The condition's deadline has passed, with a report of the tasks that stopped. The next plan sets the count
/// again.
pub(in crate::services::ecs) async fn scaled(
    cx: &Context,
    id: &Id,
    updated: &SdkService,
    condition: Option<&Condition>,
) -> Result<()> {
    let Some(condition) = condition.filter(|_| !cx.leaves_unverified(id)) else { return Ok(()) };
    let rollout = Rollout::of(cx, id, updated)?;
    let counted = wait(cx, id, condition, || async {
        let service = rollout.described().await?;
        rollout.tell_events(&service);
        let (running, wanted) = (service.running_count(), service.desired_count());
        let is_there = running == wanted && service.pending_count() == 0;
        Ok(if is_there { Look::Met(()) } else { Look::Unmet(format!("{running} of {wanted} tasks running")) })
    });

    match counted.await {
        Err(error) if error.is_unmet() => {
            let mut report = diagnosis::report(&rollout).await;
            report.next = Next::Nothing;
            Err(error.with_deployment(report).with_hint(Next::Nothing.hint()))
        }
        result => result,
    }
}
