//! Containers in normal form: no value that equals AWS's default, no order that has no meaning.

use sss_model::{Container as Wanted, Port, RestartPolicy, VersionConsistency};

use crate::lower::number;
use crate::services::ecs::task_definition::{
    Container, Health, Mapping, PortName, Restarts, Router, normal_ports,
};

/// Returns a container in normal form. The task definition adds the log options that name its log group.
pub(super) fn normal(wanted: &Wanted) -> Container {
    let (ports, port_names) = normal_ports(wanted.ports.iter().map(mapping));
    let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    Container {
        image: wanted.image.clone(),
        essential: wanted.essential,
        ports,
        port_names,
        cpu: wanted.cpu.filter(|cpu| *cpu != 0).map(number),
        memory: wanted.memory.map(number),
        memory_reservation: wanted.memory_reservation.map(number),
        entry_point: wanted.entry_point.clone(),
        command: wanted.command.clone(),
        environment: wanted.environment.clone(),
        secrets: wanted.secrets.clone(),
        health_check: wanted.health_check.as_ref().map(health),
        depends_on: wanted
            .depends_on
            .iter()
            .map(|(container, condition)| (container.clone(), condition.as_str().to_owned()))
            .collect(),
        start_timeout: wanted.start_timeout.map(number),
        stop_timeout: wanted.stop_timeout.map(number),
        restart_policy: wanted.restart_policy.as_ref().and_then(restarts),
        log_driver: Some(wanted.log_driver.as_str().to_owned()),
        log_options: wanted.log_options.clone(),
        log_secret_options: wanted.log_secret_options.clone(),
        firelens: wanted.firelens.as_ref().map(|router| Router {
            program: router.router.as_str().to_owned(),
            options: router.options.clone(),
        }),
        mounts: wanted.mounts.clone(),
        volumes_from: wanted.volumes_from.clone(),
        environment_files: wanted.environment_files.clone(),
        repository_credentials: wanted.repository_credentials.clone(),
        user: said(&wanted.user),
        working_directory: said(&wanted.working_directory),
        readonly_root_filesystem: wanted.readonly_root_filesystem,
        interactive: wanted.interactive,
        pseudo_terminal: wanted.pseudo_terminal,
        docker_labels: wanted.docker_labels.clone(),
        ulimits: wanted.ulimits.clone(),
        system_controls: wanted.system_controls.clone(),
        linux: wanted.linux.clone(),
        version_consistency: (wanted.version_consistency != VersionConsistency::Enabled)
            .then(|| wanted.version_consistency.as_str().to_owned()),
        ..Container::default()
    }
}

/// Returns a port mapping before it has a key. The rules of the model ensure a port or a range.
fn mapping(port: &Port) -> Mapping {
    let number = port.port.map(|number| number.to_string());
    let app_protocol = port.app_protocol.map(|protocol| protocol.as_str().to_owned());
    Mapping {
        port: port.range.clone().or(number).unwrap_or_default(),
        protocol: port.protocol.as_str().to_owned(),
        name: port.name.clone().map(|name| PortName { name, app_protocol }),
    }
}

fn health(check: &sss_model::HealthCheck) -> Health {
    Health {
        command: check.command.clone(),
        interval: number(check.interval),
        timeout: number(check.timeout),
        retries: number(check.retries),
        start_period: number(check.start_period.unwrap_or(0)),
    }
}

/// Returns the restarts of a container, or `None` for a policy that is off.
fn restarts(policy: &RestartPolicy) -> Option<Restarts> {
    policy.enabled.then(|| Restarts {
        ignored_exit_codes: policy.ignored_exit_codes.clone(),
        restart_attempt_period: policy.restart_attempt_period.map_or(Restarts::PERIOD, number),
    })
}
