use super::{Cost, Prices, Usage};
use crate::{
    CapacityProvider, CapacityStrategy, CpuArchitecture, Ignored, OperatingSystemFamily, Route, Service,
    Stack, fixture::reference,
};

/// Returns the cost of a stack for the usual use.
fn cost(stack: &Stack) -> Cost {
    Cost::of(stack, &Prices::default(), &Usage::default()).expect("prices of the region")
}

/// Returns a stack with this service in Tokyo.
fn with(service: Service) -> Stack {
    let mut stack = reference();
    stack.services = [("worker".to_owned(), service)].into();
    stack
}

fn worker() -> Service {
    Service::builder().name("worker").image("worker:1").build().expect("a service")
}

/// Compares a sum with one that was calculated by hand, to a hundredth of a cent.
#[track_caller]
fn assert_usd(sum: f64, by_hand: f64) {
    assert!((sum - by_hand).abs() < 0.000_1, "{sum} USD, by hand {by_hand} USD");
}

#[test]
fn tasks_cost_their_size_for_the_hours_they_run() {
    let mut service = worker();
    assert_usd(cost(&with(service.clone())).service("worker"), 730.0 * (0.25 * 0.05056 + 0.5 * 0.00553));

    service.desired_count = Some(3);
    (service.task.cpu, service.task.memory) = (1024, 3072);
    service.task.cpu_architecture = CpuArchitecture::Arm64;
    assert_usd(cost(&with(service)).service("worker"), 3.0 * 730.0 * (0.04045 + 3.0 * 0.00442));
}

#[test]
fn shared_parts_cost_by_use() {
    let mut service = worker();
    service.task.port = Some(80);
    service.routes = vec![Route::default()];
    let stack = with(service);
    let usage = Usage { hours: 100.0, requests: 301_000_000.0, log_gb: 10.0 };
    let cost = Cost::of(&stack, &Prices::default(), &usage).expect("prices of the region");

    let tasks = 100.0 * (0.25 * 0.05056 + 0.5 * 0.00553);
    let shared = 300.0 * 1.29 + 1.18 + 0.50 + 10.0 * 0.76 + 10.0 * 0.033;
    assert_usd(cost.total, tasks + shared);
    assert_usd(cost.total - cost.service("worker"), shared);
}

#[test]
fn public_addresses_and_storage_are_items() {
    let mut service = worker();
    service.task.ephemeral_storage = Some(30);
    let mut stack = with(service);
    stack.network.assign_public_ip = true;
    let tokyo = cost(&stack);
    assert_usd(tokyo.service("worker"), 730.0 * (0.25 * 0.05056 + 0.5 * 0.00553 + 0.005));
    assert!(
        tokyo.not_included.iter().any(|other| other.starts_with("storage above")),
        "{:?}",
        tokyo.not_included
    );

    stack.region = "us-east-1".to_owned();
    let virginia = cost(&stack);
    assert_usd(
        virginia.service("worker"),
        730.0 * (0.25 * 0.04048 + 0.5 * 0.004_445 + 0.005 + 10.0 * 0.000_111),
    );
    assert!(!virginia.not_included.iter().any(|other| other.starts_with("storage above")));
}

#[test]
fn item_says_why_it_may_differ() {
    let assumption = |service: Service| cost(&with(service)).items[0].assumption.unwrap_or_default();
    let mut service = worker();
    service.desired_count = Some(2);
    assert_eq!(assumption(service.clone()), "");

    service.ignore_changes = [Ignored::DesiredCount].into();
    assert_eq!(assumption(service.clone()), "others set the number of tasks");

    let spot = CapacityStrategy::builder().provider(CapacityProvider::FargateSpot).weight(1u32);
    service.capacity = vec![spot.build().expect("a strategy")];
    assert!(assumption(service).contains("Spot"));
}

#[test]
fn unknown_parts_are_named() {
    let mut service = worker();
    service.task.operating_system_family = OperatingSystemFamily::WindowsServer2022Core;
    let not_included = cost(&with(service)).not_included;
    assert!(not_included.contains(&"the licence of Windows".to_owned()), "{not_included:?}");
}

#[test]
fn region_without_prices_is_an_error() {
    let mut stack = with(worker());
    stack.region = "eu-west-1".to_owned();
    let error = Cost::of(&stack, &Prices::default(), &Usage::default()).expect_err("no prices");
    assert_eq!(
        error.to_string(),
        "the table has no prices of `eu-west-1`, only of ap-northeast-1, us-east-1"
    );
}

#[test]
fn table_with_an_unknown_price_is_refused() {
    assert!(Prices::from_json(r#"{"as_of": "2026-11-01", "regions": {}, "currency": "EUR"}"#).is_err());
}
