//! The parts of a task that a stack and a request have in common: the problem is at the key of the stack, in its words.

use crate::fixture::{broken, check_app, reference};
use crate::{
    Capabilities, Container, EbsVolume, EfsVolume, Firelens, FirelensType, Linux, LogDriver, Mount,
    OperatingSystemFamily, Port, Problem, ProxyConfiguration, RestartPolicy, Service, Stack,
    TransportProtocol, Ulimit, Volume, VolumeFrom,
};

/// Returns the one problem that a change of the reference stack's service causes.
fn told(change: impl FnOnce(&mut Service)) -> Problem {
    let mut stack = reference();
    change(stack.services.get_mut("app").expect("the service"));
    let known = reference().problems();
    let new: Vec<Problem> = stack.problems().into_iter().filter(|problem| !known.contains(problem)).collect();
    let [problem] = new.as_slice() else { panic!("{new:#?}") };
    problem.clone()
}

fn efs() -> EfsVolume {
    EfsVolume::builder().file_system_id("fs-0a1b2c3d").build().expect("a file system")
}

#[test]
fn mounts_name_volumes_of_the_task() {
    let mount = |app: &mut Service| drop(app.task.mounts.insert("/data".into(), Mount::of("data")));
    check_app(mount, &[r#"ECS-TD-100 mounts."/data".volume"#]);
    check_app(
        |app| {
            mount(app);
            app.task.volumes.insert("data".into(), Volume::scratch());
        },
        &[],
    );
    check_app(
        |app| drop(app.task.volumes.insert(String::new(), Volume::scratch())),
        &[r#"ECS-TD-100 volumes."""#],
    );
    let from = |app: &mut Service| app.task.volumes_from = [("web".into(), VolumeFrom::reading())].into();
    check_app(from, &["ECS-TD-100 volumes_from.web"]);
}

#[test]
fn file_systems_are_told_in_words_of_a_stack() {
    let volume = |efs: EfsVolume| told(|app| drop(app.task.volumes.insert("data".into(), Volume::efs(efs))));
    let by_iam = volume(EfsVolume { iam: true, ..efs() });
    assert_eq!(by_iam.path, "services.app.volumes.data.efs.transit_encryption");
    assert_eq!(by_iam.message, "`transit_encryption` must be on if IAM authorization is");
    assert_eq!(by_iam.fix, "set `transit_encryption` to `true`");
    let port = volume(EfsVolume { transit_encryption_port: Some(2049), ..efs() });
    assert_eq!((port.rule, port.path.name()), ("ECS-TD-101", "transit_encryption_port"));
    assert_eq!(port.fix, "set `transit_encryption` to `true`, or remove `transit_encryption_port`");
}

#[test]
fn volume_of_ebs_has_a_size_and_a_mount() {
    let role = "arn:aws:iam::123456789012:role/ecsInfrastructureRole";
    let disk = || EbsVolume::builder().role_arn(role);
    let mounted = |disk: EbsVolume, want: &[&str]| {
        check_app(
            |app| {
                app.task.volumes.insert("disk".into(), Volume::ebs(disk));
                app.task.mounts.insert("/disk".into(), Mount::of("disk"));
            },
            want,
        );
    };
    mounted(disk().size_in_gib(20).build().unwrap(), &[]);
    mounted(disk().snapshot_id("snap-0a1b2c3d").build().unwrap(), &[]);
    mounted(disk().build().unwrap(), &["ECS-SVC-090 volumes.disk.ebs.size_in_gib"]);
    let slow = disk().size_in_gib(20).volume_type("io1").throughput(125).build().unwrap();
    mounted(slow, &["ECS-SVC-090 volumes.disk.ebs.throughput"]);
    let lost = disk().size_in_gib(20).build().unwrap();
    check_app(
        |app| drop(app.task.volumes.insert("disk".into(), Volume::ebs(lost))),
        &["ECS-TD-102 volumes.disk"],
    );
}

#[test]
fn ports_are_told_at_their_keys() {
    let ports = |ports: Vec<Port>, want: &[&str]| check_app(|app| app.task.ports = ports, want);
    let udp = |port| Port { protocol: TransportProtocol::Udp, ..Port::from(port) };
    let range = |text: &str| Port { range: Some(text.into()), ..Port::default() };
    ports(vec![81.into(), udp(2000), range("8000-8010")], &[]);
    // The mapping opens the port to which requests come.
    ports(vec![80.into()], &[]);
    ports(vec![range("80-90")], &[]);
    ports(vec![udp(80)], &["ECS-TD-033 port", "ECS-TD-033 ports[0]"]);
    ports(vec![81.into(), 81.into()], &["ECS-TD-033 ports[1]"]);
    ports(vec![range("90-80")], &["ECS-TD-034 ports[0].range"]);
    ports(vec![Port { range: Some("81-90".into()), ..Port::from(81) }], &["ECS-TD-034 ports[0].range"]);
    ports(vec![Port::default()], &["ECS-TD-031 ports[0]"]);
    ports(vec![Port { name: Some("Web".into()), ..Port::from(81) }], &["ECS-TD-035 ports[0].name"]);

    let twice = told(|app| app.task.ports = vec![81.into(), 81.into()]);
    let other = "services.app.ports[0]";
    assert_eq!(twice.message, format!("`ports[1]` maps port 81, which the task maps already at `{other}`"));
    let both = told(|app| app.task.ports = vec![Port { range: Some("81-90".into()), ..Port::from(81) }]);
    assert_eq!(both.message, "`range` cannot be combined with `port`");
}

#[test]
fn logs_are_told_at_their_keys() {
    check_app(
        |app| app.task.log_driver = LogDriver::Splunk,
        &["ECS-TD-055 log_options.splunk-url", "ECS-TD-055 log_options.splunk-token"],
    );
    check_app(|app| app.task.log_driver = LogDriver::Awsfirelens, &["ECS-TD-056 log_driver"]);
    let router = |options: &[(&str, &str)]| {
        Firelens::builder().router(FirelensType::Fluentbit).options(options.iter().copied()).build().unwrap()
    };
    let side = |firelens| Container {
        name: "router".into(),
        image: "a:1".into(),
        firelens: Some(firelens),
        ..Container::default()
    };
    check_app(
        |app| {
            app.task.log_driver = LogDriver::Awsfirelens;
            app.task.containers = vec![side(router(&[]))];
        },
        &[],
    );
    check_app(
        |app| app.task.containers = vec![side(router(&[("config-file-type", "s3")]))],
        &["ECS-TD-056 containers[0].firelens.options.config-file-type"],
    );
    check_app(
        |app| drop(app.task.log_secret_options.insert("apikey".into(), "the value itself!".into())),
        &["ECS-TD-092 log_secret_options.apikey"],
    );
}

#[test]
fn limits_of_fargate_are_told_at_their_keys() {
    let linux = |capabilities| Linux { capabilities, ..Linux::default() };
    let add = |name: &str| Capabilities::default().adding([name]);
    check_app(|app| app.task.linux = linux(add("SYS_PTRACE")), &[]);
    check_app(|app| app.task.linux = linux(add("NET_ADMIN")), &["ECS-TD-045 linux.capabilities.add"]);
    let limit =
        |soft| move |app: &mut Service| app.task.ulimits = [("nofile".into(), Ulimit::of(soft, 2))].into();
    check_app(limit(2), &[]);
    check_app(limit(3), &["ECS-TD-087 ulimits.nofile.soft_limit"]);
    check_app(limit(-1), &["ECS-TD-087 ulimits.nofile.soft_limit"]);
    let policy = RestartPolicy { restart_attempt_period: Some(59), ..RestartPolicy::default() };
    check_app(
        |app| app.task.restart_policy = Some(policy),
        &["ECS-TD-088 restart_policy.restart_attempt_period"],
    );
    check_app(
        |app| app.task.environment_files = vec!["s3://bucket/a.env".into()],
        &["ECS-TD-090 environment_files[0]"],
    );
    check_app(|app| app.task.start_timeout = Some(121), &["ECS-TD-082 start_timeout"]);
}

#[test]
fn windows_has_limits_of_its_own() {
    let windows = |app: &mut Service| {
        app.task.operating_system_family = OperatingSystemFamily::WindowsServer2022Core;
        (app.task.cpu, app.task.memory) = (1024, 2048);
    };
    check_app(windows, &[]);
    check_app(
        |app| {
            windows(app);
            (app.task.cpu, app.task.memory) = (512, 1024);
        },
        &["ECS-TD-106 cpu"],
    );
    check_app(
        |app| {
            windows(app);
            app.task.volumes.insert("data".into(), Volume::efs(efs()));
        },
        &["ECS-TD-106 volumes.data.efs"],
    );
}

#[test]
fn proxy_of_app_mesh_is_a_warning() {
    let names = ["AppPorts", "ProxyIngressPort", "ProxyEgressPort", "EgressIgnoredIPs", "IgnoredUID"];
    let proxy = ProxyConfiguration {
        container_name: "mz-dev-app".into(),
        properties: names.iter().map(|name| ((*name).to_owned(), "1".to_owned())).collect(),
    };
    let ended = told(|app| app.task.proxy_configuration = Some(proxy));
    assert_eq!((ended.case, ended.path.name()), ("app-mesh-ended", "proxy_configuration"));
    assert_eq!(ended.severity.to_string(), "warning");
}

#[test]
fn container_alone_is_not_judged_by_its_task() {
    let built = Container::builder().name("a").image("a:1").mount("/a", Mount::of("data"));
    let built = built.volumes_from([("b".to_owned(), VolumeFrom::default())].into());
    assert!(built.log_driver(LogDriver::Awsfirelens).build().is_ok());
    let invalid =
        Container::builder().name("a").image("a:1").ports([0]).start_timeout(1000).build().unwrap_err();
    let paths: Vec<&str> = invalid.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["start_timeout", "ports[0]"]);
}

#[test]
fn execution_role_may_read_what_containers_name() {
    let mut stack = reference();
    let region = stack.region.clone();
    let app = &mut stack.services.get_mut("app").expect("the service").task;
    app.secrets.clear();
    app.environment_files = vec!["arn:aws:s3:::bucket/folder/app.env".into()];
    app.repository_credentials = Some("hub".into());
    app.log_secret_options.insert("apikey".into(), "/logs/key".into());
    let allowed = |stack: &Stack| -> Vec<String> {
        let statements = stack.secret_statements();
        statements
            .iter()
            .map(|one| format!("{} {}", one.actions.join(","), one.resources.join(",")))
            .collect()
    };
    assert_eq!(
        allowed(&stack),
        [
            format!("ssm:GetParameters arn:aws:ssm:{region}:*:parameter/logs/key"),
            format!("secretsmanager:GetSecretValue arn:aws:secretsmanager:{region}:*:secret:hub-??????"),
            "s3:GetObject arn:aws:s3:::bucket/folder/app.env".to_owned(),
            "s3:GetBucketLocation arn:aws:s3:::bucket".to_owned(),
        ]
    );
    assert_eq!(broken(|other| *other = stack.clone()), [""; 0]);
}
