//! A service that moves to another backend: its integration leads to healthy tasks at every moment.
//!
//! The sandbox watches the route of the service over every call. Killed runs are part of it: the next run goes on from
//! where the account is.

use sss_aws::{Mode, Phase};
use sss_model::{BackendKind, Stack};
use sss_sandbox::{Fault, Faults, Rule, Sandbox, Watched};

use super::{ALL, balancing, behind};
use crate::account::{Account, writes};

/// Returns all moves between two different kinds.
fn moves() -> impl Iterator<Item = (BackendKind, BackendKind)> {
    ALL.into_iter().flat_map(|from| ALL.into_iter().filter(move |to| *to != from).map(move |to| (from, to)))
}

/// Returns the saved account of a stack.
async fn applied(stack: impl Fn(&Account) -> Stack) -> Vec<u8> {
    let account = Account::new();
    account.apply(&stack(&account)).await;
    account.sandbox.save()
}

fn loaded(saved: &[u8]) -> Account {
    Account::of(Sandbox::load(saved).expect("a saved account"))
}

/// Checks that requests were answered at every moment. Requests that are not answered at the end have no gaps.
fn check_answered(watched: &Watched, during: std::fmt::Arguments<'_>) {
    assert!(watched.unanswered.is_empty() && watched.gaps.is_empty(), "{during}: {watched:#?}");
}

#[tokio::test(start_paused = true)]
async fn move_between_backends_has_no_gap() {
    for (from, to) in moves() {
        let account = Account::new();
        account.apply(&behind(&account, from)).await;
        let after = behind(&account, to);
        let plan = account.plan(&after).await;
        assert_eq!(plan.downtimes().count(), 0, "{from:?} to {to:?}: {plan:#?}");
        let watched = account.apply_watched(&after).await;
        check_answered(&watched, format_args!("{from:?} to {to:?}"));
        let expected = if to == BackendKind::CloudMap { [0, 0] } else { [1, 1] };
        assert_eq!(balancing(&account), expected, "{from:?} to {to:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn move_deploys_the_service_twice() {
    for (from, to) in moves() {
        let account = Account::new();
        account.apply(&behind(&account, from)).await;
        let ((), calls, _) = account.counted(account.apply(&behind(&account, to))).await;
        let updates = writes(&calls).into_iter().filter(|operation| *operation == "UpdateService").count();
        assert_eq!(updates, 2, "{from:?} to {to:?}");
    }
}

/// The moment at which a run dies: after so many calls, and whether the last one took effect without an answer.
fn deaths(account: &Account) -> Vec<Faults> {
    let calls = account.sandbox.calls();
    let writing = calls.iter().enumerate().filter(|(_, call)| call.writes);
    let death = |(turn, (index, _)): (usize, (usize, _))| {
        let index = index as u64;
        if turn % 2 == 0 { Faults::crash_within(index + 1) } else { Faults::crash_after(index) }
    };
    writing.enumerate().map(death).collect()
}

/// Kills a move at each of its writes, and applies `then` afterwards. No request may be lost over both runs.
async fn check_killed((from, to): (BackendKind, BackendKind), then: BackendKind) {
    let saved = applied(|account| behind(account, from)).await;
    let undisturbed = loaded(&saved);
    let (after, then) = (behind(&undisturbed, to), behind(&undisturbed, then));
    undisturbed.apply(&after).await;
    for (turn, faults) in deaths(&undisturbed).into_iter().enumerate() {
        let account = loaded(&saved);
        let watch = account.watch();
        account.sandbox.set_faults(faults);
        tokio::select! {
            () = account.sandbox.crashed() => {}
            outcome = account.apply_as(&after, Mode::Converge) => panic!("not killed: {outcome:#?}"),
        }
        account.sandbox.clear_faults();
        account.apply(&then).await;
        let watched = watch.end().unwrap_or_else(|said| panic!("{from:?} to {to:?}, {turn}: {said}"));
        check_answered(&watched, format_args!("{from:?} to {to:?}, killed at write {turn}"));
    }
}

#[tokio::test(start_paused = true)]
async fn killed_move_goes_on_without_a_gap() {
    for (from, to) in moves() {
        Box::pin(check_killed((from, to), to)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn killed_move_goes_back_without_a_gap() {
    for (from, to) in moves() {
        Box::pin(check_killed((from, to), from)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn plan_says_the_phase_of_a_move() {
    let saved = applied(|account| behind(account, BackendKind::CloudMap)).await;
    let mut phases = Vec::new();
    for killed in [None, Some("UpdateService"), Some("UpdateIntegration")] {
        let account = loaded(&saved);
        let after = behind(&account, BackendKind::Alb);
        if let Some(operation) = killed {
            let rule = Rule::new(Fault::CrashAfter).operation(operation).nth(1);
            account.sandbox.set_faults(Faults::default().with(rule));
            tokio::select! {
                () = account.sandbox.crashed() => {}
                outcome = account.apply_as(&after, Mode::Converge) => panic!("not killed: {outcome:#?}"),
            }
            account.sandbox.clear_faults();
        }
        let plan = account.plan(&after).await;
        phases.extend(plan.steps.iter().filter_map(|step| step.phase));
    }
    assert_eq!(phases, [Phase::Register, Phase::Switch, Phase::Withdraw]);
}

#[tokio::test(start_paused = true)]
async fn new_image_moves_with_the_backend() {
    for (from, to) in moves() {
        let account = Account::new();
        account.apply(&behind(&account, from)).await;
        let mut after = behind(&account, to);
        let service = after.services.get_mut("s000").expect("the service");
        service.task.image = "public.ecr.aws/docker/library/httpd:2.5".to_owned();
        let watched = account.apply_watched(&after).await;
        check_answered(&watched, format_args!("{from:?} to {to:?}"));
    }
}

#[tokio::test(start_paused = true)]
async fn move_to_another_port_tells_a_gap() {
    let account = Account::new();
    account.apply(&behind(&account, BackendKind::CloudMap)).await;
    let mut after = behind(&account, BackendKind::Alb);
    after.services.get_mut("s000").expect("the service").task.port = Some(9000);
    assert_eq!(account.plan(&after).await.downtimes().count(), 1);
    account.apply(&after).await;
}
