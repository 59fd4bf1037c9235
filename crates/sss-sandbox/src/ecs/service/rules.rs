//! What AWS refuses about a service.

use super::specification::{Changes, Options, Registry, Specification};
use crate::{
    cloudmap, ec2,
    ecs::{cluster, invalid, strategy, task_definition},
    refusal::Refusal,
    world::World,
};

/// Refuses a specification that cannot be deployed in a cluster.
pub(super) fn check(world: &World, cluster: &str, specification: &Specification) -> Result<(), Refusal> {
    let definition = task_definition::find(world, &specification.task_definition);
    let definition = definition.ok_or_else(|| invalid("TaskDefinition not found."))?;
    if definition.status != task_definition::Status::Active {
        return Err(invalid("TaskDefinition is inactive"));
    }
    if !definition.fits_fargate() {
        return Err(invalid("Task definition does not support launch_type FARGATE."));
    }
    let providers = cluster::active(world, cluster).map(|cluster| cluster.capacity_providers.as_slice());
    strategy::check(&specification.capacity_provider_strategy, providers.unwrap_or_default())?;
    if !["LATEST", "1.4.0", "1.3.0"].contains(&specification.platform_version.as_str()) {
        let message = "The specified platform version does not exist.";
        return Err(Refusal::new("PlatformUnknownException", message));
    }
    check_network(world, specification)?;
    if specification.registries.len() > 1 {
        return Err(invalid("serviceRegistries can have at most 1 item."));
    }
    specification.registries.iter().try_for_each(|registry| check_registry(world, definition, registry))
}

fn check_network(world: &World, specification: &Specification) -> Result<(), Refusal> {
    let network = &specification.network;
    if network.subnets.is_empty() {
        return Err(invalid("subnets can not be empty."));
    }
    if network.subnets.len() > 16 || network.security_groups.len() > 5 {
        return Err(invalid("At most 16 subnets and 5 security groups can be specified."));
    }
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
    if !["ENABLED", "DISABLED"].contains(&network.assign_public_ip.as_str()) {
        return Err(invalid("assignPublicIp must be ENABLED or DISABLED."));
    }
    Ok(())
}

fn check_registry(
    world: &World,
    definition: &task_definition::TaskDefinition,
    registry: &Registry,
) -> Result<(), Refusal> {
    if !cloudmap::service_exists(world, &registry.registry_arn) {
        return Err(invalid("The specified service registry does not exist."));
    }
    let types = cloudmap::service_record_types(world, &registry.registry_arn).unwrap_or_default();
    let Registry { port, container_name, container_port, .. } = registry;
    if !types.iter().any(|of| of == "SRV") {
        if port.is_some() || container_name.is_some() || container_port.is_some() {
            return Err(invalid(
                "The values specified for serviceRegistries do not require a value for 'containerPort', \
                 'containerName' or 'port'.",
            ));
        }
        return Ok(());
    }
    match (port, container_name, container_port) {
        (Some(_), None, None) => Ok(()),
        (None, Some(container), Some(port)) => {
            let ports = definition.ports_of(container);
            let ports = ports.ok_or_else(|| {
                invalid(format!("The container {container} does not exist in the task definition."))
            })?;
            if ports.contains(port) {
                return Ok(());
            }
            Err(invalid(format!("The container {container} did not have a container port {port} defined.")))
        }
        _ => Err(invalid(
            "When specifying 'containerName' or 'containerPort' for a service registry, both are required, and \
             'port' cannot be specified with them.",
        )),
    }
}

/// Refuses options that contradict each other or that AWS does not have.
pub(super) fn check_options(options: &Options) -> Result<(), Refusal> {
    let deployment = &options.deployment;
    if deployment.minimum_healthy_percent > 100 || deployment.maximum_percent < 100 {
        return Err(invalid(
            "minimumHealthyPercent must be between 0 and 100, and maximumPercent at least 100.",
        ));
    }
    if deployment.minimum_healthy_percent == 100 && deployment.maximum_percent == 100 {
        return Err(invalid(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
        ));
    }
    if options.zone_rebalancing == "ENABLED" && deployment.maximum_percent == 100 {
        return Err(invalid("Availability Zone rebalancing needs a maximumPercent greater than 100."));
    }
    if !["ENABLED", "DISABLED"].contains(&options.zone_rebalancing.as_str()) {
        return Err(invalid("availabilityZoneRebalancing must be ENABLED or DISABLED."));
    }
    if !["NONE", "SERVICE", "TASK_DEFINITION"].contains(&options.propagate_tags.as_str()) {
        return Err(invalid("propagateTags must be NONE, SERVICE or TASK_DEFINITION."));
    }
    let threshold = &deployment.circuit_breaker.threshold_configuration;
    if !["BOUNDED_PERCENT", "UNBOUNDED_PERCENT", "COUNT"].contains(&threshold.kind.as_str()) {
        return Err(invalid("The type of a threshold must be BOUNDED_PERCENT, UNBOUNDED_PERCENT or COUNT."));
    }
    Ok(())
}

/// Refuses load balancers: there is none in the account that could be meant.
pub(super) fn check_load_balancers(changes: &Changes) -> Result<(), Refusal> {
    if changes.load_balancers.as_ref().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(Refusal::new("TargetGroupNotFoundException", "The specified target group was not found."))
}

/// How many tasks are wanted, when that is said.
pub(super) fn desired(changes: &Changes) -> Result<Option<u64>, Refusal> {
    let desired = changes.desired_count.map(u64::try_from).transpose();
    desired.map_err(|_| invalid("desiredCount must not be negative."))
}
