//! The members of a request, with the places of the stack from which their values come.

use serde_json::{Map, Value, json};

use super::pairs;
use super::places::{Places, is_nothing};
use crate::container::{
    AppProtocol, Container, HealthCheck, Linux, LogDriver, Port, RestartPolicy, VersionConsistency,
};
use crate::path::Path;
use crate::platform::PidMode;
use crate::task::Task;
use crate::volume::{EbsVolume, EfsVolume, FilesystemType, Volume};

/// The option of `awslogs` that is the name of the container, unless the container sets it.
const PREFIX: &str = "awslogs-stream-prefix";

/// A structure of the request that is being written.
pub(super) struct Structure<'p> {
    members: Map<String, Value>,
    at: Path,
    places: &'p mut Places,
}

impl<'p> Structure<'p> {
    pub(super) fn new(at: Path, places: &'p mut Places) -> Self {
        Structure { members: Map::new(), at, places }
    }

    /// Returns a structure at another path of the same request.
    pub(super) fn inside(&mut self, at: Path) -> Structure<'_> {
        Structure::new(at, self.places)
    }

    /// Sets a member whose problems other rules find.
    pub(super) fn set(&mut self, member: &str, value: Value) {
        if !value.is_null() && value != json!([]) {
            self.members.insert(member.to_owned(), value);
        }
    }

    /// Sets a member whose value comes from a place of the stack, unless it says nothing.
    fn told(&mut self, member: &str, place: Path, value: Value) {
        if !is_nothing(&value) {
            self.places.add(self.at.key(member), place);
            self.members.insert(member.to_owned(), value);
        }
    }

    /// Sets a list of structures, each from a place of its own. `named` has the members that are the key of the stack,
    /// or all that it has.
    fn listed(&mut self, member: &str, place: Path, items: Vec<(Path, Value)>, named: &[&str]) {
        let at = self.at.key(member);
        for (index, (place, _)) in items.iter().enumerate() {
            self.places.add(at.index(index), place.clone());
            for name in named {
                self.places.add(at.index(index).key(name), place.clone());
            }
        }
        self.told(member, place, items.into_iter().map(|(_, value)| value).collect());
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.members)
    }
}

/// Writes the members of the task itself.
pub(super) fn task(task: &Task, at: &Path, structure: &mut Structure<'_>) {
    structure.set("networkMode", json!("awsvpc"));
    structure.set("requiresCompatibilities", json!(["FARGATE"]));
    structure.told("cpu", at.key("cpu"), json!(task.cpu.to_string()));
    structure.set("memory", json!(task.memory.to_string()));
    structure.places.add(
        Path::root().key("runtimePlatform").key("operatingSystemFamily"),
        at.key("operating_system_family"),
    );
    let platform = json!({
        "operatingSystemFamily": task.operating_system_family.as_str(),
        "cpuArchitecture": task.cpu_architecture.as_str(),
    });
    structure.told("runtimePlatform", at.clone(), platform);
    structure.told("pidMode", at.key("pid_mode"), json!(task.pid_mode.map(PidMode::as_str)));
    let storage = task.ephemeral_storage.map_or(Value::Null, |size| json!({ "sizeInGiB": size }));
    let (member, place) = ("ephemeralStorage", at.key("ephemeral_storage"));
    structure.places.add(Path::root().key(member).key("sizeInGiB"), place.clone());
    structure.told(member, place, storage);
    structure
        .set("enableFaultInjection", if task.enable_fault_injection { json!(true) } else { Value::Null });

    let volumes = task.volumes.iter().map(|(name, of)| (at.key("volumes").key(name), volume(name, of)));
    structure.listed("volumes", at.key("volumes"), volumes.collect(), &["name"]);
    if let Some(proxy) = &task.proxy_configuration {
        let value = json!({
            "type": "APPMESH",
            "containerName": proxy.container_name,
            "properties": pairs(&proxy.properties, "name", "value"),
        });
        structure.told("proxyConfiguration", at.key("proxy_configuration"), value);
    }
}

fn volume(name: &str, volume: &Volume) -> Value {
    let mut value = json!({ "name": name });
    if let Some(efs) = &volume.efs {
        value["efsVolumeConfiguration"] = file_system(efs);
    }
    if volume.ebs.is_some() {
        value["configuredAtLaunch"] = json!(true);
    }
    value
}

/// Writes the volumes that a service creates for its tasks.
pub(super) fn launch(task: &Task, at: &Path, structure: &mut Structure<'_>) {
    let volumes = task.volumes.iter().filter_map(|(name, volume)| {
        let place = at.key("volumes").key(name).key("ebs");
        Some((place, json!({ "name": name, "managedEBSVolume": disk(volume.ebs.as_ref()?) })))
    });
    let member = "volumeConfigurations";
    structure.listed(member, at.key("volumes"), volumes.collect(), &["name", "managedEBSVolume"]);
}

fn disk(ebs: &EbsVolume) -> Value {
    without_nulls(json!({
        "roleArn": ebs.role_arn,
        "sizeInGiB": ebs.size_in_gib,
        "volumeType": ebs.volume_type,
        "iops": ebs.iops,
        "throughput": ebs.throughput,
        "encrypted": ebs.encrypted,
        "kmsKeyId": ebs.kms_key_id,
        "snapshotId": ebs.snapshot_id,
        "filesystemType": ebs.filesystem_type.map(FilesystemType::as_str),
    }))
}

fn file_system(efs: &EfsVolume) -> Value {
    let switch = |on: bool| if on { json!("ENABLED") } else { json!("DISABLED") };
    let mut value = json!({
        "fileSystemId": efs.file_system_id,
        "rootDirectory": efs.root_directory,
        "transitEncryption": switch(efs.transit_encryption),
        "transitEncryptionPort": efs.transit_encryption_port,
    });
    if efs.iam || efs.access_point_id.is_some() {
        let authorization = json!({ "iam": switch(efs.iam), "accessPointId": efs.access_point_id });
        value["authorizationConfig"] = without_nulls(authorization);
    }
    without_nulls(value)
}

/// Writes the members of a container. `own_port` is the port of a task before the ports that its main container lists.
///
/// `logs` are the log group and the region of the driver `awslogs`.
pub(super) fn container(
    container: &Container,
    own_port: Option<u16>,
    at: &Path,
    logs: (&str, &str),
    structure: &mut Structure<'_>,
) {
    structure.set("name", json!(container.name));
    structure.set("image", json!(container.image));
    structure.set("essential", json!(container.essential));
    structure.set("cpu", json!(container.cpu.unwrap_or(0)));
    structure.set("memory", json!(container.memory));
    structure.set("memoryReservation", json!(container.memory_reservation));
    ports(&container.ports, own_port, at, structure);
    structure.set("entryPoint", json!(container.entry_point));
    structure.set("command", json!(container.command));
    structure.set("environment", pairs(&container.environment, "name", "value"));
    structure.set("secrets", pairs(&container.secrets, "name", "valueFrom"));
    structure.set("healthCheck", container.health_check.as_ref().map_or(Value::Null, health));
    let waits = container.depends_on.iter();
    let waits = waits.map(|(name, state)| json!({ "containerName": name, "condition": state.as_str() }));
    structure.set("dependsOn", waits.collect());
    structure.told("startTimeout", at.key("start_timeout"), json!(container.start_timeout.map(within)));
    structure.set("stopTimeout", json!(container.stop_timeout));
    logging(container, at, logs, structure);
    storage(container, at, structure);
    surroundings(container, at, structure);
}

/// Writes the port mappings. On Fargate the port of the host is that of the container.
fn ports(ports: &[Port], own_port: Option<u16>, at: &Path, structure: &mut Structure<'_>) {
    let own = usize::from(own_port.is_some());
    let mappings = structure.at.key("portMappings");
    let mut values = Vec::new();
    for (index, port) in ports.iter().enumerate() {
        let place = match index.checked_sub(own) {
            Some(index) => at.key("ports").index(index),
            None => at.key("port"),
        };
        structure.places.add(mappings.index(index), place.clone());
        if port.is_plain() {
            structure.places.add(mappings.index(index).key("containerPort"), place);
        }
        values.push(without_nulls(json!({
            "containerPort": port.port,
            "hostPort": port.port.filter(|_| port.range.is_none()),
            "containerPortRange": port.range,
            "protocol": port.protocol.as_str(),
            "name": port.name,
            "appProtocol": port.app_protocol.map(AppProtocol::as_str),
        })));
    }
    structure.told("portMappings", at.key("ports"), values.into());
}

/// Writes the log driver with its options, and the log router.
fn logging(container: &Container, at: &Path, (group, region): (&str, &str), structure: &mut Structure<'_>) {
    let log = structure.at.key("logConfiguration");
    let keys =
        [("logDriver", "log_driver"), ("options", "log_options"), ("secretOptions", "log_secret_options")];
    for (member, key) in keys {
        structure.places.add(log.key(member), at.key(key));
    }
    for (index, option) in container.log_secret_options.keys().enumerate() {
        let (item, place) = (log.key("secretOptions").index(index), at.key("log_secret_options").key(option));
        for member in ["name", "valueFrom"] {
            structure.places.add(item.key(member), place.clone());
        }
    }

    let mut options = container.log_options(group, region);
    if container.name.is_empty() && container.log_driver == LogDriver::Awslogs {
        // The stack gives the name, and with it the prefix of the streams.
        let prefix = container.log_options.get(PREFIX).map_or("name", String::as_str);
        options.insert(PREFIX.to_owned(), prefix.to_owned());
    }
    let mut value = json!({ "logDriver": container.log_driver.as_str(), "options": options });
    if !container.log_secret_options.is_empty() {
        value["secretOptions"] = pairs(&container.log_secret_options, "name", "valueFrom");
    }
    if container.log_driver != LogDriver::Awslogs && container.log_options.is_empty() {
        value.as_object_mut().expect("an object").remove("options");
    }
    structure.set("logConfiguration", value);

    if let Some(firelens) = &container.firelens {
        let mut value = json!({ "type": firelens.router.as_str() });
        if !firelens.options.is_empty() {
            value["options"] = json!(firelens.options);
        }
        structure.told("firelensConfiguration", at.key("firelens"), value);
    }
}

/// Writes the mounts and the file systems in memory.
fn storage(container: &Container, at: &Path, structure: &mut Structure<'_>) {
    let place = at.key("mounts");
    let mounts = container.mounts.iter().map(|(path, mount)| {
        let value =
            json!({ "sourceVolume": mount.volume, "containerPath": path, "readOnly": mount.read_only });
        (place.key(path), value)
    });
    structure.listed("mountPoints", place.clone(), mounts.collect(), &["containerPath"]);

    let place = at.key("volumes_from");
    let from = container.volumes_from.iter().map(|(name, from)| {
        (place.key(name), json!({ "sourceContainer": name, "readOnly": from.read_only }))
    });
    structure.listed("volumesFrom", place.clone(), from.collect(), &["sourceContainer"]);
    linux(&container.linux, &at.key("linux"), structure);
}

fn linux(linux: &Linux, at: &Path, structure: &mut Structure<'_>) {
    if linux.is_plain() {
        return;
    }
    let member = structure.at.key("linuxParameters");
    let capabilities = &linux.capabilities;
    for (list, names) in [("add", &capabilities.add), ("drop", &capabilities.drop)] {
        // The set has another order than the file, so the place is that of the list.
        for index in 0..names.len() {
            let place = at.key("capabilities").key(list);
            structure.places.add(member.key("capabilities").key(list).index(index), place);
        }
    }
    for (index, path) in linux.tmpfs.keys().enumerate() {
        let place = at.key("tmpfs").key(path);
        let item = member.key("tmpfs").index(index);
        structure.places.add(item.key("containerPath"), place.clone());
        structure.places.add(item, place);
    }

    let tmpfs = linux.tmpfs.iter().map(|(path, tmpfs)| {
        json!({ "containerPath": path, "size": tmpfs.size, "mountOptions": tmpfs.mount_options })
    });
    let value = json!({
        "initProcessEnabled": linux.init_process_enabled,
        "capabilities": { "add": capabilities.add, "drop": capabilities.drop },
        "tmpfs": tmpfs.collect::<Value>(),
    });
    structure.told("linuxParameters", at.clone(), value);
}

/// Writes the members around the program: its user, its files of variables, its limits, its restarts.
fn surroundings(container: &Container, at: &Path, structure: &mut Structure<'_>) {
    let files = container.environment_files.iter().enumerate().map(|(index, file)| {
        (at.key("environment_files").index(index), json!({ "value": file, "type": "s3" }))
    });
    structure.listed("environmentFiles", at.key("environment_files"), files.collect(), &["value"]);
    if let Some(secret) = &container.repository_credentials {
        let (member, place) = ("repositoryCredentials", at.key("repository_credentials"));
        structure.places.add(structure.at.key(member).key("credentialsParameter"), place.clone());
        structure.told(member, place, json!({ "credentialsParameter": secret }));
    }

    structure.told("user", at.key("user"), json!(container.user));
    structure.told("workingDirectory", at.key("working_directory"), json!(container.working_directory));
    for (member, is_on) in [
        ("readonlyRootFilesystem", container.readonly_root_filesystem),
        ("interactive", container.interactive),
        ("pseudoTerminal", container.pseudo_terminal),
    ] {
        structure.set(member, if is_on { json!(true) } else { Value::Null });
    }
    structure.told("dockerLabels", at.key("docker_labels"), json!(container.docker_labels));

    let ulimits = container.ulimits.iter().map(|(name, limit)| {
        let value = json!({ "name": name, "softLimit": limit.soft_limit, "hardLimit": limit.hard_limit });
        (at.key("ulimits").key(name), value)
    });
    structure.listed("ulimits", at.key("ulimits"), ulimits.collect(), &["name"]);
    let controls = container.system_controls.iter().map(|(name, value)| {
        (at.key("system_controls").key(name), json!({ "namespace": name, "value": value }))
    });
    let controls = controls.collect();
    structure.listed("systemControls", at.key("system_controls"), controls, &["namespace", "value"]);
    if let Some(policy) = &container.restart_policy {
        structure.told("restartPolicy", at.key("restart_policy"), restarts(policy));
    }
    if container.version_consistency != VersionConsistency::Enabled {
        structure.set("versionConsistency", json!(container.version_consistency.as_str()));
    }
}

fn restarts(policy: &RestartPolicy) -> Value {
    without_nulls(json!({
        "enabled": policy.enabled,
        "ignoredExitCodes": policy.ignored_exit_codes,
        "restartAttemptPeriod": policy.restart_attempt_period.map(within),
    }))
}

/// Returns a health check as the engine registers it. ECS does not keep a start period of 0.
fn health(check: &HealthCheck) -> Value {
    let mut health = json!({
        "command": check.command,
        "interval": check.interval,
        "timeout": check.timeout,
        "retries": check.retries,
    });
    if let Some(seconds) = check.start_period.filter(|seconds| *seconds != 0) {
        health["startPeriod"] = json!(seconds);
    }
    health
}

/// Returns a number as AWS's integers of 32 bits have it. The largest one stands for those that are larger: both are
/// above every bound.
fn within(number: u32) -> u32 {
    number.min(i32::MAX.unsigned_abs())
}

/// Returns a structure without the members that are null.
fn without_nulls(mut structure: Value) -> Value {
    if let Some(members) = structure.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    structure
}
