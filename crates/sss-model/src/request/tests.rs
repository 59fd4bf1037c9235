//! Requests in AWS's shapes, accepted and refused.

use serde_json::Value;

use super::{Operation, Referred, check};

/// Checks which rules a request breaks, and where: `rule path`.
pub(super) fn expect(operation: Operation, input: &Value, referred: &Value, want: &[&str]) {
    let referred = Referred::from_value(referred.clone()).expect("the referred requests can be read");
    let problems = check(operation, input, &referred);
    let got: Vec<String> =
        problems.iter().map(|problem| format!("{} {}", problem.rule, problem.path)).collect();
    assert_eq!(got, want, "{input}\n{problems:#?}");
}
