//! The subnets: whether they exist, are in the right VPC, in usable zones, and have DNS.

use aws_sdk_ec2::types::Subnet;
use sss_model::{has_vpc_links, is_without_fargate};

use super::{Check, subject::Subject};
use crate::services::ec2::surroundings::Surroundings;

/// Checks the subnets and the attributes of the VPC.
pub(super) fn check(vpc: &str, subject: &Subject<'_>, network: &Surroundings) -> Vec<Check> {
    let mut checks = match &network.subnets {
        Ok(found) => {
            let ids = subject.subnets();
            let mut checks: Vec<Check> =
                ids.iter().filter_map(|id| missing(vpc, id, subject, found)).collect();
            if checks.is_empty() {
                let names = ids.into_iter().collect::<Vec<_>>().join(", ");
                checks.push(Check::ok("subnet", names).about(users(subject)));
            }
            checks.extend(links(subject, found));
            checks.extend(fargate(subject, found));
            checks
        }
        Err(error) => {
            let subnets = subject.subnets().into_iter().collect::<Vec<_>>().join(", ");
            vec![
                Check::unread("subnet", subnets.clone(), error).about(users(subject)),
                Check::unread("zone", subnets, error).about(users(subject)),
            ]
        }
    };
    checks.extend(dns(vpc, subject, network));
    checks
}

/// Returns everything that uses subnets.
fn users<'a>(subject: &Subject<'a>) -> Vec<&'a crate::Id> {
    subject.services.iter().map(|need| need.id).chain(subject.link.iter().map(|(id, _)| *id)).collect()
}

/// Returns the problem of a subnet that does not exist, or is in another VPC.
fn missing(vpc: &str, id: &str, subject: &Subject<'_>, found: &[Subnet]) -> Option<Check> {
    let concerns: Vec<_> =
        subject.services_in(id).into_iter().chain(subject.link.iter().map(|(id, _)| *id)).collect();
    let Some(subnet) = found.iter().find(|subnet| subnet.subnet_id() == Some(id)) else {
        let reason = format!("the subnet {id} does not exist in this account and region");
        let fix = "name existing subnets in `private_subnet_ids` under `[network]`";
        return Some(Check::problem("subnet", id, reason, fix).about(concerns));
    };
    let other = subnet.vpc_id().filter(|found| *found != vpc)?;
    let reason = format!("the subnet {id} is in {other}, not in {vpc}");
    let fix = format!("name subnets of {vpc}, or write `vpc_id = \"{other}\"` under `[network]`");
    Some(Check::problem("subnet", id, reason, fix).about(concerns))
}

/// Checks the zones of the VPC link.
fn links(subject: &Subject<'_>, found: &[Subnet]) -> Option<Check> {
    let (id, link) = subject.link?;
    let mut zones: Vec<(&str, &str)> = Vec::new();
    for subnet in &link.state.subnets {
        let subnet = found.iter().find(|found| found.subnet_id() == Some(subnet))?;
        zones.push((subnet.subnet_id()?, subnet.availability_zone_id()?));
    }
    let is_known = |zone: &str| link.zones_with_links.iter().any(|known| known == zone);
    let (bad, good): (Vec<_>, Vec<_>) =
        zones.iter().partition(|(_, zone)| has_vpc_links(zone) == Some(false) && !is_known(zone));
    let listed = |zones: &[&(&str, &str)]| {
        zones.iter().map(|(subnet, zone)| format!("{subnet} is in {zone}")).collect::<Vec<_>>().join(", ")
    };

    let subject = format!("zones of the VPC link {}", link.state.name);
    if !bad.is_empty() {
        let reason = format!("{}, where API Gateway has no VPC links", listed(&bad));
        let names: Vec<String> = good.iter().map(|(subnet, _)| format!("\"{subnet}\"")).collect();
        let fix = if names.is_empty() {
            "name subnets in other availability zones".to_owned()
        } else {
            format!("write `private_subnet_ids = [{}]` under `[network]`", names.join(", "))
        };
        return Some(Check::problem("zone", subject, reason, fix).about([id]));
    }
    let unknown: Vec<_> =
        good.iter().copied().filter(|(_, zone)| has_vpc_links(zone).is_none() && !is_known(zone)).collect();
    if !unknown.is_empty() {
        let reason = format!(
            "not known: AWS's list of zones with VPC links does not name those of {}",
            listed(&unknown)
        );
        return Some(Check::not_checked("zone", subject, reason).about([id]));
    }
    let zones: std::collections::BTreeSet<_> = good.iter().map(|(_, zone)| zone).collect();
    if zones.len() == 1 {
        let reason = "all subnets of the VPC link are in one availability zone";
        let fix = "name subnets in two or more zones, so that requests survive the failure of one";
        return Some(Check::warning("zone", subject, reason, fix).about([id]));
    }
    Some(Check::ok("zone", subject).seen(listed(&good)).about([id]))
}

/// Checks the zones of the services, in which Fargate may be missing.
fn fargate(subject: &Subject<'_>, found: &[Subnet]) -> Option<Check> {
    let is_used = |subnet: &&Subnet| !subject.services_in(subnet.subnet_id().unwrap_or_default()).is_empty();
    let zones: Vec<_> = found
        .iter()
        .filter(is_used)
        .filter_map(|subnet| Some((subnet.subnet_id()?, subnet.availability_zone_id()?)))
        .collect();
    let bad: Vec<_> = zones.iter().filter(|(_, zone)| is_without_fargate(zone)).collect();
    let (subnet, zone) = bad.first()?;
    let concerns: Vec<_> = subject.services.iter().map(|need| need.id).collect();
    let reason = format!("{subnet} is in {zone}, where Fargate starts no tasks");
    let fix = format!("remove {subnet} from `private_subnet_ids`");
    let check = if bad.len() == zones.len() {
        Check::problem("zone", "zones of the services", reason, fix)
    } else {
        Check::warning("zone", "zones of the services", reason, fix)
    };
    Some(check.about(concerns))
}

/// Checks that the VPC resolves names.
fn dns(vpc: &str, subject: &Subject<'_>, network: &Surroundings) -> Option<Check> {
    let namespace = subject.namespace?;
    let off: Vec<&str> = match (&network.dns_support, &network.dns_hostnames) {
        (Err(error), _) | (_, Err(error)) => {
            return Some(Check::unread("dns", vpc, error).about([namespace]));
        }
        (Ok(support), Ok(names)) => {
            let attributes = [("enableDnsSupport", *support), ("enableDnsHostnames", *names)];
            attributes.into_iter().filter(|(_, is_on)| !is_on).map(|(name, _)| name).collect()
        }
    };
    if off.is_empty() {
        return Some(Check::ok("dns", vpc).about([namespace]));
    }
    let reason = format!(
        "{} of {vpc} is off, so names of the private namespace are not resolved there",
        off.join(" and ")
    );
    let fix = format!("turn {} of {vpc} on, unless the VPC has another resolver", off.join(" and "));
    Some(Check::warning("dns", vpc, reason, fix).about([namespace]))
}
