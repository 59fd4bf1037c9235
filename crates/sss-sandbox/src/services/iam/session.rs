//! Sessions: callers that are roles.
//!
//! A session has an access key. A call with this key is a call of the role, and the policies of the role decide about
//! it at the time of the call. A role that was deleted allows nothing.

use serde::{Deserialize, Serialize};

use super::{Role, aws_policies, customer_policy, document, find, role::UPPER_ALPHANUMERIC};
use crate::{
    access::{Policy, Rights},
    clock,
    world::{Caller, World},
};

/// The length of a session, in milliseconds, in the answer that begins it.
const LENGTH: u64 = 3_600_000;

/// A session of a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The name of the role.
    role: String,
    /// The unique id of the role. A later role of the same name is another one.
    role_id: String,
    /// The name of the session.
    name: String,
}

/// A session that has begun.
pub(crate) struct Begun {
    /// The id of its access key.
    pub(crate) access_key: String,
    /// The caller.
    pub(crate) caller: Caller,
    /// The time until which AWS would accept the key, as text.
    pub(crate) expiration: String,
}

/// Begins a session of a role by its ARN. `None` if the role does not exist or does not trust the caller.
pub(crate) fn begin(world: &mut World, arn: &str, name: &str) -> Option<Begun> {
    let found = find(world, arn).filter(|role| arn == role.arn(world))?;
    if !document::allows_caller(world, &found.trust) {
        return None;
    }
    let session = Session { role: found.name.clone(), role_id: found.id.clone(), name: name.to_owned() };
    let caller = session.caller(world);
    let access_key = format!("ASIA{}", world.new_id(UPPER_ALPHANUMERIC, 16));
    world.iam.sessions.insert(access_key.clone(), session);
    let expiration = clock::date_time(world.now + LENGTH);
    Some(Begun { access_key, caller, expiration })
}

/// Returns the caller with this access key, and its rights. `None` for a key of no session.
pub(crate) fn of(world: &World, access_key: &str) -> Option<(Caller, Rights)> {
    let session = world.iam.sessions.get(access_key)?;
    let role = world.iam.role(&session.role).ok().filter(|role| role.id == session.role_id);
    Some((session.caller(world), role.map(|role| rights(world, role)).unwrap_or_default()))
}

impl Session {
    /// Returns the session as the caller of calls.
    fn caller(&self, world: &World) -> Caller {
        let Self { role, role_id, name } = self;
        Caller {
            arn: world.global_arn("sts", &format!("assumed-role/{role}/{name}")),
            id: format!("{role_id}:{name}"),
        }
    }
}

/// Returns the rights of a role, by its policies and its boundary.
pub(super) fn rights(world: &World, role: &Role) -> Rights {
    let inline = role.inline_policies.iter().map(|(name, text)| Policy::read(name, text));
    let attached = role.attached_policies.iter().map(|arn| managed(world, arn));
    Rights {
        identity: inline.chain(attached).collect(),
        boundary: role.permissions_boundary.as_ref().map(|arn| vec![managed(world, arn)]),
    }
}

/// Returns a managed policy by its ARN. One whose document the sandbox does not know allows nothing.
fn managed(world: &World, arn: &str) -> Policy {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let text = match customer_policy::find(world, arn) {
        Some(policy) => policy.document.clone(),
        None => aws_policies::document(name).unwrap_or_default(),
    };
    Policy::read(name, &text)
}
