//! The outputs of each service and of each custom domain name: the names, the ARNs and the URL that people and other
//! tools need of it.

use std::collections::BTreeMap;

use serde_json::Value;
use sss_model::Stack;

use super::{Area, Areas};
use crate::{
    Graph, Kind, World,
    engine::kind::Resource,
    outputs as of_stack,
    services::{
        apigateway::{domain_name::DomainName, vpc_link::VpcLink},
        autoscaling::policy::ScalingPolicy,
        ecs::{service::Service, task_definition::TaskDefinition},
        iam::role::Role,
        logs::log_group::LogGroup,
    },
};

/// The outputs of the objects of a service: the kind, the name behind the key of the service, and the member.
const OF_SERVICE: [(Kind, &str, &str); 4] = [
    (Service::KIND, "ecs_service_arn", "arn"),
    (TaskDefinition::KIND, "task_definition_arn", "arn"),
    (Role::KIND, "task_role_arn", "arn"),
    (LogGroup::KIND, "log_group_name", "name"),
];
/// The outputs of the objects that services share.
const SHARED: [(Kind, &str, &str); 3] = [
    (VpcLink::KIND, "vpc_link_id", "id"),
    (Role::KIND, "execution_role_arn", "arn"),
    (LogGroup::KIND, "access_log_group_name", "name"),
];

/// The outputs of a custom domain name, behind the name: what a record of DNS leads to.
const OF_DOMAIN: [(&str, &str); 2] = [("target_domain_name", "target"), ("hosted_zone_id", "target_zone")];

/// Returns the URL at which the API answers. `None` if the account has no API of the stack.
pub(crate) fn url(stack: &Stack, graph: &Graph, world: &World) -> Option<String> {
    let endpoint = of_stack(graph, world).remove("apigateway_endpoint")?;
    let api = stack.api.as_ref().filter(|api| api.disable_execute_api_endpoint);
    Some(api.and_then(|api| api.domain_urls().next()).unwrap_or(endpoint))
}

/// Returns the outputs of services, such as `app.url`, and of domain names, as far as the account has them.
pub(crate) fn outputs(
    stack: &Stack,
    graph: &Graph,
    world: &World,
    areas: &Areas,
) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    for id in graph.ids() {
        let found = graph.found(world, id);
        let Some(live) = found.first() else { continue };
        let (prefix, table) = match areas.get(id) {
            Area::Service(key) => (format!("{key}."), OF_SERVICE.as_slice()),
            _ => (String::new(), SHARED.as_slice()),
        };
        for (_, name, member) in table.iter().filter(|(kind, ..)| *kind == id.kind) {
            if let Some(value) = live.output.get(member).and_then(Value::as_str) {
                outputs.entry(format!("{prefix}{name}")).or_insert_with(|| value.to_owned());
            }
        }
        if id.kind == Service::KIND {
            outputs.insert(format!("{prefix}ecs_service_name"), id.name.clone());
        }
        for (name, member) in OF_DOMAIN.into_iter().filter(|_| id.kind == DomainName::KIND) {
            let value = live.output[member].as_str().unwrap_or_default();
            outputs.insert(format!("{}.{name}", id.name), value.to_owned());
        }
        // Alarms of others name the policies that they carry out.
        if id.kind == ScalingPolicy::KIND && live.state["steps"].is_object() {
            let arn = live.output["arn"].as_str().unwrap_or_default();
            let policy = id.name.split_once('/').map_or(id.name.as_str(), |(_, policy)| policy);
            outputs.insert(format!("{prefix}scaling_policy_arn.{policy}"), arn.to_owned());
        }
    }

    let endpoint = url(stack, graph, world);
    for (key, service) in &stack.services {
        if let Some((endpoint, route)) = endpoint.as_ref().zip(service.routes.first()) {
            outputs.insert(format!("{key}.url"), format!("{endpoint}{}", fixed(&route.path)));
        }
    }
    outputs
}

/// Returns the part of a path before its first variable. The default route has the path of the API.
fn fixed(path: &str) -> &str {
    let fixed = path.split('{').next().unwrap_or_default();
    if fixed.starts_with('/') { fixed } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::fixed;

    #[test]
    fn variables_of_a_path_are_no_part_of_the_url() {
        assert_eq!(fixed("/orders/{id}/items"), "/orders/");
        assert_eq!(fixed("/{proxy+}"), "/");
        assert_eq!(fixed("$default"), "/");
        assert_eq!(fixed("/orders"), "/orders");
    }
}
