//! The account as it was read for a stack.
//!
//! An observation stays as it was read. It does not follow later changes of the account.

use std::{collections::BTreeMap, sync::Arc};

use sss_model::Stack;

use super::Goal;
use crate::{
    Areas, Difference, Graph, Outputs, Plan, ServiceStatus, World, least_reads, outputs, overview, plan,
};

/// The account as [`Deployer::observe`](super::Deployer::observe) read it for a stack.
///
/// Everything here is computed from that one reading. No method makes a call.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The stack for which the account was read.
    pub(super) stack: Stack,
    /// The graph of the whole stack, with which the account was read.
    pub(super) graph: Arc<Graph>,
    /// The objects that were found.
    pub(super) world: World,
}

impl Observed {
    /// Returns the objects that were found.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Returns the stack for which the account was read.
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Returns the areas of the stack's objects, by which people look for them.
    pub fn areas(&self) -> Areas {
        Areas::of(&self.stack, &self.graph, &self.world)
    }

    /// Returns what runs: the state of each service.
    pub fn services(&self) -> Vec<ServiceStatus> {
        overview::services(&self.stack, &self.world, &self.areas())
    }

    /// Returns the objects that a plan would change, each with the origin of the difference.
    ///
    /// The plan must come from [`Observed::plan`].
    pub fn differences(&self, plan: &Plan) -> Vec<Difference> {
        overview::differences(plan, &self.world, &self.areas())
    }

    /// Returns the stack's outputs, as far as the account has them.
    pub fn outputs(&self) -> Outputs {
        outputs(&self.graph, &self.world)
    }

    /// Returns the URL at which the API answers: its own endpoint, or the first custom domain name if that endpoint is
    /// off. `None` if the account has no API of the stack.
    pub fn url(&self) -> Option<String> {
        overview::url(&self.stack, &self.graph, &self.world)
    }

    /// Returns the names, the ARNs and the URL of each service, such as `app.url`, as far as the account has them.
    pub fn outputs_of_services(&self) -> BTreeMap<String, String> {
        overview::outputs(&self.stack, &self.graph, &self.world, &self.areas())
    }

    /// Returns the least number of calls that such a reading takes.
    pub fn least_calls(&self) -> u64 {
        least_reads(&self.graph, &self.world)
    }

    /// Plans for this purpose, to show how the account differs.
    ///
    /// The plan does not say which other objects use those that it would delete: that takes calls of its own,
    /// which [`Deployer::plan_for`](super::Deployer::plan_for) makes.
    pub fn plan(&self, goal: Goal) -> Plan {
        plan(&self.target(goal), &self.world, goal.mode())
    }

    /// Returns the graph that a plan for this purpose leads to.
    ///
    /// A destroy leads to the empty one, but the account is always read with the whole graph: objects without
    /// tags are found by their names.
    pub(super) fn target(&self, goal: Goal) -> Arc<Graph> {
        match goal {
            Goal::Destroy => Arc::new(self.graph.emptied()),
            Goal::Converge | Goal::Prune | Goal::Adopt | Goal::Release => Arc::clone(&self.graph),
        }
    }
}
