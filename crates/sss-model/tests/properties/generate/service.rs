//! Services and their containers.

use std::collections::BTreeMap;

use sss_model::{
    Access, Api, AppProtocol, Authorization, Backend, BackendKind, Condition, Container, CpuArchitecture,
    Deployment, DeploymentAlarms, DeploymentStrategy, FailureThreshold, HealthCheck, Ignored, Method,
    OperatingSystemFamily, PidMode, Port, Route, RouteAuthorizer, Service, ServiceNames, Stack, TagSource,
    TaskRole, TaskSize, ThresholdKind, ZoneRebalancing,
};

use super::Draw;
use super::balancing::backend;
use super::parts::{boundary, managed_policies, path, retention, statements, tags};
use super::scaling::scaling;
use super::surroundings::{consistency, linux, mounts, restarts, surround, ulimits, volumes, volumes_from};
use super::whole::whole;

const IMAGES: [&str; 5] = [
    "public.ecr.aws/docker/library/httpd:2.4",
    "app",
    "localhost:5000/a__b/c.d-e:V_1.0",
    "a/b:latest",
    "a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];
const ODD_IMAGES: [&str; 6] = ["", "UPPER", "a:", "a@sha256:a", "a b", "é"];
const WORDS: [&str; 6] =
    ["sh", "", "-c", "echo \"$A\" 'b' \\\n", "日本\u{1f980}", "'''\"\"\"\r\t\u{7f}\u{0}"];
const ARNS: [&str; 2] = [
    "arn:aws:ssm:eu-central-1:123456789012:parameter/a",
    "arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a:key::",
];
const ODD_ARNS: [&str; 4] = ["", "secret", "arn:aws:ssm:eu-central-1:1:parameter/a", "arn:aws:s3:::a"];

/// A service of a stack of which the network, the API and the cluster are there already.
pub(crate) fn service(draw: &mut Draw<'_>, index: usize, stack: &Stack) -> Service {
    let mut service = Service::default();
    let name = format!("app{index}");
    service.name = draw.value(&[&name], &["", "a b", "é", "a.b", "app0"]);
    service.task.image = image(draw);
    let size = task_size(draw);
    (service.task.cpu, service.task.memory) = (size.cpu(), size.memory());
    service.task.cpu_architecture = draw.one(&[CpuArchitecture::X86_64, CpuArchitecture::Arm64]);
    main_container(draw, &mut service);
    service.task.containers = containers(draw, size);
    service.desired_count = draw.maybe(|draw| draw.number(0..=1000));
    settings(draw, &mut service);
    service.ignore_changes =
        draw.some(2, |draw, _| draw.one(&[Ignored::Image, Ignored::DesiredCount])).into_iter().collect();
    service.capacity = super::parts::capacity(draw, &stack.cluster.capacity_providers);
    service.deployment = deployment(draw);
    service.health_check_grace_period = draw.maybe(|draw| draw.number(0..=2_147_483_647));
    service.integration_timeout = draw.maybe(|draw| draw.number(50..=30_000));
    if service.task.port.is_some() || draw.is_odd() {
        // Code that builds a service does not know the backend of its stack.
        let is_needed = stack.backend != BackendKind::CloudMap;
        service.backend = (is_needed || draw.flag()).then(|| backend(draw, stack));
    }
    let routed = service.task.port.is_some() && stack.api.is_some();
    if routed || draw.is_odd() {
        service.routes = draw.some(4, |draw, position| {
            let mut route = route(draw, &format!("{index}/{position}"));
            proof(draw, &mut route, stack.api.as_ref());
            route
        });
    }
    service.scaling = draw.maybe(|draw| scaling(draw, service.backend.as_ref()));
    service.task.task_role = task_role(draw);
    service.task.log_retention_days = draw.maybe(retention);
    service.names = names(draw, index);
    service.tags = tags(draw);
    let main = service.names.container.clone();
    let main = main.unwrap_or_else(|| stack.container_name(&service.name));
    whole(draw, &mut service, &main);
    if service.task.operating_system_family != OperatingSystemFamily::Linux && !draw.is_odd() {
        // The other versions are those of Linux.
        service.platform_version = service.platform_version.filter(|version| version == "LATEST");
    }
    if matches!(service.backend, Some(Backend::Alb(_))) && !draw.is_odd() {
        // Behind an Application Load Balancer, the port of a service speaks HTTP.
        let speaks = service.task.ports.iter_mut().map(|port| &mut port.app_protocol);
        speaks.filter(|one| **one == Some(AppProtocol::Grpc)).for_each(|one| *one = None);
    }
    service
}

/// The settings that a service leaves to others by default.
fn settings(draw: &mut Draw<'_>, service: &mut Service) {
    let groups = ["sg-0a1b2c3d", "sg-0a1b2c3d4e5f60718"];
    service.security_group_ids = draw.values(5, &groups, &["", "sg-1"]);
    service.enable_execute_command = draw.maybe(Draw::flag);
    service.log_group = super::parts::log_group(draw);
    service.enable_ecs_managed_tags = draw.maybe(Draw::flag);
    let sources = [TagSource::Service, TagSource::TaskDefinition, TagSource::None];
    service.propagate_tags = draw.maybe(|draw| draw.one(&sources));
    service.platform_version = draw.maybe(|draw| draw.value(&["LATEST", "1.4.0"], &["1.3.0", "", "2.0"]));
    let rebalancing = [ZoneRebalancing::Disabled, ZoneRebalancing::Enabled];
    service.availability_zone_rebalancing =
        draw.maybe(|draw| if draw.is_odd() { rebalancing[1] } else { rebalancing[0] });
}

/// What describes the main container.
fn main_container(draw: &mut Draw<'_>, service: &mut Service) {
    service.task.port = draw.maybe(|draw| if draw.is_odd() { 0 } else { draw.one(&[80, 1, u16::MAX]) });
    service.task.ephemeral_storage = draw.maybe(|draw| draw.number(21..=200));
    service.task.command = draw.values(3, &WORDS, &WORDS);
    service.task.entry_point = draw.values(2, &WORDS, &WORDS);
    service.task.environment = environment(draw);
    service.task.secrets = secrets(draw);
    service.task.log_options = log_options(draw);
    service.task.health_check = draw.maybe(health_check);
    service.task.stop_timeout = draw.maybe(|draw| draw.number(0..=120));
    service.task.volumes = volumes(draw);
    service.task.enable_fault_injection = draw.flag();
    service.task.pid_mode = draw.maybe(|_| PidMode::Task);
    surround!(service.task, draw);
}

fn image(draw: &mut Draw<'_>) -> String {
    let image = draw.value(&IMAGES, &ODD_IMAGES);
    if draw.is_odd() { "a".repeat(256) } else { image }
}

fn task_size(draw: &mut Draw<'_>) -> TaskSize {
    let cpu = draw.one(&TaskSize::CPU);
    let memory = draw.one(&TaskSize::memory_choices(cpu));
    TaskSize::new(cpu, memory).expect("one of the sizes that there are")
}

fn environment(draw: &mut Draw<'_>) -> BTreeMap<String, String> {
    let keys = ["LOG", "a.b", "日本", "TOKEN", "q\"uo\\te\n"];
    let pair = |draw: &mut Draw<'_>, _| (draw.value(&keys, &["", " "]), draw.one(&WORDS).to_owned());
    draw.some(3, pair).into_iter().collect()
}

fn secrets(draw: &mut Draw<'_>) -> BTreeMap<String, String> {
    let pairs = draw.some(2, |draw, _| {
        (draw.value(&["PASSWORD", "KEY"], &["LOG", "TOKEN"]), draw.value(&ARNS, &ODD_ARNS))
    });
    pairs.into_iter().collect()
}

fn log_options(draw: &mut Draw<'_>) -> BTreeMap<String, String> {
    let mode = draw.value(&["blocking", "non-blocking"], &["Blocking", ""]);
    let size = draw.value(&["25m", "1g"], &["m", "25 m"]);
    let options = [("mode", mode), ("max-buffer-size", size)].map(|(name, value)| (name.to_owned(), value));
    draw.maybe(|_| options.into()).unwrap_or_default()
}

fn health_check(draw: &mut Draw<'_>) -> HealthCheck {
    let mut check = HealthCheck::shell("true");
    check.command = draw
        .one(&[vec!["CMD-SHELL", "true"], vec!["CMD", "a", "b"]])
        .into_iter()
        .map(str::to_owned)
        .collect();
    if draw.is_odd() {
        let left = draw.one(&[0, 1]);
        check.command.truncate(left);
    }
    check.interval = draw.number(5..=300);
    check.timeout = draw.number(2..=60);
    check.retries = draw.number(1..=10);
    check.start_period = draw.maybe(|draw| draw.number(0..=300));
    check
}

/// Containers that wait for earlier ones only.
fn containers(draw: &mut Draw<'_>, size: TaskSize) -> Vec<Container> {
    let mut containers: Vec<Container> = Vec::new();
    let most = if draw.is_odd() { 10 } else { 3 };
    for index in 0..usize::from(draw.byte()) % (most + 1) {
        let mut container = Container::default();
        let name = format!("side-{index}");
        container.name = draw.value(&[&name], &["", "a b", "side-0", "é"]);
        container.image = image(draw);
        container.essential = draw.flag();
        surround!(container, draw);
        container.ports = ports(draw, index);
        container.cpu = draw.maybe(|draw| draw.number(0..=size.cpu() / 10));
        container.memory = draw.maybe(|draw| draw.number(256..=size.memory()));
        container.memory_reservation = draw.maybe(|draw| draw.number(4..=256));
        container.command = draw.values(2, &WORDS, &WORDS);
        container.entry_point = draw.values(2, &WORDS, &WORDS);
        container.environment = environment(draw);
        container.secrets = secrets(draw);
        container.log_options = log_options(draw);
        container.health_check = draw.maybe(health_check);
        container.stop_timeout = draw.maybe(|draw| draw.number(0..=120));
        container.depends_on = waits(draw, &containers);
        containers.push(container);
    }
    containers
}

fn ports(draw: &mut Draw<'_>, index: usize) -> Vec<Port> {
    let first = 9000 + 100 * u16::try_from(index).expect("few containers");
    let last = first + u16::from(draw.byte() % 3);
    let mut ports: Vec<u16> = (first..last).collect();
    if draw.is_odd() {
        ports.push(draw.one(&[0, 80, 9000]));
    }
    ports.into_iter().map(Port::from).collect()
}

pub(super) fn waits(draw: &mut Draw<'_>, earlier: &[Container]) -> BTreeMap<String, Condition> {
    let mut waits = BTreeMap::new();
    for container in earlier {
        let mut conditions = vec![Condition::Start];
        if !container.essential || draw.is_odd() {
            conditions.extend([Condition::Complete, Condition::Success]);
        }
        if container.health_check.is_some() || draw.is_odd() {
            conditions.push(Condition::Healthy);
        }
        if draw.flag() {
            waits.insert(container.name.clone(), draw.one(&conditions));
        }
    }
    if draw.is_odd() {
        waits.insert(draw.one(&["side-0", "side-1", "nobody", ""]).to_owned(), Condition::Start);
    }
    waits
}

fn deployment(draw: &mut Draw<'_>) -> Deployment {
    let mut deployment = Deployment::default();
    deployment.circuit_breaker = draw.flag();
    deployment.rollback = draw.flag();
    deployment.minimum_healthy_percent = draw.number(0..=100);
    let least = if deployment.minimum_healthy_percent == 100 { 101 } else { 100 };
    deployment.maximum_percent = draw.number(least..=2_147_483_647);
    deployment.force_new_deployment = draw.flag();
    deployment.failure_threshold = draw.maybe(|draw| {
        let kinds = [ThresholdKind::Count, ThresholdKind::BoundedPercent, ThresholdKind::UnboundedPercent];
        let threshold = FailureThreshold::builder().kind(draw.one(&kinds)).value(1).build();
        let mut threshold = threshold.expect("a threshold of one task");
        threshold.value = draw.number(1..=2_147_483_647);
        threshold
    });
    deployment.reset_on_healthy_task = draw.maybe(Draw::flag);
    deployment.alarms = draw.maybe(|draw| {
        let mut alarms = DeploymentAlarms::default();
        alarms.names = draw.values(2, &["orders-5xx", "latency"], &["", " "]);
        if !draw.is_odd() {
            alarms.names.push("errors".to_owned());
        }
        alarms.rollback = draw.flag();
        alarms
    });
    deployment.bake_time_minutes = draw.maybe(|draw| draw.number(0..=1440));
    if draw.is_odd() {
        deployment.strategy = DeploymentStrategy::BlueGreen;
    }
    deployment
}

/// A route whose path begins with what no other route has.
fn route(draw: &mut Draw<'_>, own: &str) -> Route {
    let mut route = Route::default();
    let all = [
        Method::Any,
        Method::Delete,
        Method::Get,
        Method::Head,
        Method::Options,
        Method::Patch,
        Method::Post,
    ];
    route.methods = draw.some(3, |draw, _| draw.one(&all)).into_iter().collect();
    let rest = draw.value(
        &["", "/{id}", "/{proxy+}", "/a.b:c_d-e", "/{id}/{rest+}"],
        &["//", "/{a+}/b", "/é", "/{}", "/{other}", "/a/", "/{other+}", "/{other}/{rest+}"],
    );
    let own = draw.value(&[own], &["0/0"]);
    route.path = draw.value(&[&format!("/{own}{rest}")], &["$default", "", "a", "/{other}"]);
    if !draw.is_odd() {
        route.methods.insert(Method::Put);
    }
    route.throttling = draw.maybe(super::parts::throttling);
    match draw.byte() % 4 {
        0 => {
            let prefix = format!("/{own}");
            let prefix = draw.value(&[&prefix], &["", "/", "orders", "/other"]);
            route.strip_prefix = Some(prefix).filter(|_| route.path != "$default");
        }
        1 => route.rewrite = Some(draw.value(&["/", "/v2/a.b:c_d-e"], &["", "a", "/{nobody}", "/é", "/$"])),
        _ => {}
    }
    route
}

/// The proof that a route asks of a request.
fn proof(draw: &mut Draw<'_>, route: &mut Route, api: Option<&Api>) {
    if draw.byte() % 8 == 1 {
        route.authorization = Some(Authorization::Iam);
        route.authorizer = draw.is_odd().then_some(RouteAuthorizer::Default);
        return;
    }
    let has_default = api.is_some_and(|api| api.authorizer.is_some());
    let named = api.and_then(|api| api.authorizers.keys().next());
    if has_default || draw.is_odd() {
        route.authorizer = draw.maybe(Draw::flag).map(RouteAuthorizer::from);
    }
    if let Some(name) = named.filter(|_| draw.flag()) {
        route.authorizer = Some(RouteAuthorizer::Named(name.clone()));
    } else if draw.is_odd() {
        route.authorizer = Some(RouteAuthorizer::Named("nobody".to_owned()));
    }
    let has_token = api.is_some_and(|api| matches!(route.access(api), Access::Token { .. }));
    if has_token || draw.is_odd() {
        let most = if draw.is_odd() { 11 } else { 2 };
        route.scopes = draw.some(most, |draw, _| draw.text(64, 's'));
    }
}

fn task_role(draw: &mut Draw<'_>) -> TaskRole {
    let mut role = TaskRole::default();
    role.path = path(draw);
    role.managed_policies = managed_policies(draw);
    role.permissions_boundary = boundary(draw);
    role.statements = statements(draw);
    role.tags = tags(draw);
    role
}

fn names(draw: &mut Draw<'_>, index: usize) -> ServiceNames {
    let mut own = |longest: usize| {
        draw.maybe(|draw| {
            let text = draw.text(longest - 1, 'n');
            if text.is_empty() || draw.is_odd() { text } else { format!("{text}{index}") }
        })
    };
    let mut names = ServiceNames::default();
    names.service = own(255);
    names.task_role = own(64);
    names.task_policy = own(128);
    // A role has both policies, so their names differ.
    names.exec_policy = own(127).map(|name| format!("e{name}"));
    names.log_group = own(512);
    names.family = own(255);
    names.container = own(255);
    names.cloud_map = own(63);
    names.target_group = own(32);
    if draw.is_odd() {
        names.log_group = Some("aws/n".to_owned());
    }
    names
}
