//! The cluster: its providers, its settings and its tags.

use serde_json::{Value, json};
use sss_aws::Action::Update;

use super::{
    Hand::{self, Anew, Calls},
    Row,
};
use crate::account::Account;

const CLUSTER: &str = "all-ecs-cluster";

const fn row(field: &'static str, hand: Hand, paths: &'static [&'static str]) -> Row {
    Row { kind: "ecs/cluster", name: CLUSTER, field, hand, action: Update, paths }
}

/// Sets a member of the sessions of ECS Exec or of the keys of storage.
fn configure(account: &Account, pointer: &str, value: Value) {
    let input = json!({"clusters": [CLUSTER], "include": ["CONFIGURATIONS"]});
    let mut found =
        account.by_hand("ecs", "DescribeClusters", &input)["clusters"][0]["configuration"].clone();
    *found.pointer_mut(pointer).expect("a member of the configuration") = value;
    account.by_hand("ecs", "UpdateCluster", &json!({"cluster": CLUSTER, "configuration": found}));
}

/// Sets the default strategy, and leaves the providers.
fn share(account: &Account, shares: &Value) {
    let input = json!({
        "cluster": CLUSTER, "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": shares,
    });
    account.by_hand("ecs", "PutClusterCapacityProviders", &input);
}

pub(super) const ROWS: &[Row] = &[
    row(
        "capacity_providers",
        Anew(|w| {
            w["ecs"]["clusters"][CLUSTER]["capacity_providers"] = json!(["FARGATE"]);
        }),
        &["capacity_providers"],
    ),
    row(
        "default_capacity",
        Calls(|a| {
            let spot = json!({"capacityProvider": "FARGATE_SPOT", "weight": 3, "base": 0});
            share(a, &json!([{"capacityProvider": "FARGATE", "weight": 1, "base": 2}, spot]));
        }),
        &["default_capacity.FARGATE.base"],
    ),
    row(
        "default_capacity",
        Calls(|a| share(a, &json!([]))),
        &[
            "default_capacity.FARGATE.base",
            "default_capacity.FARGATE.weight",
            "default_capacity.FARGATE_SPOT.base",
            "default_capacity.FARGATE_SPOT.weight",
        ],
    ),
    row(
        "container_insights",
        Calls(|a| {
            let settings = json!([{"name": "containerInsights", "value": "disabled"}]);
            a.by_hand("ecs", "UpdateClusterSettings", &json!({"cluster": CLUSTER, "settings": settings}));
        }),
        &["container_insights"],
    ),
    row(
        "execute_command",
        Calls(|a| configure(a, "/executeCommandConfiguration/kmsKeyId", json!("another"))),
        &["execute_command.kms_key"],
    ),
    row(
        "execute_command",
        Calls(|a| {
            let logs = "/executeCommandConfiguration/logConfiguration";
            configure(a, &format!("{logs}/cloudWatchLogGroupName"), json!("/others"));
            configure(a, &format!("{logs}/cloudWatchEncryptionEnabled"), json!(false));
            configure(a, &format!("{logs}/s3BucketName"), json!("others"));
            configure(a, &format!("{logs}/s3KeyPrefix"), json!("others"));
            configure(a, &format!("{logs}/s3EncryptionEnabled"), json!(false));
        }),
        &[
            "execute_command.bucket",
            "execute_command.bucket_encrypted",
            "execute_command.bucket_prefix",
            "execute_command.log_group",
            "execute_command.log_group_encrypted",
        ],
    ),
    row(
        "execute_command",
        Calls(|a| {
            let exec = json!({"logging": "NONE", "kmsKeyId": "arn:aws:kms:ap-northeast-1:123456789012:key/sessions"});
            configure(a, "/executeCommandConfiguration", exec);
        }),
        &[
            "execute_command.bucket",
            "execute_command.bucket_encrypted",
            "execute_command.bucket_prefix",
            "execute_command.log_group",
            "execute_command.log_group_encrypted",
            "execute_command.logging",
        ],
    ),
    row(
        "managed_storage",
        Calls(|a| {
            configure(a, "/managedStorageConfiguration/fargateEphemeralStorageKmsKeyId", json!("another"));
            configure(a, "/managedStorageConfiguration/kmsKeyId", json!(""));
        }),
        &["managed_storage.ephemeral", "managed_storage.volumes"],
    ),
    row(
        "tags",
        Calls(|a| {
            let arn = "arn:aws:ecs:ap-northeast-1:123456789012:cluster/all-ecs-cluster";
            a.by_hand("ecs", "UntagResource", &json!({"resourceArn": arn, "tagKeys": ["Layer"]}));
        }),
        &["tags.Layer"],
    ),
];
