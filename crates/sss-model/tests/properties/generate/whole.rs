//! What depends on several containers of a task: its ports, log router, disk, proxy and operating system.

use std::collections::BTreeMap;

use sss_model::{
    AppProtocol, Container, CpuArchitecture, EbsVolume, FilesystemType, Firelens, FirelensType, LogDriver,
    Mount, OperatingSystemFamily, Port, ProxyConfiguration, Service, Task, TransportProtocol, Volume,
    VolumeFrom,
};

use super::Draw;
use super::service::waits;

/// Draws what a task has around its containers, which are there already.
pub(super) fn whole(draw: &mut Draw<'_>, service: &mut Service, main: &str) {
    let task = &mut service.task;
    if let Some(first) = task.containers.first().map(|container| container.name.clone()) {
        task.depends_on = waits(draw, &task.containers);
        task.proxy_configuration = draw.maybe(|draw| proxy(draw, &first, main));
        let from = |draw: &mut Draw<'_>| {
            let from = if draw.flag() { VolumeFrom::reading() } else { VolumeFrom::default() };
            BTreeMap::from([(first.clone(), from)])
        };
        task.volumes_from.append(&mut draw.maybe(from).unwrap_or_default());
        for container in task.containers.iter_mut().skip(1) {
            container.volumes_from.append(&mut draw.maybe(from).unwrap_or_default());
        }
    }
    if task.port.is_none() || draw.flag() {
        task.ports = tables(draw, task.port);
    }
    logs(draw, task, main);
    if draw.flag() {
        disk(draw, task);
    }
    if draw.byte() % 8 == 1 {
        windows(draw, task);
    }
}

/// Ports with names, protocols and ranges; the port of requests is among them.
fn tables(draw: &mut Draw<'_>, port: Option<u16>) -> Vec<Port> {
    let mut tables = Vec::new();
    if let Some(port) = port {
        let mut table = Port::from(port);
        table.name = draw.maybe(|draw| draw.value(&["web", "a-b_c1"], &["", "Web"]));
        let protocols = [AppProtocol::Http, AppProtocol::Http2, AppProtocol::Grpc];
        if table.name.is_some() {
            table.app_protocol = draw.maybe(|draw| draw.one(&protocols));
        }
        tables.push(table);
    }
    if draw.flag() {
        let mut table = Port::default();
        table.range = Some(draw.value(&["20000-20010"], &["20010-20000", "20000", ""]));
        table.protocol = draw.one(&[TransportProtocol::Udp, TransportProtocol::Tcp]);
        tables.push(table);
    }
    tables
}

/// The proxy that a container is.
fn proxy(draw: &mut Draw<'_>, container: &str, main: &str) -> ProxyConfiguration {
    let mut proxy = ProxyConfiguration::default();
    proxy.container_name = draw.value(&[container, main], &["", "nobody"]);
    let port = draw.value(&["1", "65535"], &["0", "a"]);
    let properties = [
        ("AppPorts", "80,8080"),
        ("ProxyIngressPort", &port),
        ("ProxyEgressPort", "15001"),
        ("IgnoredUID", "1337"),
        ("EgressIgnoredIPs", "169.254.170.2"),
    ];
    proxy.properties = properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    proxy
}

/// Lets the main container and the first one beside it log by other drivers, to a router of the task if one needs it.
fn logs(draw: &mut Draw<'_>, task: &mut Task, main: &str) {
    let drivers = [LogDriver::Awslogs, LogDriver::Splunk, LogDriver::Awsfirelens];
    let route = |draw: &mut Draw<'_>| {
        let driver = draw.one(&drivers);
        let (options, secrets): (&[_], &[_]) = match driver {
            LogDriver::Awslogs => (&[], &[]),
            LogDriver::Splunk => {
                (&[("splunk-url", "https://splunk.example.com:8088")], &[("splunk-token", "/splunk/token")])
            }
            LogDriver::Awsfirelens => (&[("Name", "http"), ("日本", "")], &[("Passwd", "/http/password")]),
        };
        let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        (driver, map(options), map(secrets))
    };

    let own = route(draw);
    let beside = route(draw);
    if own.0 != LogDriver::Awslogs {
        (task.log_driver, task.log_options, task.log_secret_options) = own;
    }
    if let Some(first) = task.containers.first_mut().filter(|_| beside.0 != LogDriver::Awslogs) {
        (first.log_driver, first.log_options, first.log_secret_options) = beside;
    }
    let needs_router = task.all_containers(main).iter().any(|one| one.log_driver == LogDriver::Awsfirelens);
    // The main container is the router where it does not log to one.
    if task.log_driver == LogDriver::Awsfirelens {
        let mut router = Container::default();
        "router".clone_into(&mut router.name);
        "fluent-bit:3".clone_into(&mut router.image);
        router.firelens = Some(firelens(draw));
        task.containers.push(router);
    } else if needs_router || draw.flag() {
        task.firelens = Some(firelens(draw));
    }
}

fn firelens(draw: &mut Draw<'_>) -> Firelens {
    let program = draw.one(&[FirelensType::Fluentbit, FirelensType::Fluentd]);
    let mut firelens = Firelens::builder().router(program).build().expect("a router needs its program only");
    let metadata = |draw: &mut Draw<'_>| {
        let value = draw.value(&["true", "false"], &["yes"]);
        BTreeMap::from([("enable-ecs-log-metadata".to_owned(), value)])
    };
    firelens.options = draw.maybe(metadata).unwrap_or_default();
    firelens
}

/// Adds a volume of EBS, and its mount.
fn disk(draw: &mut Draw<'_>, task: &mut Task) {
    let mut disk = EbsVolume::default();
    disk.role_arn = draw.value(
        &["arn:aws:iam::123456789012:role/disks", "arn:aws:iam::123456789012:role/a/b"],
        &["", "disks"],
    );
    disk.snapshot_id = draw.maybe(|_| "snap-0a1b2c3d".to_owned());
    if disk.snapshot_id.is_none() || draw.flag() {
        disk.size_in_gib = Some(draw.number(20..=100));
    }
    let kind = draw.one(&[None, Some("gp3"), Some("io2"), Some("st1")]);
    disk.volume_type = kind.map(str::to_owned);
    if kind == Some("io2") || (kind != Some("st1") && draw.flag()) {
        disk.iops = Some(3000);
    }
    if kind.is_none_or(|kind| kind == "gp3") {
        disk.throughput = draw.maybe(|draw| draw.number(125..=1000));
    }
    disk.encrypted = draw.maybe(Draw::flag);
    if disk.encrypted == Some(true) {
        disk.kms_key_id = draw.maybe(|_| "alias/disks".to_owned());
    }
    disk.filesystem_type =
        draw.maybe(|draw| draw.one(&[FilesystemType::Ext3, FilesystemType::Ext4, FilesystemType::Xfs]));
    task.volumes.insert("disk".to_owned(), Volume::ebs(disk));
    task.mounts.insert("/disk".to_owned(), Mount::of("disk"));
}

/// Lets a task run on Windows, without what is for Linux only.
fn windows(draw: &mut Draw<'_>, task: &mut Task) {
    task.operating_system_family = draw.one(&[
        OperatingSystemFamily::WindowsServer2019Core,
        OperatingSystemFamily::WindowsServer2022Full,
        OperatingSystemFamily::WindowsServer2025Core,
    ]);
    task.cpu_architecture = CpuArchitecture::X86_64;
    (task.cpu, task.memory) = (4096, 16384);
    task.pid_mode = None;
    task.ephemeral_storage = None;
    task.volumes.values_mut().for_each(|volume| volume.efs = None);
    macro_rules! without_linux {
        ($($container:expr),+) => {$(
            $container.ulimits.clear();
            $container.system_controls.clear();
            $container.firelens = None;
            if $container.log_driver == LogDriver::Awsfirelens {
                $container.log_driver = LogDriver::Awslogs;
                $container.log_options.clear();
                $container.log_secret_options.clear();
            }
        )+};
    }
    without_linux!(task);
    for container in &mut task.containers {
        without_linux!(container);
        (container.cpu, container.memory) = (None, None);
    }
}
