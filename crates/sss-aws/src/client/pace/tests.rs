use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::client::pace::{Called, Lane, Pace, Rate, Rates};

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
        drop(pace.turn(called).await);
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
    pace.turn(&read).await.refused();
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
            drop(pace.turn(&called("ecs", "RegisterTaskDefinition")).await);
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
    let (given_up, _turn) = tokio::join!(given_up, second);
    assert!(given_up.is_err());
    assert!(start.elapsed() < Duration::from_millis(1100), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn read_during_a_wait_counts_as_poll() {
    let pace = pace();
    drop(pace.turn(&called("ecs", "DescribeServices")).await);
    Lane::waiting(async {
        drop(pace.turn(&called("ecs", "DescribeServices")).await);
        drop(pace.turn(&called("ecs", "CreateService")).await);
    })
    .await;
    assert_eq!((pace.statistics().total(), pace.statistics().polls), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn statistics_count_calls_since_earlier_ones() {
    let pace = pace();
    let (read, create) = (called("ecs", "DescribeServices"), called("ecs", "CreateService"));
    let poll = || Lane::waiting(async { drop(pace.turn(&called("iam", "GetRole")).await) });
    pace.turn(&read).await.refused();
    poll().await;
    let earlier = pace.statistics();
    poll().await;
    poll().await;
    pace.turn(&create).await.refused();
    pace.turn(&create).await.refused();
    let since = pace.statistics().since(&earlier);
    let calls = [("ecs:CreateService", 2), ("iam:GetRole", 2)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(since.calls, BTreeMap::from(calls), "what was not called since is left out");
    assert_eq!((since.polls, since.throttled), (2, 2));
    assert_eq!((since.total(), since.of_service("ecs"), since.of_service("ec")), (4, 2, 0));
}

/// AWS's side of a bucket: it takes a token when a call arrives, and refuses the call if there is none.
struct Theirs {
    rate: Rate,
    tokens: f64,
    at: Instant,
    refused: usize,
}

impl Theirs {
    fn new(rate: Rate) -> RefCell<Self> {
        RefCell::new(Self { rate, tokens: f64::from(rate.burst), at: Instant::now(), refused: 0 })
    }

    /// Returns whether the call that arrives now gets a token.
    fn admit(&mut self) -> bool {
        let passed = self.at.elapsed().as_secs_f64();
        self.at = Instant::now();
        self.tokens = (self.tokens + passed * self.rate.per_second).min(f64::from(self.rate.burst));
        let admitted = self.tokens >= 1.0;
        self.tokens -= f64::from(u8::from(admitted));
        self.refused += usize::from(!admitted);
        admitted
    }
}

/// Returns a number from 0 to 1 that depends on a seed and a position only.
fn random(seed: u64, position: u64) -> f64 {
    let mixed = (seed << 32 | position).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let part = (mixed >> 11) as f64 / (1u64 << 53) as f64;
    part
}

/// The way of a call to AWS takes up to this long, and the answer comes as long after.
const SLOWEST_WAY: f64 = 1.0;

/// Makes so many calls at once over a network with uneven ways. A refused call goes again.
async fn make(pace: &Pace, of: &Called, theirs: &RefCell<Theirs>, calls: u64, seed: u64) {
    let call = |position| async move {
        let mut attempt = position;
        loop {
            let turn = pace.turn(of).await;
            let way = Duration::from_secs_f64(random(seed, attempt) * SLOWEST_WAY);
            sleep(way).await;
            let admitted = theirs.borrow_mut().admit();
            sleep(way / 4).await;
            if admitted {
                drop(turn);
                return;
            }
            turn.refused();
            drop(turn);
            attempt += calls;
        }
    };
    join_all((0..calls).map(call)).await;
}

/// The documented quotas, each with a call that draws on it alone.
fn buckets() -> Vec<(&'static str, Rate, Called)> {
    let rates = Rates::default();
    let names = rates.quotas().map(|(service, quota)| (service, quota.operation()));
    let alone = names
        .zip(rates.documented())
        .filter(|((service, operation), _)| rates.of_call(&format!("{service}:{operation}")).count() == 1);
    alone.map(|((service, operation), (name, rate))| (name, rate, called(service, operation))).collect()
}

#[tokio::test(start_paused = true)]
async fn uneven_ways_lead_to_no_refusal() {
    let buckets = buckets();
    assert!(buckets.len() > 30, "{} quotas", buckets.len());
    for (name, rate, call) in buckets {
        for seed in 0..20 {
            let (pace, theirs, start) = (pace(), Theirs::new(rate), Instant::now());
            let calls = u64::from(rate.burst) * 3 + 10;
            make(&pace, &call, &theirs, calls, seed).await;
            assert_eq!(theirs.borrow().refused, 0, "{name}, seed {seed}");
            // A bucket with few tokens is bound by the calls under way.
            let burst = f64::from(rate.burst);
            let per_second = rate.per_second.min(burst / (1.25 * SLOWEST_WAY));
            #[expect(clippy::cast_precision_loss, reason = "some hundred calls")]
            let most = (calls as f64 - burst) / per_second * 1.02 + 2.0 * SLOWEST_WAY + 2.0 / per_second;
            assert!(start.elapsed().as_secs_f64() < most, "{name}: {:?}, not {most}", start.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn other_client_costs_few_refusals() {
    for (name, rate, call) in buckets() {
        let (ours, others, theirs, start) = (pace(), pace(), Theirs::new(rate), Instant::now());
        let calls = u64::from(rate.burst) * 3 + 40;
        let (us, them) = (make(&ours, &call, &theirs, calls, 1), make(&others, &call, &theirs, calls, 2));
        tokio::join!(us, them);
        let refused = theirs.borrow().refused;
        assert!(refused as u64 <= calls / 2, "{name}: {refused} of {} refused", 2 * calls);
        #[expect(clippy::cast_precision_loss, reason = "some hundred calls")]
        let least = (2.0 * calls as f64 - f64::from(rate.burst)) / rate.per_second;
        let took = start.elapsed().as_secs_f64();
        assert!(took < least * 1.3 + 6.0, "{name}: {took} s, at least {least} s");
    }
}
