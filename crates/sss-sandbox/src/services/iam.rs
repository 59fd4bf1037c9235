//! IAM roles with their trust, their inline and attached policies, and their tags.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    clock::milliseconds,
    gate::{self, Form, Texts},
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    tags::Tags,
    wire::{Envelope, Protocol, Query},
    world::World,
};

mod authorization;
mod document;
mod inline_policy;
mod managed_policy;
mod page;
mod role;
mod service_linked;
mod tag;
mod validation;

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "iam",
    cli_name: "iam",
    protocol: Protocol::Query(Query {
        version: "2010-05-08",
        namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
        envelope: Envelope::Aws,
    }),
    form: Form::Text(TEXTS),
    scope: Scope::Partition,
    quotas: &[],
    troubles: Troubles {
        throttled: Trouble::throttled("Throttling"),
        failed: Trouble::failed(500, "ServiceFailure"),
        denied: Trouble::denied(403, "AccessDenied"),
    },
    one_writer: None,
    operate: call,
    tagged: None,
    furnish: Some(furnish),
    conceal: None,
};

/// The members of requests whose text stands for something else.
const TEXTS: Texts = Texts { names: &[], integers: &["MaxSessionDuration"], flags: &[], lists: &["Tags"] };

/// This service's part of the account. IAM is global, so it contains neither account nor region; answers derive the
/// ARNs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The roles by lower-case name, because names that differ only in case collide.
    roles: BTreeMap<String, Role>,
}

/// Adds the service-linked role of ECS to a new account.
fn furnish(world: &mut World) {
    let role = service_linked::ecs(world.partition());
    world.iam.roles.insert(role.name.to_lowercase(), role);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Role {
    name: String,
    id: String,
    path: String,
    created: u64,
    trust: String,
    description: Option<String>,
    max_session_duration: u32,
    permissions_boundary: Option<String>,
    tags: Tags,
    inline_policies: BTreeMap<String, String>,
    attached_policies: BTreeSet<String>,
}

impl Role {
    fn arn(&self, world: &World) -> String {
        world.global_arn("iam", &format!("role{}{}", self.path, self.name))
    }

    /// Returns whether the role has at least this age.
    fn is_older_than(&self, age: Duration, now: u64) -> bool {
        milliseconds(age) <= now.saturating_sub(self.created)
    }

    fn is_service_linked(&self) -> bool {
        self.path.starts_with(service_linked::PATH)
    }
}

impl State {
    /// Takes the state and leaves an empty one.
    pub(crate) fn take(&mut self) -> Self {
        Self { roles: std::mem::take(&mut self.roles) }
    }

    fn role(&self, name: &str) -> Result<&Role, Refusal> {
        self.roles
            .get(&name.to_lowercase())
            .filter(|role| role.name == name)
            .ok_or_else(|| no_such_role(name))
    }

    /// Returns a role for a change. Refuses service-linked roles, which belong to their service.
    fn role_mut(&mut self, name: &str) -> Result<&mut Role, Refusal> {
        self.role(name)?;
        let role = self.roles.get_mut(&name.to_lowercase()).expect("the role was found under this name");
        if role.is_service_linked() {
            return Err(service_linked::unmodifiable(role));
        }
        Ok(role)
    }
}

fn no_such_entity(message: impl Into<String>) -> Refusal {
    Refusal::with_status(404, "NoSuchEntity", message)
}

fn no_such_role(name: &str) -> Refusal {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

fn limit_exceeded(message: impl Into<String>) -> Refusal {
    Refusal::with_status(409, "LimitExceeded", message)
}

/// Carries out one operation and returns its answer.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    gate::pass(&SERVICE, operation, input)?;
    match operation {
        "CreateRole" => role::create(world, input),
        "CreateServiceLinkedRole" => service_linked::create(world, input),
        "GetRole" => role::get(world, input),
        "ListRoles" => role::list(world, input),
        "UpdateRole" => role::update(world, input),
        "UpdateRoleDescription" => role::update_description(world, input),
        "UpdateAssumeRolePolicy" => role::update_trust(world, input),
        "PutRolePermissionsBoundary" => role::put_permissions_boundary(world, input),
        "DeleteRolePermissionsBoundary" => role::delete_permissions_boundary(world, input),
        "DeleteRole" => role::delete(world, input),
        "ListInstanceProfilesForRole" => role::list_instance_profiles(world, input),
        "PutRolePolicy" => inline_policy::put(world, input),
        "GetRolePolicy" => inline_policy::get(world, input),
        "DeleteRolePolicy" => inline_policy::delete(world, input),
        "ListRolePolicies" => inline_policy::list(world, input),
        "AttachRolePolicy" => managed_policy::attach(world, input),
        "DetachRolePolicy" => managed_policy::detach(world, input),
        "ListAttachedRolePolicies" => managed_policy::list(world, input),
        "TagRole" => tag::add(world, input),
        "UntagRole" => tag::remove(world, input),
        "ListRoleTags" => tag::list(world, input),
        "GetAccountAuthorizationDetails" => authorization::details(world, input),
        _ => Err(Refusal::new(
            "InvalidAction",
            format!("Could not find operation {operation} for version 2010-05-08"),
        )),
    }
}

/// Returns whether the account has a role with this ARN or name.
pub(crate) fn role_exists(world: &World, arn_or_name: &str) -> bool {
    find(world, arn_or_name).is_some()
}

/// Returns whether a service can assume a role: the trust policy allows it, and the role is old enough.
///
/// The conditions of the policy count as met.
pub(crate) fn trusts(world: &World, arn: &str, service_principal: &str) -> bool {
    find(world, arn).is_some_and(|role| {
        document::allows_service(&role.trust, service_principal)
            && role.is_older_than(world.delays.role_assumable, world.now)
    })
}

/// Returns whether a role is so new that services may not know it.
pub(crate) fn is_new(world: &World, arn: &str) -> bool {
    find(world, arn).is_some_and(|role| !role.is_older_than(world.delays.role_assumable, world.now))
}

/// Returns the roles that IAM finds by now, with their keys.
fn visible(world: &World) -> impl Iterator<Item = (&String, &Role)> {
    world.iam.roles.iter().filter(|(_, role)| role.is_older_than(world.delays.role_listed, world.now))
}

fn find<'world>(world: &'world World, arn_or_name: &str) -> Option<&'world Role> {
    let name = arn_or_name.rsplit('/').next().unwrap_or(arn_or_name);
    let role = world.iam.role(name).ok()?;
    (arn_or_name == role.name || arn_or_name == role.arn(world)).then_some(role)
}

#[cfg(test)]
mod tests;
