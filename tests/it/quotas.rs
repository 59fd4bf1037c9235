//! The engine's quotas on calls, compared with those by which the sandbox refuses calls.
//!
//! Both have their own tables. A difference would throttle a real account, or slow every apply down.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::json;
use sss_aws::Rates;
use sss_sandbox::{Quota, quotas};

use crate::floors::files;

/// The clients of the engine: the name in its sources, the prefix of the actions in IAM policies, and the signing name
/// of the service.
const CLIENTS: [(&str, &str, &str); 9] = [
    ("apigateway", "apigateway", "apigateway"),
    ("cloudmap", "servicediscovery", "servicediscovery"),
    ("ec2", "ec2", "ec2"),
    ("ecs", "ecs", "ecs"),
    ("elb", "elasticloadbalancing", "elasticloadbalancing"),
    ("iam", "iam", "iam"),
    ("logs", "logs", "logs"),
    ("ssm", "ssm", "ssm"),
    ("tagging", "tag", "tagging"),
];

/// The services whose quotas AWS does not document. The engine assumes some; the sandbox keeps none.
const ASSUMED: [&str; 2] = ["iam", "tag"];

/// A call that the engine makes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Call {
    action: &'static str,
    signed: &'static str,
    operation: String,
}

/// The tokens of a full bucket, and the microseconds until its next token.
type Bucket = (u64, u128);

impl Call {
    /// The buckets that the engine keeps for the call, by name.
    fn engine(&self) -> Vec<(&'static str, Bucket)> {
        let Self { action, operation, .. } = self;
        let rates = Rates::default();
        let name = format!("{action}:{operation}");
        let kept = rates.of_call(&name);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time in seconds")]
        let refill = |per_second: f64| (1_000_000.0 / per_second).round() as u128;
        kept.map(|(name, rate)| (name, (u64::from(rate.burst), refill(rate.per_second)))).collect()
    }

    /// The buckets that the sandbox keeps for the call. The engine narrows its listings of EC2 by filters.
    fn sandbox(&self) -> Vec<&'static Quota> {
        quotas(self.signed, &self.operation, &json!({ "Filter": [] }))
    }
}

/// Returns the calls in the sources of the engine.
fn calls() -> BTreeSet<Call> {
    let mut found = BTreeSet::new();
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sss-aws/src")) {
        let text: String = fs::read_to_string(file).expect("a source file").split_whitespace().collect();
        found.extend(text.split("aws.").skip(1).filter_map(call));
    }
    found
}

/// Reads `client.operation()` at the beginning of a text.
fn call(text: &str) -> Option<Call> {
    let (client, rest) = text.split_once('.')?;
    let (_, action, signed) = CLIENTS.into_iter().find(|(name, ..)| *name == client)?;
    let (operation, _) = rest.split_once("()")?;
    let is_name = operation.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    (is_name && operation != "clone").then(|| Call { action, signed, operation: camel_case(operation) })
}

fn camel_case(operation: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    operation.split('_').map(capital).collect()
}

#[test]
fn engine_keeps_the_quotas_of_the_sandbox() {
    let calls = calls();
    assert!(calls.len() > 90, "{calls:?}");
    for call in calls {
        let mut engine: Vec<Bucket> = call.engine().into_iter().map(|(_, bucket)| bucket).collect();
        let of = |quota: &&Quota| (quota.burst(), quota.refill().as_micros());
        let mut sandbox: Vec<Bucket> = call.sandbox().iter().map(of).collect();
        if ASSUMED.contains(&call.action) && sandbox.is_empty() {
            assert!(!engine.is_empty(), "{call:?} has no quota in the engine");
            continue;
        }
        engine.sort_unstable();
        sandbox.sort_unstable();
        assert_eq!(engine, sandbox, "engine and sandbox: {call:?}");
    }
}

#[test]
fn engine_shares_buckets_that_the_sandbox_shares() {
    let calls: Vec<Call> = calls().into_iter().collect();
    for (index, one) in calls.iter().enumerate() {
        for other in calls[index + 1..].iter().filter(|other| other.action == one.action) {
            let of_other = other.sandbox();
            let shared = one.sandbox().iter().filter(|quota| of_other.contains(quota)).count();
            let of_other = other.engine();
            let kept = one.engine().iter().filter(|bucket| of_other.contains(bucket)).count();
            assert!(kept >= shared, "{one:?} and {other:?} share {shared} buckets, the engine {kept}");
        }
    }
}
