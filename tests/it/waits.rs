//! Waits at other speeds of AWS: the sandbox's clock runs faster and slower than the usual times.
//!
//! A wait must see the end soon after it, whether AWS is early or late.

use std::time::Duration;

use sss_aws::Mode;
use sss_model::Stack;
use sss_sandbox::{Call, Sandbox};

use crate::account::{Account, of_services, reference};

/// The seconds that the sandbox takes for each at its own speed.
const LINK: f64 = 150.0;
const LINK_GONE: f64 = 120.0;
const NAMESPACE: f64 = 46.0;
const SERVICE: f64 = 50.0;
const DEPLOYMENT: f64 = 70.0;
const DRAIN: f64 = 45.0;

/// The most seconds that the sequential calls of a job take.
const CALLS: f64 = 1.5;

fn at_speed(factor: f64) -> (Account, Stack) {
    let account = Account::of(Sandbox::new().with_factor(factor));
    let stack = reference(&account);
    (account, stack)
}

fn with_image(stack: &Stack, tag: &str) -> Stack {
    let mut stack = stack.clone();
    for service in stack.services.values_mut() {
        service.task.image = format!("public.ecr.aws/docker/library/httpd:{tag}");
    }
    stack
}

/// Returns the seconds by which the last poll was later than the end, and the number of polls.
fn check(calls: &[Call], started: &str, look: &str, takes: f64, factor: f64) -> (f64, usize) {
    let at = |call: &Call| call.at.as_secs_f64() / factor;
    let start = calls.iter().find(|call| call.operation == started).map(at).expect("it was started");
    let looks: Vec<f64> = calls.iter().filter(|call| call.operation == look).map(at).collect();
    (looks.last().expect("a look") - start - takes, looks.len())
}

#[tokio::test(start_paused = true)]
async fn end_of_wait_is_seen_in_time_at_any_speed() {
    for takes in [2.0, 3.1, 5.0, 10.0, 20.0, 50.0, 61.0, 75.0, 90.0, 150.0, 230.0, 400.0, 590.0] {
        let factor = LINK / takes;
        let (account, stack) = at_speed(factor);
        let (outcome, calls, _) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        let (late, looks) = check(&calls, "CreateVpcLink", "GetVpcLink", takes, factor);
        let allowed = f64::max(2.0, takes / 20.0);
        assert!((0.0..=allowed + 0.01).contains(&late), "a link of {takes} s is seen {late} s late");
        let most = if takes <= 93.0 { 40 } else { 85 };
        assert!(looks <= most, "a link of {takes} s takes {looks} looks");
    }
}

/// Returns the second at which a poller of ten seconds sees the end.
fn polled(takes: f64, factor: f64) -> f64 {
    (takes / factor / 10.0).ceil() * 10.0
}

#[tokio::test(start_paused = true)]
async fn job_is_never_behind_a_poller_of_ten_seconds() {
    for factor in [1.0, 1.5, 2.0, 3.0, 10.0] {
        let polled = |takes| polled(takes, factor);
        let (account, stack) = at_speed(factor);
        let compare = |job: &str, took: Duration, poller: f64| {
            let took = took.as_secs_f64();
            assert!(took <= poller + CALLS, "{job} at {factor}: {took} s, a poller {poller} s");
        };
        let (outcome, _, took) = account.counted(account.apply_as(&stack, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        compare("first apply", took, f64::max(polled(LINK), polled(NAMESPACE) + polled(SERVICE)));
        let newer = with_image(&stack, "2.5");
        let (outcome, _, took) = account.counted(account.apply_as(&newer, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        compare("new image", took, polled(DEPLOYMENT));
        let (outcome, _, took) =
            account.counted(account.destroy_with(&newer, sss_aws::Options::default())).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        compare("destroy", took, f64::max(polled(LINK_GONE), polled(DRAIN) + polled(NAMESPACE)));
    }
}

#[tokio::test(start_paused = true)]
async fn forecast_claims_no_more_than_a_fast_account_takes() {
    for factor in [1.0, 10.0] {
        let (account, stack) = at_speed(factor);
        let (graph, world) = account.observe(&stack).await;
        let plan = sss_aws::plan(&graph, &world, Mode::Converge);
        let options = sss_aws::Options::default();
        let forecast = sss_aws::forecast(&graph, &world, &plan, &options, &sss_aws::Rates::default());
        let (outcome, _, took) = account.counted(account.carry_out(&graph, &world, &plan)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        assert!(took >= forecast.floor, "{factor}: {took:?} and a floor of {:?}", forecast.floor);
        assert_eq!(forecast.usual.as_secs(), 150);
    }
}

#[tokio::test(start_paused = true)]
async fn looks_of_ten_services_are_the_calls_of_one() {
    let mut looks = Vec::new();
    for services in [1, 10] {
        let account = Account::new();
        let stack = of_services(&account, services);
        account.apply(&stack).await;
        let newer = with_image(&stack, "2.5");
        let (outcome, calls, _) = account.counted(account.apply_as(&newer, Mode::Converge)).await;
        assert!(outcome.is_success(), "{outcome:#?}");
        looks.push(calls.iter().filter(|call| call.operation == "DescribeServices").count());
    }
    assert_eq!(looks[0], looks[1]);
    assert!(looks[0] <= 40, "{looks:?}");
}
