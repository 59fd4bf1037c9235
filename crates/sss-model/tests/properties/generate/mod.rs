//! Stacks out of bytes: random ones out of random bytes, and the plainest one out of none, so that what breaks a
//! property shrinks. Other test packages take this file by its path.

mod balancing;
mod domains;
mod draw;
mod parts;
mod scaling;
mod service;
mod surroundings;
mod whole;

pub(crate) use draw::Draw;

use sss_model::Stack;

const NAMES: [&str; 5] = ["shop", "s", "Shop_2", "0-shop", "mz-dev"];
const ODD_NAMES: [&str; 5] = ["", "-shop", "sh op", "shöp", "a.b"];
const REGIONS: [&str; 4] = ["eu-central-1", "us-gov-west-1", "mx-central-1", "us-isof-south-1"];
const ODD_REGIONS: [&str; 5] = ["", "eu-central", "eu--1", "EU-CENTRAL-1", "ca-west-123"];

/// A stack whose values a rule refuses about `odd` times of 256; without odd ones it is almost always valid.
pub(crate) fn stack(bytes: &[u8], odd: u8) -> Stack {
    let draw = &mut Draw::new(bytes, odd);
    let mut stack = Stack::default();
    stack.name = draw.value(&NAMES, &ODD_NAMES);
    stack.region = draw.value(&REGIONS, &ODD_REGIONS);
    stack.network = parts::network(draw);
    stack.allow_unlisted_region = draw.flag();
    stack.api = draw.maybe(parts::api);
    stack.cluster = parts::cluster(draw);
    stack.backend = balancing::kind(draw, &stack);
    for index in 0..=usize::from(draw.byte() % 3) {
        let service = service::service(draw, index, &stack);
        stack.services.insert(service.name.clone(), service);
    }
    stack.tags = parts::tags(draw);
    stack.names = parts::names(draw);
    stack.namespace = parts::namespace(draw);
    stack.execution_role = parts::execution_role(draw);
    stack.security_group = parts::security_group(draw);
    stack.log_retention_days = parts::retention(draw);
    stack.log_group = parts::log_group(draw);
    stack.silence = parts::silence(draw);
    stack.load_balancers = balancing::load_balancers(draw);
    if let Some(api) = &mut stack.api {
        api.domains = domains::domains(draw);
    }
    in_its_partition(&mut stack);
    stack
}

/// Puts the ARNs of a stack into the partition of its region.
pub(crate) fn in_its_partition(stack: &mut Stack) {
    let (region, partition) = (stack.region.clone(), stack.partition().name);
    let moved = |arn: &mut String| {
        let mut parts: Vec<&str> = arn.split(':').collect();
        if let ["arn", first, _, place, ..] = parts.as_mut_slice() {
            *first = partition;
            if !place.is_empty() {
                *place = &region;
            }
            *arn = parts.join(":");
        }
    };
    for balancer in [&mut stack.load_balancers.alb, &mut stack.load_balancers.nlb] {
        let arns = [&mut balancer.certificate, &mut balancer.arn, &mut balancer.listener];
        arns.into_iter().flatten().for_each(moved);
    }
    let domains = stack.api.iter_mut().flat_map(|api| api.domains.values_mut());
    domains.map(|domain| &mut domain.certificate).for_each(moved);
    let role = &mut stack.execution_role;
    role.managed_policies.iter_mut().flatten().chain(&mut role.permissions_boundary).for_each(moved);
    role.statements.iter_mut().flat_map(|one| &mut one.resources).for_each(moved);
    for service in stack.services.values_mut() {
        let role = &mut service.task.task_role;
        role.managed_policies.iter_mut().chain(&mut role.permissions_boundary).for_each(moved);
        role.statements.iter_mut().flat_map(|one| &mut one.resources).for_each(moved);
        service.task.secrets.values_mut().for_each(moved);
        service.task.containers.iter_mut().flat_map(|one| one.secrets.values_mut()).for_each(moved);
        service.task.environment_files.iter_mut().for_each(moved);
        let disks = service.task.volumes.values_mut().filter_map(|volume| volume.ebs.as_mut());
        disks.map(|disk| &mut disk.role_arn).for_each(moved);
        service.task.containers.iter_mut().flat_map(|one| &mut one.environment_files).for_each(moved);
    }
}
