//! VPC endpoints: whether tasks of a subnet reach a service of AWS through one.

use aws_sdk_ec2::types::{VpcEndpoint, VpcEndpointType};
use serde_json::Value;

use super::{
    super::{
        path::{Allows, Side, contains, permits},
        subject::Subject,
        unread,
    },
    route,
};
use crate::services::ec2::{endpoint::HTTPS, surroundings::Surroundings};

/// Whether an endpoint serves a subnet.
pub(super) enum Serves {
    Yes,
    /// No, with the reason.
    No(String),
    /// Nothing can be said, with the reason.
    Unclear(String),
}

/// Returns whether an endpoint serves a service to the tasks of a subnet. The best of several counts.
pub(super) fn serves(service: &str, subnet: &str, subject: &Subject<'_>, network: &Surroundings) -> Serves {
    let endpoints = match &network.endpoints {
        Ok(endpoints) => endpoints,
        Err(error) => return Serves::Unclear(unread(error)),
    };
    let end = format!(".{}.{service}", subject.region);
    let of_service =
        endpoints.iter().filter(|endpoint| endpoint.service_name().is_some_and(|name| name.ends_with(&end)));

    let mut worst = None;
    for endpoint in of_service {
        match one(service, endpoint, subnet, subject, network) {
            Serves::Yes => return Serves::Yes,
            unclear @ Serves::Unclear(_) => worst = Some(unclear),
            no @ Serves::No(_) => worst = worst.or(Some(no)),
        }
    }
    worst.unwrap_or_else(|| Serves::No(format!("the VPC has no endpoint for {service}")))
}

/// Returns whether this endpoint serves the tasks of a subnet.
fn one(
    service: &str,
    endpoint: &VpcEndpoint,
    subnet: &str,
    subject: &Subject<'_>,
    network: &Surroundings,
) -> Serves {
    let id = endpoint.vpc_endpoint_id().unwrap_or_default();
    let name = format!("the endpoint {id} for {service}");
    let state = endpoint.state().map_or("unknown", |state| state.as_str());
    if !state.eq_ignore_ascii_case("available") {
        return Serves::No(format!("{name} is {state}"));
    }
    if !has_full_access(endpoint) {
        return Serves::Unclear(format!("{name} has a policy of its own"));
    }
    if endpoint.vpc_endpoint_type() == Some(&VpcEndpointType::Gateway) {
        return in_table(&name, endpoint, subnet, network);
    }

    match (&network.dns_support, &network.dns_hostnames) {
        (Err(error), _) | (_, Err(error)) => return Serves::Unclear(unread(error)),
        (Ok(support), Ok(names)) if !support || !names || endpoint.private_dns_enabled() != Some(true) => {
            return Serves::No(format!("{name} has no private DNS, so its usual name does not lead to it"));
        }
        _ => {}
    }
    admits(&name, endpoint, subnet, subject, network)
}

/// Returns whether a gateway is in the route table of a subnet.
fn in_table(name: &str, endpoint: &VpcEndpoint, subnet: &str, network: &Surroundings) -> Serves {
    match route::table(subnet, network) {
        Err(reason) => Serves::Unclear(reason),
        Ok(None) => Serves::Unclear(format!("no route table of {subnet} is visible")),
        Ok(Some(table)) => {
            let table = table.route_table_id().unwrap_or_default();
            if endpoint.route_table_ids().iter().any(|id| id == table) {
                Serves::Yes
            } else {
                Serves::No(format!("{name} is not in {table}, the route table of {subnet}"))
            }
        }
    }
}

/// Returns whether the security groups of an endpoint admit the tasks of a subnet.
fn admits(
    name: &str,
    endpoint: &VpcEndpoint,
    subnet: &str,
    subject: &Subject<'_>,
    network: &Surroundings,
) -> Serves {
    let (groups, subnets) = match (&network.groups, &network.subnets) {
        (Err(error), _) | (_, Err(error)) => return Serves::Unclear(unread(error)),
        (Ok(groups), Ok(subnets)) => (groups, subnets),
    };
    let range = subnets.iter().find(|found| found.subnet_id() == Some(subnet));
    let range = range.and_then(|subnet| subnet.cidr_block()).unwrap_or_default();
    let others: Vec<&String> = subject.services.iter().flat_map(|need| &need.other_groups).collect();
    let is_own = |id: &str| {
        let found = groups.iter().find(|group| group.group_id() == Some(id));
        let name = found.and_then(|group| group.group_name());
        subject.group.is_some_and(|(_, own)| name == Some(&own.name))
    };

    let judge = |side: Side<'_>| match side {
        Side::Range(found) if contains(found, range) => Allows::Yes,
        Side::Range(found) if contains(range, found) => Allows::Maybe,
        Side::Group(id) if others.iter().any(|other| *other == id) || is_own(id) => Allows::Yes,
        Side::Range(_) | Side::Group(_) => Allows::No,
        Side::Other => Allows::Maybe,
    };
    let of_endpoint = endpoint.groups().iter().filter_map(|group| group.group_id());
    let found = of_endpoint.map(|id| {
        let group = groups.iter().find(|group| group.group_id() == Some(id));
        group.map_or(Allows::Maybe, |group| permits(group.ip_permissions(), HTTPS, judge))
    });
    match found.max().unwrap_or(Allows::Maybe) {
        Allows::Yes => Serves::Yes,
        Allows::Maybe => Serves::Unclear(format!("the security groups of {name} may admit the tasks")),
        Allows::No => {
            Serves::No(format!("the security groups of {name} do not admit {range} at port {HTTPS}"))
        }
    }
}

/// Returns whether an endpoint has the policy that allows everything.
fn has_full_access(endpoint: &VpcEndpoint) -> bool {
    let Some(policy) = endpoint.policy_document() else { return true };
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy["Statement"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_full = |statement: &Value| {
        let members = ["Effect", "Principal", "Action", "Resource"].map(|member| statement[member].as_str());
        members == [Some("Allow"), Some("*"), Some("*"), Some("*")] && statement["Condition"].is_null()
    };
    statements.len() == 1 && statements.iter().all(is_full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_default_policy_is_full_access() {
        let with = |policy: &str| VpcEndpoint::builder().policy_document(policy).build();
        let full = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
        assert!(has_full_access(&with(full)) && has_full_access(&VpcEndpoint::builder().build()));
        assert!(!has_full_access(&with(
            &full.replace("\"Resource\":\"*\"", "\"Resource\":\"arn:aws:s3:::a\"")
        )));
        assert!(!has_full_access(&with("{}")));
    }
}
