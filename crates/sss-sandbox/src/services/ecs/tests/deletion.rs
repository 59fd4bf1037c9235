use serde_json::{Value, json};

use super::{account, described, done, pass, refused, registry, service, with};
use crate::{services::cloudmap, world::World};

fn named() -> Value {
    json!({ "cluster": "shop", "service": "app" })
}

fn instances(world: &mut World, registry: &str) -> usize {
    let id = registry.rsplit('/').next().expect("an id");
    let listed = cloudmap::call(world, "ListInstances", &json!({ "ServiceId": id })).expect("instances");
    listed["Instances"].as_array().map_or(0, Vec::len)
}

#[test]
fn deleted_service_drains_and_is_forgotten() {
    let mut world = account();
    let srv = registry(&mut world, &["SRV"]);
    let registries = json!([{ "registryArn": srv, "port": 80 }]);
    done(&mut world, "CreateService", &with(service(), &json!({ "serviceRegistries": registries })));
    pass(&mut world, 60);
    assert_eq!(instances(&mut world, &srv), 1);

    refused(&mut world, "DeleteService", &named(), "InvalidParameterException", "scaled above 0");
    let answer = done(&mut world, "DeleteService", &with(named(), &json!({ "force": true })));
    assert_eq!(answer["service"]["status"], "DRAINING");
    refused(&mut world, "CreateService", &service(), "InvalidParameterException", "still Draining");
    refused(&mut world, "UpdateService", &named(), "ServiceNotActiveException", "");
    assert_eq!(instances(&mut world, &srv), 1, "the task is only about to stop");
    pass(&mut world, 44);
    assert_eq!(described(&mut world)["status"], "DRAINING");
    assert_eq!(instances(&mut world, &srv), 0);
    pass(&mut world, 2);
    assert_eq!(described(&mut world)["status"], "INACTIVE");
    assert_eq!(done(&mut world, "ListServices", &json!({ "cluster": "shop" }))["serviceArns"], json!([]));
    refused(&mut world, "DeleteService", &named(), "ServiceNotFoundException", "");
    pass(&mut world, 3_600);
    assert_eq!(described(&mut world), Value::Null);
}

#[test]
fn new_service_takes_the_name_of_an_inactive_one() {
    let mut world = account();
    done(&mut world, "CreateService", &service());
    done(&mut world, "UpdateService", &with(named(), &json!({ "desiredCount": 0 })));
    done(&mut world, "DeleteService", &named());
    pass(&mut world, 60);
    done(&mut world, "CreateService", &service());
    pass(&mut world, 3_700);
    assert_eq!(described(&mut world)["runningCount"], 1);
}

#[test]
fn each_deleted_service_stays_for_an_hour() {
    let mut world = account();
    for _ in 0..2 {
        done(&mut world, "CreateService", &with(service(), &json!({ "desiredCount": 0 })));
        done(&mut world, "DeleteService", &named());
        pass(&mut world, 1_800);
    }
    pass(&mut world, 300);
    assert_eq!(described(&mut world)["status"], "INACTIVE", "only the first is over an hour ago");
}

#[test]
fn instances_in_a_former_registry_stay() {
    let mut world = account();
    let srv = registry(&mut world, &["SRV"]);
    let registries = json!([{ "registryArn": srv, "port": 80 }]);
    done(&mut world, "CreateService", &with(service(), &json!({ "serviceRegistries": registries })));
    pass(&mut world, 60);
    done(&mut world, "UpdateService", &with(named(), &json!({ "serviceRegistries": [] })));
    pass(&mut world, 200);
    assert_eq!(described(&mut world)["deployments"][0]["rolloutState"], "COMPLETED");
    assert_eq!(instances(&mut world, &srv), 1);
}
