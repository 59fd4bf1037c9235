//! Runs under the sandbox's watches: an outage or a deployment that no plan announces is a fault, and so is
//! the contrary.
//!
//! The sandbox watches each route that leads to a task at the beginning and at the end: whether a request
//! reaches one in between. It also records each stopped task with its cause. This module compares both with
//! the plans of the runs. A plan announces an outage by a step with a downtime, and stopped tasks by a step
//! that starts a deployment, changes a count or removes a service.
//!
//! Tasks that fail by themselves and the acts of others need no announcement.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use sss_aws::{Action, Plan, Step, Workload};
use sss_sandbox::{Call, Gap, Sandbox, Stopped, Watch, Watched, Why};

use crate::account::Account;

/// The number of calls that a report of a fault shows.
const CALLS: usize = 12;

const SERVICE: &str = "ecs/service";
const TARGET: &str = "application-autoscaling/scalable-target";

/// A watch over the runs on an account.
pub struct Runs {
    watch: Watch,
    sandbox: Sandbox,
    /// All plans of the account, those before the watch included.
    plans: Arc<Mutex<Vec<Plan>>>,
    /// The number of plans that were applied before the watch began.
    before: usize,
}

impl Account {
    /// Watches all runs from now on.
    pub fn watch(&self) -> Runs {
        let before = self.plans.lock().expect("no holder panics").len();
        let plans = Arc::clone(&self.plans);
        Runs { watch: self.sandbox.watch(), sandbox: self.sandbox.clone(), plans, before }
    }
}

impl Runs {
    /// Ends the watch, and returns its observations.
    ///
    /// # Errors
    ///
    /// A request was not answered, or a task was stopped, and no plan of the runs announces it.
    pub fn end(self) -> Result<Watched, String> {
        self.report(false)
    }

    /// Ends the watch over runs that succeeded, and returns its observations.
    ///
    /// # Errors
    ///
    /// As [`Runs::end`]; and a deployment did not happen that a plan announces.
    pub fn end_of_done(self) -> Result<Watched, String> {
        self.report(true)
    }

    /// Compares the observations with the plans. Announced deployments are only required of runs that
    /// succeeded.
    fn report(self, were_done: bool) -> Result<Watched, String> {
        let watched = self.watch.end();
        let plans = self.plans.lock().expect("no holder panics")[self.before..].to_vec();
        let said = Said::by(&plans);

        let gaps = watched.gaps.iter().filter(|gap| !said.speaks_of(gap));
        let mut faults: Vec<String> = gaps.map(|gap| unsaid_gap(gap, &self.sandbox.calls())).collect();

        let stopped = watched.stopped.iter().filter(|stopped| !said.lets_stop(stopped));
        faults.extend(stopped.map(|stopped| format!("unsaid: {stopped}")));

        let deployed = watched.deployed.iter().filter(|service| !said.lets_deploy(service));
        faults.extend(deployed.map(|service| format!("unsaid: a deployment of {service}")));

        if were_done {
            let missing = said.promised.iter().filter(|name| !is_deployed(&watched, name));
            faults.extend(missing.map(|name| format!("said, and not so: a deployment of {name}")));
        }

        if faults.is_empty() {
            return Ok(watched);
        }
        faults.extend(plans.last().map(planned));
        Err(faults.join("; "))
    }
}

/// The announcements of plans about outages and tasks. Services have their names on AWS.
struct Said {
    /// The names of the objects whose steps have a downtime.
    downtime: BTreeSet<String>,
    /// The services whose steps replace tasks.
    deployed: BTreeSet<String>,
    /// The logical names of the services that a successful apply must deploy anew.
    promised: BTreeSet<String>,
    /// The services that are created, also in the place of another one.
    created: BTreeSet<String>,
    /// The services whose counts change.
    scaled: BTreeSet<String>,
    /// The services that are removed, also for a replacement.
    removed: BTreeSet<String>,
    /// Whether a plan removes a whole stack.
    everything: bool,
}

impl Said {
    fn by(plans: &[Plan]) -> Self {
        let steps = || plans.iter().flat_map(|plan| &plan.steps);
        let of = |is_meant: &dyn Fn(&Step) -> bool| {
            steps().filter(|step| is_meant(step)).flat_map(names).collect::<BTreeSet<_>>()
        };
        let service = |step: &Step| step.id.kind == SERVICE;
        Self {
            downtime: of(&|step| downtime(step).is_some()),
            // A deployment that is under way replaces tasks as well.
            deployed: of(&|step| matches!(step.workload, Some(Workload::Replaced | Workload::Awaited))),
            promised: steps()
                .filter(|step| step.workload == Some(Workload::Replaced))
                .map(|step| step.id.name.clone())
                .collect(),
            created: of(&|step| service(step) && matches!(step.action, Action::Create | Action::Replace)),
            scaled: of(&|step| {
                let is_counted = step.changes.iter().any(|change| change.path == "desired_count");
                let is_moved = step.id.kind == TARGET && !step.consequences.is_empty();
                (service(step) && is_counted) || is_moved
            }),
            everything: plans.iter().any(is_removal),
            removed: of(&|step| service(step) && matches!(step.action, Action::Delete | Action::Replace)),
        }
    }

    /// Returns whether a plan announces an outage.
    fn speaks_of(&self, gap: &Gap) -> bool {
        // A task that fails by itself is no fault of the engine.
        self.everything || !self.downtime.is_disjoint(&gap.through) || gap.began.contains("TaskFails")
    }

    /// Returns whether a plan announces that a task is stopped for this reason.
    fn lets_stop(&self, stopped: &Stopped) -> bool {
        let is_in = |names: &BTreeSet<String>| names.contains(name_of(&stopped.service));
        match stopped.why {
            Why::Deployment => is_in(&self.deployed),
            Why::ScaleIn => is_in(&self.scaled) || is_in(&self.deployed),
            Why::Removal => is_in(&self.removed),
            // A failure has its own report, and the acts of others have none.
            _ => true,
        }
    }

    /// Returns whether a plan announces a deployment of this service.
    fn lets_deploy(&self, service: &str) -> bool {
        // The name of a service that replaces another one has a number at its end.
        let is_successor = |name: &String| name_of(service).starts_with(name.as_str());
        self.deployed.contains(name_of(service)) || self.created.iter().any(is_successor)
    }
}

/// Returns whether a plan removes a whole stack.
fn is_removal(plan: &Plan) -> bool {
    let deletes = |step: &Step| step.action == Action::Delete;
    plan.steps.iter().all(deletes) && plan.steps.iter().any(|step| step.id.kind == "ecs/cluster")
}

/// Returns the name of a service, from `cluster/service`.
fn name_of(service: &str) -> &str {
    service.rsplit('/').next().unwrap_or_default()
}

/// Returns the names of a step's object: the logical one, and the last part of the one on AWS.
fn names(step: &Step) -> impl Iterator<Item = String> {
    let physical = step.physical.as_deref().map(name_of).map(str::to_owned);
    std::iter::once(step.id.name.clone()).chain(physical)
}

/// Returns the downtime that a step announces, of its own or among its reasons.
pub fn downtime(step: &Step) -> Option<String> {
    let step = serde_json::to_value(step).expect("a step can be shown");
    let reasons = step["reasons"].as_array().into_iter().flatten();
    let all = std::iter::once(&step).chain(reasons).map(|place| &place["downtime"]);
    all.filter_map(Value::as_str).map(str::to_owned).next()
}

/// Returns whether the watch saw a deployment of the service with this logical name.
fn is_deployed(watched: &Watched, name: &str) -> bool {
    watched.deployed.iter().any(|service| name_of(service).starts_with(name))
}

/// Returns the message for an outage without an announcement, with the writing calls around its beginning.
fn unsaid_gap(gap: &Gap, calls: &[Call]) -> String {
    let mut told = format!("unsaid: {gap}; calls:");
    let meanwhile = calls.iter().filter(|call| call.writes && call.at <= gap.to);
    let first = meanwhile.clone().position(|call| call.at >= gap.from).unwrap_or(0).saturating_sub(CALLS / 2);
    for call in meanwhile.skip(first).take(CALLS) {
        let error = call.error.as_deref().unwrap_or_default();
        write!(told, " {} s {}:{} {error}", seconds(call.at), call.service, call.operation)
            .expect("a text can be written to");
    }
    told
}

/// Returns the steps of a plan with the paths that change, for the reader of a fault.
fn planned(plan: &Plan) -> String {
    let step = |step: &Step| {
        let changed: Vec<String> = step.changes.iter().map(|change| change.path.to_string()).collect();
        format!("{} {} ({})", step.action, step.id, changed.join(" "))
    };
    format!("the last plan: {}", plan.steps.iter().map(step).collect::<Vec<_>>().join(", "))
}

fn seconds(at: Duration) -> f64 {
    at.as_secs_f64()
}
