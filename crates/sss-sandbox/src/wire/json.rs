//! AWS JSON 1.1: ECS, Cloud Map, CloudWatch Logs, the tagging API.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Operation, json_body, mark_error, response};
use crate::refusal::Refusal;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The service's prefix and the operation of the target header.
pub(super) fn target(request: &Request<Bytes>) -> Option<(&str, &str)> {
    request.headers().get("x-amz-target")?.to_str().ok()?.rsplit_once('.')
}

/// The operation of a request to the service with this prefix.
pub(super) fn decode(prefix: &str, request: &Request<Bytes>) -> Result<Operation, Refusal> {
    let operation = target(request).filter(|(found, _)| *found == prefix).map(|(_, operation)| operation);
    let operation = operation.ok_or_else(|| Refusal::new("UnknownOperationException", ""))?;
    Ok(Operation { name: operation.to_owned(), input: json_body(request)? })
}

/// The answer as a response.
pub(super) fn encode(answer: Result<Value, Refusal>) -> Response<Bytes> {
    match answer {
        // Operations without an output answer with no body at all or with an empty object; clients take both.
        Ok(Value::Null) => response(200, CONTENT_TYPE, "{}"),
        Ok(output) => response(200, CONTENT_TYPE, output.to_string()),
        Err(Refusal { status, code, message }) => {
            let body = json!({ "__type": code, "message": message }).to_string();
            mark_error(response(status, CONTENT_TYPE, body), code)
        }
    }
}
