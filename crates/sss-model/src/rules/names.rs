//! The names of a stack's objects, by the naming scheme or by `names`.
//!
//! A name is checked where it is complete, so a name that is short by itself can be too long behind the stack's name.
//! Its problem is at the field that sets it: `names.…` if the stack overrides it, otherwise the name of the stack or
//! the service.
//!
//! Two checks follow. Each name fits the rules of its AWS service (`judge`). And objects of one kind have different
//! names: IAM and Cloud Map ignore case there, and ECS and CloudWatch Logs do not. Kinds that exist once in a stack
//! need no such check.
//!
//! A [`Scheme`] says of each object which kind it is, how it is called, and whether the stack overrides the name. One
//! list per group of objects holds these facts: `shared` for every stack, `front` for stacks with an API, `of_service`
//! for each service. A new kind of object is a variant of [`Kind`], a line in one of the lists and an arm in `judge`.
//!
//! The naming scheme itself is in `crate::naming`.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{
    APIGW_API_001, APIGW_AUTH_004, APIGW_VL_003, Broken, CM_SVC_003, DIFFERS_BY_CASE, ECS_CL_001,
    ECS_SVC_001, ECS_TD_071, ECS_TD_072, ELB_LB_001, ELB_TG_001, Rule, STACK_006, TAG_002, broken, cloud_map,
    elb, iam, is_ecs_name, limits, logs, security_group,
};
use crate::backend::{Backend, BackendKind};
use crate::path::Path;
use crate::report::Report;
use crate::service::Service;
use crate::stack::Stack;

/// The name of an object, and the path that sets it.
struct Named {
    /// The kind of the object.
    kind: Kind,
    /// The complete name, as AWS will get it.
    name: String,
    /// The path that sets the name: the override, or the name of the stack or the service.
    at: Path,
    /// Whether the stack overrides the name. Otherwise it begins with the name of the stack or the service.
    is_chosen: bool,
}

/// The kind of an object with a name.
///
/// It decides which AWS service judges the name, and which names it must differ from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Cluster,
    Role,
    ExecutionPolicy,
    TaskPolicy,
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
    LoadBalancer,
    TargetGroup,
}

impl Kind {
    /// Returns the text that two equal names have in common, or `None` for kinds whose names may be equal.
    ///
    /// An IAM role and a Cloud Map service are unique without regard to case.
    fn identity(self, name: &str) -> Option<String> {
        match self {
            Kind::Role | Kind::ExecutionPolicy | Kind::CloudMap => Some(name.to_ascii_lowercase()),
            Kind::LogGroup | Kind::Service | Kind::Family | Kind::TargetGroup | Kind::LoadBalancer => {
                Some(name.to_owned())
            }
            _ => None,
        }
    }

    /// Returns the rule against names that differ by upper and lower case only.
    fn case_rule(self) -> &'static Rule {
        match self {
            Kind::CloudMap => &CM_SVC_003,
            _ => &STACK_006,
        }
    }

    /// Returns the word for the kind in a message. Only kinds that must differ have one of their own.
    fn noun(self) -> &'static str {
        match self {
            Kind::Role => "role",
            Kind::ExecutionPolicy | Kind::TaskPolicy => "policy",
            Kind::CloudMap => "Cloud Map service",
            Kind::LoadBalancer => "load balancer",
            Kind::TargetGroup => "target group",
            Kind::LogGroup => "log group",
            Kind::Family => "family",
            _ => "service",
        }
    }
}

/// Checks all names of a stack.
///
/// The namespace and each Cloud Map service together also give the DNS names of tasks, whose length has a limit.
pub(crate) fn inspect(stack: &Stack, at: &Path, report: &mut Report) {
    // A refused name would be reported again in each name that is made from it.
    let is_fine = super::stack::name(&stack.name).is_ok();
    let mut all = of_stack(stack, at);
    all.retain(|named| named.is_chosen || is_fine);
    for service in stack.services.values() {
        let is_fine = is_fine && super::service::name(&service.name).is_ok();
        all.extend(of_service(stack, service, at).into_iter().filter(|named| named.is_chosen || is_fine));
    }

    let mut seen: BTreeMap<(Kind, String), (String, String)> = BTreeMap::new();
    for Named { kind, name, at, .. } in all {
        judge(kind, &name, &at, report);
        let Some(identity) = kind.identity(&name) else {
            continue;
        };
        match seen.entry((kind, identity)) {
            Entry::Vacant(entry) => {
                entry.insert((name, at.to_string()));
            }
            Entry::Occupied(entry) => {
                let (first, place) = entry.get();
                report.add(&at, used_twice(kind, &name, first, place));
            }
        }
    }

    if is_fine {
        exec_policies(stack, at, report);
        instances(stack, at, report);
    }
}

/// Checks that the two inline policies of a task role have different names. Roles of other services may have the same.
fn exec_policies(stack: &Stack, at: &Path, report: &mut Report) {
    let with_exec = stack.services.iter().filter(|(_, service)| service.enable_execute_command == Some(true));
    for (key, _) in with_exec {
        let (first, name) = (stack.task_policy_name(key), stack.exec_policy_name(key));
        if name.eq_ignore_ascii_case(&first) {
            let place = at.key("services").key(key).key("names");
            let first_at = place.key("task_policy").to_string();
            report.add(&place.key("exec_policy"), used_twice(Kind::TaskPolicy, &name, &first, &first_at));
        }
    }
}

/// Returns the case of a name that another object of the kind has already.
///
/// `first` is the earlier name, and `place` the path that sets it. Names that differ by case only have a case of their
/// own, which Cloud Map has under CM-SVC-003.
fn used_twice(kind: Kind, name: &str, first: &str, place: &str) -> Broken {
    let noun = kind.noun();
    if first == name {
        broken!(STACK_006, "used-twice", kind = noun, name = name, place = place)
    } else {
        let rule = kind.case_rule();
        broken!(rule, DIFFERS_BY_CASE, kind = noun, name = name, first = first, place = place)
    }
}

/// An object of the stack or of a service: its kind and name, the field that overrides the name, and whether it does.
type Scheme = (Kind, String, &'static str, bool);

/// Returns the names of objects that exist once in the stack.
///
/// A name that the stack does not override has its problems at the name of the stack.
fn of_stack(stack: &Stack, at: &Path) -> Vec<Named> {
    let place = |(kind, name, field, chosen): Scheme| {
        let at = if chosen { at.key("names").key(field) } else { at.key("name") };
        Named { kind, name, at, is_chosen: chosen }
    };
    shared(stack).into_iter().chain(front(stack)).chain(balancers(stack)).map(place).collect()
}

/// Returns the names of objects that a stack has with and without an API.
///
/// The policies of the execution role are two: one for its own statements, and one for the secrets of the services.
fn shared(stack: &Stack) -> Vec<Scheme> {
    let own = &stack.names;
    let (role, policy) = (stack.execution_role_name(), stack.execution_policy_name());
    let (group, tag) = (stack.security_group_name(), stack.security_group_tag());
    let mut all = vec![
        (Kind::ExecutionPolicy, policy, "execution_policy", own.execution_policy.is_some()),
        (Kind::ExecutionPolicy, stack.secrets_policy_name(), "secrets_policy", own.secrets_policy.is_some()),
        (Kind::SecurityGroup, group, "security_group", own.security_group.is_some()),
        (Kind::SecurityGroupTag, tag, "security_group_tag", own.security_group_tag.is_some()),
    ];
    if stack.execution_role.existing.is_none() {
        all.insert(0, (Kind::Role, role, "execution_role", own.execution_role.is_some()));
    }
    if stack.cluster.existing.is_none() {
        all.insert(0, (Kind::Cluster, stack.cluster_name(), "cluster", own.cluster.is_some()));
    }
    if stack.namespace.existing.is_none() {
        all.push((Kind::Namespace, stack.namespace_name(), "namespace", own.namespace.is_some()));
    }
    all
}

/// Returns the names of the API and of the objects around it; the list is empty without an API.
///
/// The log group and the authorizers exist only if the API has an access log and authorizers.
fn front(stack: &Stack) -> Vec<Scheme> {
    let own = &stack.names;
    let Some(api) = &stack.api else { return Vec::new() };
    let mut all = vec![(Kind::Api, stack.api_name(), "api", own.api.is_some())];
    if stack.network.existing_vpc_link.is_none() {
        all.push((Kind::VpcLink, stack.vpc_link_name(), "vpc_link", own.vpc_link.is_some()));
    }
    if api.access_log.as_ref().is_some_and(|log| log.log_group.existing.is_none()) {
        let name = stack.api_log_group_name();
        all.push((Kind::LogGroup, name, "api_log_group", own.api_log_group.is_some()));
    }
    let default = api.authorizer.iter().map(|_| stack.authorizer_name());
    let named = api.authorizers.keys().map(|name| stack.named_authorizer_name(name));
    let is_chosen = own.authorizer.is_some();
    all.extend(default.chain(named).map(|name| (Kind::Authorizer, name, "authorizer", is_chosen)));
    all
}

/// Returns the names of the stack's own load balancers; a stack without services behind them has none.
fn balancers(stack: &Stack) -> Vec<Scheme> {
    let own = &stack.names;
    let kinds = [(BackendKind::Alb, "alb", own.alb.is_some()), (BackendKind::Nlb, "nlb", own.nlb.is_some())];
    let has_own = |kind| {
        let balancer = stack.load_balancers.of(kind);
        stack.services_behind(kind).next().is_some() && balancer.is_some_and(|balancer| !balancer.is_given())
    };
    let named = kinds.into_iter().filter(|(kind, ..)| has_own(*kind));
    let named = named.flat_map(|(kind, field, chosen)| {
        let count = stack.services_behind(kind).count().div_ceil(Stack::services_of_one(kind));
        let name = move |number| stack.load_balancer_name(kind, number);
        (1..=count).map(move |number| (Kind::LoadBalancer, name(number), field, chosen))
    });
    named.collect()
}

/// Returns the names of the objects of a service. Without a backend, it has neither a Cloud Map service nor a target
/// group.
///
/// Names that the service does not override have their problems at the service.
fn of_service(stack: &Stack, service: &Service, at: &Path) -> Vec<Named> {
    let (key, own) = (service.name.as_str(), &service.names);
    let at = at.key("services").key(key);
    let mut all: Vec<Scheme> = vec![
        (Kind::Service, stack.service_name(key), "service", own.service.is_some()),
        (Kind::TaskPolicy, stack.task_policy_name(key), "task_policy", own.task_policy.is_some()),
        (Kind::Family, stack.family_name(key), "family", own.family.is_some()),
        (Kind::Container, stack.container_name(key), "container", own.container.is_some()),
    ];
    if service.task.task_role.existing.is_none() {
        all.insert(1, (Kind::Role, stack.task_role_name(key), "task_role", own.task_role.is_some()));
    }
    if service.log_group.existing.is_none() {
        all.push((Kind::LogGroup, stack.log_group_name(key), "log_group", own.log_group.is_some()));
    }
    if service.enable_execute_command == Some(true) {
        all.push((Kind::TaskPolicy, stack.exec_policy_name(key), "exec_policy", own.exec_policy.is_some()));
    }
    match &service.backend {
        Some(Backend::CloudMap(_)) => {
            all.push((Kind::CloudMap, stack.cloud_map_name(key), "cloud_map", own.cloud_map.is_some()));
        }
        Some(_) => {
            let name = stack.target_group_name(key);
            all.push((Kind::TargetGroup, name, "target_group", own.target_group.is_some()));
        }
        None => {}
    }

    let place = |(kind, name, field, chosen): Scheme| {
        let at = if chosen { at.key("names").key(field) } else { at.clone() };
        Named { kind, name, at, is_chosen: chosen }
    };
    all.into_iter().map(place).collect()
}

/// Checks a name by the rules of the AWS service that it is for.
///
/// The value of the tag `Name` of the security group is judged as the value of a tag.
fn judge(kind: Kind, name: &str, at: &Path, report: &mut Report) {
    match kind {
        Kind::Role => iam::role_name(name, at, report),
        Kind::ExecutionPolicy | Kind::TaskPolicy => iam::policy_name(name, at, report),
        Kind::SecurityGroup => security_group::name(name, at, report),
        Kind::Namespace => cloud_map::namespace_name(name, at, report),
        Kind::CloudMap => cloud_map::service_name(name, at, report),
        Kind::LogGroup => logs::group_name(name, at, report),
        Kind::LoadBalancer => report.field(&ELB_LB_001, at, elb::balancer_name(name)),
        Kind::TargetGroup => report.field(&ELB_TG_001, at, elb::group_name(name)),
        Kind::Cluster | Kind::Service | Kind::Family | Kind::Container => of_ecs(kind, name, at, report),
        Kind::VpcLink | Kind::Api | Kind::Authorizer => of_api_gateway(kind, name, at, report),
        Kind::SecurityGroupTag => {
            let broken = |count, most| broken!(TAG_002, "name-length", count = count, most = most);
            length(name, limits::TAG_VALUE, broken, at, report);
        }
    }
}

/// Checks a name by the one form that ECS has for all its names; each kind has its own rule id.
///
/// The form is 1 to 255 letters, digits, `-` and `_`.
fn of_ecs(kind: Kind, name: &str, at: &Path, report: &mut Report) {
    if is_ecs_name(name) {
        return;
    }
    let broken = match kind {
        Kind::Cluster => broken!(ECS_CL_001, "invalid-name", name = name),
        Kind::Family => broken!(ECS_TD_072, "invalid-name", name = name),
        Kind::Container => broken!(ECS_TD_071, "invalid-name", name = name),
        _ => broken!(ECS_SVC_001, "invalid-name", name = name),
    };
    report.add(at, broken);
}

/// Checks that a name has 1 to 128 characters, which is all that API Gateway asks for.
fn of_api_gateway(kind: Kind, name: &str, at: &Path, report: &mut Report) {
    let broken = |count, most| match kind {
        Kind::VpcLink => broken!(APIGW_VL_003, "name-length", count = count, most = most),
        Kind::Api => broken!(APIGW_API_001, "name-length", count = count, most = most),
        _ => broken!(APIGW_AUTH_004, "name-length", count = count, most = most),
    };
    length(name, 128, broken, at, report);
}

/// Checks that a name has 1 to `most` characters.
///
/// The length is in characters. `broken` gets the length and the bound, and returns the case of the rule on that name.
fn length(
    name: &str,
    most: usize,
    broken: impl FnOnce(usize, usize) -> Broken,
    at: &Path,
    report: &mut Report,
) {
    let count = name.chars().count();
    if !(1..=most).contains(&count) {
        report.add(at, broken(count, most));
    }
}

/// Checks the DNS names of each service's tasks.
///
/// Services without a backend or behind a load balancer are not in Cloud Map, so their tasks have no DNS names.
fn instances(stack: &Stack, at: &Path, report: &mut Report) {
    for key in stack.services_behind(BackendKind::CloudMap) {
        let place = at.key("services").key(key);
        // The name of a namespace of others is known if the stack does not name it by its id.
        let existing = stack.namespace.existing.as_ref().filter(|text| text.contains('.'));
        let name = existing.cloned().unwrap_or_else(|| stack.namespace_name());
        if stack.namespace.existing.is_none() || existing.is_some() {
            cloud_map::instance_name(&stack.cloud_map_name(key), &name, &place, report);
        }
    }
}
