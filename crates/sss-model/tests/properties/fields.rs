//! Random stacks set each key of the JSON Schema. So the properties of stacks hold for every key.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::Value;

use crate::generate::stack;
use crate::keys::keys;

/// The reason for the objects of others, which no random account has. Tests of their own use them.
const OTHERS: &str = "an object of others";

/// The keys that no random stack has, with the reason.
const LEFT_OUT: [(&str, &str); 19] = [
    ("api.access_log.log_group.existing", OTHERS),
    ("cluster.existing", OTHERS),
    ("execution_role.existing", OTHERS),
    ("log_group.existing", OTHERS),
    ("namespace.existing", OTHERS),
    ("network.existing_vpc_link", OTHERS),
    ("services.*.log_group.existing", OTHERS),
    ("services.*.task_role.existing", OTHERS),
    ("api.authorizer.cognito.client_ids", "another spelling of the audience"),
    ("api.authorizer.cognito.user_pool_id", "another spelling of the issuer"),
    ("api.authorizers.*.cognito.client_ids", "another spelling of the audience"),
    ("api.authorizers.*.cognito.user_pool_id", "another spelling of the issuer"),
    ("load_balancers.nlb.listener", "no Network Load Balancer has it"),
    ("remove", "it is a key of a file over others, and no stack has it"),
    ("security_group.egress.[].port", "another spelling of from_port and to_port"),
    ("security_group.egress.[].ports", "another spelling of from_port and to_port"),
    ("security_group.ingress.[].port", "another spelling of from_port and to_port"),
    ("security_group.ingress.[].ports", "another spelling of from_port and to_port"),
    ("services.*.task_definition", "another spelling of the keys of a service"),
];

/// The key that has one value only, so a random stack cannot have another one that is valid.
const FIXED: [&str; 1] = ["services.*.deployment.strategy"];

/// Collects the values that a key has; `null` for a structure without the key.
fn collect(value: &Value, path: &[&str], values: &mut BTreeSet<String>) {
    let Some((first, rest)) = path.split_first() else {
        values.insert(value.to_string());
        return;
    };
    match (*first, value) {
        ("[]", Value::Array(items)) => items.iter().for_each(|item| collect(item, rest, values)),
        ("*", Value::Object(members)) => members.values().for_each(|member| collect(member, rest, values)),
        (key, Value::Object(members)) => {
            let member = members.get(key);
            // A key of an absent structure has no value.
            if member.is_some() || rest.is_empty() {
                collect(member.unwrap_or(&Value::Null), rest, values);
            }
        }
        _ => {}
    }
}

#[test]
fn random_stacks_change_each_key() {
    let runner = &mut TestRunner::deterministic();
    let bytes = vec(any::<u8>(), 0..2000);
    let stacks: Vec<Value> = (0..256)
        .map(|_| stack(&bytes.new_tree(runner).expect("bytes").current(), 0))
        .map(|stack| serde_json::to_value(stack).expect("a stack can be written as JSON"))
        .collect();
    let left_out = LEFT_OUT.map(|(key, _)| key);
    let is_idle = |key: &&String| {
        let path: Vec<&str> = key.split('.').collect();
        let mut values = BTreeSet::new();
        for stack in &stacks {
            collect(stack, &path, &mut values);
        }
        let least = if FIXED.contains(&key.as_str()) { 1 } else { 2 };
        values.len() < least && !left_out.contains(&key.as_str())
    };
    let schema = keys(&sss_model::schema());
    let idle: Vec<&String> = schema.iter().filter(is_idle).collect();
    assert!(idle.is_empty(), "keys that no random stack changes: {idle:#?}");
    let unknown: Vec<&str> = left_out.into_iter().filter(|key| !schema.contains(*key)).collect();
    assert!(unknown.is_empty(), "keys that the schema does not have: {unknown:?}");
}
