//! AWS's protocols: from an HTTP request to a service's operation in the neutral form, and back.
//!
//! The *neutral form* of an input or output is a JSON value with AWS's member names as they are on the wire.
//! A request is read in three steps. Its signature names the service; without one, target, path or version
//! do. The service's protocol decodes the operation and its input. A request with another scope in its
//! signature is refused, and keeps the name of its operation for the record of calls.
//!
//! - `json`: AWS JSON 1.1. The operation is in a header, and the body is the neutral form.
//! - `rest`: REST-JSON. The operation is a method and a path, whose parameters become members.
//! - `rest_xml`: REST-XML, the same with documents of XML.
//! - `query`: the Query protocol and EC2's variant. Forms become the neutral form with texts as values, and
//!   `xml` writes answers.
//!
//! The protocols are those of AWS's service models, and the AWS CLI accepts the answers (`cargo xtask
//! conformance`). Compression, streams and later protocols are left out. Bounds on depth and size are
//! assumptions, because AWS does not document its own.

mod json;
mod query;
mod rest;
mod rest_xml;
mod signature;
mod xml;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;

pub(crate) use self::{
    query::{Envelope, Query},
    rest::{Path, Rest},
    rest_xml::RestXml,
};
use crate::{refusal::Refusal, service::AwsService, services};

/// The protocol of a service, with what is the service's own in it.
#[derive(Debug)]
pub(crate) enum Protocol {
    /// AWS JSON 1.1. The header `x-amz-target` names the service by this prefix.
    Json(&'static str),
    /// Forms in, XML out.
    Query(Query),
    /// Methods and paths in, JSON out.
    Rest(Rest),
    /// Methods, paths and XML in, XML out.
    RestXml(RestXml),
}

/// A request, as far as it could be read.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// The service that answers the request.
    pub(crate) service: &'static AwsService,
    /// The service in the signature, even one that the sandbox does not have. `None` without a signature.
    signed_as: Option<String>,
    /// The id of the access key in the signature. `None` without a signature.
    pub(crate) access_key: Option<String>,
    /// The operation, empty if the request names none.
    pub(crate) operation: String,
    /// The input of the operation, or the refusal of a request that the service cannot take.
    pub(crate) input: Result<Value, Refusal>,
}

/// An operation as it came over the wire, before the signature is checked.
#[derive(Debug, Clone, PartialEq)]
struct Operation {
    name: String,
    input: Value,
}

impl Incoming {
    /// Returns the signing name of the service that the request is for.
    pub(crate) fn addressee(&self) -> &str {
        self.signed_as.as_deref().unwrap_or(self.service.name)
    }
}

/// Reads one request to an account in this region.
///
/// It always returns a service, because every refusal has a protocol. An unsigned request is refused in the
/// protocol of the service that it seems to be for.
pub(crate) fn read(region: &str, request: &Request<Bytes>) -> Incoming {
    let signature = signature::of(request);
    let signed_as = signature.as_ref().map(|signature| signature.service.clone());
    let access_key = signature.as_ref().map(|signature| signature.access_key.clone());
    let service = signed_as.as_deref().and_then(services::signed_as).unwrap_or_else(|| addressed(request));
    let allowed = signature::check(signature, service, region);

    let (operation, input) = match (decode(service, request), allowed) {
        (Ok(Operation { name, input }), Ok(())) => (name, Ok(input)),
        (Ok(Operation { name, .. }), Err(refusal)) => (name, Err(refusal)),
        (Err(_), Err(refusal)) | (Err(refusal), Ok(())) => (String::new(), Err(refusal)),
    };
    Incoming { service, signed_as, access_key, operation, input }
}

/// Returns the service that an unsigned request seems to be for. It is refused in that service's protocol.
///
/// A request that names no service of the account is refused by the first one that speaks its protocol.
fn addressed(request: &Request<Bytes>) -> &'static AwsService {
    let target = json::target(request).map(|(prefix, _)| prefix);
    let version = query::version(request);
    let fits = |service: &&&AwsService| match &service.protocol {
        Protocol::Json(prefix) => target == Some(*prefix),
        Protocol::Rest(rest) | Protocol::RestXml(RestXml { rest, .. }) => {
            target.is_none() && rest.holds(request.uri().path())
        }
        Protocol::Query(query) => target.is_none() && version.as_deref() == Some(query.version),
    };
    let speaks = |service: &&&AwsService| match &service.protocol {
        Protocol::Json(_) => target.is_some(),
        Protocol::Rest(_) | Protocol::RestXml(_) => false,
        Protocol::Query(query) => target.is_none() && matches!(query.envelope, Envelope::Aws(_)),
    };
    let found = services::ALL.iter().find(fits).or_else(|| services::ALL.iter().find(speaks));
    found.expect("there are services of JSON 1.1 and of the Query protocol")
}

/// Returns the operation of a request, by the protocol of the service.
///
/// # Errors
///
/// Refuses requests without an operation, and bodies that are malformed or nested too deeply.
fn decode(service: &AwsService, request: &Request<Bytes>) -> Result<Operation, Refusal> {
    match &service.protocol {
        Protocol::Json(prefix) => json::decode(prefix, request),
        Protocol::Query(_) => query::decode(request),
        Protocol::Rest(rest) => rest.decode(request),
        Protocol::RestXml(xml) => xml.decode(request),
    }
}

/// Writes the answer to a request, in the protocol of its service, with a request id.
pub(crate) fn write(request: &Incoming, answer: Result<Value, Refusal>, request_id: &str) -> Response<Bytes> {
    let operation = &request.operation;
    let mut response = match &request.service.protocol {
        Protocol::Json(_) => json::encode(answer),
        Protocol::Query(query) => query.encode(operation, answer, request_id),
        Protocol::Rest(rest) => rest.encode(operation, answer),
        Protocol::RestXml(xml) => xml.encode(operation, answer, request_id),
    };

    let request_id = HeaderValue::from_str(request_id).expect("a request id is hexadecimal");
    response.headers_mut().insert("x-amzn-requestid", request_id);
    response
}

/// Returns a response with one content type.
fn response(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).expect("services answer with valid statuses");
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Adds AWS's header for the kind of an error.
fn mark_error(mut response: Response<Bytes>, code: &'static str) -> Response<Bytes> {
    const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(code));
    response
}

/// The largest depth of objects and lists in a request, far above that of all shapes of AWS.
///
/// An account is saved as JSON. Readers of JSON have a bound on depth too, and the values of an account must stay
/// below it.
const LEVELS: usize = 32;

/// Returns whether a value is deeper than this.
fn is_beyond(value: &Value, levels: usize) -> bool {
    let mut inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => return false,
    };
    levels == 0 || inner.any(|value| is_beyond(value, levels - 1))
}

/// Reads a JSON body. An absent body is an empty object.
///
/// # Errors
///
/// Refuses malformed JSON, values other than objects, and more than 32 levels (`SerializationException`).
fn json_body(request: &Request<Bytes>) -> Result<Value, Refusal> {
    if request.body().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    match serde_json::from_slice(request.body()) {
        Ok(body) if is_beyond(&body, LEVELS) => {
            Err(Refusal::new("SerializationException", "The request is nested too deeply."))
        }
        Ok(body @ Value::Object(_)) => Ok(body),
        Ok(_) => {
            Err(Refusal::new("SerializationException", "Start of structure or map found where not expected."))
        }
        Err(error) => Err(Refusal::new("SerializationException", error.to_string())),
    }
}

#[cfg(test)]
mod tests;
