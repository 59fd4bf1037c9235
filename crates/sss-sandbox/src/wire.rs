//! AWS's protocols: from an HTTP request to a service's operation in the neutral form, and back.

mod json;
mod query;
mod rest;
mod routes;
mod signature;
mod xml;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde_json::Value;

use crate::{refusal::Refusal, service::Service};

/// How a service is spoken to. JSON 1.1 names the service in its target header, by this prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol<'a> {
    Json(&'a str),
    Query,
    Rest,
}

/// A request that was read, as far as it can be.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// The service that answers it.
    pub(crate) service: Service,
    signed_as: Option<String>,
    /// Empty when the request names none.
    pub(crate) operation: String,
    /// What is asked, or why the request is refused as it stands.
    pub(crate) input: Result<Value, Refusal>,
}

/// An operation as it came over the wire.
#[derive(Debug, Clone, PartialEq)]
struct Operation {
    name: String,
    input: Value,
}

impl Incoming {
    /// The service that the request was signed for or seems to be for.
    pub(crate) fn addressee(&self) -> &str {
        self.signed_as.as_deref().unwrap_or(self.service.name())
    }
}

/// Reads one request to an account in this region.
pub(crate) fn read(region: &str, request: &Request<Bytes>) -> Incoming {
    let signature = signature::of(request);
    let signed_as = signature.as_ref().map(|signature| signature.service.clone());
    let service = signed_as.as_deref().and_then(Service::signed_as).unwrap_or_else(|| addressed(request));
    let allowed = signature::check(signature, service, region);
    let (operation, input) = match (decode(service, request), allowed) {
        (Ok(Operation { name, input }), Ok(())) => (name, Ok(input)),
        (Ok(Operation { name, .. }), Err(refusal)) => (name, Err(refusal)),
        (Err(_), Err(refusal)) | (Err(refusal), Ok(())) => (String::new(), Err(refusal)),
    };
    Incoming { service, signed_as, operation, input }
}

/// The service that a request seems to be for when its signature does not say: its refusal must come in that
/// service's protocol. A target of a service that is not here gets an answer in JSON from one that is.
fn addressed(request: &Request<Bytes>) -> Service {
    if let Some((prefix, _)) = json::target(request) {
        return Service::targeted_as(prefix).unwrap_or(Service::Ecs);
    }
    if request.uri().path().starts_with("/v2/") {
        return Service::ApiGateway;
    }
    query::versioned(request)
}

fn decode(service: Service, request: &Request<Bytes>) -> Result<Operation, Refusal> {
    match service.protocol() {
        Protocol::Json(prefix) => json::decode(prefix, request),
        Protocol::Query => query::decode(request),
        Protocol::Rest => rest::decode(request),
    }
}

/// Writes the answer to a request.
pub(crate) fn write(request: &Incoming, answer: Result<Value, Refusal>, request_id: &str) -> Response<Bytes> {
    let operation = &request.operation;
    let mut response = match request.service.protocol() {
        Protocol::Json(_) => json::encode(answer),
        Protocol::Query => query::encode(request.service, operation, answer, request_id),
        Protocol::Rest => rest::encode(operation, answer),
    };
    let request_id = HeaderValue::from_str(request_id).expect("a request id is hexadecimal");
    response.headers_mut().insert("x-amzn-requestid", request_id);
    response
}

/// A response with one content type.
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

/// How many objects and lists of a request may be nested: far more than any shape of AWS has. An account is saved as
/// JSON, and a reader of JSON has a bound as well, so what an account keeps has to stay below it.
const LEVELS: usize = 32;

/// Whether a value goes deeper than this.
fn is_beyond(value: &Value, levels: usize) -> bool {
    let mut inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.values()),
        _ => return false,
    };
    levels == 0 || inner.any(|value| is_beyond(value, levels - 1))
}

/// Reads a JSON body; no body is an empty object.
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
