//! The checks of a service.
//!
//! The rules of the model judge a whole creation. An update has only some members, so the module builds the
//! request that would create the changed service and checks that one. The other checks depend on the account:
//! the objects to which the request refers must exist and fit.

use serde_json::{Map, Value, json};

use super::{
    answer,
    specification::{Changes, Options, Specification},
};
use crate::{
    gate,
    refusal::Refusal,
    services::{
        cloudmap, ec2,
        ecs::{self, cluster, invalid, strategy, task_definition},
        elb,
    },
    world::World,
};

/// Returns the requests of the objects to which a request refers: the task definition, and the Cloud Map service for
/// its records.
pub(in crate::services::ecs) fn referred(world: &World, request: &Value) -> Value {
    let mut referred = Map::new();
    let definition = request["taskDefinition"].as_str().and_then(|name| task_definition::find(world, name));
    if let Some(definition) = definition {
        referred.insert("ecs:RegisterTaskDefinition".to_owned(), definition.request());
    }
    let registry = request["serviceRegistries"][0]["registryArn"].as_str();
    if let Some(types) = registry.and_then(|arn| cloudmap::service_record_types(world, arn)) {
        let records: Value = types.iter().map(|of| json!({ "Type": of })).collect();
        let service = json!({ "DnsConfig": { "DnsRecords": records } });
        referred.insert("servicediscovery:CreateService".to_owned(), service);
    }
    Value::Object(referred)
}

/// Returns the request that creates such a service, with AWS's defaults.
///
/// `desired` is the count as the request has it, because the rules also judge counts that no service can
/// have.
pub(super) fn request(
    name: &str,
    desired: &Value,
    specification: &Specification,
    options: &Options,
) -> Value {
    let mut request = answer::render_specification(specification);
    request.extend(answer::render_options(options));
    request.insert("serviceName".to_owned(), json!(name));
    request.insert("desiredCount".to_owned(), desired.clone());
    request.insert("serviceRegistries".to_owned(), json!(specification.registries));
    request.insert("loadBalancers".to_owned(), json!(specification.load_balancers));
    request.insert("volumeConfigurations".to_owned(), json!(specification.volumes));
    Value::Object(request)
}

/// Checks such a request by the rules.
///
/// # Errors
///
/// Returns the refusal of the first broken rule.
pub(super) fn check_request(world: &World, request: &Value) -> Result<(), Refusal> {
    let referred = referred(world, request);
    gate::pass_beside(&ecs::SERVICE, "CreateService", request, referred)
}

/// Refuses a specification that a cluster cannot deploy. `request` is the request for it.
///
/// # Errors
///
/// Refuses inactive task definitions and those that do not fit Fargate, providers that are not associated
/// with the cluster, and subnets, security groups and registries that do not exist.
pub(super) fn check(
    world: &World,
    cluster: &str,
    specification: &Specification,
    request: &Value,
) -> Result<(), Refusal> {
    check_request(world, request)?;
    let definition = task_definition::find(world, &specification.task_definition);
    let definition = definition.ok_or_else(|| invalid("TaskDefinition not found."))?;
    if definition.status != task_definition::Status::Active {
        return Err(invalid("TaskDefinition is inactive"));
    }
    if !definition.fits_fargate() {
        return Err(invalid("Task definition does not support launch_type FARGATE."));
    }

    let providers = cluster::active(world, cluster).map(|cluster| cluster.capacity_providers.as_slice());
    let strategy = &specification.capacity_provider_strategy;
    strategy::check(strategy, providers.unwrap_or_default())?;
    check_network(world, specification)?;
    let registries = &mut specification.registries.iter();
    if registries.any(|registry| !cloudmap::service_exists(world, &registry.registry_arn)) {
        return Err(invalid("The specified service registry does not exist."));
    }
    Ok(())
}

/// Refuses subnets and security groups that do not exist, in ECS's words around EC2's code.
fn check_network(world: &World, specification: &Specification) -> Result<(), Refusal> {
    let network = &specification.network;
    if let Some(subnet) = network.subnets.iter().find(|subnet| !ec2::has_subnet(world, subnet)) {
        return Err(invalid(format!(
            "Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist \
             (ErrorCode: InvalidSubnetID.NotFound)"
        )));
    }
    if let Some(group) = network.security_groups.iter().find(|group| !ec2::has_security_group(world, group)) {
        return Err(invalid(format!(
            "Error retrieving security group information for [{group}]: The security group '{group}' does not \
             exist (ErrorCode: InvalidGroup.NotFound)"
        )));
    }
    Ok(())
}

/// Refuses target groups in which tasks cannot register.
///
/// A grace period without a target group is no reason: an older page of AWS refuses it, and the present reference says
/// that it covers health checks of containers too.
///
/// # Errors
///
/// Refuses unknown target groups with `TargetGroupNotFoundException`, and those without a load balancer (sst#5826,
/// terraform#32908) or with targets other than addresses with `InvalidParameterException`.
pub(super) fn check_load_balancers(world: &World, changes: &Changes) -> Result<(), Refusal> {
    for balancer in changes.load_balancers.iter().flatten() {
        let group = &balancer.target_group_arn;
        let Some(target_type) = elb::target_type(world, group) else {
            let message = "The specified target group was not found.";
            return Err(Refusal::new("TargetGroupNotFoundException", message));
        };
        if !elb::is_attached(world, group) {
            return Err(invalid(format!(
                "The target group with targetGroupArn {group} does not have an associated load balancer."
            )));
        }
        if target_type != "ip" {
            return Err(invalid(format!(
                "The provided target group {group} has target type {target_type}, which is incompatible with the \
                 awsvpc network mode specified in the task definition."
            )));
        }
    }
    Ok(())
}
