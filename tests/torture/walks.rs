//! Walks: a stack changes at random, in each of its keys. Others change the account and put their own objects
//! around ours, and runs fail and die, again and again.
//!
//! A walk is a sequence of steps. Each step edits the stack, may change the account by hand, may run with
//! faults or a crash, and ends with an undisturbed run. That run must succeed, and nothing may be left to do.
//! A second model of the names that a stack means (`walks/names.rs`) checks the account, because the engine's
//! own plan cannot show an object that it forgot.
//!
//! - `walks/edits.rs`, `walks/keys.rs`: changes of the stack, by hand and of every key of the stack file.
//! - `walks/drift.rs`, `walks/revisions.rs`: changes of the account by people who do not know the stack.
//! - `walks/neighbours.rs`: objects of others in the account, which must never change, and which may block a
//!   removal.
//! - `walks/caller.rs`: the caller, with all rights or with the printed policies.
//! - `walks/twin.rs`: a stack of the same name in another region of the account.

mod caller;
mod drift;
mod edits;
mod keys;
mod names;
mod neighbours;
mod revisions;
mod twin;

use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;
use sss_model::{Ignored, Service, Stack};
use sss_sandbox::{Delays, Fault, Faults, Rule, Watched};

use self::{
    caller::Rights,
    neighbours::{Neighbourhoods, PARTITIONED, REGIONS},
    twin::Twin,
};
use crate::{
    account::{Account, api, base, service},
    torture::{
        Case, End, Part, in_virtual_time,
        run::{Ended, Goal, Leased, leased, run, steps},
        state::{difference, state, without_history},
    },
};

/// The faults of a disturbed run.
const FAULTS: [Fault; 5] =
    [Fault::Before, Fault::LostAnswer, Fault::Throttle, Fault::ServerError, Fault::Slow { ms: 3_000 }];

/// Each seed is a walk of this many steps.
///
/// After each step an undisturbed run must succeed, leave nothing to do and leave the objects that the stack
/// means. At the end the account must be as if the last stack had been applied at once, and after a removal
/// as if nothing had been there.
pub fn walks(steps: u32) -> Part {
    let neighbourhoods = Neighbourhoods::furnished();
    Part {
        name: "walks",
        about: "random changes of stack and account, under faults and crashes",
        count: None,
        usual: 2000,
        case: Box::new(move |seed| case(seed, steps, Rights::All, &neighbourhoods)),
    }
}

/// Each seed is the walk of [`walks`] with this seed, by a caller with the printed policies alone.
///
/// In addition, no call may be denied.
pub fn permissions(steps: u32) -> Part {
    let neighbourhoods = Neighbourhoods::furnished();
    Part {
        name: "permissions",
        about: "walks of a caller with the printed policies alone",
        count: None,
        usual: 100,
        case: Box::new(move |seed| case(seed, steps, Rights::Printed, &neighbourhoods)),
    }
}

fn case(seed: u64, steps: u32, rights: Rights, neighbourhoods: &Neighbourhoods) -> Case {
    let mut random = Rng::with_seed(seed);
    let usual = Delays::default();
    let delays =
        if random.bool() { usual } else { Delays { role_assumable: usual.role_assumable, ..Delays::long() } };

    let region = REGIONS[random.usize(0..REGIONS.len())];
    // Numbers of its own, so that the walks of most seeds do not depend on partitions and twins.
    let mut identity = Rng::with_seed(!seed);
    let region =
        if identity.u8(0..4) == 0 { PARTITIONED[identity.usize(0..PARTITIONED.len())] } else { region };
    let account = neighbourhoods.account(region, delays);
    let has_twin = identity.u8(0..4) == 0;

    let mut stack = base(&account).api(api()).service(service("app", 80)).build().expect("a valid stack");
    for _ in 0..random.u32(0..40) {
        edits::edit(&mut stack, &mut Vec::new(), &mut random);
    }

    let (applied, earlier, done) = (stack.clone(), Vec::new(), Vec::new());
    let mut walk =
        Walk { random, rights, neighbourhoods, account, twin: None, stack, applied, earlier, done };

    let (end, lasted) = in_virtual_time(seed, async {
        walk.twin = has_twin.then(|| Twin::beside(&walk.account, delays));
        let end = walk.walk(steps).await;
        end.map_err(|why| format!("{why}; after {}", walk.done.join(", ")))
    });
    Case {
        row: format!("{steps} steps"),
        column: if rights == Rights::All { "walks" } else { "permissions" }.to_owned(),
        end: end.map(|()| End::Converged),
        lasted,
        calls: walk.account.sandbox.calls().len(),
    }
}

/// A walk on its way.
struct Walk<'a> {
    random: Rng,
    /// The rights of the caller.
    rights: Rights,
    neighbourhoods: &'a Neighbourhoods,
    /// The account, with objects of others.
    account: Account,
    /// The stack of the same name in another region. `None` in most walks.
    twin: Option<Twin>,
    /// The current stack.
    stack: Stack,
    /// The stack of the last undisturbed run.
    applied: Stack,
    /// The stacks before.
    earlier: Vec<Stack>,
    /// The acts so far, for the message of a failure.
    done: Vec<String>,
}

impl Walk<'_> {
    /// Takes all steps, compares the account with one that got the last stack at once, and removes the stack.
    async fn walk(&mut self, steps: u32) -> Result<(), String> {
        self.rights.rest(&self.account);
        let beginning = without_history(state(&self.account));
        self.undisturbed(Goal::Stack).await?;
        for _ in 0..steps {
            self.step().await?;
        }

        neighbours::go(&self.account);
        if let Some(mut twin) = self.twin.take() {
            self.done.push("the end of the twin".to_owned());
            twin.remove(&self.account, &self.stack).await.map_err(|why| format!("the twin: {why}"))?;
        }
        drift::untag(&self.account);
        self.as_if_at_once().await?;
        self.undisturbed(Goal::Nothing).await.map_err(|why| format!("the removal: {why}"))?;
        caller::nothing_denied(&self.account)?;
        self.rights.rest(&self.account);
        match difference(&beginning, &without_history(state(&self.account))) {
            Some(difference) => Err(format!("after the removal: {difference}")),
            None => Ok(()),
        }
    }

    /// Takes one step: edits, acts of others, perhaps a disturbed run, and an undisturbed run under a watch.
    async fn step(&mut self) -> Result<(), String> {
        for _ in 0..self.random.u32(0..3) {
            self.done.extend(edits::edit(&mut self.stack, &mut self.earlier, &mut self.random));
        }
        if self.random.u32(0..3) == 0 {
            self.done.extend(drift::drift(&self.account, &self.applied, &mut self.random).map(str::to_owned));
        }
        if self.random.u32(0..6) == 0 {
            let guest = neighbours::come(&self.account, &self.applied, &mut self.random);
            self.done.extend(guest.map(str::to_owned));
        }

        let watch = self.account.watch();
        let is_disturbed = self.random.u32(0..3) == 0;
        if is_disturbed {
            self.disturbed().await;
        }

        self.undisturbed(Goal::Stack).await?;
        self.applied = self.stack.clone();
        names::check(&self.stack, &caller::without_caller(state(&self.account)))?;
        let watched = if is_disturbed { watch.end() } else { watch.end_of_done() };
        self.answers(&watched?)?;

        let Some(twin) = &mut self.twin else { return Ok(()) };
        let step = twin.step(&self.account, &self.stack, &mut self.random).await;
        step.map_err(|why| format!("the twin: {why}"))
    }

    /// Runs without faults. The run must succeed and leave nothing to do.
    ///
    /// If it is refused because of objects of others, it may have written nothing, and it must succeed when
    /// they are gone.
    async fn undisturbed(&mut self, goal: Goal) -> Result<(), String> {
        self.done.push("a run".to_owned());
        let before = self.written();
        let ended = match self.run(goal).await {
            Ended::Failed(why) if neighbours::GUESTS_ARE_TOLD_BY.iter().any(|told| why.contains(told)) => {
                if self.written() > before {
                    return Err(format!("a run that others block has written before: {why}"));
                }
                self.done.push("things of others that go".to_owned());
                neighbours::go(&self.account);
                self.account.sandbox.advance(Duration::from_mins(2));
                self.run(goal).await
            }
            ended => ended,
        };

        match ended {
            Ended::Done => {}
            ended => {
                let again = self.run(goal).await;
                return Err(format!("an undisturbed run {ended}; the next one {again}"));
            }
        }

        let left = steps(&self.account, &self.stack, goal).await?;
        if left.is_empty() { Ok(()) } else { Err(format!("left to do: {}", left.join(", "))) }
    }

    /// Returns the number of calls that changed the account, except for those of the lease.
    fn written(&self) -> usize {
        let calls = self.account.sandbox.calls();
        calls.iter().filter(|call| call.writes && call.service != "ssm" && call.error.is_none()).count()
    }

    /// Checks that each route of a service with tasks leads to one.
    fn answers(&self, watched: &Watched) -> Result<(), String> {
        let api = self.stack.api_name();
        // Others may have set a count of 0 that the stack leaves to them.
        let runs = |service: &Service| match &service.scaling {
            Some(scaling) => scaling.least() > 0,
            None => {
                service.desired_count != Some(0) && !service.ignore_changes.contains(&Ignored::DesiredCount)
            }
        };
        let services = self.stack.services.values().filter(|service| runs(service));
        let keys: Vec<String> =
            services.flat_map(|service| service.routes.iter().flat_map(sss_model::Route::keys)).collect();
        let nowhere = watched.unanswered.iter().find(|found| found.api == api && keys.contains(&found.route));
        nowhere.map_or(Ok(()), |nowhere| Err(format!("{} leads nowhere: {}", nowhere.route, nowhere.because)))
    }

    /// Runs as the program does: with the lease. A dead run may have left one, which this run waits for.
    async fn run(&self, goal: Goal) -> Ended {
        let caller = self.rights.caller(&self.account, &[&self.applied, &self.stack]);
        let caller = caller.as_ref().unwrap_or(&self.account);
        let work = run(caller, &self.stack, goal);
        tokio::select! {
            biased;
            () = self.account.sandbox.crashed() => Ended::Crashed,
            leased = leased(caller, &self.stack, "a walk", work) => match leased {
                Ok(Leased::Ended(ended)) => ended,
                Ok(leased) => Ended::Failed(format!("{leased:?}")),
                Err(error) => Ended::Failed(error),
            },
        }
    }

    /// Runs with failing calls or a crash. Any end is fine.
    async fn disturbed(&mut self) {
        let faults = match self.random.u8(0..4) {
            0 | 1 => {
                let seed = self.random.u64(..);
                let rule = |fault| Rule::new(fault).probability(0.03);
                FAULTS.into_iter().map(rule).fold(Faults::default(), Faults::with).with_seed(seed)
            }
            2 => Faults::crash_after(self.random.u64(0..80)),
            _ => Faults::crash_within(self.random.u64(1..80)),
        };

        self.account.sandbox.set_faults(faults);
        let ended = self.run(Goal::Stack).await;
        self.account.sandbox.clear_faults();
        self.done.push(format!("a disturbed run that {ended}"));

        if self.random.bool() {
            // The user who runs it again needs some time.
            tokio::time::sleep(Duration::from_secs(self.random.u64(1..600))).await;
        }
    }

    /// Checks that the account equals one to which the stack was applied at once.
    ///
    /// Values that are left to others are not the stack's, so nothing is left to others here.
    async fn as_if_at_once(&mut self) -> Result<(), String> {
        for service in self.stack.services.values_mut() {
            service.ignore_changes.clear();
            // Autoscaling keeps a count that fits, and a new service begins with the lower bound.
            let count = service.first_count().max(1);
            if let Some(scaling) = &mut service.scaling {
                // A bound that an action may have set is as right as the first one.
                scaling.schedule.clear();
                (scaling.min, scaling.max) = (count, count);
                service.desired_count = Some(count);
            }
        }
        self.undisturbed(Goal::Verified).await?;
        let other = self.neighbourhoods.account(&self.account.sandbox.region(), Delays::default());
        let caller = self.rights.caller(&other, &[&self.stack]);
        match run(caller.as_ref().unwrap_or(&other), &self.stack, Goal::Stack).await {
            Ended::Done => {}
            ended => return Err(format!("a first run {ended}")),
        }
        self.rights.rest(&self.account);
        self.rights.rest(&other);
        let states = [&other, &self.account].map(|account| without_history(state(account)));
        match difference(&states[0], &states[1]) {
            Some(difference) => Err(format!("unlike one first run: {difference}")),
            None => Ok(()),
        }
    }
}

/// Returns a random item of a list. `None` if the list is empty.
fn choose<'a, T>(random: &mut Rng, items: &'a [T]) -> Option<&'a T> {
    (!items.is_empty()).then(|| &items[random.usize(0..items.len())])
}

/// Returns the items of a listing.
fn items(listing: &Value) -> Vec<Value> {
    listing.as_array().cloned().unwrap_or_default()
}
