use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{accepted, pass, refused, with_service};
use crate::{services::cloudmap, world::World};

#[test]
fn service_with_instances_cannot_be_deleted() {
    let (mut world, _, id) = with_service();
    let name = json!({ "ServiceId": id, "InstanceId": "task-1" });
    let mut instance = name.clone();
    instance["Attributes"] = json!({ "AWS_INSTANCE_IPV4": "10.0.0.4" });
    assert_eq!(refused(&mut world, "RegisterInstance", instance.clone()), "InvalidInput");
    instance["Attributes"]["AWS_INSTANCE_PORT"] = json!("80");
    accepted(&mut world, "RegisterInstance", instance.clone());
    assert_eq!(refused(&mut world, "DeregisterInstance", name.clone()), "InstanceNotFound");
    pass(&mut world, 5_000);
    let listed = accepted(&mut world, "ListInstances", json!({ "ServiceId": id }));
    assert_eq!(listed["Instances"][0]["Attributes"], instance["Attributes"]);
    let health = accepted(&mut world, "GetInstancesHealthStatus", json!({ "ServiceId": id }));
    assert_eq!(health["Status"], json!({ "task-1": "HEALTHY" }));
    assert_eq!(accepted(&mut world, "ListServices", json!({}))["Services"][0]["InstanceCount"], 1);
    assert_eq!(refused(&mut world, "DeleteService", json!({ "Id": id })), "ResourceInUse");

    accepted(&mut world, "DeregisterInstance", name.clone());
    pass(&mut world, 4_999);
    assert_eq!(refused(&mut world, "DeleteService", json!({ "Id": id })), "ResourceInUse");
    pass(&mut world, 1);
    assert_eq!(refused(&mut world, "GetInstance", name), "InstanceNotFound");
    accepted(&mut world, "DeleteService", json!({ "Id": id }));
    assert_eq!(refused(&mut world, "GetService", json!({ "Id": id })), "ServiceNotFound");
}

#[test]
fn task_becomes_an_instance_at_once() {
    let (mut world, _, id) = with_service();
    let arn = format!("arn:aws:servicediscovery:ap-northeast-1:123456789012:service/{id}");
    let attributes = BTreeMap::from([("AWS_INSTANCE_PORT".to_owned(), "80".to_owned())]);
    cloudmap::register_instance(&mut world, &arn, "task", attributes);
    let name = json!({ "ServiceId": arn, "InstanceId": "task" });
    let read = accepted(&mut world, "GetInstance", name.clone());
    assert_eq!(read["Instance"]["Attributes"]["AWS_INSTANCE_PORT"], "80");
    cloudmap::deregister_instance(&mut world, &arn, "task");
    assert_eq!(refused(&mut world, "GetInstance", name), "InstanceNotFound");
}

#[test]
fn instances_are_discovered_by_names() {
    let (mut world, _, id) = with_service();
    let arn = format!("arn:aws:servicediscovery:ap-northeast-1:123456789012:service/{id}");
    let register = |world: &mut World, instance: &str, health: &str, zone: &str| {
        let attributes = [("AWS_INIT_HEALTH_STATUS", health), ("zone", zone), ("AWS_INSTANCE_PORT", "80")];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        cloudmap::register_instance(world, &arn, instance, BTreeMap::from(attributes));
    };
    register(&mut world, "a", "HEALTHY", "1");
    register(&mut world, "b", "HEALTHY", "2");
    register(&mut world, "c", "UNHEALTHY", "2");

    let asked = json!({ "NamespaceName": "shop.internal", "ServiceName": "web" });
    let first = accepted(&mut world, "DiscoverInstances", asked.clone());
    let expected = json!({
        "InstanceId": "a", "NamespaceName": "shop.internal", "ServiceName": "web", "HealthStatus": "HEALTHY",
        "Attributes": { "AWS_INIT_HEALTH_STATUS": "HEALTHY", "zone": "1", "AWS_INSTANCE_PORT": "80" },
    });
    assert_eq!(first["Instances"][0], expected);
    let mut ids = |members: Value| {
        let mut input = asked.clone();
        input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let found = accepted(&mut world, "DiscoverInstances", input);
        let ids = found["Instances"].as_array().unwrap().iter().filter_map(|one| one["InstanceId"].as_str());
        ids.collect::<Vec<_>>().join(" ")
    };
    for (members, expected) in [
        (json!({}), "a b"),
        (json!({ "HealthStatus": "UNHEALTHY" }), "c"),
        (json!({ "HealthStatus": "ALL" }), "a b c"),
        (json!({ "HealthStatus": "HEALTHY_OR_ELSE_ALL" }), "a b"),
        (json!({ "MaxResults": 1 }), "a"),
        (json!({ "QueryParameters": { "zone": "2" } }), "b"),
        (json!({ "QueryParameters": { "zone": "3" } }), ""),
        (json!({ "OptionalParameters": { "zone": "2" } }), "b"),
        (json!({ "OptionalParameters": { "zone": "3" } }), "a b"),
    ] {
        assert_eq!(ids(members.clone()), expected, "{members}");
    }

    cloudmap::deregister_instance(&mut world, &arn, "a");
    cloudmap::deregister_instance(&mut world, &arn, "gone");
    let revision = accepted(&mut world, "DiscoverInstancesRevision", asked.clone());
    let before = first["InstancesRevision"].as_u64().unwrap();
    assert_eq!(revision["InstancesRevision"], before + 1);
    cloudmap::deregister_instance(&mut world, &arn, "b");
    let mut open = asked.clone();
    open["HealthStatus"] = json!("HEALTHY_OR_ELSE_ALL");
    assert_eq!(accepted(&mut world, "DiscoverInstances", open)["Instances"][0]["InstanceId"], "c");
}

#[test]
fn unknown_names_discover_nothing() {
    let (mut world, _, _) = with_service();
    for (members, code) in [
        (json!({ "NamespaceName": "other.internal", "ServiceName": "web" }), "NamespaceNotFound"),
        (json!({ "NamespaceName": "shop.internal", "ServiceName": "api" }), "ServiceNotFound"),
    ] {
        assert_eq!(refused(&mut world, "DiscoverInstances", members.clone()), code);
        assert_eq!(refused(&mut world, "DiscoverInstancesRevision", members), code);
    }
    let asked = |member: &str, value: Value| {
        let mut input = json!({ "NamespaceName": "shop.internal", "ServiceName": "web" });
        input[member] = value;
        input
    };
    for input in [
        asked("HealthStatus", json!("GOOD")),
        asked("MaxResults", json!(0)),
        asked("MaxResults", json!(1_001)),
        json!({ "ServiceName": "web" }),
        json!({ "NamespaceName": "shop.internal" }),
    ] {
        assert_eq!(refused(&mut world, "DiscoverInstances", input), "InvalidInput");
    }
}
