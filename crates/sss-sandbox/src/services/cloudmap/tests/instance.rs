use std::collections::BTreeMap;

use serde_json::json;

use super::{accepted, pass, refused, with_service};
use crate::services::cloudmap;

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
