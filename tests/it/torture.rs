//! Some cases of each part of the torture; `cargo xtask torture` lets all of them happen.

use sss_tests::torture::{Part, crashes, faults, rivals, rollouts, walks};

/// Lets so many cases happen, all of which must come out right.
fn check(part: &Part, cases: u64) {
    let report = part.run(&part.numbers(cases), &|_| {});
    let wrong: Vec<_> = report.iter().filter(|(_, case)| case.end.is_err()).collect();
    assert!(wrong.is_empty() && !report.is_empty(), "cargo xtask torture {} --seed …: {wrong:#?}", part.name);
}

#[test]
fn a_run_that_is_killed_is_made_good_by_the_next() {
    check(&crashes(), 24);
}

#[test]
fn a_fault_is_survived_or_told() {
    check(&faults(), 10);
}

#[test]
fn whatever_changes_the_next_run_converges() {
    check(&walks(5), 3);
}

#[test]
fn what_is_said_of_a_deployment_is_so() {
    check(&rollouts(), 10);
}

#[test]
fn one_run_at_a_time_works() {
    check(&rivals(), 4);
}
