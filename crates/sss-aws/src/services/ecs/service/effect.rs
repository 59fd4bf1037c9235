//! The effect of an update on the tasks of a service, field by field.
//!
//! One table decides four things: whether the call must force a deployment, which condition the step waits
//! for, what the forecast counts, and what the plan says about the tasks. So they cannot disagree.
//!
//! The table follows the API reference of `UpdateService`, which says of each parameter whether it starts a
//! deployment. Where editions disagree, or AWS refuses the change otherwise, the update is forced.

use aws_sdk_ecs::types::DeploymentRolloutState;
use sss_model::Path;

use crate::{
    World,
    engine::{
        diff::{Change, diff},
        kind::{Way, Workload, to_value},
    },
    services::ecs::service::{CountBy, Service, State},
};

/// The effect of a change of a field on running tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// ECS starts a deployment, which replaces all tasks.
    Deploys,
    /// Only a forced deployment is sure to bring the change to the tasks.
    Forced,
    /// The tasks stay.
    Keeps,
}

/// The rollout state of the last deployment.
const DEPLOYMENT: Path = Path::literal("deployment");

/// The effect of each field. The quotations are from the API reference of `UpdateService`.
///
/// Every field of the state has a row, except for the cluster and the tags.
const FIELDS: &[(Path, Effect)] = &[
    // "This parameter triggers a new service deployment."
    (Path::literal("task_definition"), Effect::Deploys),
    (Path::literal("security_groups"), Effect::Deploys),
    (Path::literal("assign_public_ip"), Effect::Deploys),
    (Path::literal("registry"), Effect::Deploys),
    (Path::literal("load_balancers"), Effect::Deploys),
    // "If this configuration differs from the existing one, it triggers a new deployment."
    (Path::literal("volumes"), Effect::Deploys),
    (Path::literal("platform_version"), Effect::Deploys),
    // The same sentence, but editions up to 2021 add: "Updating a service to add a subnet to a list of
    // existing subnets does not trigger a service deployment."
    (Path::literal("subnets"), Effect::Forced),
    // "This parameter doesn't trigger a new service deployment", and the call is refused: "When
    // switching from launch type to capacity provider strategy on an existing service, or making a
    // change to a capacity provider strategy on a service that is already using one, you must force a
    // new deployment" (ecs_deploy PR#74, pipecd PR#6385, ecspresso#977).
    (Path::literal("capacity"), Effect::Forced),
    // This is no parameter. A deployment that failed stays the primary one until another one starts.
    (DEPLOYMENT, Effect::Forced),
    // "This parameter doesn't trigger a new service deployment."
    (Path::literal("desired_count"), Effect::Keeps),
    (Path::literal("circuit_breaker"), Effect::Keeps),
    (Path::literal("rollback"), Effect::Keeps),
    (Path::literal("minimum_healthy_percent"), Effect::Keeps),
    (Path::literal("maximum_percent"), Effect::Keeps),
    (Path::literal("availability_zone_rebalancing"), Effect::Keeps),
    (Path::literal("health_check_grace_period"), Effect::Keeps),
    (Path::literal("enable_execute_command"), Effect::Keeps),
    (Path::literal("enable_ecs_managed_tags"), Effect::Keeps),
    (Path::literal("propagate_tags"), Effect::Keeps),
    (Path::literal("failure_threshold"), Effect::Keeps),
    (Path::literal("reset_on_healthy_task"), Effect::Keeps),
    (Path::literal("alarms"), Effect::Keeps),
    (Path::literal("bake_time_minutes"), Effect::Keeps),
];

/// The effect of an update on the tasks, and whether it must be forced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Update {
    /// The effect on the tasks.
    pub(super) tasks: Workload,
    /// Whether the call sets `forceNewDeployment`.
    pub(super) force: bool,
}

/// Returns the effect of a change from one state to another.
///
/// `always` forces each update that changes anything but tags, as `force_new_deployment` in the stack file
/// asks. A deployment that is under way is awaited and not forced again.
pub(super) fn of(live: &State, want: &State, always: bool) -> Update {
    let under_way = live.deployment.as_deref() == Some(DeploymentRolloutState::InProgress.as_str());
    let changes = diff(&to_value(live), &to_value(want));
    // A deployment that is under way needs no update.
    let (waits, updates): (Vec<&Change>, Vec<&Change>) = changes
        .iter()
        .filter(|change| !change.is_of_tags())
        .partition(|change| under_way && change.path == DEPLOYMENT);

    let effects: Vec<Effect> = updates.iter().map(|change| effect(&change.path)).collect();
    let force = effects.contains(&Effect::Forced) || (always && !effects.is_empty());
    let tasks = if force || effects.contains(&Effect::Deploys) {
        Workload::Replaced
    } else if waits.is_empty() {
        Workload::Kept
    } else {
        Workload::Awaited
    };

    Update { tasks, force }
}

/// Returns the effect of a change at a path. An unknown field forces a deployment, so that the tasks have it
/// for certain.
fn effect(path: &Path) -> Effect {
    let known = FIELDS.iter().find(|(field, _)| path.starts_with(field));
    known.map_or(Effect::Forced, |(_, effect)| *effect)
}

/// Returns what happens to the tasks of a service in a step. An update follows the table of [`of`].
pub(super) fn workload(way: &Way<'_, State>, wanted: Option<&Service>) -> Workload {
    match way {
        Way::Make(_) => Workload::Started,
        Way::Change(live, want) => {
            let tasks = of(live, want, wanted.is_some_and(|service| service.is_forced)).tasks;
            let ends = live.settings.desired_count > 0 && want.settings.desired_count == 0;
            if ends && tasks == Workload::Kept { Workload::Stopped } else { tasks }
        }
        Way::Remove(_) => Workload::Stopped,
    }
}

/// Returns what autoscaling does during a deployment.
pub(super) fn consequences(way: &Way<'_, State>, wanted: Option<&Service>, _world: &World) -> Vec<String> {
    let is_autoscaled = wanted.is_some_and(|service| matches!(service.count_by, CountBy::Autoscaling { .. }));
    let is_deployed = workload(way, wanted) == Workload::Replaced;
    let paused = "autoscaling starts tasks during the deployment, and stops none";
    (is_autoscaled && is_deployed).then(|| paused.to_owned()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::kind::from_value;

    /// A state in which every member is there.
    fn state() -> State {
        from_value(&json!({
            "cluster": "c", "task_definition": "t:1", "security_groups": ["sg"], "deployment": "FAILED",
            "registry": {"service": "r", "container": "c", "port": 80},
            "load_balancers": [{"target_group": "tg", "container": "c", "port": 80}],
            "desired_count": 1, "capacity": {"FARGATE": {"weight": 1, "base": 0}}, "subnets": ["a"],
            "assign_public_ip": false, "circuit_breaker": true, "rollback": true, "minimum_healthy_percent": 100,
            "maximum_percent": 200, "availability_zone_rebalancing": "ENABLED", "health_check_grace_period": 5,
            "enable_execute_command": true, "enable_ecs_managed_tags": true, "propagate_tags": "SERVICE",
            "platform_version": "1.4.0", "failure_threshold": {"type": "COUNT", "value": 5},
            "reset_on_healthy_task": false, "alarms": {"names": ["a"], "rollback": true}, "bake_time_minutes": 5,
            "volumes": {"disk": {"role_arn": "r", "size_in_gib": 20}}, "tags": {},
        }))
    }

    #[test]
    fn every_field_has_an_effect() {
        let state = to_value(&state());
        let fields: Vec<&String> = state.as_object().expect("a state is an object").keys().collect();
        // Another cluster is another service, and tags have calls of their own.
        let others = ["cluster", "tags"];
        let without: Vec<_> = fields
            .iter()
            .filter(|field| {
                !others.contains(&field.as_str())
                    && !FIELDS.iter().any(|(path, _)| path.as_str() == field.as_str())
            })
            .collect();
        assert!(without.is_empty(), "fields without a row: {without:?}");
        assert_eq!(FIELDS.len() + others.len(), fields.len(), "rows without a field");
    }

    #[track_caller]
    fn check(
        deployment: Option<&str>,
        change: impl Fn(&mut State),
        always: bool,
        tasks: Workload,
        force: bool,
    ) {
        let live = State { deployment: deployment.map(str::to_owned), ..state() };
        let mut want = State { deployment: None, ..live.clone() };
        change(&mut want);
        assert_eq!(of(&live, &want, always), Update { tasks, force });
    }

    #[test]
    fn update_is_forced_only_where_needed() {
        use Workload::{Awaited, Kept, Replaced};
        let image = |state: &mut State| "t:2".clone_into(&mut state.task_definition);
        let count = |state: &mut State| state.settings.desired_count = 2;
        let capacity = |state: &mut State| state.settings.capacity.clear();
        let nothing = |_: &mut State| {};
        check(None, image, false, Replaced, false);
        check(None, count, false, Kept, false);
        check(None, capacity, false, Replaced, true);
        check(Some("FAILED"), nothing, false, Replaced, true);
        check(Some("IN_PROGRESS"), nothing, false, Awaited, false);
        check(Some("IN_PROGRESS"), count, false, Awaited, false);
        check(Some("IN_PROGRESS"), image, false, Replaced, false);
        check(None, count, true, Replaced, true);
        check(None, nothing, true, Kept, false);
        check(Some("IN_PROGRESS"), nothing, true, Awaited, false);
    }
}
