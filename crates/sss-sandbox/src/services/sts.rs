//! STS: the identity of the caller, and sessions of roles.
//!
//! A caller is known by its access key. The key of a session of a role stands for the role, whose policies then decide
//! about its calls; every other key stands for one user, who may make every call. `GetCallerIdentity` needs no
//! permission on AWS.
//!
//! # Left out
//!
//! The end of sessions, session policies and tags, external ids, and all other ways to a session.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    access::{Access, Check, Entry, no_tags, unchanged},
    gate::Form,
    input::parse,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    services::iam,
    wire::{Envelope, Protocol, Query},
    world::World,
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "sts",
    cli_name: "sts",
    protocol: Protocol::Query(Query {
        version: "2011-06-15",
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
        envelope: Envelope::Aws(&[]),
    }),
    form: Form::Same,
    scope: Scope::Partition,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("Throttling"),
        failed: Trouble::failed(500, "InternalFailure"),
        denied: Trouble::denied(403, "AccessDenied"),
    },
    access: ACCESS,
    one_writer: None,
    tokens: None,
    operate: call,
    tagged: None,
    furnish: None,
    conceal: None,
};

/// Quotas on the calls of this service.
///
/// Source: "IAM and AWS STS quotas".
const QUOTAS: &[Quota] = &[Quota::new(Calls::All, 600, 600)];

/// The permissions of each operation.
///
/// Source: "Actions, resources, and condition keys for AWS Security Token Service", in the Service Authorization
/// Reference.
const ACCESS: Access = Access {
    entries: &[
        Entry::new(&["GetCallerIdentity"], &[]),
        Entry::new(&["AssumeRole"], &[Check::on("{RoleArn}")]),
    ],
    usual: Check::on("*"),
    arn: |world, resource| world.global_arn("sts", resource),
    name: unchanged,
    tags: no_tags,
};

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Refuses a role that the caller cannot assume, and all operations except `GetCallerIdentity` and `AssumeRole` as
/// unknown.
fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetCallerIdentity" => Ok(json!({
            "Arn": world.caller_arn(),
            "UserId": world.caller_id(),
            "Account": world.account,
        })),
        "AssumeRole" => assume_role(world, input),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}

/// The input of `AssumeRole`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Assume {
    #[serde(default)]
    role_arn: String,
    #[serde(default)]
    role_session_name: String,
}

/// Carries out `AssumeRole`. The session lasts as long as the account.
///
/// # Errors
///
/// Refuses a role that does not exist or does not trust the caller (`AccessDenied`).
fn assume_role(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let input: Assume = parse(input)?;
    let Some(begun) = iam::begin_session(world, &input.role_arn, &input.role_session_name) else {
        let message = format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
            world.caller_arn(),
            input.role_arn
        );
        return Err(Refusal::with_status(403, "AccessDenied", message));
    };
    Ok(json!({
        "AssumedRoleUser": { "AssumedRoleId": begun.caller.id, "Arn": begun.caller.arn },
        "Credentials": {
            "AccessKeyId": begun.access_key,
            "SecretAccessKey": "sandbox",
            "SessionToken": "sandbox",
            "Expiration": begun.expiration,
        },
    }))
}
