//! One run at a time writes to a stack: it holds the stack's lease.
//!
//! Runs compare no clocks: a run watches the lease of another one and takes it over if nobody renews it. The
//! holder stops before that time.

use std::time::Duration;

use serde_json::json;
use sss_aws::{Claim, Error, Lease};
use sss_sandbox::{Fault, Faults, Rule, Sandbox};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::account::Account;

/// A little more than the time for which a dead run keeps others waiting.
const GONE: Duration = Duration::from_secs(100);

async fn claim(account: &Account, holder: &str) -> Claim {
    Lease::acquire(&account.aws, "mz-dev", holder, &|_| ()).await.expect("an answer")
}

async fn take(account: &Account, holder: &str) -> Lease {
    match claim(account, holder).await {
        Claim::Ours(lease) => lease,
        Claim::Theirs(holder) => panic!("{holder:?} has it"),
    }
}

async fn holder(account: &Account) -> Option<String> {
    Lease::holder(&account.aws, "mz-dev").await.expect("an answer").map(|holder| holder.holder)
}

/// Waits, and fails if the lease is lost within this time.
async fn outlasts(lease: &Lease, time: Duration) -> Result<(), Error> {
    timeout(time, lease.lost()).await.map_or(Ok(()), Err)
}

#[tokio::test(start_paused = true)]
async fn one_call_takes_it_and_one_gives_it_back() {
    let account = Account::new();
    let (lease, calls, _) = account.counted(take(&account, "alice")).await;
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["PutParameter"]);
    let input = json!({"ResourceType": "Parameter", "ResourceId": "/sss/mz-dev/lease"});
    let tags = account.by_hand("ssm", "ListTagsForResource", &input).to_string();
    assert!(tags.contains("sss:stack") && tags.contains("sss:managed-by"), "{tags}");
    let (released, calls, _) = account.counted(lease.release()).await;
    released.expect("it is given back");
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["DeleteParameter"]);
    assert_eq!(holder(&account).await, None);
}

#[tokio::test(start_paused = true)]
async fn another_run_is_refused_while_one_is_at_work() {
    let account = Account::new();
    let lease = take(&account, "alice").await;
    let start = Instant::now();
    let claimed = tokio::select! {
        claimed = claim(&account, "bob") => claimed,
        error = lease.lost() => panic!("{error}"),
    };
    assert!(matches!(claimed, Claim::Theirs(holder) if holder.holder == "alice"));
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    let another = Lease::acquire(&account.aws, "mz-dev2", "bob", &|_| ()).await.expect("an answer");
    assert!(matches!(another, Claim::Ours(_)), "another stack is another lease");
}

#[tokio::test(start_paused = true)]
async fn lease_of_a_dead_run_is_taken_over() {
    let account = Account::new();
    let dead = take(&account, "alice").await;
    let start = Instant::now();
    let lease = take(&account, "bob").await;
    assert!(start.elapsed() > Duration::from_mins(1) && start.elapsed() < GONE, "{:?}", start.elapsed());
    // The first holder is not dead. Its process was only suspended.
    let error = dead.lost().await;
    assert!(error.is_lost(), "{error}");
    dead.release().await.expect("nothing is done");
    assert_eq!(holder(&account).await.as_deref(), Some("bob"));
    outlasts(&lease, Duration::from_mins(10)).await.expect("it is kept");
}

#[tokio::test(start_paused = true)]
async fn sleeping_holder_does_not_overwrite_its_successor() {
    let account = Account::new();
    let sleeper = take(&account, "alice").await;
    let holder = Lease::holder(&account.aws, "mz-dev").await.expect("an answer").expect("a holder");
    assert!(Lease::take_away(&account.aws, "mz-dev", &holder).await.expect("an answer"));
    let lease = take(&account, "bob").await;
    assert!(!Lease::take_away(&account.aws, "mz-dev", &holder).await.expect("an answer"), "it is bob's now");
    let error = sleeper.lost().await;
    assert!(error.is_lost() && error.to_string().contains("bob holds it now"), "{error}");
    outlasts(&lease, Duration::from_mins(10)).await.expect("it is kept");
}

#[tokio::test(start_paused = true)]
async fn lease_removed_by_hand_is_lost_within_a_renewal() {
    let account = Account::new();
    let lease = take(&account, "alice").await;
    account.by_hand("ssm", "DeleteParameter", &json!({"Name": "/sss/mz-dev/lease"}));
    let error = outlasts(&lease, Duration::from_secs(25)).await.expect_err("it is lost");
    assert!(error.is_lost(), "{error}");
    assert_eq!(holder(&account).await, None, "it is not made again");
}

#[tokio::test(start_paused = true)]
async fn throttled_run_waits_for_its_turn() {
    let slow = Sandbox::new().with_quota("ssm", "PutParameter", 1, 1).expect("the call has a quota");
    let account = Account::of(slow);
    drop(take(&account, "alice").await);
    // Each of these has its own idea of the quota, as programs on several machines have.
    let mut rivals = JoinSet::new();
    for _ in 0..4 {
        let rival = account.beside();
        rivals.spawn(async move { claim(&rival, "rival").await });
    }
    let claims = rivals.join_all().await;
    let ours = claims.iter().filter(|claim| matches!(claim, Claim::Ours(_))).count();
    assert_eq!(ours, 1, "{claims:?}");
}

#[tokio::test(start_paused = true)]
async fn two_takeovers_at_once_leave_at_most_one_holder() {
    let account = Account::of(Sandbox::new().without_quotas());
    drop(take(&account, "alice").await);
    let (bob, carol) = tokio::join!(claim(&account, "bob"), claim(&account, "carol"));
    let ours: Vec<Lease> = [bob, carol]
        .into_iter()
        .filter_map(|claim| match claim {
            Claim::Ours(lease) => Some(lease),
            Claim::Theirs(_) => None,
        })
        .collect();
    assert_eq!(ours.len(), 1, "{ours:?}");
    // The refused run wrote last, so the other one ends. Then nobody holds the lease, and the next run can
    // take it.
    let error = outlasts(&ours[0], Duration::from_secs(25)).await.expect_err("it is lost");
    assert!(error.is_lost(), "{error}");
    outlasts(&take(&account, "dave").await, Duration::from_mins(5)).await.expect("it is kept");
}

/// Holds the lease for ten minutes under this fault.
async fn check(rule: Rule) -> Result<(), Error> {
    let account = Account::new();
    account.sandbox.set_faults(Faults::default().with(rule));
    let lease = take(&account, "alice").await;
    outlasts(&lease, Duration::from_mins(10)).await?;
    account.sandbox.clear_faults();
    assert_eq!(holder(&account).await.as_deref(), Some("alice"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn calls_that_fail_at_times_do_not_lose_it() {
    let put = |fault| Rule::new(fault).operation("PutParameter");
    check(put(Fault::LostAnswer).nth(1)).await.expect("its own creation is known again");
    check(put(Fault::LostAnswer).every(3)).await.expect("its own renewal is known again");
    check(put(Fault::Before).every(2)).await.expect("a renewal is tried again");
    check(Rule::new(Fault::Throttle).operation("GetParameter").every(2))
        .await
        .expect("a look is tried again");
}

#[tokio::test(start_paused = true)]
async fn unrenewed_lease_is_lost_before_others_get_it() {
    let account = Account::new();
    let lease = take(&account, "alice").await;
    account.sandbox.set_faults(Faults::default().with(Rule::new(Fault::Before).service("ssm")));
    let start = Instant::now();
    let error = lease.lost().await;
    assert!(error.is_lost() && start.elapsed() <= Duration::from_mins(1), "{error} {:?}", start.elapsed());
    sleep(GONE).await;
    account.sandbox.clear_faults();
    take(&account, "bob").await;
    lease.release().await.expect("nothing is done");
    assert_eq!(holder(&account).await.as_deref(), Some("bob"));
}

#[tokio::test(start_paused = true)]
async fn lease_written_by_hand_belongs_to_its_writer() {
    let account = Account::new();
    let input = json!({"Name": "/sss/mz-dev/lease", "Value": "do not deploy", "Type": "String"});
    account.by_hand("ssm", "PutParameter", &input);
    assert_eq!(holder(&account).await.as_deref(), Some("somebody unknown"));
    take(&account, "bob").await;
}

#[tokio::test(start_paused = true)]
async fn denied_call_is_an_error() {
    let account = Account::new();
    account.sandbox.set_faults(Faults::default().with(Rule::new(Fault::AccessDenied).service("ssm")));
    let error = Lease::acquire(&account.aws, "mz-dev", "alice", &|_| ()).await.expect_err("it is denied");
    assert!(
        error.is_denied() && error.hint().is_some_and(|hint| hint.contains("ssm:PutParameter")),
        "{error}"
    );
}
