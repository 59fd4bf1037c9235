//! The way out of the subnets: to the registries of images, to the logs, and to secrets.
//!
//! A task without it ends after minutes, with a `ResourceInitializationError` or a `CannotPullContainerError`.
//! The way is a route to the internet, or VPC endpoints for everything that the tasks need. Where a route goes
//! on elsewhere, for example to a transit gateway, nothing can be said from here.

mod endpoint;
mod filter;
mod route;

use std::collections::BTreeSet;

use self::{
    endpoint::Serves,
    route::{Exit, exit},
};
use super::{
    Check,
    image::{Place, Reference},
    subject::Subject,
};
use crate::services::ec2::surroundings::Surroundings;

/// Something that tasks have to reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// A service of AWS that has a VPC endpoint, by the end of its name.
    Service(&'static str),
    /// A registry that only the internet has, by its host.
    Internet(String),
}

/// Checks the way out of each subnet of the services.
pub(super) fn check(subject: &Subject<'_>, network: &Surroundings) -> Vec<Check> {
    let subnets: BTreeSet<&String> =
        subject.services.iter().flat_map(|need| &need.service.settings.subnets).collect();
    let needs = needs(subject);
    subnets.into_iter().map(|subnet| one(subnet, &needs, subject, network)).collect()
}

/// Returns what the tasks have to reach.
fn needs(subject: &Subject<'_>) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    for need in &subject.services {
        if need.service.settings.enable_execute_command {
            needs.insert(Need::Service("ssmmessages"));
        }
        for container in need.content.containers.values() {
            if container.log_driver.as_deref() == Some("awslogs") {
                needs.insert(Need::Service("logs"));
            }
            match Reference::parse(&container.image).place {
                Place::Ecr(_) => needs.extend(["ecr.api", "ecr.dkr", "s3"].map(Need::Service)),
                Place::Registry(host) => drop(needs.insert(Need::Internet(host))),
            }
            let secrets = container.secrets.values().chain(container.log_secret_options.values());
            let is_secret = |value: &String| value.contains(":secretsmanager:");
            let services = secrets.map(|value| if is_secret(value) { "secretsmanager" } else { "ssm" });
            needs.extend(services.map(Need::Service));
            if container.repository_credentials.is_some() {
                needs.insert(Need::Service("secretsmanager"));
            }
        }
    }
    needs
}

/// Checks one subnet.
fn one(subnet: &str, needs: &BTreeSet<Need>, subject: &Subject<'_>, network: &Surroundings) -> Check {
    let concerns = subject.services_in(subnet);
    let unchecked = |reason: String| Check::not_checked("way-out", subnet, reason).about(concerns.clone());
    let exit = match exit(subnet, subject, network) {
        Ok(exit) => exit,
        Err(reason) => return unchecked(reason),
    };

    let why = match exit {
        Exit::Internet(route) => match filter::blocks(subnet, subject, network) {
            Ok(None) => return Check::ok("way-out", subnet).seen(route).about(concerns),
            Ok(Some((reason, fix))) => {
                return Check::problem("way-out", subnet, reason, fix).seen(route).about(concerns);
            }
            Err(reason) => return unchecked(reason),
        },
        Exit::Elsewhere(route) => {
            return unchecked(format!("{route}, and where that leads cannot be seen from here"));
        }
        Exit::Nowhere(why) => why,
    };
    judge(subnet, &why, needs, &lacks(subnet, needs, subject, network)).about(concerns)
}

/// What is missing in a subnet without a way to the internet.
#[derive(Default)]
struct Lacks {
    /// The needs that nothing serves, with the reason.
    missing: Vec<(Need, String)>,
    /// The needs of which nothing can be said.
    unclear: Vec<String>,
}

/// Returns the needs that no endpoint serves.
fn lacks(subnet: &str, needs: &BTreeSet<Need>, subject: &Subject<'_>, network: &Surroundings) -> Lacks {
    let mut lacks = Lacks::default();
    for need in needs {
        match need {
            Need::Internet(host) => {
                lacks
                    .missing
                    .push((need.clone(), format!("{host} is on the internet, which no endpoint leads to")));
            }
            Need::Service(service) => match endpoint::serves(service, subnet, subject, network) {
                Serves::Yes => {}
                Serves::No(reason) => lacks.missing.push((need.clone(), reason)),
                Serves::Unclear(reason) => lacks.unclear.push(reason),
            },
        }
    }
    lacks
}

/// Returns the outcome for a subnet without a way to the internet.
fn judge(subnet: &str, why: &str, needs: &BTreeSet<Need>, lacks: &Lacks) -> Check {
    if let Some((_, first)) = lacks.missing.first() {
        let reasons: Vec<&str> = lacks.missing.iter().map(|(_, reason)| reason.as_str()).collect();
        // AWS's page says that Fargate has a way of its own to ECR, and threads say that it has none.
        let is_doubtful =
            lacks.missing.iter().all(|(need, _)| matches!(need, Need::Service("ecr.api" | "ecr.dkr")));
        let is_bare = lacks.missing.len() == needs.len() && needs.len() > 1;
        let reason = if is_bare {
            format!("tasks in {subnet} reach neither the internet nor an endpoint of AWS: {why}")
        } else {
            format!("{why}, and {}", if reasons.len() == 1 { first.clone() } else { reasons.join("; ") })
        };
        let fix = "route the subnet through a NAT gateway, or create the endpoints that it lacks";
        return if is_doubtful {
            Check::warning("way-out", subnet, reason, fix)
        } else {
            Check::problem("way-out", subnet, reason, fix)
        };
    }
    match lacks.unclear.first() {
        Some(_) => Check::not_checked("way-out", subnet, lacks.unclear.join("; ")),
        None => Check::ok("way-out", subnet).seen("endpoints serve everything that the tasks need"),
    }
}
