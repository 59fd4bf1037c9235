use std::time::Duration;

use tokio::time::Instant;

use super::{Called, Pace};

fn called(service: &'static str, operation: &str) -> Called {
    Called { service, operation: operation.to_owned() }
}

/// How long so many calls take that are all there at once.
async fn time(pace: &Pace, called: &Called, calls: usize) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        pace.turn(called).await;
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_burst_goes_out_at_once_and_the_rest_at_the_rate() {
    let register = called("ecs", "RegisterTaskDefinition");
    assert_eq!(time(&Pace::new(1.0), &register, 20).await, Duration::ZERO);
    let seconds = time(&Pace::new(1.0), &register, 120).await.as_secs_f64();
    assert!((100.0..=103.0).contains(&seconds), "{seconds} s for 100 calls of 1 a second");
}

#[tokio::test(start_paused = true)]
async fn a_share_is_a_part_of_burst_and_rate() {
    let register = called("ecs", "RegisterTaskDefinition");
    let pace = Pace::new(0.5);
    assert_eq!(time(&pace, &register, 10).await, Duration::ZERO);
    let seconds = time(&pace, &register, 50).await.as_secs_f64();
    assert!((100.0..=103.0).contains(&seconds), "{seconds} s for 50 calls of 1 in 2 seconds");
}

#[tokio::test(start_paused = true)]
async fn a_call_draws_on_every_bucket_that_it_is_in() {
    let pace = Pace::new(1.0);
    assert_eq!(time(&pace, &called("apigateway", "GetApis"), 40).await, Duration::ZERO);
    assert!(time(&pace, &called("apigateway", "CreateVpcLink"), 1).await > Duration::from_millis(99));
    assert!(time(&pace, &called("apigateway", "CreateVpcLink"), 1).await > Duration::from_secs(14));
    assert_eq!(time(&pace, &called("ecs", "DescribeServices"), 100).await, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_has_no_quota_is_counted_and_never_waits() {
    let pace = Pace::new(1.0);
    assert_eq!(time(&pace, &called("ssm", "PutParameter"), 1000).await, Duration::ZERO);
    let statistics = pace.statistics();
    assert_eq!((statistics.calls["ssm:PutParameter"], statistics.total()), (1000, 1000));
    assert!(statistics.waits.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_slows_calls_down_and_success_speeds_them_up_again() {
    let read = called("logs", "DescribeLogGroups");
    let pace = Pace::new(1.0);
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
async fn the_longest_wait_of_a_quota_is_known() {
    let pace = Pace::new(1.0);
    let create = called("apigateway", "CreateVpcLink");
    time(&pace, &create, 3).await;
    let wait = pace.statistics().waits["API Gateway CreateVpcLink"].as_secs_f64();
    assert!((15.0..16.0).contains(&wait), "{wait}");
}
