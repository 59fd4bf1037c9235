//! Route 53 (`route53`): hosted zones and their records.
//!
//! A zone has a name, and records by name and type. A change is PENDING for a time and then INSYNC. A new account has the
//! zone `example.com`.
//!
//! # Behaviour of AWS
//!
//! - Names end with a dot, are in lower case, and have `\052` in the place of `*`.
//! - A batch of changes is carried out as a whole or refused with all reasons in one message (`InvalidChangeBatch`).
//! - `CREATE` refuses a record that exists, `UPSERT` replaces it, and `DELETE` needs the values that it has.
//! - A name with a CNAME has no other record.
//!
//! # Left out
//!
//! Zones of VPCs, routing policies with identifiers, health checks, whether the target of an alias exists, DNSSEC,
//! traffic policies, tags, and DNS itself.

mod access;
mod change;
mod record;
#[cfg(test)]
mod tests;
mod zone;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::zone::Zone;
use crate::{
    gate::Form,
    input::parse,
    quota::{Calls, Quota},
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    wire::{Path, Protocol, Rest, RestXml},
    world::World,
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "route53",
    cli_name: "route53",
    protocol: Protocol::RestXml(RestXml {
        rest: Rest { root: "/2013-04-01/", paths: PATHS, lists: &[] },
        namespace: "https://route53.amazonaws.com/doc/2013-04-01/",
    }),
    form: Form::Same,
    scope: Scope::Partition,
    quotas: QUOTAS,
    troubles: Troubles {
        throttled: Trouble::throttled("Throttling"),
        failed: Trouble::failed(500, "InternalFailure"),
        denied: Trouble::denied(403, "AccessDenied"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: None,
    operate: call,
    tagged: None,
    furnish: Some(zone::furnish),
    conceal: None,
};

/// Quotas on the calls of this service.
///
/// Source: "Quotas" in the developer guide of Route 53: five requests per second and account.
const QUOTAS: &[Quota] = &[Quota::new(Calls::All, 5, 5)];

/// The paths below `/2013-04-01/`. Source: AWS's service model.
const PATHS: &[Path] = &[
    Path {
        template: "hostedzone",
        operations: &[("POST", "CreateHostedZone", 201), ("GET", "ListHostedZones", 200)],
    },
    Path {
        template: "hostedzone/{Id}",
        operations: &[("GET", "GetHostedZone", 200), ("DELETE", "DeleteHostedZone", 200)],
    },
    Path {
        template: "hostedzone/{Id}/rrset",
        operations: &[("POST", "ChangeResourceRecordSets", 200), ("GET", "ListResourceRecordSets", 200)],
    },
    Path { template: "hostedzone/{Id}/rrset/", operations: &[("POST", "ChangeResourceRecordSets", 200)] },
    Path { template: "change/{Id}", operations: &[("GET", "GetChange", 200)] },
];

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Hosted zones by id.
    zones: BTreeMap<String, Zone>,
    /// The times of changes, by id.
    changes: BTreeMap<String, u64>,
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the operation's own refusal, or the one for an operation that the sandbox does not have. A refused
/// call changes nothing.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateHostedZone" => zone::create(world, parse(input)?),
        "GetHostedZone" => zone::get(world, &parse(input)?),
        "ListHostedZones" => Ok(zone::list(world)),
        "DeleteHostedZone" => zone::delete(world, &parse(input)?),
        "ChangeResourceRecordSets" => record::change(world, parse(input)?),
        "ListResourceRecordSets" => record::list(world, &parse(input)?),
        "GetChange" => change::get(world, &parse(input)?),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}
