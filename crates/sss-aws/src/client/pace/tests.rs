use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::client::pace::{Called, Lane, Pace, Rates};

fn called(service: &'static str, operation: &str) -> Called {
    Called { service, operation: operation.to_owned(), lane: Lane::current() }
}

fn pace() -> Pace {
    Pace::new(&Rates::default())
}

/// Returns the time that this number of calls takes if all of them start at once.
async fn time(pace: &Pace, called: &Called, calls: usize) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        pace.turn(called).await;
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn burst_goes_at_once_and_the_rest_at_the_rate() {
    let register = called("ecs", "RegisterTaskDefinition");
    assert_eq!(time(&pace(), &register, 19).await, Duration::ZERO);
    let seconds = time(&pace(), &register, 119).await.as_secs_f64();
    assert!((100.0..=103.0).contains(&seconds), "{seconds} s for 100 calls of 1 a second");
}

#[tokio::test(start_paused = true)]
async fn share_reduces_burst_and_rate() {
    let register = called("ecs", "RegisterTaskDefinition");
    let pace = Pace::new(&Rates::default().share(0.5).expect("a share"));
    assert_eq!(time(&pace, &register, 9).await, Duration::ZERO);
    let seconds = time(&pace, &register, 50).await.as_secs_f64();
    assert!((100.0..=103.0).contains(&seconds), "{seconds} s for 50 calls of 1 in 2 seconds");
}

#[tokio::test(start_paused = true)]
async fn call_draws_on_all_of_its_buckets() {
    let pace = pace();
    assert_eq!(time(&pace, &called("apigateway", "GetApis"), 39).await, Duration::ZERO);
    assert!(time(&pace, &called("apigateway", "CreateVpcLink"), 1).await > Duration::from_millis(99));
    assert!(time(&pace, &called("apigateway", "CreateVpcLink"), 1).await > Duration::from_secs(14));
    assert_eq!(time(&pace, &called("ecs", "DescribeServices"), 99).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn call_without_quota_is_counted_and_never_waits() {
    let pace = pace();
    assert_eq!(time(&pace, &called("ssm", "PutParameter"), 1000).await, Duration::ZERO);
    let statistics = pace.statistics();
    assert_eq!((statistics.calls["ssm:PutParameter"], statistics.total()), (1000, 1000));
    assert!(statistics.waits.is_empty());
}

#[tokio::test(start_paused = true)]
async fn refusal_slows_calls_and_success_speeds_them_up() {
    let read = called("logs", "DescribeLogGroups");
    let pace = pace();
    pace.refused(&read);
    let first = time(&pace, &read, 10).await;
    assert!(
        first > Duration::from_millis(1300),
        "{first:?} for 10 calls of 7 a second out of an empty bucket"
    );
    time(&pace, &read, 100).await;
    let later = time(&pace, &read, 10).await;
    assert!(later < Duration::from_millis(1100), "{later:?} for 10 calls of 10 a second");
    assert_eq!(pace.statistics().throttled, 1);
}

#[tokio::test(start_paused = true)]
async fn statistics_have_the_longest_wait_of_a_quota() {
    let pace = pace();
    let create = called("apigateway", "CreateVpcLink");
    time(&pace, &create, 3).await;
    let wait = pace.statistics().waits["API Gateway CreateVpcLink"].as_secs_f64();
    assert!((15.0..16.0).contains(&wait), "{wait}");
}

#[tokio::test(start_paused = true)]
async fn lowest_rank_goes_first() {
    let pace = pace();
    let register = called("ecs", "RegisterTaskDefinition");
    time(&pace, &register, 19).await;
    let order = RefCell::new(Vec::new());
    let calls = [3, 1, 2, 1].into_iter().enumerate().map(|(arrival, rank)| {
        let (pace, order) = (&pace, &order);
        Lane::ranked(rank, async move {
            pace.turn(&called("ecs", "RegisterTaskDefinition")).await;
            order.borrow_mut().push((rank, arrival));
        })
    });
    join_all(calls).await;
    assert_eq!(order.into_inner(), [(1, 1), (1, 3), (2, 2), (3, 0)]);
}

#[tokio::test(start_paused = true)]
async fn dropped_call_does_not_hold_up_the_next() {
    let pace = pace();
    let register = called("ecs", "RegisterTaskDefinition");
    time(&pace, &register, 19).await;
    let first = Box::pin(pace.turn(&register));
    let second = pace.turn(&register);
    let given_up = tokio::time::timeout(Duration::from_millis(500), first);
    let start = Instant::now();
    let (given_up, ()) = tokio::join!(given_up, second);
    assert!(given_up.is_err());
    assert!(start.elapsed() < Duration::from_millis(1100), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn read_during_a_wait_counts_as_poll() {
    let pace = pace();
    pace.turn(&called("ecs", "DescribeServices")).await;
    Lane::waiting(async {
        pace.turn(&called("ecs", "DescribeServices")).await;
        pace.turn(&called("ecs", "CreateService")).await;
    })
    .await;
    assert_eq!((pace.statistics().total(), pace.statistics().polls), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn statistics_count_calls_since_earlier_ones() {
    let pace = pace();
    let (read, create) = (called("ecs", "DescribeServices"), called("ecs", "CreateService"));
    let poll = || Lane::waiting(async { pace.turn(&called("iam", "GetRole")).await });
    pace.turn(&read).await;
    pace.refused(&read);
    poll().await;
    let earlier = pace.statistics();
    poll().await;
    poll().await;
    pace.turn(&create).await;
    pace.refused(&create);
    pace.refused(&create);
    let since = pace.statistics().since(&earlier);
    let calls = [("ecs:CreateService", 1), ("iam:GetRole", 2)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(since.calls, BTreeMap::from(calls), "what was not called since is left out");
    assert_eq!((since.polls, since.throttled), (2, 2));
    assert_eq!((since.total(), since.of_service("ecs"), since.of_service("ec")), (3, 1, 0));
}
