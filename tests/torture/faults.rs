//! Every kind of fault happens to every operation of a run.
//!
//! A single fault must not stop a run, except for a denied call, which no repetition helps. A fault that
//! happens every time may stop it, and then the failure must name the operation. In both cases a run without
//! faults completes the work. At the end the account is read under the same faults: an object that cannot be
//! read must not count as absent.

use std::collections::BTreeSet;

use sss_sandbox::{Fault, Faults, Rule};

use crate::torture::{
    Case, End, Part, in_virtual_time,
    run::{Ended, Goal, arrived, converge, run, steps},
    scenario::Scenario,
};

/// The kinds of faults, and whether a run must reach its goal in spite of one of them.
const FAULTS: [(&str, Fault, bool); 6] = [
    ("before", Fault::Before, true),
    ("lost", Fault::LostAnswer, true),
    ("throttle", Fault::Throttle, true),
    ("error", Fault::ServerError, true),
    ("slow", Fault::Slow { ms: 20_000 }, true),
    ("denied", Fault::AccessDenied, false),
];

/// A fault at one operation of a scenario.
#[derive(Debug, Clone)]
struct Disturbance {
    /// The index of the scenario.
    scenario: usize,
    service: String,
    operation: String,
    /// The index of the fault in [`FAULTS`].
    fault: usize,
    /// Whether only the first call of the operation is disturbed, and not all of them.
    once: bool,
}

/// Lets each fault happen to each operation of a run, the first time or every time.
///
/// The run must reach its goal or say which operation failed, and a run without faults must reach the goal
/// then.
pub fn faults() -> Part {
    let scenarios = Scenario::all().into_iter().flatten().collect::<Vec<_>>();
    let mut cases = Vec::new();
    for (scenario, disturbed) in scenarios.iter().enumerate() {
        let operations: BTreeSet<_> =
            disturbed.calls.iter().map(|call| (call.service.clone(), call.operation.clone())).collect();
        for (service, operation) in operations {
            for (fault, once) in (0..FAULTS.len()).flat_map(|fault| [(fault, true), (fault, false)]) {
                let (service, operation) = (service.clone(), operation.clone());
                cases.push(Disturbance { scenario, service, operation, fault, once });
            }
        }
    }

    let count = cases.len() as u64;
    let case = move |number: u64| {
        let disturbance = &cases[usize::try_from(number).expect("a small number")];
        case(number, &scenarios[disturbance.scenario], disturbance)
    };

    Part {
        name: "faults",
        about: "each fault at each operation, the first time or every time (*): survived, or told and mended (~)",
        count: Some(count),
        usual: count,
        case: Box::new(case),
    }
}

fn case(number: u64, scenario: &Scenario, disturbance: &Disturbance) -> Case {
    let Disturbance { service, operation, fault, once, .. } = disturbance;
    let (name, fault, survivable) = FAULTS[*fault];
    let rule = Rule::new(fault).service(service).operation(operation);
    let faults = Faults::default().with(if *once { rule.nth(1) } else { rule });
    let account = scenario.account();
    let (end, lasted) = in_virtual_time(number, async {
        account.sandbox.set_faults(faults.clone());
        let end = match run(&account, &scenario.stack, scenario.goal).await {
            Ended::Crashed => Err("nothing was to be killed".to_owned()),
            Ended::Failed(why) if *once && survivable => Err(format!("not survived: {why}")),
            Ended::Failed(why) if !why.contains(operation.as_str()) => Err(format!("not named: {why}")),
            Ended::Failed(_) => {
                converge(&account, &scenario.stack, scenario.goal, &scenario.expected).await?;
                Ok(End::Mended)
            }
            Ended::Done => {
                account.sandbox.clear_faults();
                arrived(&account, &scenario.stack, scenario.goal, &scenario.expected).await?;
                Ok(End::Converged)
            }
        }?;
        blind(&account, scenario, faults).await?;
        Ok(end)
    });
    Case {
        row: format!("{service}:{operation}"),
        column: format!("{name}{}", if *once { "" } else { "*" }),
        end: end.map_err(|why: String| format!("{}: {why}", scenario.name)),
        lasted,
        calls: account.sandbox.calls().len(),
    }
}

/// Checks that a plan under faults is empty or cannot be created, while all objects are in place.
async fn blind(account: &crate::account::Account, scenario: &Scenario, faults: Faults) -> Result<(), String> {
    if scenario.goal == Goal::Nothing {
        return Ok(());
    }
    account.sandbox.set_faults(faults);
    match steps(account, &scenario.stack, scenario.goal).await {
        Ok(steps) if !steps.is_empty() => Err(format!("what was not read is planned: {}", steps.join(", "))),
        _ => Ok(()),
    }
}
