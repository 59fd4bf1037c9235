//! An account with all objects that a service needs.

mod cluster;
mod deletion;
mod failure;
mod load_balancer;
mod rollout;
mod service;
mod standalone;
mod stopping;
mod task_definition;

use serde_json::{Value, json};

use super::SERVICE;
use crate::{
    services::{cloudmap, iam, logs},
    world::World,
};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "ap-northeast-1";
const SUBNET: &str = "subnet-0a1b2c3d4e5f60001";

/// Creates an account with roles, a log group, a cluster and the first revision of the task definition `app`.
fn account() -> World {
    let mut world = World::new(ACCOUNT, REGION, 0);
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "ecs-tasks.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    });

    for role in ["execution", "app"] {
        let role = json!({ "RoleName": role, "AssumeRolePolicyDocument": trust.to_string() });
        iam::call(&mut world, "CreateRole", &role).expect("a role");
    }
    // Every service knows the roles by then.
    world.advance(10_000);
    logs::call(&mut world, "CreateLogGroup", &json!({ "logGroupName": "/app" })).expect("a log group");
    done(&mut world, "CreateCluster", &json!({ "clusterName": "shop", "capacityProviders": ["FARGATE"] }));
    done(&mut world, "RegisterTaskDefinition", &definition());
    world
}

/// Returns a valid task definition.
fn definition() -> Value {
    json!({
        "family": "app",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/execution"),
        "taskRoleArn": format!("arn:aws:iam::{ACCOUNT}:role/app"),
        "containerDefinitions": [{
            "name": "app",
            "image": "public.ecr.aws/docker/library/httpd:latest",
            "portMappings": [{ "containerPort": 80 }],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "/app",
                    "awslogs-region": REGION,
                    "awslogs-stream-prefix": "app",
                },
            },
        }],
    })
}

/// Returns a valid service without a registry.
fn service() -> Value {
    json!({
        "cluster": "shop",
        "serviceName": "app",
        "taskDefinition": "app",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": { "awsvpcConfiguration": { "subnets": [SUBNET] } },
    })
}

/// Creates a Cloud Map service with records of these types and returns its ARN.
fn registry(world: &mut World, types: &[&str]) -> String {
    let namespace = json!({ "Name": "shop.internal", "Vpc": crate::world::VPC_ID });
    cloudmap::call(world, "CreatePrivateDnsNamespace", &namespace).expect("a namespace");
    world.advance(world.now + 120_000);
    let namespaces = cloudmap::call(world, "ListNamespaces", &json!({})).expect("namespaces");
    let records: Value = types.iter().map(|of| json!({ "Type": of, "TTL": 10 })).collect();
    let service = json!({
        "Name": "app",
        "NamespaceId": namespaces["Namespaces"][0]["Id"],
        "DnsConfig": { "DnsRecords": records },
        "HealthCheckCustomConfig": {},
    });
    let service = cloudmap::call(world, "CreateService", &service).expect("a service");
    service["Service"]["Arn"].as_str().expect("an ARN").to_owned()
}

/// Makes a call that succeeds.
fn done(world: &mut World, operation: &str, input: &Value) -> Value {
    SERVICE.call(world, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

/// Makes a call and expects a refusal with this code and this part of its message.
fn refused(world: &mut World, operation: &str, input: &Value, code: &str, message: &str) {
    let refusal = SERVICE.call(world, operation, input).expect_err(operation);
    assert_eq!(refusal.code, code, "{operation}: {}", refusal.message);
    assert!(refusal.message.contains(message), "{operation}: {}", refusal.message);
}

/// Returns `base` with other members. A null removes one.
fn with(mut base: Value, changes: &Value) -> Value {
    let members = base.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    base
}

/// Returns the description of the service `app`.
fn described(world: &mut World) -> Value {
    let asked = json!({ "cluster": "shop", "services": ["app"], "include": ["TAGS"] });
    done(world, "DescribeServices", &asked)["services"][0].clone()
}

/// Returns the newest entry in the service's history.
fn newest_deployment(world: &mut World) -> Value {
    let listed = done(world, "ListServiceDeployments", &json!({ "cluster": "shop", "service": "app" }));
    let arn = &listed["serviceDeployments"][0]["serviceDeploymentArn"];
    let asked = json!({ "serviceDeploymentArns": [arn] });
    done(world, "DescribeServiceDeployments", &asked)["serviceDeployments"][0].clone()
}

/// Advances time by seconds.
fn pass(world: &mut World, seconds: u64) {
    world.advance(world.now + seconds * 1000);
}
