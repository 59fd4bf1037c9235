//! The restart policy of a container.

use std::collections::BTreeSet;

use aws_sdk_ecs::types::ContainerRestartPolicy;
use serde::{Deserialize, Serialize};

/// The restarts of a container. A policy that is off is no policy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Restarts {
    /// The exit codes after which ECS does not restart the container.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) ignored_exit_codes: BTreeSet<i32>,
    /// The seconds that the container must have run.
    pub(crate) restart_attempt_period: i32,
}

impl Restarts {
    /// The period that ECS sets by default, in seconds.
    pub(crate) const PERIOD: i32 = 300;

    pub(super) fn encode(&self) -> ContainerRestartPolicy {
        let codes: Vec<i32> = self.ignored_exit_codes.iter().copied().collect();
        let policy = ContainerRestartPolicy::builder().enabled(true);
        let policy = policy.set_ignored_exit_codes((!codes.is_empty()).then_some(codes));
        policy
            .restart_attempt_period(self.restart_attempt_period)
            .build()
            .expect("a policy that is on or off")
    }

    pub(super) fn decode(found: &ContainerRestartPolicy) -> Option<Self> {
        found.enabled().then(|| Self {
            ignored_exit_codes: found.ignored_exit_codes().iter().copied().collect(),
            restart_attempt_period: found.restart_attempt_period().unwrap_or(Self::PERIOD),
        })
    }
}
