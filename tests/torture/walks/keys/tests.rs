#[path = "../../../../crates/sss-model/tests/properties/keys.rs"]
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use sss_model::{Backend, BackendKind, Stack};

use super::{all, change};
use crate::account::service;
use schema::keys;

/// The keys that cannot change in a live account, with the reason.
const FIXED: [(&str, &str); 37] = [
    ("api.authorizer.cognito.client_ids", "another spelling of the audience"),
    ("api.authorizer.cognito.user_pool_id", "another spelling of the issuer"),
    ("api.authorizers.*.cognito.client_ids", "another spelling of the audience"),
    ("api.authorizers.*.cognito.user_pool_id", "another spelling of the issuer"),
    ("name", "a stack of another name is another stack: each walk has one as a neighbour"),
    ("region", "a stack of another region is another stack: each walk draws a region, and some have a twin"),
    ("execution_role.permissions_boundary", BOUNDARY),
    ("services.*.task_role.permissions_boundary", BOUNDARY),
    ("network.vpc_id", "the sandbox has one VPC"),
    ("security_group.egress.[].port", "another spelling of from_port and to_port"),
    ("security_group.egress.[].ports", "another spelling of from_port and to_port"),
    ("security_group.ingress.[].port", "another spelling of from_port and to_port"),
    ("security_group.ingress.[].ports", "another spelling of from_port and to_port"),
    ("remove", "it is a key of a file over others, and no stack has it"),
    ("api.access_log.log_group.class", CLASS),
    ("api.access_log.log_group.existing", EXISTING),
    ("api.access_log.log_group.kms_key_id", KEY),
    ("cluster.existing", EXISTING),
    ("execution_role.existing", EXISTING),
    ("log_group.class", CLASS),
    ("log_group.existing", EXISTING),
    ("log_group.kms_key_id", KEY),
    ("load_balancers.alb.arn", EXISTING),
    ("load_balancers.alb.listener", EXISTING),
    ("load_balancers.alb.security_group_ids", "the groups of a load balancer of others, which no walk has"),
    ("load_balancers.nlb.arn", EXISTING),
    ("load_balancers.nlb.listener", "no Network Load Balancer has it"),
    ("load_balancers.nlb.security_group_ids", "the groups of a load balancer of others, which no walk has"),
    ("namespace.existing", EXISTING),
    ("network.existing_vpc_link", EXISTING),
    ("services.*.log_group.class", CLASS),
    ("services.*.log_group.existing", EXISTING),
    ("services.*.log_group.kms_key_id", KEY),
    ("services.*.task_role.existing", EXISTING),
    ("services.*.deployment.strategy", "it has one value"),
    ("services.*.operating_system_family", "a Windows task has none of the other keys of Linux"),
    ("services.*.task_definition", "another spelling of the keys of a service"),
];

const EXISTING: &str = "it names an object of others, which no walk has; `tests/it/uses.rs` has them";

const KEY: &str = "the sandbox has no keys; `tests/it/uses.rs` changes it";

const CLASS: &str = "a class that is taken out stays as it is, so no first run leaves the same";

const BOUNDARY: &str =
    "a boundary stays when the stack does not say one any more, so no first run leaves the same";

#[test]
fn each_key_of_the_schema_changes_in_walks() {
    let schema = sss_model::schema();
    let known: BTreeMap<&str, &str> = all().chain(&FIXED).copied().collect();
    let missing: Vec<String> =
        keys(&schema).into_iter().filter(|key| !known.contains_key(key.as_str())).collect();
    assert!(missing.is_empty(), "keys that no walk changes: {missing:#?}");
    assert!(keys(&schema).contains("services.*.containers.[].health_check.retries"));
}

#[test]
fn each_row_changes_a_stack() {
    let rich = Stack::from_toml(include_str!("../../../it/everything.toml"));
    let mut stack = rich.unwrap_or_else(|problems| panic!("{problems:#?}")).stack;
    for (name, kind) in [("balanced", BackendKind::Alb), ("network", BackendKind::Nlb)] {
        let mut service = service(name, 8080);
        service.backend = Some(Backend::from(kind));
        stack.services.insert(name.to_owned(), service);
    }
    let mut random = Rng::with_seed(7);
    let mut idle: BTreeSet<&str> = all().map(|(path, _)| *path).collect();
    for key in (0..400).flat_map(|_| all()) {
        if idle.is_empty() {
            break;
        }
        // A key that has changed only moves the stack on for the others, and those get several values.
        let tries = if idle.contains(key.0) { 6 } else { usize::from(random.u8(0..4) == 0) };
        let changed = (0..tries).find_map(|_| change(&stack, key, &mut random));
        if let Some(changed) = changed {
            idle.remove(key.0);
            stack = changed;
        }
    }
    assert!(idle.is_empty(), "rows that change nothing: {idle:#?}");
}
