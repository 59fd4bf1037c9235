//! AWS JSON 1.1.
//!
//! All requests are a POST to `/`. The header `x-amz-target` has the service's prefix and the operation,
//! `PREFIX.Operation`, and both bodies are JSON objects. An error has its code in the body (`__type`) and in
//! the header `x-amzn-errortype`.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Operation, json_body, mark_error, response};
use crate::refusal::Refusal;

/// The content type of answers.
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// Returns the service's prefix and the operation in the target header. `None` without a well-formed header.
pub(super) fn target(request: &Request<Bytes>) -> Option<(&str, &str)> {
    request.headers().get("x-amz-target")?.to_str().ok()?.rsplit_once('.')
}

/// Returns the operation of a request to the service with this prefix.
///
/// # Errors
///
/// Refuses another prefix and malformed bodies.
pub(super) fn decode(prefix: &str, request: &Request<Bytes>) -> Result<Operation, Refusal> {
    let operation = target(request).filter(|(found, _)| *found == prefix).map(|(_, operation)| operation);
    let operation = operation.ok_or_else(|| Refusal::new("UnknownOperationException", ""))?;
    Ok(Operation { name: operation.to_owned(), input: json_body(request)? })
}

/// Returns an answer as a response.
pub(super) fn encode(answer: Result<Value, Refusal>) -> Response<Bytes> {
    match answer {
        // Services answer with no body or with an empty object if an operation has no output. Clients accept both.
        Ok(Value::Null) => response(200, CONTENT_TYPE, "{}"),
        Ok(output) => response(200, CONTENT_TYPE, output.to_string()),
        Err(Refusal { status, code, message }) => {
            let body = json!({ "__type": code, "message": message }).to_string();
            mark_error(response(status, CONTENT_TYPE, body), code)
        }
    }
}
