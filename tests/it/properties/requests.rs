//! Random tasks as the account describes them: taken over, each is the task that was registered.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sss_model::{Container, LogDriver, Service, Stack, Volume};

use crate::account::Account;

/// A task without what its request does not have, and with what ECS understands in place of other spellings.
#[derive(Debug, PartialEq)]
struct Told {
    containers: BTreeMap<String, Container>,
    volumes: BTreeMap<String, Volume>,
    rest: Value,
}

/// Returns what a service tells ECS about its task. `group` and `region` are those of its logs.
fn told(service: &Service, main: &str, group: &str, region: &str) -> Told {
    let task = &service.task;
    let containers = task.all_containers(main).into_iter().map(|mut container| {
        if container.log_driver == LogDriver::Awslogs {
            container.log_options = container.log_options(group, region);
        }
        // ECS describes a container without units as one with 0 units, and an empty user as no user.
        container.cpu = container.cpu.filter(|cpu| *cpu > 0);
        container.user = container.user.filter(|user| !user.is_empty());
        // The order of ports has no meaning.
        container.ports.sort_by_key(|port| (port.port, port.range.clone(), port.protocol));
        // Without a period, a policy has that of ECS. One that is off is no policy.
        container.restart_policy = container.restart_policy.filter(|policy| policy.enabled);
        if let Some(policy) = &mut container.restart_policy {
            policy.restart_attempt_period.get_or_insert(300);
        }
        if let Some(check) = &mut container.health_check {
            check.start_period.get_or_insert(0);
        }
        (container.name.clone(), container)
    });
    let volumes = task.volumes.iter().filter(|(_, volume)| volume.ebs.is_none()).map(|(name, volume)| {
        let mut volume = volume.clone();
        if let Some(efs) = &mut volume.efs {
            efs.root_directory =
                efs.root_directory.take().filter(|folder| !folder.is_empty() && folder != "/");
        }
        (name.clone(), volume)
    });
    let rest = json!({
        "size": [task.cpu, task.memory],
        "architecture": task.cpu_architecture,
        "operating_system": task.operating_system_family,
        "processes": task.pid_mode,
        "faults": task.enable_fault_injection,
        "proxy": task.proxy_configuration,
        "storage": task.ephemeral_storage,
    });
    Told { containers: containers.collect(), volumes: volumes.collect(), rest }
}

/// Compares the tasks of a stack with those that the account describes.
pub(super) fn are_taken_over(account: &Account, stack: &Stack) {
    for (name, service) in &stack.services {
        let main = stack.container_name(name);
        let described = json!({ "taskDefinition": stack.family_name(name) });
        let mut described = account.by_hand("ecs", "DescribeTaskDefinition", &described);
        if let Some(volumes) = described.pointer_mut("/taskDefinition/volumes").and_then(Value::as_array_mut)
        {
            for volume in volumes {
                volume.as_object_mut().expect("a volume").remove("configuredAtLaunch");
            }
        }
        let (taken, _) = Service::from_task_definition(&main, &described)
            .unwrap_or_else(|invalid| panic!("{invalid}\n{described:#}"));
        let group = stack.log_group_name(name);
        let mut registered = told(&taken, &main, &group, &stack.region);
        registered.volumes.retain(|name, _| service.task.volumes[name].ebs.is_none());
        assert_eq!(registered, told(service, &main, &group, &stack.region), "{described:#}");
    }
}
