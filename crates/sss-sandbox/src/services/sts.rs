//! STS: the identity of the caller.
//!
//! Every caller is the same user, because the sandbox checks no signature. `GetCallerIdentity` needs no
//! permission on AWS. Sessions, roles and tokens are left out, so code under test cannot assume a role here.

use serde_json::{Value, json};

use crate::{
    gate::Form,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
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
        envelope: Envelope::Aws,
    }),
    form: Form::Same,
    scope: Scope::Partition,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("Throttling"),
        failed: Trouble::failed(500, "InternalFailure"),
        denied: Trouble::denied(403, "AccessDenied"),
    },
    one_writer: None,
    operate: call,
    tagged: None,
    furnish: None,
    conceal: None,
};

/// Quotas on the calls of this service.
///
/// Source: "IAM and AWS STS quotas".
const QUOTAS: &[Quota] = &[Quota::new(Calls::All, 600, 600)];

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Refuses all operations except `GetCallerIdentity` as unknown.
fn call(world: &mut World, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetCallerIdentity" => Ok(json!({
            "Arn": world.caller_arn(),
            "UserId": "AIDASANDBOXSANDBOX00",
            "Account": world.account,
        })),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}
