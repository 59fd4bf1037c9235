//! Walks: a stack changes at random, somebody changes the account by hand, runs fail and die, again and again.

mod drift;
mod edits;
mod names;

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use sss_model::Stack;
use sss_sandbox::{Delays, Fault, Faults, Rule, Sandbox};

use crate::{
    account::{Account, api, base, service},
    torture::{
        Case, End, Part, in_virtual_time,
        run::{Ended, Goal, Leased, leased, run, steps},
        state::{difference, state, without_history},
    },
};

/// What goes wrong at times in a walk.
const FAULTS: [Fault; 5] =
    [Fault::Before, Fault::LostAnswer, Fault::Throttle, Fault::ServerError, Fault::Slow { ms: 3_000 }];

/// Each seed is a walk of so many steps. After each step an undisturbed run must be done, leave nothing to do and leave
/// the objects that the stack means; at the end the account must be as if the last stack had been applied at once, and
/// after a removal as if nothing had been.
pub fn walks(steps: u32) -> Part {
    Part {
        name: "walks",
        about: "random changes of stack and account, under faults and crashes",
        count: None,
        usual: 2000,
        case: Box::new(move |seed| case(seed, steps)),
    }
}

fn case(seed: u64, steps: u32) -> Case {
    let mut random = Rng::with_seed(seed);
    let usual = Delays::default();
    let delays =
        if random.bool() { usual } else { Delays { role_assumable: usual.role_assumable, ..Delays::long() } };
    let account = furnished(delays);
    let mut walk = Walk {
        random,
        stack: base(&account).api(api()).service(service("app", 80)).build().expect("a valid stack"),
        account,
        done: Vec::new(),
    };
    let (end, lasted) = in_virtual_time(seed, async {
        let end = walk.walk(steps).await;
        end.map_err(|why| format!("{why}; after {}", walk.done.join(", ")))
    });
    Case {
        row: format!("{steps} steps"),
        column: "walks".to_owned(),
        end: end.map(|()| End::Converged),
        lasted,
        calls: walk.account.sandbox.calls().len(),
    }
}

/// An account that holds things of somebody else, in which AWS is so late.
fn furnished(delays: Delays) -> Account {
    let account = Account::of(Sandbox::new().with_delays(delays));
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    for (service, operation, input) in [
        ("logs", "CreateLogGroup", json!({"logGroupName": "/theirs"})),
        ("iam", "CreateRole", json!({"RoleName": "theirs", "AssumeRolePolicyDocument": trust})),
        ("apigateway", "CreateApi", json!({"name": "theirs", "protocolType": "HTTP"})),
        ("ecs", "CreateCluster", json!({"clusterName": "theirs"})),
        (
            "apigateway",
            "CreateVpcLink",
            json!({"name": "theirs", "subnetIds": account.sandbox.private_subnet_ids()}),
        ),
    ] {
        account.by_hand(service, operation, &input);
    }
    account
}

struct Walk {
    random: Rng,
    account: Account,
    stack: Stack,
    /// What was done so far.
    done: Vec<String>,
}

impl Walk {
    async fn walk(&mut self, steps: u32) -> Result<(), String> {
        let beginning = state(&self.account);
        for _ in 0..steps {
            self.step().await?;
        }
        self.as_if_at_once().await?;
        match self.run(Goal::Nothing).await {
            Ended::Done => {}
            ended => return Err(format!("the removal {ended}")),
        }
        match difference(&beginning, &state(&self.account)) {
            Some(difference) => Err(format!("after the removal: {difference}")),
            None => Ok(()),
        }
    }

    async fn step(&mut self) -> Result<(), String> {
        for _ in 0..self.random.u32(0..3) {
            self.done.push(edits::edit(&mut self.stack, &mut self.random).to_owned());
        }
        if self.random.u32(0..3) == 0 {
            self.done.push(drift::drift(&self.account, &self.stack, &mut self.random).to_owned());
        }
        let watch = self.account.watch();
        if self.random.u32(0..3) == 0 {
            self.disturbed().await;
        }
        match self.run(Goal::Stack).await {
            Ended::Done => {}
            ended => return Err(format!("an undisturbed run {ended}")),
        }
        let left = steps(&self.account, &self.stack, Goal::Stack).await?;
        if !left.is_empty() {
            return Err(format!("left to do: {}", left.join(", ")));
        }
        names::check(&self.stack, &state(&self.account))?;
        watch.end().map(drop)
    }

    /// A run of the program: with the lease, which one that died leaves to be waited for.
    async fn run(&self, goal: Goal) -> Ended {
        let work = run(&self.account, &self.stack, goal);
        tokio::select! {
            biased;
            () = self.account.sandbox.crashed() => Ended::Crashed,
            leased = leased(&self.account, &self.stack, "a walk", work) => match leased {
                Ok(Leased::Ended(ended)) => ended,
                Ok(leased) => Ended::Failed(format!("{leased:?}")),
                Err(error) => Ended::Failed(error),
            },
        }
    }

    /// A run in which calls fail or that dies, whatever comes of it.
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
            // Whoever runs it again needs some time at least.
            tokio::time::sleep(Duration::from_secs(self.random.u64(1..600))).await;
        }
    }

    /// The account is as one to which the stack was applied at once.
    async fn as_if_at_once(&self) -> Result<(), String> {
        let other = furnished(Delays::default());
        match run(&other, &self.stack, Goal::Stack).await {
            Ended::Done => {}
            ended => return Err(format!("a first run {ended}")),
        }
        let states = [&other, &self.account].map(|account| without_history(state(account)));
        match difference(&states[0], &states[1]) {
            Some(difference) => Err(format!("unlike one first run: {difference}")),
            None => Ok(()),
        }
    }
}

/// One of a list.
fn choose<'a, T>(random: &mut Rng, items: &'a [T]) -> Option<&'a T> {
    (!items.is_empty()).then(|| &items[random.usize(0..items.len())])
}

/// The members of a listing.
fn items(listing: &Value) -> Vec<Value> {
    listing.as_array().cloned().unwrap_or_default()
}
