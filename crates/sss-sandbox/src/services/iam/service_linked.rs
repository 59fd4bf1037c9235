//! Service-linked roles. Only their AWS service creates and changes them.
//!
//! A caller can ask for a role with `CreateServiceLinkedRole`, but cannot change it afterwards. The sandbox
//! has the roles of ECS, API Gateway, Application Auto Scaling and Elastic Load Balancing. The role of ECS exists in
//! every new account, because ECS creates it with the first cluster. A deletion takes effect at once; that AWS refuses
//! it while the service has objects is left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::Partition;

use super::{Role, role, validation::required};
use crate::{input::parse, refusal::Refusal, world::World};

/// The path of these roles.
pub(super) const PATH: &str = "/aws-service-role/";

/// The time when the account was opened, in milliseconds since the Unix epoch.
const ACCOUNT_OPENED: u64 = 1_577_836_800_000;

/// A role that a service has.
struct Definition {
    /// The principal that assumes the role.
    principal: &'static str,
    /// The name of the role.
    role: &'static str,
    /// The name of its managed policy.
    policy: &'static str,
}

/// The role of ECS.
const ECS: Definition = Definition {
    principal: "ecs.amazonaws.com",
    role: "AWSServiceRoleForECS",
    policy: "AmazonECSServiceRolePolicy",
};

/// The roles that a new account does not have.
const OTHERS: &[Definition] = &[
    Definition {
        principal: "ops.apigateway.amazonaws.com",
        role: "AWSServiceRoleForAPIGateway",
        policy: "APIGatewayServiceRolePolicy",
    },
    Definition {
        principal: "ecs.application-autoscaling.amazonaws.com",
        role: "AWSServiceRoleForApplicationAutoScaling_ECSService",
        policy: "AWSApplicationAutoscalingECSServicePolicy",
    },
    Definition {
        principal: "elasticloadbalancing.amazonaws.com",
        role: "AWSServiceRoleForElasticLoadBalancing",
        policy: "AWSElasticLoadBalancingServiceRolePolicy",
    },
];

/// Returns the role of ECS, which an account gets with its first cluster.
pub(super) fn ecs(partition: &Partition) -> Role {
    linked(partition, &ECS, "AROASANDBOXECSSERVICE".to_owned(), ACCOUNT_OPENED)
}

/// Returns a role by its definition, with an id and the time of its creation.
fn linked(partition: &Partition, definition: &Definition, id: String, created: u64) -> Role {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": definition.principal },
            "Action": "sts:AssumeRole",
        }],
    });

    Role {
        name: definition.role.to_owned(),
        id,
        path: format!("{PATH}{}/", definition.principal),
        created,
        trust: trust.to_string(),
        description: None,
        max_session_duration: role::DEFAULT_SESSION_DURATION,
        permissions_boundary: None,
        tags: BTreeMap::new(),
        inline_policies: BTreeMap::new(),
        attached_policies: BTreeSet::from([
            partition.managed_policy(&format!("aws-service-role/{}", definition.policy))
        ]),
    }
}

/// The input of `CreateServiceLinkedRole`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    #[serde(rename = "AWSServiceName")]
    service: Option<String>,
    description: Option<String>,
}

/// Carries out `CreateServiceLinkedRole`.
///
/// # Errors
///
/// Refuses services that are not in the list (`AccessDenied`), and a role that exists (`InvalidInput`).
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Create = parse(input)?;
    let service = required(input.service, "aWSServiceName")?;
    let Some(definition) = definition(&service) else {
        let message = format!("Service-linked role cannot be created for {service}.");
        return Err(Refusal::new("AccessDenied", message));
    };

    let key = definition.role.to_lowercase();
    if world.iam.roles.contains_key(&key) {
        let message = format!(
            "Service role name {} has been taken in this account, please try a different suffix.",
            definition.role
        );
        return Err(Refusal::new("InvalidInput", message));
    }
    let created = world.now;
    let mut role = linked(world.partition(), definition, role::new_role_id(world), created);
    role.description = input.description;
    let answer = role::summary(world, &role);
    world.iam.roles.insert(key, role);
    Ok(json!({ "Role": answer }))
}

/// Returns the definition of a service's role by the principal.
fn definition(principal: &str) -> Option<&'static Definition> {
    OTHERS.iter().chain([&ECS]).find(|definition| definition.principal == principal)
}

/// Returns whether the account has the role of this principal.
pub(crate) fn exists(world: &World, principal: &str) -> bool {
    definition(principal)
        .is_some_and(|definition| world.iam.roles.contains_key(&definition.role.to_lowercase()))
}

/// Returns the resource of a service's role in ARNs, without the type, by the principal.
pub(super) fn resource(principal: &str) -> String {
    let role = definition(principal).map_or("*", |definition| definition.role);
    format!("{}{principal}/{role}", PATH.trim_start_matches('/'))
}

/// Creates the role of ECS if the account does not have it, as ECS does with a cluster.
pub(crate) fn ensure_ecs(world: &mut World) {
    if !exists(world, ECS.principal) {
        let created = world.now;
        let id = role::new_role_id(world);
        let role = linked(world.partition(), &ECS, id, created);
        world.iam.roles.insert(role.name.to_lowercase(), role);
    }
}

/// The input of `DeleteServiceLinkedRole`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    role_name: Option<String>,
}

/// Carries out `DeleteServiceLinkedRole`.
///
/// # Errors
///
/// Refuses unknown roles, and roles that belong to no service (`NoSuchEntity`).
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Delete = parse(input)?;
    let name = required(input.role_name, "roleName")?;
    let role = world.iam.role(&name)?;
    if !role.is_service_linked() {
        return Err(super::no_such_role(&name));
    }
    let task = format!("task{}{name}/{}", role.path, role.id.to_lowercase());
    world.iam.roles.remove(&name.to_lowercase());
    Ok(json!({ "DeletionTaskId": task }))
}

/// Returns the refusal of a change by a caller.
pub(super) fn unmodifiable(role: &Role) -> Refusal {
    let service = role.path.trim_start_matches(PATH).trim_end_matches('/');
    let message = format!(
        "Cannot perform the operation on the protected role '{}' - this role is only modifiable or \
 deletable by an AWS service: {service}",
        role.name
    );
    Refusal::new("UnmodifiableEntity", message)
}
