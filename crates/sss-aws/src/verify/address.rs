//! Free addresses: each task and each network interface of the VPC link takes one.

use super::{Check, subject::Subject};
use crate::services::ec2::surroundings::Surroundings;

/// Checks the free addresses of the subnets of services that are to be created.
///
/// Tasks that run already have theirs, so a lack of room is a problem for new services only.
pub(super) fn check(subject: &Subject<'_>, network: &Surroundings) -> Vec<Check> {
    let concerns: Vec<_> = subject.services.iter().map(|need| need.id).collect();
    if concerns.is_empty() {
        return Vec::new();
    }
    let subnets = match &network.subnets {
        Ok(subnets) => subnets,
        Err(error) => return vec![Check::unread("address", "free addresses", error).about(concerns)],
    };

    let of_services: Vec<_> = subnets
        .iter()
        .filter(|subnet| subnet.subnet_id().is_some_and(|id| !subject.services_in(id).is_empty()))
        .collect();
    let free: i32 = of_services.iter().filter_map(|subnet| subnet.available_ip_address_count()).sum();
    let of_link =
        subject.link.map_or(0, |(_, link)| i32::try_from(link.state.subnets.len()).unwrap_or(i32::MAX));
    let least: i32 = subject.services.iter().map(|need| need.service.settings.desired_count).sum();
    let most: i32 = subject.services.iter().map(super::subject::Need::most_tasks).sum();
    let names = of_services.iter().filter_map(|subnet| subnet.subnet_id()).collect::<Vec<_>>().join(", ");
    let evidence = format!("ec2:DescribeSubnets availableIpAddressCount: {free} in {names}");

    let fix = "name larger subnets in `private_subnet_ids`, or lower `desired_count`";
    let check = if of_services.iter().any(|subnet| subnet.ipv6_native() == Some(true)) {
        Check::not_checked("address", names, "subnets without IPv4 have no number of free addresses")
    } else if free < least + of_link {
        let reason = format!("{} addresses are needed and {free} are free", least + of_link);
        Check::warning("address", names, reason, fix).worse_for_new()
    } else if free < most + of_link {
        let reason = format!("a deployment needs up to {} addresses and {free} are free", most + of_link);
        Check::warning("address", names, reason, fix)
    } else {
        Check::ok("address", names)
    };
    vec![check.seen(evidence).about(concerns)]
}
