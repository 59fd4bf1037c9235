use serde_json::{Value, json};

use super::{Fault, Faults, Injector, Rule};

fn read(script: Value) -> Result<Faults, String> {
    serde_json::from_value(script).map_err(|error| error.to_string())
}

/// Returns the faults of so many calls of one operation.
fn drawn(faults: &Faults, calls: usize) -> Vec<bool> {
    let mut injector = Injector::new(faults.clone());
    (0..calls).map(|_| injector.next("ecs", "ListClusters").is_some()).collect()
}

#[test]
fn script_gives_the_same_rules_as_the_methods() {
    let rule = |fault: Fault| Rule::new(fault);
    for (line, expected) in [
        (json!({ "fault": "before" }), rule(Fault::Before)),
        (json!({ "operation": "*", "fault": "crash" }), rule(Fault::Crash)),
        (json!({ "service": "ecs", "fault": "crash_after" }), rule(Fault::CrashAfter).service("ecs")),
        (
            json!({ "operation": "CreateVpcLink", "nth": 2, "fault": "lost_answer" }),
            rule(Fault::LostAnswer).operation("CreateVpcLink").nth(2),
        ),
        (json!({ "every": 3, "fault": { "slow": { "ms": 40 } } }), rule(Fault::Slow { ms: 40 }).every(3)),
        (json!({ "probability": 0.5, "fault": "throttle" }), rule(Fault::Throttle).probability(0.5)),
        (json!({ "fault": "server_error" }), rule(Fault::ServerError)),
        (json!({ "fault": "access_denied" }), rule(Fault::AccessDenied)),
    ] {
        assert_eq!(read(json!([line])), Ok(Faults::default().with(expected)), "{line}");
    }
}

#[test]
fn malformed_script_is_refused() {
    for (line, why) in [
        (json!({}), "missing field `fault`"),
        (json!({ "fault": "sabotage" }), "unknown variant"),
        (json!({ "fault": "before", "operations": "x" }), "unknown field"),
        (json!({ "fault": "before", "service": "lambda" }), "no service `lambda`"),
        (json!({ "fault": "before", "nth": 0 }), "nonzero"),
        (json!({ "fault": "before", "nth": 1, "every": 2 }), "only one of"),
        (json!({ "fault": "before", "probability": 1.5 }), "from 0 to 1"),
    ] {
        let error = read(json!([line])).expect_err(&line.to_string());
        assert!(error.contains(why), "{line}: {error}");
    }
}

#[test]
fn rule_counts_only_its_calls() {
    let of_ecs =
        Faults::default().with(Rule::new(Fault::Before).service("ecs").operation("ListClusters").nth(2));
    let mut injector = Injector::new(of_ecs);
    for (service, operation, expected) in [
        ("ecs", "ListClusters", None),
        ("ecs", "ListServices", None),
        ("iam", "ListClusters", None),
        ("ecs", "ListClusters", Some(Fault::Before)),
        ("ecs", "ListClusters", None),
    ] {
        assert_eq!(injector.next(service, operation), expected, "{service} {operation}");
    }
    let every_third = Faults::default().with(Rule::new(Fault::Before).every(3));
    assert_eq!(drawn(&every_third, 7), [false, false, true, false, false, true, false]);
}

#[test]
fn first_rule_decides_and_later_rules_still_count() {
    let faults = Faults::default()
        .with(Rule::new(Fault::Throttle).nth(1))
        .with(Rule::new(Fault::Before).nth(2))
        .with(Rule::new(Fault::ServerError));
    let mut injector = Injector::new(faults);
    for expected in [Fault::Throttle, Fault::Before, Fault::ServerError] {
        assert_eq!(injector.next("ecs", "ListClusters"), Some(expected));
    }
}

#[test]
fn same_seed_gives_the_same_faults() {
    let faults = |seed| Faults::default().with(Rule::new(Fault::Before).probability(0.25)).with_seed(seed);
    assert_eq!(drawn(&faults(1), 1000), drawn(&faults(1), 1000));
    assert_ne!(drawn(&faults(1), 1000), drawn(&faults(2), 1000));
    let met = drawn(&faults(1), 1000).into_iter().filter(|met| *met).count();
    assert!((200..300).contains(&met), "{met} of 1000");
    for (probability, expected) in [(0.0, false), (1.0, true)] {
        let certain = Faults::default().with(Rule::new(Fault::Before).probability(probability));
        assert!(drawn(&certain, 100).into_iter().all(|met| met == expected), "{probability}");
    }
}
