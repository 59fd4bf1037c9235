use crate::fixture::{broken, check, check_app};
use crate::path::Path;
use crate::report::Report;
use crate::{
    Backend, CapacityProvider, CapacityStrategy, CloudMapBackend, Deployment, DeploymentAlarms,
    DeploymentStrategy, FailureThreshold, Ignored, OperatingSystemFamily, Route, Service, ServiceNames,
    Statement, TaskSize, ThresholdKind, ZoneRebalancing,
};

#[test]
fn service_names_have_the_form_of_ecs() {
    let name = |name: &str, want: bool| {
        assert_eq!(Service::builder().name(name).image("a:1").build().is_ok(), want, "{name}");
    };
    name("a", true);
    name("A_b-9", true);
    name(&"a".repeat(255), true);
    name(&"a".repeat(256), false);
    name("a b", false);
    name("a.b", false);
    let named = |set: fn(&mut ServiceNames, String), value: &str, want: &[&str]| {
        check_app(|app| set(&mut app.names, value.to_owned()), want);
    };
    named(|names, name| names.service = Some(name), &"a".repeat(255), &[]);
    named(|names, name| names.service = Some(name), "a b", &["ECS-SVC-001 names.service"]);
    named(|names, name| names.family = Some(name), "a.b", &["ECS-TD-072 names.family"]);
    named(|names, name| names.container = Some(name), "", &["ECS-TD-071 names.container"]);
    named(|names, name| names.task_role = Some(name), "a b", &["IAM-ROLE-001 names.task_role"]);
    named(|names, name| names.task_policy = Some(name), "a#", &["IAM-POL-011 names.task_policy"]);
    named(|names, name| names.log_group = Some(name), "a#", &[]);
    for taken in ["a", "__", "_a._b", &"a".repeat(63), "."] {
        named(|names, name| names.cloud_map = Some(name), taken, &[]);
    }
    for refused in ["_", "a-", "a.", "a b", &"a".repeat(64), &format!("{0}.{0}.a", "a".repeat(63))] {
        named(|names, name| names.cloud_map = Some(name), refused, &["CM-SVC-001 names.cloud_map"]);
    }
}

#[test]
fn task_sizes_are_those_of_fargate() {
    let check =
        |cpu, memory, want: bool| assert_eq!(TaskSize::new(cpu, memory).is_ok(), want, "{cpu} {memory}");
    let bounds = [
        (256, 512, 2048),
        (512, 1024, 4096),
        (1024, 2048, 8192),
        (2048, 4096, 16384),
        (4096, 8192, 30720),
        (8192, 16384, 61440),
        (16384, 32768, 122_880),
        (32768, 61440, 249_856),
    ];
    for (cpu, least, most) in bounds {
        check(cpu, least, true);
        check(cpu, least - 1, false);
        check(cpu, least + 1, false);
        check(cpu, most, true);
        check(cpu, most + 1024, false);
    }
    let counts = TaskSize::CPU.map(|cpu| TaskSize::memory_choices(cpu).len());
    assert_eq!(counts, [3, 4, 7, 13, 23, 12, 12, 3]);
    check(1024, 2560, false);
    check(8192, 20480, true);
    check(8192, 17408, false);
    check(16384, 40960, true);
    check(16384, 36864, false);
    check(32768, 122_880, true);
    check(32768, 65536, false);
    check(0, 512, false);
    check(257, 512, false);
}

#[test]
fn numbers_of_a_service_have_bounds() {
    check_app(|app| app.task.ephemeral_storage = Some(21), &[]);
    check_app(|app| app.task.ephemeral_storage = Some(20), &["ECS-TD-103 ephemeral_storage"]);
    check_app(|app| app.task.ephemeral_storage = Some(200), &[]);
    check_app(|app| app.task.ephemeral_storage = Some(201), &["ECS-TD-103 ephemeral_storage"]);
    check_app(|app| app.desired_count = Some(1000), &[]);
    check_app(|app| app.desired_count = Some(1001), &["ECS-SVC-014 desired_count"]);
    check_app(|app| app.desired_count = Some(2_147_483_648), &["ECS-SVC-002 desired_count"]);
    check_app(
        |app| app.health_check_grace_period = Some(2_147_483_648),
        &["ECS-SVC-051 health_check_grace_period"],
    );
    check_app(|app| app.integration_timeout = Some(49), &["APIGW-INT-001 integration_timeout"]);
    check_app(|app| app.integration_timeout = Some(50), &[]);
    check_app(|app| app.integration_timeout = Some(30_000), &[]);
    check_app(|app| app.integration_timeout = Some(30_001), &["APIGW-INT-001 integration_timeout"]);
    check_app(|app| app.task.port = Some(65535), &[]);
    check_app(|app| app.task.port = Some(0), &["ECS-TD-031 port"]);
    let ttl = |ttl| Some(Backend::CloudMap(CloudMapBackend { ttl }));
    check_app(|app| app.backend = ttl(2_147_483_647), &["CM-SVC-015 backend.ttl"]);
    check_app(|app| app.backend = ttl(60), &[]);
    check_app(|app| app.backend = ttl(61), &["CM-SVC-015 backend.ttl"]);
    check_app(|app| app.backend = ttl(2_147_483_648), &["CM-SVC-012 backend.ttl", "CM-SVC-015 backend.ttl"]);
}

#[test]
fn percentages_of_a_deployment_have_bounds() {
    let percents = |least, most, want: &[&str]| {
        let deployment =
            Deployment { minimum_healthy_percent: least, maximum_percent: most, ..Deployment::default() };
        // So many tasks that a per cent of them is a task.
        check_app(|app| (app.deployment, app.desired_count) = (deployment, Some(100)), want);
    };
    percents(0, 100, &[]);
    percents(99, 100, &[]);
    percents(100, 101, &[]);
    percents(100, 100, &["ECS-SVC-030 deployment.maximum_percent"]);
    percents(101, 200, &["ECS-SVC-030 deployment.minimum_healthy_percent"]);
    percents(0, 99, &["ECS-SVC-030 deployment.maximum_percent"]);
}

#[test]
fn options_of_a_deployment_have_bounds() {
    let deployment = |change: fn(&mut Deployment), want: &[&str]| {
        check_app(|app| change(&mut app.deployment), want);
    };
    let threshold = |value| Some(FailureThreshold { kind: ThresholdKind::Count, value });
    assert!(FailureThreshold::builder().kind(ThresholdKind::Count).value(0).build().is_err());
    check_app(|app| app.deployment.failure_threshold = threshold(1), &[]);
    let at = "ECS-SVC-031 deployment.failure_threshold.value";
    check_app(|app| app.deployment.failure_threshold = threshold(0), &[at]);
    check_app(|app| app.deployment.failure_threshold = threshold(2_147_483_648), &[at]);
    let alarms = |names: &[&str]| {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Some(DeploymentAlarms { names, rollback: true })
    };
    check_app(|app| app.deployment.alarms = alarms(&["orders-5xx"]), &[]);
    check_app(|app| app.deployment.alarms = alarms(&[]), &["ECS-SVC-032 deployment.alarms.names"]);
    check_app(|app| app.deployment.alarms = alarms(&["a", " "]), &["ECS-SVC-032 deployment.alarms.names[1]"]);
    deployment(|own| own.bake_time_minutes = Some(0), &[]);
    deployment(|own| own.bake_time_minutes = Some(1440), &["ECS-SVC-034 deployment.bake_time_minutes"]);
    deployment(|own| own.bake_time_minutes = Some(1441), &["ECS-SVC-034 deployment.bake_time_minutes"]);
    deployment(|own| own.strategy = DeploymentStrategy::BlueGreen, &["ECS-SVC-034 deployment.strategy"]);
}

#[test]
fn settings_of_a_service_fit_together() {
    let version = |version: &str| Some(version.to_owned());
    check_app(|app| app.platform_version = version("1.3.0"), &[]);
    check_app(|app| app.platform_version = version("1.0.0"), &["ECS-SVC-040 platform_version"]);
    let large = |app: &mut Service, version: &str| {
        (app.task.cpu, app.task.memory) = (8192, 16384);
        app.platform_version = Some(version.to_owned());
    };
    check_app(|app| large(app, "1.4.0"), &[]);
    check_app(|app| large(app, "1.3.0"), &["ECS-TD-013 platform_version"]);
    let on_windows = |version: &str| {
        let problems = broken(|stack| {
            let app = stack.services.get_mut("app").unwrap();
            app.task.operating_system_family = OperatingSystemFamily::WindowsServer2022Core;
            app.platform_version = Some(version.to_owned());
        });
        problems.contains(&"ECS-SVC-040 services.app.platform_version".to_owned())
    };
    assert_eq!((on_windows("LATEST"), on_windows("1.4.0")), (false, true));
    let recreated = |app: &mut Service, rebalancing| {
        app.deployment.minimum_healthy_percent = 0;
        app.deployment.maximum_percent = 100;
        app.availability_zone_rebalancing = Some(rebalancing);
    };
    check_app(|app| recreated(app, ZoneRebalancing::Disabled), &[]);
    let at = "ECS-SVC-062 availability_zone_rebalancing";
    check_app(|app| recreated(app, ZoneRebalancing::Enabled), &[at]);
    let groups = |count: usize| (0..count).map(|index| format!("sg-0000000{index}")).collect();
    check_app(|app| app.security_group_ids = groups(4), &[]);
    check_app(|app| app.security_group_ids = groups(5), &["ECS-SVC-022 security_group_ids"]);
    check_app(|app| app.security_group_ids = vec!["sg".into()], &["EC2-ID-001 security_group_ids[0]"]);
}

#[test]
fn exec_policy_has_a_name_and_a_length() {
    check_app(|app| app.enable_execute_command = Some(true), &[]);
    let same = |app: &mut Service| {
        app.enable_execute_command = Some(true);
        app.names.exec_policy = Some("MZ-dev-app-cloud-watch-log-policy".to_owned());
    };
    check_app(same, &["STACK-006 names.exec_policy"]);
    let long = |app: &mut Service| {
        app.enable_execute_command = Some(true);
        let resources = (0..89).map(|index| format!("arn:aws:s3:::{index:0>97}"));
        app.task.task_role.statements = vec![Statement::allow(["s3:*"], resources)];
    };
    check_app(long, &["IAM-POL-012 task_role"]);
}

#[test]
fn capacity_strategies_use_offered_providers() {
    use CapacityProvider::{Fargate, FargateSpot};
    let strategy = |shares: &[(CapacityProvider, u32, u32)], want: &[&str]| {
        let share = |&(provider, weight, base): &_| CapacityStrategy { provider, weight, base };
        let capacity = shares.iter().map(share).collect();
        check(
            |stack| {
                stack.cluster.capacity_providers = vec![Fargate, FargateSpot];
                stack.services.get_mut("app").unwrap().capacity = capacity;
            },
            want,
        );
    };
    strategy(&[(Fargate, 1000, 100_000), (FargateSpot, 0, 0)], &[]);
    strategy(&[(Fargate, 1001, 0)], &["ECS-SVC-004 services.app.capacity[0].weight"]);
    strategy(&[(Fargate, 1, 100_001)], &["ECS-SVC-004 services.app.capacity[0].base"]);
    strategy(&[(Fargate, 0, 1)], &["ECS-SVC-004 services.app.capacity"]);
    strategy(&[(Fargate, 1, 0), (FargateSpot, 1, 1)], &[]);
    strategy(&[(Fargate, 1, 1), (FargateSpot, 1, 1)], &["ECS-SVC-004 services.app.capacity[1].base"]);
    strategy(&[(Fargate, 1, 0), (Fargate, 1, 0)], &["ECS-SVC-004 services.app.capacity[1].provider"]);
    let spot = CapacityStrategy { provider: FargateSpot, weight: 1, base: 0 };
    check_app(|app| app.capacity = vec![spot], &["ECS-SVC-003 capacity[0].provider"]);
    check(
        |stack| stack.cluster.capacity_providers = vec![Fargate, Fargate],
        &["ECS-SVC-003 cluster.capacity_providers[1]"],
    );
}

#[test]
fn backend_follows_from_the_port() {
    let portless = |app: &mut Service| {
        app.task.port = None;
        app.backend = None;
    };
    check_app(portless, &["STACK-009 routes"]);
    check_app(|app| app.task.port = None, &["STACK-010 backend"]);
    check_app(|app| app.task.stop_timeout = Some(30), &[]);
    assert!(Service::builder().name("a").image("a:1").route(Route::default()).build().is_err());
    let worker = Service::builder().name("a").image("a:1").build().unwrap();
    assert_eq!(worker.backend, None);
    let web = Service::builder().name("a").image("a:1").port(80).build().unwrap();
    assert_eq!(web.backend, Some(Backend::CloudMap(CloudMapBackend { ttl: 10 })));
}

#[test]
fn ignored_count_is_not_judged_for_room() {
    let mut deployment = Deployment::default();
    (deployment.minimum_healthy_percent, deployment.maximum_percent) = (50, 150);
    let service = Service::builder().name("a").image("a:1").desired_count(1).deployment(deployment);
    let scaled = service.ignore_changes([Ignored::DesiredCount]).build().expect("AWS takes the percentages");
    let mut report = Report::default();
    report.inspect(&scaled, &Path::root());
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

#[test]
fn percentages_leave_room_for_a_deployment() {
    let check = |count: u32, least: u32, most: u32, is_blocked: bool| {
        let mut deployment = Deployment::default();
        (deployment.minimum_healthy_percent, deployment.maximum_percent) = (least, most);
        let service = Service::builder().name("a").image("a:1").desired_count(count).deployment(deployment);
        let service = service.build().expect("AWS takes the percentages");
        let mut report = Report::default();
        report.inspect(&service, &Path::root());
        let found = report.problems.iter().any(|problem| problem.rule == "ECS-SVC-030");
        assert_eq!(found, is_blocked, "{count} tasks, {least} to {most} per cent");
    };
    check(1, 50, 150, true);
    check(1, 100, 199, true);
    check(1, 100, 200, false);
    check(1, 0, 100, false);
    check(2, 51, 149, true);
    check(2, 50, 149, false);
    check(2, 51, 150, false);
    check(3, 67, 133, true);
    check(3, 66, 133, false);
    check(0, 100, 101, false);
}
