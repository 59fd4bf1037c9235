//! Some cases of each part of the torture. `cargo xtask torture` runs all of them.

use sss_tests::torture::{Part, crashes, faults, moves, permissions, rivals, rollouts, walks};

/// Runs this number of cases, all of which must end well.
fn check(part: &Part, cases: u64) {
    let report = part.run(&part.numbers(cases), &|_| {});
    let wrong: Vec<_> = report.iter().filter(|(_, case)| case.end.is_err()).collect();
    assert!(wrong.is_empty() && !report.is_empty(), "cargo xtask torture {} --seed …: {wrong:#?}", part.name);
}

#[test]
fn run_that_is_killed_is_made_good_by_the_next() {
    check(&crashes(), 24);
}

#[test]
fn fault_is_survived_or_reported() {
    check(&faults(), 10);
}

#[test]
fn run_after_random_changes_converges() {
    check(&walks(5), 3);
}

#[test]
fn walk_with_the_printed_policies_is_not_denied() {
    check(&permissions(5), 3);
}

#[test]
fn report_of_a_deployment_agrees_with_ecs() {
    check(&rollouts(), 10);
}

#[test]
fn move_between_backends_loses_no_request() {
    check(&moves(), 12);
}

#[test]
fn one_run_at_a_time_works() {
    check(&rivals(), 4);
}
