//! The scope of a signature. The sandbox has no secrets, so it does not check the signature itself.
//!
//! The scope of `SigV4` names the date, the region and the service. A regional service accepts its account's
//! region only. A service of a partition, such as IAM, accepts every region of the partition, and refuses
//! those of another one as it refuses unknown credentials. That last refusal is an assumption.

use bytes::Bytes;
use http::{Request, header::AUTHORIZATION};
use sss_model::Partition;

use crate::{
    refusal::Refusal,
    service::{AwsService, Scope},
    services,
    wire::Protocol,
};

/// The scope of a `SigV4` signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    /// The id of the access key, which names the caller.
    pub(super) access_key: String,
    /// The region for which the client signed.
    pub(super) region: String,
    /// The signing name of the service for which the client signed.
    pub(super) service: String,
}

/// Returns the scope of a signed request. `None` without a signature in the header; signatures in the query
/// are not read.
pub(super) fn of(request: &Request<Bytes>) -> Option<Signature> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (_, credential) = header.strip_prefix("AWS4-HMAC-SHA256")?.split_once("Credential=")?;
    let scope = credential.split(',').next()?;
    let mut parts = scope.trim().rsplit('/');
    parts.next().filter(|terminator| *terminator == "aws4_request")?;
    let service = parts.next()?.to_owned();
    let region = parts.next()?.to_owned();
    let access_key = scope.trim().split('/').next()?.to_owned();
    Some(Signature { access_key, region, service })
}

/// Refuses a request without a signature for this service and region.
///
/// # Errors
///
/// The codes are those of the service's kind of protocol: `MissingAuthenticationToken` and
/// `SignatureDoesNotMatch` for the Query protocols, `MissingAuthenticationTokenException` and
/// `InvalidSignatureException` for the others. A service that the sandbox does not have gets status 404.
pub(super) fn check(signature: Option<Signature>, service: &AwsService, region: &str) -> Result<(), Refusal> {
    let query = matches!(service.protocol, Protocol::Query(_));
    let Some(signature) = signature else {
        let code = if query { "MissingAuthenticationToken" } else { "MissingAuthenticationTokenException" };
        return Err(Refusal::with_status(403, code, "Request is missing Authentication Token"));
    };

    let invalid = if query { "SignatureDoesNotMatch" } else { "InvalidSignatureException" };
    if services::signed_as(&signature.service).is_none() {
        let message = format!("the sandbox has no service '{}'", signature.service);
        return Err(Refusal::with_status(404, "UnknownOperationException", message));
    }
    if signature.service != service.name {
        let message = format!("Credential should be scoped to correct service: '{}'.", service.name);
        return Err(Refusal::with_status(403, invalid, message));
    }
    match service.scope {
        Scope::Partition if Partition::of_region(&signature.region) != Partition::of_region(region) => {
            let message = "The security token included in the request is invalid.";
            Err(Refusal::with_status(403, "InvalidClientTokenId", message))
        }
        Scope::Region if signature.region != region => {
            Err(Refusal::with_status(403, invalid, "Credential should be scoped to a valid region."))
        }
        Scope::Region | Scope::Partition => Ok(()),
    }
}
