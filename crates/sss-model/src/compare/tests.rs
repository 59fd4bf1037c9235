use super::{BackendKind, Candidate, Comparison};
use crate::{
    Service, Stack,
    cost::{Cost, Prices, Usage},
    fixture::reference,
};

fn compared(stack: &Stack) -> Comparison {
    Comparison::of(stack, &Prices::default(), &Usage::default()).expect("prices of the region")
}

/// Returns the reference stack with a number of copies of its service.
fn with(services: usize) -> Stack {
    let mut stack = reference();
    let app: Service = stack.services["app"].clone();
    stack.services = (0..services)
        .map(|index| {
            let name = format!("app{index}");
            (name.clone(), Service { name, ..app.clone() })
        })
        .collect();
    stack
}

/// Returns a text of each candidate.
fn each<T>(comparison: &Comparison, of: impl Fn(&Candidate) -> T) -> Vec<T> {
    comparison.candidates.iter().map(of).collect()
}

#[test]
fn candidates_cost_the_stack_behind_them() {
    let comparison = compared(&reference());
    for candidate in &comparison.candidates {
        let cost = Cost::behind(&reference(), candidate.backend, &Prices::default(), &Usage::default());
        assert_eq!(Ok(&candidate.cost), cost.as_ref());
    }
    let sums = each(&comparison, |one| format!("{:.2}", one.backend_monthly()));
    assert_eq!(sums, ["0.50", "17.83", "17.80"]);
    let own = Cost::of(&reference(), &Prices::default(), &Usage::default()).expect("prices");
    assert_eq!(own, comparison.candidates[0].cost);
}

#[test]
fn floor_is_the_longest_stage() {
    let seconds = |services| each(&compared(&with(services)), |one| one.first_apply.seconds);
    assert_eq!(seconds(1), [150.0, 150.0, 200.0]);
    // 280 s of RegisterTaskDefinition and 50 s of a service; 903 and 900 writes to Elastic Load Balancing.
    assert_eq!(seconds(300), [330.0, 883.0 / 3.0 + 50.0, 880.0 / 3.0 + 50.0]);

    let mut stack = with(1);
    stack.network.existing_vpc_link = Some("abc123".to_owned());
    assert_eq!(each(&compared(&stack), |one| one.first_apply.seconds), [96.0, 130.0, 200.0]);
    assert_eq!(each(&compared(&with(0)), |one| one.first_apply.seconds), [0.0; 3]);
}

#[test]
fn quotas_bind_at_their_limit() {
    let binding = |services, kind: usize| {
        let comparison = compared(&with(services));
        let bound: Vec<_> =
            comparison.candidates[kind].quotas.iter().filter(|quota| quota.binds).cloned().collect();
        bound.iter().map(|quota| format!("{} {:?}", quota.quota, quota.effect.as_deref())).collect::<Vec<_>>()
    };
    assert!(binding(100, 1).is_empty() && binding(50, 2).is_empty() && binding(300, 0).is_empty());
    assert_eq!(binding(101, 1), ["target groups of an ALB Some(\"the stack has 2 of them\")"]);
    assert_eq!(binding(51, 2), ["listeners of an NLB Some(\"the stack has 2 of them\")"]);

    let mut stack = with(1);
    stack.services.get_mut("app0").expect("a service").desired_count = Some(1001);
    let binds = each(&compared(&stack), |one| one.quotas[0].binds);
    assert_eq!(binds, [true; 3]);
    assert!(compared(&stack).quotas.iter().any(|quota| quota.binds && quota.needed == 251));
}

#[test]
fn risk_of_503_counts_services_without_timeout() {
    let mut stack = with(3);
    stack.services.get_mut("app1").expect("a service").task.stop_timeout = Some(30);
    let told = compared(&stack).candidates[0].deployments.clone();
    assert!(told.contains("2 services of 3 set no `stop_timeout`"), "{told}");
    for service in stack.services.values_mut() {
        service.task.stop_timeout = Some(30);
    }
    let told = compared(&stack).candidates[0].deployments.clone();
    assert!(told.starts_with("503 only if"), "{told}");
}

#[test]
fn numbers_name_their_assumptions() {
    let comparison = compared(&reference());
    let of = |number| comparison.assumptions.iter().filter(move |one| one.number == number).count();
    for number in ["cost", "first_apply", "quotas", "deployments", "article"] {
        assert!(of(number) > 0, "{number}");
    }
    for candidate in &comparison.candidates[1..] {
        for item in &candidate.backend_items {
            let assumption = item.assumption.expect("an assumption");
            assert!(
                comparison.assumptions.iter().any(|one| one.assumption.ends_with(assumption)),
                "{assumption}"
            );
        }
    }
}

#[test]
fn article_prefers_cloud_map_by_a_point() {
    let points = each(&compared(&reference()), |one| (one.backend, one.article.total));
    assert_eq!(points, [(BackendKind::CloudMap, 12), (BackendKind::Alb, 11), (BackendKind::Nlb, 11)]);
}

#[test]
fn comparison_of_an_unknown_region_is_an_error() {
    let mut stack = reference();
    stack.region = "eu-west-1".to_owned();
    let error = Comparison::of(&stack, &Prices::default(), &Usage::default()).expect_err("no prices");
    assert!(error.to_string().starts_with("the table has no prices of `eu-west-1`"), "{error}");
}
