//! The user of the account: the caller of every call without a session of a role.
//!
//! It may make every call. An inline policy can deny some of them, for itself and in simulations.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    document, no_such_entity,
    validation::{policy_document, policy_name, required},
};
use crate::{
    access::{Policy, Rights},
    clock,
    input::parse,
    refusal::Refusal,
    world::World,
};

/// The name of the user.
const NAME: &str = "sandbox";

/// The input of the operations.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Input {
    user_name: Option<String>,
    policy_name: Option<String>,
    policy_document: Option<String>,
}

/// Carries out `GetUser`. Without a name it returns the caller.
///
/// # Errors
///
/// Refuses other users (`NoSuchEntity`), and a session of a role that names no user (`ValidationError`).
pub(super) fn get(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Input = parse(input)?;
    match &input.user_name {
        Some(name) => known(name)?,
        None if world.caller.is_some() => {
            let message = "Must specify userName when calling with non-User credentials";
            return Err(Refusal::new("ValidationError", message));
        }
        None => (),
    }
    Ok(json!({ "User": {
        "Path": "/",
        "UserName": NAME,
        "UserId": "AIDASANDBOXSANDBOX00",
        "Arn": world.global_arn("iam", &format!("user/{NAME}")),
        "CreateDate": clock::date_time(0),
    } }))
}

/// Carries out `PutUserPolicy`. It replaces a policy of the same name.
///
/// # Errors
///
/// Refuses other users, and documents that break the grammar of policies.
pub(super) fn put_policy(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Input = parse(input)?;
    known(&required(input.user_name, "userName")?)?;
    let name = policy_name(input.policy_name)?;
    let text = policy_document(input.policy_document)?;
    document::check_partitions(world, &text)?;
    world.iam.user_policies.insert(name, text);
    Ok(json!({}))
}

/// Carries out `DeleteUserPolicy`.
///
/// # Errors
///
/// Refuses other users and unknown policies.
pub(super) fn delete_policy(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Input = parse(input)?;
    known(&required(input.user_name, "userName")?)?;
    let name = policy_name(input.policy_name)?;
    match world.iam.user_policies.remove(&name) {
        Some(_) => Ok(json!({})),
        None => Err(no_such_entity(format!("The user policy with name {name} cannot be found."))),
    }
}

/// Refuses the name of another user.
fn known(name: &str) -> Result<(), Refusal> {
    let message = || format!("The user with name {name} cannot be found.");
    if name == NAME { Ok(()) } else { Err(no_such_entity(message())) }
}

/// Returns the rights of the user: all of them, as far as no policy denies one.
pub(crate) fn rights(world: &World) -> Rights {
    let everything = json!({ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } });
    let inline = world.iam.user_policies.iter().map(|(name, text)| Policy::read(name, text));
    let all = std::iter::once(Policy::read("user", &everything.to_string())).chain(inline);
    Rights { identity: all.collect(), boundary: None }
}

/// Returns whether a policy may deny the user a call.
pub(crate) fn is_limited(world: &World) -> bool {
    !world.iam.user_policies.is_empty()
}
