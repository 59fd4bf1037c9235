//! What the objects of a stack are called, by the naming scheme or otherwise.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{
    APIGW_API_001, APIGW_AUTH_004, APIGW_VL_003, CM_SVC_004, ECS_CL_001, ECS_SVC_001, ECS_TD_071, ECS_TD_072,
    LOG_001, LOG_002, Rule, STACK_006, TAG_002, cloud_map, iam, is_ecs_name, security_group,
};
use crate::problem::{Place, Report};
use crate::service::Service;
use crate::stack::Stack;

/// The name of an object, and where it comes from.
struct Named {
    kind: Kind,
    name: String,
    at: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Cluster,
    Role,
    Policy,
    SecurityGroup,
    SecurityGroupTag,
    Namespace,
    VpcLink,
    Api,
    LogGroup,
    Authorizer,
    Service,
    Family,
    Container,
    CloudMap,
}

impl Kind {
    /// What makes two names of the kind the same, for kinds whose names are unique in the stack.
    fn identity(self, name: &str) -> Option<String> {
        match self {
            Kind::Role | Kind::CloudMap => Some(name.to_ascii_lowercase()),
            Kind::LogGroup | Kind::Service | Kind::Family => Some(name.to_owned()),
            _ => None,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::CloudMap => "Cloud Map service",
            Kind::LogGroup => "log group",
            Kind::Family => "family",
            _ => "service",
        }
    }
}

/// The rules of every name of the stack.
pub(crate) fn inspect(stack: &Stack, at: &Place, report: &mut Report) {
    // Without a name every other name would be reported as well.
    if stack.name.is_empty() {
        return;
    }
    let mut all = of_stack(stack, at);
    for service in stack.services.values().filter(|service| !service.name.is_empty()) {
        all.extend(of_service(stack, service, at));
    }
    let mut seen: BTreeMap<(Kind, String), String> = BTreeMap::new();
    for Named { kind, name, at } in all {
        judge(kind, &name, &at, report);
        let Some(identity) = kind.identity(&name) else {
            continue;
        };
        match seen.entry((kind, identity)) {
            Entry::Vacant(entry) => {
                entry.insert(at.to_string());
            }
            Entry::Occupied(entry) => {
                let message = format!("the {} `{name}` is made at {} already", kind.noun(), entry.get());
                report.add(&STACK_006, &at, message);
            }
        }
    }
    instances(stack, at, report);
}

fn of_stack(stack: &Stack, at: &Place) -> Vec<Named> {
    let names = &stack.names;
    let at = |field: &str, chosen: bool| {
        if chosen {
            at.key("names").key(field)
        } else {
            at.key("name")
        }
    };
    let named = |kind, name, field, chosen: &Option<String>| Named {
        kind,
        name,
        at: at(field, chosen.is_some()),
    };
    let mut all = vec![
        named(Kind::Cluster, stack.cluster_name(), "cluster", &names.cluster),
        named(
            Kind::Role,
            stack.execution_role_name(),
            "execution_role",
            &names.execution_role,
        ),
        named(
            Kind::Policy,
            stack.execution_policy_name(),
            "execution_policy",
            &names.execution_policy,
        ),
        named(
            Kind::SecurityGroup,
            stack.security_group_name(),
            "security_group",
            &names.security_group,
        ),
        named(
            Kind::SecurityGroupTag,
            stack.security_group_tag(),
            "security_group_tag",
            &names.security_group_tag,
        ),
        named(
            Kind::Namespace,
            stack.namespace_name(),
            "namespace",
            &names.namespace,
        ),
    ];
    if let Some(api) = &stack.api {
        all.push(named(Kind::Api, stack.api_name(), "api", &names.api));
        all.push(named(
            Kind::VpcLink,
            stack.vpc_link_name(),
            "vpc_link",
            &names.vpc_link,
        ));
        if api.access_log.is_some() {
            all.push(named(
                Kind::LogGroup,
                stack.api_log_group_name(),
                "api_log_group",
                &names.api_log_group,
            ));
        }
        if api.authorizer.is_some() {
            all.push(named(
                Kind::Authorizer,
                stack.authorizer_name(),
                "authorizer",
                &names.authorizer,
            ));
        }
    }
    all
}

fn of_service(stack: &Stack, service: &Service, at: &Place) -> Vec<Named> {
    let (key, names) = (service.name.as_str(), &service.names);
    let at = at.key("services").key(key);
    let named = |kind, name, field: &str, chosen: &Option<String>| {
        let at = if chosen.is_some() {
            at.key("names").key(field)
        } else {
            at.clone()
        };
        Named { kind, name, at }
    };
    let mut all = vec![
        named(Kind::Service, stack.service_name(key), "service", &names.service),
        named(
            Kind::Role,
            stack.task_role_name(key),
            "task_role",
            &names.task_role,
        ),
        named(
            Kind::Policy,
            stack.task_policy_name(key),
            "task_policy",
            &names.task_policy,
        ),
        named(
            Kind::LogGroup,
            stack.log_group_name(key),
            "log_group",
            &names.log_group,
        ),
        named(Kind::Family, stack.family_name(key), "family", &names.family),
        named(
            Kind::Container,
            stack.container_name(key),
            "container",
            &names.container,
        ),
    ];
    if service.backend.is_some() {
        all.push(named(
            Kind::CloudMap,
            stack.cloud_map_name(key),
            "cloud_map",
            &names.cloud_map,
        ));
    }
    all
}

fn judge(kind: Kind, name: &str, at: &Place, report: &mut Report) {
    let mut ecs = |rule: &'static Rule, noun: &str| {
        if !is_ecs_name(name) {
            report.add(rule, at, format!("the {noun} cannot be called `{name}`"));
        }
    };
    match kind {
        Kind::Cluster => ecs(&ECS_CL_001, "cluster"),
        Kind::Service => ecs(&ECS_SVC_001, "ECS service"),
        Kind::Family => ecs(&ECS_TD_072, "family"),
        Kind::Container => ecs(&ECS_TD_071, "container"),
        Kind::Role => iam::role_name(name, at, report),
        Kind::Policy => iam::policy_name(name, at, report),
        Kind::SecurityGroup => security_group::name(name, at, report),
        Kind::SecurityGroupTag => length(name, 256, &TAG_002, "tag `Name`", at, report),
        Kind::Namespace => cloud_map::namespace_name(name, at, report),
        Kind::CloudMap => cloud_map::service_name(name, at, report),
        Kind::VpcLink => length(name, 128, &APIGW_VL_003, "VPC link", at, report),
        Kind::Api => length(name, 128, &APIGW_API_001, "API", at, report),
        Kind::Authorizer => length(name, 128, &APIGW_AUTH_004, "authorizer", at, report),
        Kind::LogGroup => log_group(name, at, report),
    }
}

fn length(name: &str, longest: usize, rule: &'static Rule, noun: &str, at: &Place, report: &mut Report) {
    let count = name.chars().count();
    if !(1..=longest).contains(&count) {
        report.add(rule, at, format!("the name of the {noun} has {count} characters"));
    }
}

fn log_group(name: &str, at: &Place, report: &mut Report) {
    let taken = |b: u8| b.is_ascii_alphanumeric() || b".-_/#".contains(&b);
    if !(1..=512).contains(&name.len()) || !name.bytes().all(taken) {
        report.add(&LOG_001, at, format!("a log group cannot be called `{name}`"));
    } else if name.starts_with("aws/") {
        report.add(&LOG_002, at, format!("the log group is called `{name}`"));
    }
}

fn instances(stack: &Stack, at: &Place, report: &mut Report) {
    for (key, service) in &stack.services {
        let name = stack.cloud_map_name(key);
        let length = cloud_map::instance_name_length(&name, &stack.namespace_name());
        // A name that is too long by itself has been reported.
        if service.backend.is_some() && length > 253 && name.len() <= 127 {
            let message = format!("the DNS names of `{name}`'s instances have {length} characters");
            report.add(&CM_SVC_004, &at.key("services").key(key), message);
        }
    }
}
