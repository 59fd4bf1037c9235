//! The process is killed at every call of a run, and the run is made again.

use sss_sandbox::Faults;

use crate::torture::{
    Case, End, Part, in_virtual_time,
    run::{Ended, converge, run},
    scenario::Scenario,
};

/// When the process dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// With so many calls answered, before another one takes effect.
    After(u64),
    /// When so many calls took effect, the last of them unanswered.
    Within(u64),
}

/// Each run of a scenario is killed before and after each of its calls takes effect, then made again: the account must
/// be as if nothing had happened.
pub fn crashes() -> Part {
    let scenarios = Scenario::all();
    let mut cases = Vec::new();
    for (index, scenario) in scenarios.iter().enumerate() {
        let calls = scenario.calls.len() as u64;
        cases.extend((0..calls).map(|call| (index, Death::After(call))));
        cases.extend((1..=calls).map(|call| (index, Death::Within(call))));
    }
    let count = cases.len() as u64;
    let case = move |number: u64| {
        let (index, death) = cases[usize::try_from(number).expect("a small number")];
        case(number, &scenarios[index], death)
    };
    Part { name: "crashes", count: Some(count), case: Box::new(case) }
}

fn case(number: u64, scenario: &Scenario, death: Death) -> Case {
    let account = scenario.account();
    let (column, faults) = match death {
        Death::After(calls) => ("before the next call", Faults::crash_after(calls)),
        Death::Within(calls) => ("before the answer", Faults::crash_within(calls)),
    };
    account.sandbox.set_faults(faults);
    let (end, lasted) = in_virtual_time(number, async {
        match run(&account, &scenario.stack, scenario.goal).await {
            Ended::Crashed => {}
            ended => return Err(format!("the run to be killed {ended}")),
        }
        converge(&account, &scenario.stack, scenario.goal, &scenario.expected).await
    });
    let what = |error| format!("{death:?} {}: {error}", around(scenario, death));
    Case {
        row: scenario.name.to_owned(),
        column: column.to_owned(),
        end: end.map(|()| End::Mended).map_err(what),
        lasted,
        calls: account.sandbox.calls().len(),
    }
}

/// The last call that took effect, for whoever reads of a failure.
fn around(scenario: &Scenario, death: Death) -> &str {
    let (Death::After(calls) | Death::Within(calls)) = death;
    let last = usize::try_from(calls).ok().and_then(|calls| calls.checked_sub(1));
    last.and_then(|last| scenario.calls.get(last)).map_or("nothing", |call| call.operation.as_str())
}
