//! IAM roles with their trust, their inline and attached policies, and their tags.
//!
//! # Terms
//!
//! - A *role* is an identity that a service assumes. Its *trust policy* says which one may.
//! - An *inline policy* belongs to one role. A *managed policy* has an ARN and is attached to roles.
//! - A *permissions boundary* is a managed policy that limits a role.
//! - A *service-linked role* belongs to an AWS service, which alone may change it.
//!
//! # How the parts work together
//!
//! `role` has the roles, `inline_policy`, `managed_policy` and `tag` their parts, and `service_linked` the
//! roles of AWS's services. `document` reads policy documents, which the rules have checked before.
//! `validation` words refusals as IAM does. `customer_policy` has the managed policies of the account, and
//! `aws_policies` the documents of AWS's own. `session` has the callers that are roles, with their rights, and
//! `simulation` answers what a role may do.
//!
//! The calls of a session are those that the policies of its role allow ([`crate::access`]). Every other caller may
//! make every call, unless a fault denies it.
//!
//! # Behaviour of AWS
//!
//! - Names are unique without regard to case, and are found only in their own case.
//! - No service can assume a new role for 10 s (terraform#2869, tfp#6566, tfp#43124; `tfp` is
//!   hashicorp/terraform-provider-aws). The length is an assumption. With [`Delays`](crate::Delays) IAM does
//!   not show a new role for a time, and its name is taken already.
//! - A policy, boundary or document of another partition is refused (pulumi-aws-apigateway#347,
//!   terraform-aws-iam#39). That this holds for boundaries is an assumption.
//! - IAM is global: the regions of a partition share its roles, and it accepts signatures for any of them.
//!
//! # Left out
//!
//! Users, groups, instance profiles, versions of managed policies, last use, and the quota of roles. AWS documents no
//! quotas on calls to IAM; the one on the listing of everything is an assumption.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    access::{Decision, Keys, Need},
    clock::milliseconds,
    gate::{self, Form, Texts},
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    tags::Tags,
    token::Tokens,
    wire::{Envelope, Protocol, Query},
    world::World,
};

mod access;
mod authorization;
mod aws_policies;
mod customer_policy;
mod document;
mod inline_policy;
mod managed_policy;
mod page;
mod role;
mod service_linked;
mod session;
mod simulation;
mod tag;
mod user;
mod validation;

pub(crate) use self::{
    service_linked::{ensure_ecs as ensure_role_of_ecs, exists as has_service_linked_role},
    session::{begin as begin_session, of as session},
    user::{is_limited as user_is_limited, rights as rights_of_user},
};

/// Quotas on the calls of this service.
///
/// Source: none. Other tools read IAM 15 times per second without being refused (`steampipe-plugin-aws`).
const QUOTAS: &[Quota] = &[Quota::new(Calls::Any(&["GetAccountAuthorizationDetails"]), 15, 15)];

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "iam",
    cli_name: "iam",
    protocol: Protocol::Query(Query {
        version: "2010-05-08",
        namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
        envelope: Envelope::Aws(&["UpdateRole"]),
    }),
    form: Form::Text(TEXTS),
    scope: Scope::Partition,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("Throttling"),
        failed: Trouble::failed(500, "ServiceFailure"),
        denied: Trouble::denied(403, "AccessDenied"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: Some(TOKENS),
    operate: call,
    tagged: None,
    furnish: Some(furnish),
    conceal: None,
};

/// The tokens of this service's listings.
const TOKENS: &Tokens = &Tokens {
    asked: "Marker",
    given: &["Marker"],
    refusal: || Refusal::new("ValidationError", "Invalid Marker."),
};

/// The members of requests whose text stands for something else.
const TEXTS: Texts =
    Texts { names: &[], integers: &["MaxSessionDuration"], flags: &[], lists: &["Tags"], verbatim: &[] };

/// This service's part of the account. IAM is global, so it contains neither account nor region; answers derive the
/// ARNs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The roles by lower-case name, because names that differ only in case collide.
    roles: BTreeMap<String, Role>,
    /// The managed policies of the account, by the part of the ARN behind `policy`, such as `/deploy`.
    #[serde(default)]
    policies: BTreeMap<String, customer_policy::Policy>,
    /// The sessions of roles, by the id of their access key.
    #[serde(default)]
    sessions: BTreeMap<String, session::Session>,
    /// The documents of the user's inline policies by name.
    #[serde(default)]
    user_policies: BTreeMap<String, String>,
}

/// Adds the service-linked role of ECS to a new account.
fn furnish(world: &mut World) {
    let role = service_linked::ecs(world.partition());
    world.iam.roles.insert(role.name.to_lowercase(), role);
}

/// A role. Its ARN follows from the account, the path and the name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Role {
    name: String,
    /// The unique id, which a later role of the same name does not get.
    id: String,
    /// The path, `/` by default. It begins and ends with a slash.
    path: String,
    /// The time of the creation, in milliseconds since the Unix epoch.
    created: u64,
    /// The trust policy as the request has it.
    trust: String,
    description: Option<String>,
    /// The longest session in seconds, 3,600 by default.
    max_session_duration: u32,
    /// The ARN of the boundary. `None` without one.
    permissions_boundary: Option<String>,
    tags: Tags,
    /// The documents of the inline policies by name.
    inline_policies: BTreeMap<String, String>,
    /// The ARNs of the attached policies.
    attached_policies: BTreeSet<String>,
}

impl Role {
    /// Returns the ARN, in the partition and account of the world.
    fn arn(&self, world: &World) -> String {
        world.global_arn("iam", &format!("role{}{}", self.path, self.name))
    }

    /// Returns whether the role has at least this age.
    fn is_older_than(&self, age: Duration, now: u64) -> bool {
        milliseconds(age) <= now.saturating_sub(self.created)
    }

    /// Returns whether the role belongs to an AWS service, by its path.
    fn is_service_linked(&self) -> bool {
        self.path.starts_with(service_linked::PATH)
    }
}

impl State {
    /// Takes the state and leaves an empty one. A region that shares the roles of another one gets them this
    /// way.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Returns a role by its name, in its own case.
    ///
    /// # Errors
    ///
    /// Refuses unknown roles with `NoSuchEntity`.
    fn role(&self, name: &str) -> Result<&Role, Refusal> {
        self.roles
            .get(&name.to_lowercase())
            .filter(|role| role.name == name)
            .ok_or_else(|| no_such_role(name))
    }

    /// Returns a role for a change.
    ///
    /// # Errors
    ///
    /// Refuses unknown roles, and service-linked roles, which belong to their service (`UnmodifiableEntity`).
    fn role_mut(&mut self, name: &str) -> Result<&mut Role, Refusal> {
        self.role(name)?;
        let role = self.roles.get_mut(&name.to_lowercase()).expect("the role was found under this name");
        if role.is_service_linked() {
            return Err(service_linked::unmodifiable(role));
        }
        Ok(role)
    }
}

/// Returns the refusal of an object that does not exist, with status 404.
fn no_such_entity(message: impl Into<String>) -> Refusal {
    Refusal::with_status(404, "NoSuchEntity", message)
}

/// Returns the refusal of a role that does not exist.
fn no_such_role(name: &str) -> Refusal {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

/// Returns the refusal of a change above a quota, with status 409.
fn limit_exceeded(message: impl Into<String>) -> Refusal {
    Refusal::with_status(409, "LimitExceeded", message)
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the refusal of a broken rule, the operation's own refusal, or the one for an operation that the
/// sandbox does not have. A refused call changes no object.
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
        "CreatePolicy" => customer_policy::create(world, input),
        "GetPolicy" => customer_policy::get(world, input),
        "DeletePolicy" => customer_policy::delete(world, input),
        "DeleteServiceLinkedRole" => service_linked::delete(world, input),
        "GetUser" => user::get(world, input),
        "PutUserPolicy" => user::put_policy(world, input),
        "DeleteUserPolicy" => user::delete_policy(world, input),
        "SimulatePrincipalPolicy" => simulation::of_principal(world, input),
        "SimulateCustomPolicy" => simulation::of_documents(world, input),
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
        document::allows_service(world, &role.trust, service_principal)
            && role.is_older_than(world.delays.role_assumable, world.now)
    })
}

/// Returns whether the policies of a role allow an action without a resource.
pub(crate) fn allows(world: &World, arn: &str, action: &str) -> bool {
    let need = Need { action: action.to_owned(), resource: "*".to_owned(), keys: Keys::new() };
    find(world, arn).is_some_and(|role| session::rights(world, role).decision(&need) == Decision::Allowed)
}

/// Returns whether a role is so new that services may not know it. An unknown role is not new.
pub(crate) fn is_new(world: &World, arn: &str) -> bool {
    find(world, arn).is_some_and(|role| !role.is_older_than(world.delays.role_assumable, world.now))
}

/// Returns the roles that IAM finds by now, with their keys.
fn visible(world: &World) -> impl Iterator<Item = (&String, &Role)> {
    world.iam.roles.iter().filter(|(_, role)| role.is_older_than(world.delays.role_listed, world.now))
}

/// Returns the ARN of a role by its name, also before IAM shows the role. `None` for an unknown one.
pub(crate) fn arn_of(world: &World, name: &str) -> Option<String> {
    Some(find(world, name)?.arn(world))
}

/// Returns a role by its ARN or its name. An ARN must have the right account and path.
fn find<'world>(world: &'world World, arn_or_name: &str) -> Option<&'world Role> {
    let name = arn_or_name.rsplit('/').next().unwrap_or(arn_or_name);
    let role = world.iam.role(name).ok()?;
    (arn_or_name == role.name || arn_or_name == role.arn(world)).then_some(role)
}

#[cfg(test)]
mod tests;
