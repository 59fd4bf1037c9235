//! The process is killed at every call of a run, and the run is repeated.
//!
//! A crash can happen at two kinds of moments: between two calls, and after a call took effect without its
//! answer. The second kind is the difficult one, because the next run must find the object that nobody knows
//! of.

use serde_json::Value;
use sss_sandbox::Faults;

use crate::{
    account::Account,
    torture::{
        Case, End, Part, in_virtual_time,
        run::{Ended, Goal, converge, run},
        scenario::Scenario,
        state::state,
    },
};

/// The moment at which the process dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// This number of calls was answered, and the next one does not take effect.
    After(u64),
    /// This number of calls took effect, and the last one was not answered.
    Within(u64),
}

/// A run that is killed, and the run after it.
struct Killing {
    scenario: Scenario,
    /// The goal of the run after it.
    then: Goal,
    /// The state of the account after that.
    expected: Value,
}

impl Killing {
    fn name(&self) -> String {
        let then = match self.then {
            Goal::Stack | Goal::Verified => "apply",
            Goal::Nothing => "removal",
        };
        format!("{}, then {then}", self.scenario.name)
    }
}

/// Kills each run of a scenario before and after each of its calls takes effect.
///
/// Then the run is repeated, and the account must be as if nothing had happened; or the stack is removed, and
/// nothing may be left.
pub fn crashes() -> Part {
    let empty = state(&Account::new());
    let with = |scenario: &Scenario, then: Goal, expected: &Value| {
        let expected = expected.clone();
        Killing { scenario: scenario.clone(), then, expected }
    };
    let of_backend = |[first, change, removal]: &[Scenario; 3]| {
        [
            with(first, Goal::Stack, &first.expected),
            with(first, Goal::Nothing, &empty),
            with(change, Goal::Stack, &change.expected),
            with(change, Goal::Nothing, &empty),
            with(removal, Goal::Nothing, &removal.expected),
            with(removal, Goal::Stack, &first.expected),
        ]
    };
    let killings: Vec<_> = Scenario::all().iter().flat_map(of_backend).collect();

    let mut cases = Vec::new();
    for (index, killing) in killings.iter().enumerate() {
        let calls = killing.scenario.calls.len() as u64;
        cases.extend((0..calls).map(|call| (index, Death::After(call))));
        cases.extend((1..=calls).map(|call| (index, Death::Within(call))));
    }

    let count = cases.len() as u64;
    let case = move |number: u64| {
        let (index, death) = cases[usize::try_from(number).expect("a small number")];
        case(number, &killings[index], death)
    };

    Part {
        name: "crashes",
        about: "runs that are killed at each of their calls, and what the next run makes of it (~)",
        count: Some(count),
        usual: count,
        case: Box::new(case),
    }
}

fn case(number: u64, killing: &Killing, death: Death) -> Case {
    let scenario = &killing.scenario;
    let account = scenario.account();
    let (column, faults) = match death {
        Death::After(calls) => ("before the next call", Faults::crash_after(calls)),
        Death::Within(calls) => ("before the answer", Faults::crash_within(calls)),
    };

    account.sandbox.set_faults(faults);
    let (end, lasted) = in_virtual_time(number, async {
        let watch = account.watch();
        match run(&account, &scenario.stack, scenario.goal).await {
            Ended::Crashed => {}
            ended => return Err(format!("the run to be killed {ended}")),
        }
        converge(&account, &scenario.stack, killing.then, &killing.expected).await?;
        watch.end().map(drop)
    });

    let what = |error| format!("{death:?} {}: {error}", last_call(scenario, death));
    Case {
        row: killing.name(),
        column: column.to_owned(),
        end: end.map(|()| End::Mended).map_err(what),
        lasted,
        calls: account.sandbox.calls().len(),
    }
}

/// Returns the last call that took effect, for the reader of a failure.
fn last_call(scenario: &Scenario, death: Death) -> &str {
    let (Death::After(calls) | Death::Within(calls)) = death;
    let last = usize::try_from(calls).ok().and_then(|calls| calls.checked_sub(1));
    last.and_then(|last| scenario.calls.get(last)).map_or("nothing", |call| call.operation.as_str())
}
