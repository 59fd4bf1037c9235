//! Optional settings of a service and of the cluster: others may set them until the stack does, and a setting that
//! the stack takes out has AWS's default again.

use serde_json::{Value, json};
use sss_aws::Action;
use sss_model::{
    CapacityProvider, CapacityStrategy, ContainerInsights, DeploymentAlarms, ExecuteCommand,
    ExecuteCommandLogging, ManagedStorage, Service, Stack, TagSource, ZoneRebalancing,
};

use crate::account::{Account, reference};

const CLUSTER: &str = "mz-dev-ecs-cluster";
const SERVICE: &str = "mz-dev-app";

fn app(stack: &mut Stack) -> &mut Service {
    stack.services.get_mut("app").expect("the service")
}

/// Sets every optional setting.
fn set(service: &mut Service) {
    service.enable_execute_command = Some(true);
    service.enable_ecs_managed_tags = Some(true);
    service.propagate_tags = Some(TagSource::Service);
    service.platform_version = Some("1.4.0".to_owned());
    service.availability_zone_rebalancing = Some(ZoneRebalancing::Disabled);
    let alarms = DeploymentAlarms::builder().names(["errors"]).build();
    service.deployment.alarms = Some(alarms.expect("alarms with a name"));
    service.deployment.reset_on_healthy_task = Some(false);
    service.deployment.bake_time_minutes = Some(5);
}

/// Returns what AWS says of the optional settings, and the record of them.
fn settings(account: &Account) -> Value {
    let found = account.service(CLUSTER, SERVICE);
    let deployment = &found["deploymentConfiguration"];
    let mut tags = found["tags"].as_array().into_iter().flatten();
    json!({
        "exec": found["enableExecuteCommand"],
        "managed": found["enableECSManagedTags"],
        "source": found["propagateTags"],
        "version": found["platformVersion"],
        "zones": found["availabilityZoneRebalancing"],
        "alarms": deployment["alarms"]["enable"].as_bool().unwrap_or(false),
        "resets": deployment["deploymentCircuitBreaker"]["resetOnHealthyTask"],
        "bake": deployment["bakeTimeInMinutes"],
        "record": tags.find(|tag| tag["key"] == "sss:settings").map(|tag| tag["value"].clone()),
    })
}

/// Returns what AWS has by default.
fn defaults() -> Value {
    json!({
        "exec": false, "managed": false, "source": "NONE", "version": "LATEST", "zones": "ENABLED",
        "alarms": false, "resets": true, "bake": 0, "record": null,
    })
}

fn by_hand(account: &Account, change: &Value) {
    let mut input = json!({"cluster": CLUSTER, "service": SERVICE});
    input.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
    account.by_hand("ecs", "UpdateService", &input);
    account.sandbox.advance(std::time::Duration::from_mins(10));
}

#[tokio::test(start_paused = true)]
async fn setting_taken_out_has_its_default_again() {
    let account = Account::new();
    let mut stack = reference(&account);
    let plain = stack.clone();
    set(app(&mut stack));
    account.apply(&stack).await;
    assert!(account.plan(&stack).await.is_empty());
    let live = settings(&account);
    assert_eq!(
        (&live["exec"], &live["version"], &live["alarms"]),
        (&json!(true), &json!("1.4.0"), &json!(true))
    );
    account.apply(&plain).await;
    assert_eq!(settings(&account), defaults());
    assert!(account.plan(&plain).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn setting_of_others_stays_until_the_stack_sets_it() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    by_hand(&account, &json!({"enableExecuteCommand": true, "availabilityZoneRebalancing": "DISABLED"}));
    assert!(account.plan(&stack).await.is_empty(), "both are left to others");
    app(&mut stack).desired_count = Some(2);
    account.apply(&stack).await;
    let live = settings(&account);
    assert_eq!((&live["exec"], &live["zones"]), (&json!(true), &json!("DISABLED")), "an update keeps both");
    app(&mut stack).enable_execute_command = Some(false);
    account.apply(&stack).await;
    assert_eq!(settings(&account)["exec"], false);
    assert_eq!(settings(&account)["record"], "enable_execute_command");
}

#[tokio::test(start_paused = true)]
async fn setting_set_later_starts_no_deployment() {
    let account = Account::new();
    let mut stack = reference(&account);
    app(&mut stack).deployment.force_new_deployment = false;
    account.apply(&stack).await;
    app(&mut stack).enable_execute_command = Some(true);
    let plan = account.plan(&stack).await;
    let steps: Vec<_> = plan.steps.iter().map(|step| (step.action, step.id.to_string())).collect();
    let want = ["iam/role mz-dev-app-role", "ecs/service mz-dev-app"];
    assert_eq!(steps, want.map(|id| (Action::Update, id.to_owned())));
    let before = account.service(CLUSTER, SERVICE)["deployments"][0]["id"].clone();
    account.apply(&stack).await;
    assert_eq!(account.service(CLUSTER, SERVICE)["deployments"][0]["id"], before);
    let input = json!({"RoleName": "mz-dev-app-role", "PolicyName": "mz-dev-app-exec-policy"});
    let policy = account.by_hand("iam", "GetRolePolicy", &input)["PolicyDocument"].to_string();
    assert!(policy.contains("ssmmessages"), "{policy}");
}

#[tokio::test(start_paused = true)]
async fn count_left_out_is_left_to_others() {
    let account = Account::new();
    let mut stack = reference(&account);
    app(&mut stack).desired_count = None;
    account.apply(&stack).await;
    assert_eq!(account.service(CLUSTER, SERVICE)["desiredCount"], 1);
    by_hand(&account, &json!({"desiredCount": 3}));
    assert!(account.plan(&stack).await.is_empty());
    app(&mut stack).task.environment.insert("LEVEL".to_owned(), "2".to_owned());
    account.apply(&stack).await;
    assert_eq!(account.service(CLUSTER, SERVICE)["desiredCount"], 3);
    app(&mut stack).desired_count = Some(2);
    account.apply(&stack).await;
    assert_eq!(account.service(CLUSTER, SERVICE)["desiredCount"], 2);
}

#[tokio::test(start_paused = true)]
async fn recreated_service_is_not_rebalanced() {
    let account = Account::new();
    let mut stack = reference(&account);
    app(&mut stack).deployment.minimum_healthy_percent = 0;
    app(&mut stack).deployment.maximum_percent = 100;
    app(&mut stack).availability_zone_rebalancing = Some(ZoneRebalancing::Disabled);
    account.apply(&stack).await;
    assert_eq!(settings(&account)["zones"], "DISABLED");
    app(&mut stack).deployment.maximum_percent = 200;
    account.apply(&stack).await;
    assert_eq!(settings(&account)["zones"], "DISABLED", "the stack still says so");
    app(&mut stack).availability_zone_rebalancing = None;
    account.apply(&stack).await;
    assert_eq!(settings(&account)["zones"], "ENABLED");
    assert!(account.plan(&stack).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn group_of_others_is_beside_the_own_one() {
    let account = Account::new();
    let mut stack = reference(&account);
    app(&mut stack).security_group_ids = vec!["sg-0a1b2c3d4e5f60000".to_owned()];
    account.apply(&stack).await;
    let groups = || {
        let service = account.service(CLUSTER, SERVICE);
        service["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
            .as_array()
            .map_or(0, Vec::len)
    };
    assert_eq!(groups(), 2);
    assert!(account.plan(&stack).await.is_empty());
    app(&mut stack).security_group_ids.clear();
    account.apply(&stack).await;
    assert_eq!(groups(), 1);
}

const KEY: &str = "arn:aws:kms:ap-northeast-1:123456789012:key/a1b2";

/// Returns what AWS says of the cluster's settings.
fn cluster(account: &Account) -> Value {
    let input = json!({"clusters": [CLUSTER], "include": ["CONFIGURATIONS", "SETTINGS", "TAGS"]});
    let found = &account.by_hand("ecs", "DescribeClusters", &input)["clusters"][0];
    let mut tags = found["tags"].as_array().into_iter().flatten();
    json!({
        "insights": found["settings"][0]["value"],
        "strategy": found["defaultCapacityProviderStrategy"],
        "logging": found["configuration"]["executeCommandConfiguration"]["logging"],
        "storage": found["configuration"]["managedStorageConfiguration"]["kmsKeyId"],
        "record": tags.find(|tag| tag["key"] == "sss:settings").map(|tag| tag["value"].clone()),
    })
}

#[tokio::test(start_paused = true)]
async fn cluster_setting_taken_out_has_its_default() {
    let account = Account::new();
    let mut stack = reference(&account);
    let plain = stack.clone();
    let share = CapacityStrategy::builder().provider(CapacityProvider::Fargate).weight(1_u32).build();
    stack.cluster.default_capacity = vec![share.expect("a share")];
    stack.cluster.container_insights = Some(ContainerInsights::Enhanced);
    let exec = ExecuteCommand::builder().logging(ExecuteCommandLogging::None).build();
    stack.cluster.execute_command = Some(exec.expect("sessions"));
    let storage = ManagedStorage::builder().kms_key_id(KEY).build();
    stack.cluster.managed_storage = Some(storage.expect("keys"));

    account.apply(&stack).await;
    let live = cluster(&account);
    assert_eq!((&live["insights"], &live["logging"]), (&json!("enhanced"), &json!("NONE")));
    assert_eq!((&live["strategy"][0]["weight"], &live["storage"]), (&json!(1), &json!(KEY)));
    assert!(account.plan(&stack).await.is_empty());
    account.apply(&plain).await;
    let defaults = json!({
        "insights": "disabled", "strategy": [], "logging": "DEFAULT", "storage": null, "record": null,
    });
    assert_eq!(cluster(&account), defaults);
    assert!(account.plan(&plain).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn cluster_setting_of_others_stays() {
    let account = Account::new();
    let mut stack = reference(&account);
    account.apply(&stack).await;
    let configuration = json!({
        "executeCommandConfiguration": {"logging": "NONE"}, "managedStorageConfiguration": {"kmsKeyId": KEY},
    });
    account.by_hand("ecs", "UpdateCluster", &json!({"cluster": CLUSTER, "configuration": configuration}));
    assert!(account.plan(&stack).await.is_empty());

    // One call sets all settings, so it takes those of others along.
    stack.cluster.container_insights = Some(ContainerInsights::Enabled);
    stack.cluster.capacity_providers.push(CapacityProvider::FargateSpot);
    account.apply(&stack).await;
    let want = json!({
        "insights": "enabled", "strategy": [], "logging": "NONE", "storage": KEY,
        "record": "container_insights",
    });
    assert_eq!(cluster(&account), want);
}

#[tokio::test(start_paused = true)]
async fn cluster_of_another_name_inherits_settings() {
    let account = Account::new();
    let mut stack = reference(&account);
    let storage = ManagedStorage::builder().kms_key_id(KEY).build();
    stack.cluster.managed_storage = Some(storage.expect("keys"));
    account.apply(&stack).await;
    let setting = json!({"name": "containerInsights", "value": "enhanced"});
    account.by_hand("ecs", "UpdateCluster", &json!({"cluster": CLUSTER, "settings": [setting]}));
    let arn = account.by_hand("ecs", "DescribeClusters", &json!({"clusters": [CLUSTER]}));
    let tags = json!([{"key": "team", "value": "infra"}]);
    account.by_hand(
        "ecs",
        "TagResource",
        &json!({"resourceArn": arn["clusters"][0]["clusterArn"], "tags": tags}),
    );

    stack.cluster.managed_storage = None;
    stack.names.cluster = Some("other".to_owned());
    let plan = account.plan(&stack).await;
    let created = plan.steps.iter().find(|step| step.id.name == "other").expect("the new cluster");
    assert_eq!(created.moved_from.as_ref().map(|id| id.name.as_str()), Some(CLUSTER));
    account.apply(&stack).await;
    assert!(account.plan(&stack).await.is_empty());

    let found = account.by_hand(
        "ecs",
        "DescribeClusters",
        &json!({"clusters": ["other"], "include": ["SETTINGS", "CONFIGURATIONS", "TAGS"]}),
    );
    let found = &found["clusters"][0];
    assert_eq!(found["settings"], json!([setting]), "others set it");
    assert_eq!(
        found["configuration"]["managedStorageConfiguration"]["kmsKeyId"],
        Value::Null,
        "the stack took it out"
    );
    assert!(found["tags"].to_string().contains("team"), "{found:#}");
}
