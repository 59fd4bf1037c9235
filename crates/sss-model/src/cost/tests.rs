use super::{Cost, Parts, PriceList, Prices, Usage, balancer::spread};
use crate::{
    CapacityProvider, CapacityStrategy, CpuArchitecture, Ignored, OperatingSystemFamily, Route, Service,
    Stack, compare::BackendKind, fixture::reference,
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
    service.backend = Some(BackendKind::CloudMap.into());
    service.routes = vec![Route::default()];
    let stack = with(service);
    let usage = Usage { hours: 100.0, requests: 301_000_000.0, traffic_gb: 10.0, log_gb: 10.0 };
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

#[test]
fn reference_costs_what_the_table_says() {
    // A month of 730 hours, a million requests, 10 GB and 1 GB of logs; one task of 0.25 vCPU and 0.5 GB.
    let by_hand = |list: &PriceList, kind| {
        let task = 730.0 * (0.25 * list.fargate_vcpu_hour + 0.5 * list.fargate_gb_hour);
        let shared = list.http_api_million + list.log_ingestion_gb + list.log_storage_gb_month;
        let price = |price: Option<f64>| price.expect("the price of a load balancer");
        let backend = match kind {
            BackendKind::CloudMap => list.private_zone_month,
            BackendKind::Alb => {
                let by_connections = 1_000_000.0 / 3600.0 / 25.0;
                730.0 * price(list.alb_hour) + by_connections * price(list.alb_capacity_unit_hour)
            }
            BackendKind::Nlb => 730.0 * price(list.nlb_hour) + 10.0 * price(list.nlb_capacity_unit_hour),
        };
        task + shared + backend
    };

    let prices = Prices::default();
    let mut sums = Vec::new();
    for region in ["ap-northeast-1", "us-east-1"] {
        let mut stack = reference();
        stack.region = region.to_owned();
        for kind in BackendKind::ALL {
            let cost = Cost::behind(&stack, kind, &prices, &Usage::default()).expect("prices");
            assert_usd(cost.total, by_hand(prices.of(region).expect("prices"), kind));
            sums.push(format!("{:.2}", cost.total));
        }
    }
    assert_eq!(sums, ["13.83", "31.16", "31.13", "11.04", "27.05", "27.03"]);
}

#[test]
fn capacity_units_follow_the_largest_dimension() {
    let usage = |requests, traffic_gb| Usage { requests, traffic_gb, ..Usage::default() };
    let units = |kind, services, usage: Usage| {
        let parts = Parts { load_balancers: spread(kind, services), ..Parts::default() };
        let items = parts.items_of_backend(&Prices::default().regions["us-east-1"], &usage).expect("prices");
        items.iter().find(|item| item.unit == "unit-hours").expect("units").quantity
    };
    assert_usd(units(BackendKind::Alb, 1, usage(90_000_000.0, 10.0)), 1000.0);
    assert_usd(units(BackendKind::Alb, 1, usage(1.0, 70.0)), 70.0);
    // A hundred rules, of which ten are free: 90 evaluations for each request.
    assert_usd(units(BackendKind::Alb, 100, usage(3_600_000.0, 1.0)), 90.0);
    assert_usd(units(BackendKind::Nlb, 1, usage(2_880_000_000.0, 10.0)), 1000.0);
}

#[test]
fn balancers_are_full_before_the_next_one() {
    let balancers = |kind, reached| spread(kind, reached).iter().map(|one| one.services).collect::<Vec<_>>();
    assert_eq!(balancers(BackendKind::Alb, 250), [100, 100, 50]);
    assert_eq!(balancers(BackendKind::Nlb, 51), [50, 1]);
    assert!(balancers(BackendKind::CloudMap, 7).is_empty() && balancers(BackendKind::Alb, 0).is_empty());
}

#[test]
fn large_requests_count_several_times() {
    let usage = Usage { requests: 1_000_000.0, traffic_gb: 600.0, ..Usage::default() };
    let cost = Cost::of(&reference(), &Prices::default(), &usage).expect("prices");
    let api = cost.items.iter().find(|item| item.item == "HTTP API").expect("the item");
    assert_usd(api.quantity, 2.0);
    assert_eq!(api.assumption, Some("a request counts once for each 512 KB"));
}

#[test]
fn table_with_an_impossible_value_is_refused() {
    let table = include_str!("prices.json");
    for (before, after, error) in [
        (
            "\"2026-08-27\"",
            "\"yesterday\"",
            "`as_of` must be a day such as \"2026-08-27\", not \"yesterday\"",
        ),
        ("0.05056", "-0.05056", "`regions.ap-northeast-1.fargate_vcpu_hour` must be 0 or more, not -0.05056"),
        ("0.05056", "\"0.05\"", "expected f64"),
        ("\"alb_hour\"", "\"albHour\"", "unknown field `albHour`"),
    ] {
        let refused = Prices::from_json(&table.replacen(before, after, 1)).expect_err(after).to_string();
        assert!(refused.contains(error), "{refused}");
    }
    let empty = Prices::from_json(r#"{"as_of": "2026-11-01", "regions": {}}"#).expect_err("no region");
    assert!(empty.to_string().contains("`regions` must have the prices of a region"), "{empty}");
}

#[test]
fn missing_price_of_balancers_is_named() {
    let mut prices = Prices::default();
    prices.regions.get_mut("us-east-1").expect("the region").nlb_capacity_unit_hour = None;
    let mut stack = reference();
    stack.region = "us-east-1".to_owned();
    let cost = |kind| Cost::behind(&stack, kind, &prices, &Usage::default());
    assert!(cost(BackendKind::Alb).is_ok());
    let error = cost(BackendKind::Nlb).expect_err("no price").to_string();
    assert_eq!(error, "the table has no `nlb_capacity_unit_hour` of `us-east-1`");
}

#[test]
fn namespace_of_others_costs_nothing() {
    let mut stack = reference();
    let zone = |stack: &Stack| cost(stack).items.iter().any(|item| item.unit == "zone");
    assert!(zone(&stack));
    stack.namespace.existing = Some("shop.internal".to_owned());
    assert!(!zone(&stack));
    assert_eq!(Parts::behind(&stack, BackendKind::CloudMap), Parts::of(&stack));
}
