//! Changes of a stack, as those make them whose stack it is.

use fastrand::Rng;
use sss_model::{Method, Retention, Rule, Service, Stack, TaskSize};

use super::choose;
use crate::account::{api, service};

type Edit = (&'static str, fn(&mut Stack, &mut Rng));

const EDITS: [Edit; 21] = [
    ("a service more", more),
    ("a service more", more),
    ("a service less", |stack, random| drop(less(stack, random))),
    ("another image", |stack, random| {
        let tag = random.u8(4..8);
        of_some(stack, random, |service| {
            service.image = format!("public.ecr.aws/docker/library/httpd:2.{tag}");
        });
    }),
    ("another environment", |stack, random| {
        let level = random.u8(0..3).to_string();
        of_some(stack, random, |service| {
            if service.environment.remove("LEVEL").is_none_or(|before| before != level) {
                service.environment.insert("LEVEL".to_owned(), level);
            }
        });
    }),
    ("another count", |stack, random| {
        let count = random.u32(0..4);
        of_some(stack, random, |service| service.desired_count = count);
    }),
    ("another size", |stack, random| {
        let memory = 512 * (1 << random.u32(0..3));
        let size = TaskSize::new(256, memory).expect("a size of Fargate");
        of_some(stack, random, |service| service.task_size = size);
    }),
    ("another port", |stack, random| {
        let port = random.u16(8000..8004);
        of_some(stack, random, |service| service.port = Some(port));
    }),
    ("other methods", |stack, random| {
        let all = [Method::Get, Method::Post, Method::Put];
        let methods: Vec<_> = all.into_iter().filter(|_| random.bool()).collect();
        of_some(stack, random, |service| {
            for route in &mut service.routes {
                route.methods =
                    if methods.is_empty() { [Method::Get].into() } else { methods.iter().copied().collect() };
            }
        });
    }),
    ("routes of a service or none", |stack, random| {
        of_some(stack, random, |one| {
            let own = service(&one.name, 80).routes;
            one.routes = if one.routes.is_empty() { own } else { Vec::new() };
        });
    }),
    ("a route that is open or not", |stack, random| {
        of_some(stack, random, |service| {
            for route in &mut service.routes {
                route.authorizer = if route.authorizer.is_none() { Some(false) } else { None };
            }
        });
    }),
    ("an API or none", |stack, _| stack.api = if stack.api.is_none() { Some(api()) } else { None }),
    ("CORS or none", |stack, _| {
        if let Some(own) = &mut stack.api {
            own.cors = if own.cors.is_none() { api().cors } else { None };
        }
    }),
    ("an authorizer or none", |stack, _| {
        if let Some(own) = &mut stack.api {
            own.authorizer = if own.authorizer.is_none() { api().authorizer } else { None };
        }
    }),
    ("an access log or none", |stack, _| {
        if let Some(own) = &mut stack.api {
            own.access_log = if own.access_log.is_none() { api().access_log } else { None };
        }
    }),
    ("another tag", |stack, random| {
        let (key, value) = (format!("Tag{}", random.u8(0..3)), random.u8(0..3).to_string());
        if stack.tags.remove(&key).is_none_or(|before| before != value) {
            stack.tags.insert(key, value);
        }
    }),
    ("another retention", |stack, random| {
        let days = choose(random, &Retention::DAYS[..6]).copied().expect("there are days");
        stack.log_retention_days = Retention::days(days).expect("days of CloudWatch Logs");
    }),
    ("other subnets", |stack, random| {
        let all = sss_sandbox::Sandbox::new().private_subnet_ids();
        stack.network.private_subnet_ids = all[..random.usize(1..=all.len())].to_vec();
    }),
    ("another security group", |stack, random| {
        stack.security_group.description = format!("tasks {}", random.u8(0..2));
        stack.security_group.ingress = vec![Rule::tcp(80).from("10.0.0.0/16")];
        if random.bool() {
            stack.security_group.ingress.push(Rule::tcp(8080).from("10.1.0.0/16"));
        }
    }),
    ("another path of a role", |stack, random| {
        let path = if random.bool() { "/" } else { "/services/" };
        of_some(stack, random, |service| path.clone_into(&mut service.task_role.path));
    }),
    ("another namespace", |stack, random| {
        stack.names.namespace = random.bool().then(|| "other.internal".to_owned());
    }),
];

/// Changes a stack into another valid one, and tells how.
pub(super) fn edit(stack: &mut Stack, random: &mut Rng) -> &'static str {
    let (name, edit) = EDITS[random.usize(0..EDITS.len())];
    let before = stack.clone();
    edit(stack, random);
    if stack.check().is_err() {
        *stack = before;
    }
    name
}

fn more(stack: &mut Stack, random: &mut Rng) {
    let number = random.u16(0..5);
    let name = format!("s{number}");
    stack.services.entry(name.clone()).or_insert_with(|| service(&name, 8000 + number));
}

fn less(stack: &mut Stack, random: &mut Rng) -> Option<Service> {
    let names: Vec<String> = stack.services.keys().cloned().collect();
    stack.services.remove(choose(random, &names)?)
}

fn of_some(stack: &mut Stack, random: &mut Rng, change: impl FnOnce(&mut Service)) {
    let mut services: Vec<&mut Service> = stack.services.values_mut().collect();
    if !services.is_empty() {
        let index = random.usize(0..services.len());
        change(services[index]);
    }
}
