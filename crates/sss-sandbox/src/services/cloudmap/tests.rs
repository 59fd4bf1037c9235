mod instance;
mod namespace;
mod service;

use serde_json::{Value, json};

use crate::{services::cloudmap, world::World};

const VPC: &str = "vpc-0a1b2c3d4e5f60718";

fn account() -> World {
    World::new("123456789012", "ap-northeast-1", 1_700_000_000_000)
}

fn accepted(world: &mut World, operation: &str, input: Value) -> Value {
    cloudmap::call(world, operation, &input)
        .unwrap_or_else(|refusal| panic!("{operation} {input}: {} {}", refusal.code, refusal.message))
}

fn refused(world: &mut World, operation: &str, input: Value) -> &'static str {
    match cloudmap::call(world, operation, &input) {
        Ok(answer) => panic!("{operation} {input} was accepted: {answer}"),
        Err(refusal) => refusal.code,
    }
}

fn pass(world: &mut World, milliseconds: u64) {
    world.advance(world.now + milliseconds);
}

fn status(world: &mut World, submitted: &Value) -> Value {
    accepted(world, "GetOperation", submitted.clone())["Operation"]["Status"].clone()
}

fn with_namespace() -> (World, String) {
    let mut world = account();
    let submitted =
        accepted(&mut world, "CreatePrivateDnsNamespace", json!({ "Name": "shop.internal", "Vpc": VPC }));
    pass(&mut world, 45_000);
    let operation = accepted(&mut world, "GetOperation", submitted);
    let id = operation["Operation"]["Targets"]["NAMESPACE"].as_str().unwrap().to_owned();
    (world, id)
}

fn srv(namespace: &str, name: &str) -> Value {
    json!({
        "Name": name,
        "DnsConfig": { "NamespaceId": namespace, "DnsRecords": [{ "Type": "SRV", "TTL": 300 }] },
        "HealthCheckCustomConfig": { "FailureThreshold": 1 },
    })
}

fn with_service() -> (World, String, String) {
    let (mut world, namespace) = with_namespace();
    let service = accepted(&mut world, "CreateService", srv(&namespace, "web"));
    let id = service["Service"]["Id"].as_str().unwrap().to_owned();
    (world, namespace, id)
}
