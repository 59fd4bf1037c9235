//! Services move between backends while calls are slow and runs die.
//!
//! The sandbox watches the routes over every call. A request that has an answer before the moves and after them must
//! have one at every moment in between.

use std::time::Duration;

use fastrand::Rng;
use sss_model::{Backend, BackendKind, Stack};
use sss_sandbox::{Fault, Faults, Rule};
use tokio::time::sleep;

use crate::{
    account::{Account, of_backend},
    torture::{
        Case, End, Part, in_virtual_time,
        run::{Ended, Goal, run, steps},
    },
};

/// The kinds of backends, in the order of the article.
const KINDS: [BackendKind; 3] = [BackendKind::CloudMap, BackendKind::Alb, BackendKind::Nlb];

/// The time in which AWS completes what a killed run asked for. A namespace appears only then.
const CREATED: Duration = Duration::from_mins(1);

/// The largest number of calls before a run dies. An undisturbed move makes about as many.
const CALLS: u64 = 90;

/// Each seed moves a stack from one backend to another, over several runs if the first ones die.
///
/// Each run may want another backend than the one before. The last run is not killed, and must leave nothing to do.
pub fn moves() -> Part {
    Part {
        name: "moves",
        about: "services between backends, with slow calls and killed runs (~): every request is answered",
        count: None,
        usual: 200,
        case: Box::new(case),
    }
}

/// The choices of a case.
struct Move {
    from: Stack,
    /// What each run wants.
    runs: Vec<Stack>,
    /// How the calls of each run are disturbed. The last run has slow calls only.
    faults: Vec<Faults>,
}

impl Move {
    fn draw(account: &Account, [from, to]: [usize; 2], random: &mut Rng) -> Self {
        let count = random.u16(1..4);
        let all = KINDS.map(|kind| of_backend(account, kind, count));
        let deaths = random.usize(0..4);
        let faults: Vec<_> = (0..=deaths).map(|run| disturbance(run < deaths, random)).collect();
        let mut runs: Vec<_> = (0..deaths).map(|_| mixed(&all, random)).collect();
        runs.push(all[to].clone());
        Self { from: all[from].clone(), runs, faults }
    }

    async fn happen(&self, account: &Account) -> Result<End, String> {
        match run(account, &self.from, Goal::Stack).await {
            Ended::Done => {}
            ended => return Err(format!("the first apply {ended}")),
        }

        let watch = account.watch();
        let mut end = End::Converged;
        for (index, (stack, faults)) in self.runs.iter().zip(&self.faults).enumerate() {
            if index > 0 && index + 1 == self.runs.len() {
                sleep(CREATED).await;
            }
            account.sandbox.set_faults(faults.clone());
            match run(account, stack, Goal::Stack).await {
                Ended::Done => {}
                Ended::Crashed => end = End::Mended,
                ended @ Ended::Failed(_) => return Err(format!("run {index} {ended}")),
            }
            account.sandbox.clear_faults();
        }

        let last = self.runs.last().expect("a run");
        let left = steps(account, last, Goal::Stack).await?;
        if !left.is_empty() {
            return Err(format!("left to do: {}", left.join(", ")));
        }
        let watched = watch.end()?;
        if !watched.gaps.is_empty() || !watched.unanswered.is_empty() {
            return Err(format!("requests without an answer: {watched:?}"));
        }
        Ok(end)
    }
}

/// Returns slow calls, and the death of the run if it is to die.
fn disturbance(dies: bool, random: &mut Rng) -> Faults {
    let faults = match (dies, random.bool(), random.u64(1..CALLS)) {
        (false, ..) => Faults::default(),
        (true, true, calls) => Faults::crash_within(calls),
        (true, false, calls) => Faults::crash_after(calls),
    };
    let slow = |ms, probability| Rule::new(Fault::Slow { ms }).probability(probability);
    faults.with_seed(random.u64(..)).with(slow(4_000, 0.1)).with(slow(1_000, 0.3))
}

/// Returns a stack whose services each have the backend of one of these stacks.
fn mixed(all: &[Stack; 3], random: &mut Rng) -> Stack {
    let mut stack = all[0].clone();
    for service in stack.services.values_mut() {
        service.backend = Some(Backend::from(KINDS[random.usize(0..KINDS.len())]));
    }
    stack
}

fn case(seed: u64) -> Case {
    let mut random = Rng::with_seed(seed);
    let account = Account::new();
    // Six moves between two different kinds, each by one sixth of the seeds.
    let turn = usize::try_from(seed % 6).expect("a small number");
    let (from, to) = (turn / 2, (turn / 2 + 1 + turn % 2) % KINDS.len());
    let moved = Move::draw(&account, [from, to], &mut random);
    let deaths = moved.runs.len() - 1;
    let (end, lasted) = in_virtual_time(seed, moved.happen(&account));
    Case {
        row: format!("{} to {}", KINDS[from], KINDS[to]),
        column: format!("{deaths} deaths"),
        end,
        lasted,
        calls: account.sandbox.calls().len(),
    }
}
