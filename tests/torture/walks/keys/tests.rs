#[path = "../../../../crates/sss-model/tests/properties/keys.rs"]
mod schema;

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Map, Value, json};
use sss_model::Stack;

use super::{Key, all, change, choose};
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

/// Services that make room for keys which the services of the file have not.
const MORE: &str = r#"{
    "balanced": {
        "image": "busybox:1", "port": 8080, "backend": { "kind": "alb" }, "scaling": { "min": 1, "max": 4 },
        "routes": [{ "path": "/balanced" }], "volumes": { "data": {}, "files": {} },
        "mounts": { "/data": { "volume": "data" } },
        "containers": [
            { "name": "agent", "image": "busybox:1", "mounts": { "/data": { "volume": "data" } },
              "ports": [{ "range": "9000-9010" }] },
            { "name": "sidecar", "image": "busybox:1" }
        ],
        "proxy_configuration": { "container_name": "agent", "properties": { "AppPorts": "8080",
            "ProxyIngressPort": "15000", "ProxyEgressPort": "15001", "IgnoredUID": "1337", "EgressIgnoredIPs": "" } }
    },
    "plain": { "image": "busybox:1", "containers": [{ "name": "beside", "image": "busybox:1" }] }
}"#;

/// Returns stacks of one service each, which have something behind most keys together. A small stack is checked faster.
fn rich() -> Vec<Stack> {
    let rich = Stack::from_toml(include_str!("../../../it/everything.toml"));
    let mut stack = rich.unwrap_or_else(|problems| panic!("{problems:#?}")).stack;
    stack.network.private_subnet_ids =
        ["1", "2", "3"].map(|number| format!("subnet-0a1b2c3d4e5f6000{number}")).to_vec();
    let mut tree = serde_json::to_value(&stack).expect("a stack is plain data");
    let more: Map<String, Value> = serde_json::from_str(MORE).expect("JSON");
    let services = tree["services"].as_object().expect("services").clone().into_iter().chain(more);
    let alone = |(name, service): (String, Value)| {
        tree["services"] = json!({ name: service });
        serde_json::from_value(tree.clone()).expect("a valid stack")
    };
    services.map(alone).collect()
}

/// Returns a random row near a path: above it, or beside one of its last parts.
fn near(path: &str, random: &mut Rng) -> &'static Key {
    let mut above = path;
    for _ in 0..random.usize(1..=3) {
        above = above.rsplit_once('.').map_or("", |(above, _)| above);
    }
    let rows: Vec<&Key> = all().filter(|(other, _)| other.starts_with(above)).collect();
    choose(random, &rows).expect("the row itself is one")
}

/// A row without effect on a stack gets another chance after changes near it. Each walk is short, because it may lead
/// where less is allowed.
#[test]
fn each_row_changes_a_stack() {
    const WALK: usize = 8;
    let (rich, mut random) = (rich(), Rng::with_seed(7));
    let mut idle: Vec<&Key> = all().collect();
    for stack in &rich {
        idle.retain(|key| (0..6).all(|_| change(stack, key, &mut random).is_none()));
    }
    for _ in 0..400 {
        let Some(key) = choose(&mut random, &idle).copied() else { return };
        let mut stack = choose(&mut random, &rich).expect("there are stacks").clone();
        let is_changed = (0..WALK).any(|_| {
            stack = change(&stack, near(key.0, &mut random), &mut random).unwrap_or_else(|| stack.clone());
            (0..3).any(|_| change(&stack, key, &mut random).is_some())
        });
        if is_changed {
            idle.retain(|other| other.0 != key.0);
        }
    }
    panic!("rows that change nothing: {:#?}", idle.iter().map(|(path, _)| path).collect::<Vec<_>>());
}
