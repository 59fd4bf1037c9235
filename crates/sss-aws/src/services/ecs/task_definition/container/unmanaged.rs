//! The members of a container that a stack does not have, as text.
//!
//! A plan shows them and removes them. A switch that is off, an empty list, and values that AWS fills in itself are left
//! out.

use std::collections::BTreeMap;

use aws_sdk_ecs::types::{ContainerDefinition, LinuxParameters};

use super::{listed, on, present};

/// Returns the members by their names on AWS.
pub(super) fn of(found: &ContainerDefinition) -> BTreeMap<String, String> {
    let linux = found.linux_parameters().filter(|parameters| is_beyond(parameters));
    present([
        ("resourceRequirements", listed(found.resource_requirements())),
        ("links", listed(found.links())),
        ("dnsServers", listed(found.dns_servers())),
        ("dnsSearchDomains", listed(found.dns_search_domains())),
        ("dockerSecurityOptions", listed(found.docker_security_options())),
        ("extraHosts", listed(found.extra_hosts())),
        ("credentialSpecs", listed(found.credential_specs())),
        ("linuxParameters", linux.map(|parameters| format!("{parameters:?}"))),
        ("hostname", found.hostname().map(str::to_owned)),
        ("privileged", on(found.privileged())),
        ("disableNetworking", on(found.disable_networking())),
    ])
}

/// Returns whether Linux parameters have some that a stack does not have.
fn is_beyond(found: &LinuxParameters) -> bool {
    let numbers = [found.shared_memory_size(), found.max_swap(), found.swappiness()];
    !found.devices().is_empty() || numbers.iter().flatten().any(|number| *number != 0)
}
