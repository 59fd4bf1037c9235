use std::collections::BTreeMap;

use crate::fixture::check_app;
use crate::{Condition, Container, HealthCheck, Service};

fn sidecar(name: &str) -> Container {
    Container { name: name.to_owned(), image: "a:1".into(), ..Container::default() }
}

/// Checks a sidecar called `side`; paths are below it.
fn check_side(change: impl FnOnce(&mut Container), want: &[&str]) {
    let mut container = sidecar("side");
    change(&mut container);
    let want: Vec<String> = want.iter().map(|problem| problem.replacen(' ', " containers[0].", 1)).collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    check_app(|app| app.task.containers = vec![container], &want);
}

#[test]
fn images_have_the_form_of_a_reference() {
    let digest = format!("a@sha256:{}", "0".repeat(64));
    let taken = [
        "public.ecr.aws/docker/library/httpd:latest",
        "localhost:5000/a/b_c__d-e--f.g:V1.0_x",
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a:1",
        "Uppercase/a:1",
        "[2001:db8::1]:5000/a:1",
        "[2001:db8::1]/a:1",
        "my-registry.example.com:5000/a:1",
        &digest,
        &format!("a:{}", "b".repeat(128)),
        &format!("{}:1", "a".repeat(253)),
        &format!("{}@sha256:{}", "a".repeat(255), "0".repeat(64)),
    ];
    for image in taken {
        check_app(|app| app.task.image = image.to_owned(), &[]);
    }
    for untagged in ["httpd", "Uppercase/a", "[2001:db8::1]:5000/a", &"a".repeat(255)] {
        check_app(|app| app.task.image = untagged.to_owned(), &["ECS-TD-113 image"]);
    }
    let refused = [
        "Httpd",
        "a b",
        "a:",
        "a:b:c",
        "a//b",
        "/a",
        "a/",
        "a/Upper",
        "a..b",
        "a___b",
        "-a",
        "a-",
        "a_",
        "a:.b",
        "https://a/b",
        "a@sha256:0",
        "a@md5:0",
        &format!("a@sha256:{}", "F".repeat(64)),
        &format!("a:{}", "b".repeat(129)),
        "host:port/a",
        "a_b:5000/a",
        "[]:5000/a",
        "[host]:5000/a",
        "a#b",
    ];
    for image in refused {
        check_app(|app| app.task.image = image.to_owned(), &["ECS-TD-110 image"]);
    }
    check_app(|app| app.task.image = "a".repeat(256), &["ECS-TD-111 image"]);
    check_app(|app| app.task.image = String::new(), &["STACK-001 image"]);
    check_side(|side| side.image = "A".into(), &["ECS-TD-110 image"]);
}

#[test]
fn container_names_are_valid_and_unique() {
    check_side(|side| side.name = "a".repeat(255), &[]);
    check_side(|side| side.name = "a".repeat(256), &["ECS-TD-071 name"]);
    check_side(|side| side.name = "a.b".into(), &["ECS-TD-071 name"]);
    check_side(|side| side.name = "mz-dev-app".into(), &["ECS-TD-071 name"]);
    check_app(
        |app| app.task.containers = vec![sidecar("a"), sidecar("a")],
        &["ECS-TD-071 containers[1].name"],
    );
}

#[test]
fn counts_and_sizes_fit_into_the_task() {
    let many = |count: usize| (0..count).map(|number| sidecar(&number.to_string())).collect();
    check_app(|app| app.task.containers = many(9), &[]);
    check_app(|app| app.task.containers = many(10), &["ECS-TD-070 containers"]);
    check_side(|side| side.cpu = Some(256), &[]);
    check_app(
        |app| {
            app.task.containers = vec![sidecar("a"), sidecar("b")];
            app.task.containers[0].cpu = Some(128);
            app.task.containers[1].cpu = Some(129);
        },
        &["ECS-TD-075 cpu"],
    );
    check_side(|side| side.memory = Some(512), &[]);
    check_side(|side| side.memory = Some(513), &["ECS-TD-076 memory"]);
    check_side(|side| side.memory = Some(6), &[]);
    check_side(|side| side.memory = Some(5), &["ECS-TD-078 memory"]);
    check_side(|side| side.memory_reservation = Some(513), &["ECS-TD-076 memory_reservation"]);
    let pair = |memory, reservation, want: &[&str]| {
        check_side(|side| (side.memory, side.memory_reservation) = (Some(memory), Some(reservation)), want);
    };
    pair(256, 256, &[]);
    pair(256, 257, &["ECS-TD-077 memory_reservation"]);
}

#[test]
fn ports_are_used_once_in_a_task() {
    check_side(|side| side.ports = vec![81.into(), 65535.into()], &[]);
    check_side(|side| side.ports = vec![0.into()], &["ECS-TD-031 ports[0]"]);
    check_side(|side| side.ports = vec![81.into(), 80.into()], &["ECS-TD-033 ports[1]"]);
    check_side(|side| side.ports = vec![81.into(), 81.into()], &["ECS-TD-033 ports[1]"]);
}

#[test]
fn stop_timeouts_have_bounds() {
    for (seconds, taken) in [(1, false), (2, true), (120, true), (121, false)] {
        let want: &[&str] = if taken { &[] } else { &["ECS-TD-082 stop_timeout"] };
        check_app(|app| app.task.stop_timeout = Some(seconds), want);
        check_side(|side| side.stop_timeout = Some(seconds), want);
    }
}

#[test]
fn health_checks_have_bounds() {
    let health = |change: fn(&mut HealthCheck), want: &[&str]| {
        let mut check = HealthCheck::shell("true");
        change(&mut check);
        check_app(|app| app.task.health_check = Some(check.clone()), want);
        check_side(|side| side.health_check = Some(check), want);
    };
    health(|check| (check.interval, check.timeout, check.retries) = (5, 2, 1), &[]);
    health(|check| (check.interval, check.timeout, check.retries) = (300, 60, 10), &[]);
    health(|check| check.interval = 4, &["ECS-TD-086 health_check.interval"]);
    health(|check| check.interval = 301, &["ECS-TD-086 health_check.interval"]);
    health(|check| check.timeout = 1, &["ECS-TD-086 health_check.timeout"]);
    health(|check| check.timeout = 61, &["ECS-TD-086 health_check.timeout"]);
    health(|check| check.retries = 0, &["ECS-TD-086 health_check.retries"]);
    health(|check| check.retries = 11, &["ECS-TD-086 health_check.retries"]);
    health(|check| check.start_period = Some(300), &[]);
    health(|check| check.start_period = Some(301), &["ECS-TD-086 health_check.start_period"]);
    health(|check| check.command.clear(), &["ECS-TD-085 health_check.command"]);
    health(|check| drop(check.command.pop()), &["ECS-TD-085 health_check.command"]);
    health(|check| check.command[0] = "curl".into(), &["ECS-TD-085 health_check.command"]);
    health(|check| check.command[0] = "CMD".into(), &[]);
}

#[test]
fn secrets_have_an_arn_of_a_source() {
    let secret = |source: &str, want: &[&str]| {
        check_app(|app| drop(app.task.secrets.insert("KEY".into(), source.to_owned())), want);
    };
    secret("arn:aws:ssm:ap-northeast-1:123456789012:parameter/a/b", &[]);
    secret("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a-AbCdEf", &[]);
    secret("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a-AbCdEf:key::", &[]);
    secret("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a-AbCdEf:key:AWSCURRENT:", &[]);
    secret("/a/b", &[]);
    secret("name", &[]);
    secret("a password!", &["ECS-TD-092 secrets.KEY"]);
    secret("", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:s3:::bucket", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:ssm:ap-northeast-1:12345678901:parameter/a", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:ssm:ap-northeast-1:123456789012:parameter/", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:ssm:ap-northeast-1:a23456789012:parameter/a", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:ssm::123456789012:parameter/a", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:gcp:ssm:ap-northeast-1:123456789012:parameter/a", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a:k:s:i", &["ECS-TD-092 secrets.KEY"]);
    secret("arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:a:k", &["ECS-TD-092 secrets.KEY"]);
    let both = |app: &mut Service| {
        app.task.environment.insert("KEY".into(), "value".into());
        app.task.secrets.insert("KEY".into(), "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a".into());
    };
    check_app(both, &["ECS-TD-091 secrets.KEY"]);
}

#[test]
fn variable_without_a_name_is_refused() {
    for name in ["", " "] {
        let variable = |app: &mut Service| drop(app.task.environment.insert(name.into(), "a".into()));
        check_app(variable, &[&format!("ECS-TD-091 environment.\"{name}\"")]);
        let arn = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/a";
        let secret = |app: &mut Service| drop(app.task.secrets.insert(name.into(), arn.into()));
        check_app(secret, &[&format!("ECS-TD-091 secrets.\"{name}\"")]);
    }
}

#[test]
fn values_that_fail_at_run_time_are_warnings() {
    check_app(|app| app.task.image = "a:1".into(), &[]);
    let latest = |app: &mut Service| {
        let side = Container::builder().name("side").image("a:latest").build().unwrap();
        app.task.image = "a:1".into();
        app.task.containers.push(side);
    };
    check_app(latest, &["ECS-TD-113 containers[0].image"]);
    let plain = |name: &str, value: &str, want: &[&str]| {
        check_app(|app| drop(app.task.environment.insert(name.into(), value.into())), want);
    };
    plain("API_KEY", "hunter2", &["ECS-TD-093 environment.API_KEY"]);
    plain("API_KEY", "", &[]);
    plain("LOG_LEVEL", "info", &[]);
    check_side(|side| side.memory = Some(4), &["ECS-TD-078 memory"]);
    check_side(|side| side.memory = Some(3), &["ECS-TD-078 memory"]);
}

#[test]
fn messages_hold_no_secret() {
    let mut stack = crate::fixture::reference();
    let app = stack.services.get_mut("app").unwrap();
    app.task.environment.insert("PASSWORD".into(), "hunter2".into());
    app.task.secrets.insert("KEY".into(), "hunter2 !".into());
    app.task.environment.insert("KEY".into(), "hunter2 !".into());
    let text = format!("{:?}", stack.problems());
    assert!(
        text.contains("ECS-TD-091") && text.contains("ECS-TD-092") && !text.contains("hunter2"),
        "{text}"
    );
}

/// Checks what containers that depend on each other break; the first is the main container.
fn check_waits(waits: &[(&str, &str, Condition)], want: &[&str]) {
    let change = |app: &mut Service| {
        app.task.containers = vec![sidecar("a"), sidecar("b")];
        app.task.containers[1].essential = false;
        app.task.containers[1].health_check = Some(HealthCheck::shell("true"));
        for (who, on, condition) in waits {
            let waits: &mut BTreeMap<String, Condition> = match *who {
                "a" => &mut app.task.containers[0].depends_on,
                "b" => &mut app.task.containers[1].depends_on,
                _ => &mut app.task.depends_on,
            };
            waits.insert((*on).to_owned(), *condition);
        }
    };
    check_app(change, want);
}

#[test]
fn dependencies_can_be_reached() {
    use Condition::{Complete, Healthy, Start, Success};
    check_waits(&[("main", "a", Start), ("a", "b", Healthy), ("main", "b", Success)], &[]);
    check_waits(&[("a", "mz-dev-app", Start), ("b", "mz-dev-app", Start)], &[]);
    check_waits(&[("main", "c", Start)], &["ECS-TD-080 depends_on.c"]);
    check_waits(&[("b", "a", Complete)], &["ECS-TD-080 containers[1].depends_on.a"]);
    check_waits(&[("b", "a", Success)], &["ECS-TD-080 containers[1].depends_on.a"]);
    check_waits(&[("b", "a", Healthy)], &["ECS-TD-080 containers[1].depends_on.a"]);
    check_waits(&[("a", "a", Start)], &["ECS-TD-081 containers[0].depends_on.a"]);
    check_waits(&[("a", "b", Start), ("b", "a", Start)], &["ECS-TD-081 containers[0].depends_on"]);
    let circle = [("main", "a", Start), ("a", "b", Start), ("b", "mz-dev-app", Start)];
    check_waits(&circle, &["ECS-TD-081 depends_on"]);
    // Without its stack a service does not know what its main container is called.
    let side = sidecar("side");
    let side = Container { depends_on: [("mz-dev-app".to_owned(), Start)].into(), ..side };
    assert!(Service::builder().name("app").image("a").container(side).build().is_ok());
}
