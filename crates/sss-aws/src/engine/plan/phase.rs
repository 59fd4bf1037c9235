//! The phase of a service that moves from one registry to another.
//!
//! A move takes two deployments with a change of the users between them, and a run may end in any of the phases. The
//! account shows in which one it is: whether the object is registered in the new place, and whether anything still leads
//! to the old one. So a plan says where it goes on, and why.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Graph,
    engine::{
        order::Tasks,
        plan::{Action, Plan, Step},
        world::World,
    },
};

/// The phase in which a plan takes up the move of a service to another registry.
///
/// In JSON it is `register`, `switch` or `withdraw`.
///
/// ```
/// use sss_aws::Phase;
///
/// assert!(Phase::Register.why().contains("beside"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// The service is only in the old registry. It registers in the new one as well, requests move, and it leaves the old
    /// one.
    Register,
    /// The service is in both. Requests move, and it leaves the old one.
    Switch,
    /// No request takes the old way. The service leaves the old registry.
    Withdraw,
}

impl Phase {
    /// Returns the reason, as a sentence about the service.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Register => {
                "moves in 3 phases: it registers in the new backend beside the old one, requests move, it leaves the old one"
            }
            Self::Switch => {
                "moves, phase 2 of 3: it is in both backends, and requests still take the old one"
            }
            Self::Withdraw => {
                "moves, phase 3 of 3: requests take the new backend, and it is still in the old one"
            }
        }
    }
}

/// Notes the phase of each service that moves.
pub(super) fn tell(graph: &Graph, world: &World, tasks: &Tasks, plan: &mut Plan) {
    for index in 0..plan.steps.len() {
        plan.steps[index].phase = phase(graph, world, tasks, plan, index);
    }
}

/// Returns the phase of a step. `None` if its object does not move, or cannot be in both places.
fn phase(graph: &Graph, world: &World, tasks: &Tasks, plan: &Plan, index: usize) -> Option<Phase> {
    let step: &Step = &plan.steps[index];
    let spec = step.id.kind.spec();
    if step.action != Action::Update || !spec.is_reached() {
        return None;
    }
    let live = step.live(world)?;
    let want = step.want(graph, plan, Some(live))?;
    (spec.widened)(&live.state, &want)?;

    let (before, after) = (spec.ways(&live.state), spec.ways(&want));
    Some(if after.iter().any(|way| !before.contains(way)) {
        Phase::Register
    } else if tasks.is_split(index) {
        Phase::Switch
    } else {
        Phase::Withdraw
    })
}
