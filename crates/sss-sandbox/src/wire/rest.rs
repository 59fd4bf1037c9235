//! REST-JSON: API Gateway v2.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Map, Value, json};

use super::{Operation, json_body, mark_error, response, routes};
use crate::refusal::Refusal;

const CONTENT_TYPE: &str = "application/json";

/// The operation of a request; its path and query parameters become members of its input.
pub(super) fn decode(request: &Request<Bytes>) -> Result<Operation, Refusal> {
    let uri = request.uri();
    let Some((operation, parameters)) = routes::find(request.method(), uri.path()) else {
        return Err(Refusal::with_status(
            403,
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ));
    };
    let Value::Object(mut input) = json_body(request)? else {
        return Err(Refusal::new("SerializationException", "the body is not an object"));
    };
    add_query(&mut input, uri.query().unwrap_or_default());
    input.extend(parameters.into_iter().map(|(name, value)| (name, Value::String(value))));
    Ok(Operation { name: operation.to_owned(), input: Value::Object(input) })
}

fn add_query(input: &mut Map<String, Value>, query: &str) {
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::String(value.into_owned());
        if name == "tagKeys" {
            let keys = input.entry("tagKeys").or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(keys) = keys {
                keys.push(value);
            }
        } else {
            input.insert(name.into_owned(), value);
        }
    }
}

/// The answer as a response.
pub(super) fn encode(operation: &str, answer: Result<Value, Refusal>) -> Response<Bytes> {
    match answer {
        Ok(output) => match status(operation) {
            204 => response(204, CONTENT_TYPE, Bytes::new()),
            status if output.is_null() => response(status, CONTENT_TYPE, "{}"),
            status => response(status, CONTENT_TYPE, output.to_string()),
        },
        Err(Refusal { status, code, message }) => {
            mark_error(response(status, CONTENT_TYPE, json!({ "message": message }).to_string()), code)
        }
    }
}

/// The status of a success.
fn status(operation: &str) -> u16 {
    match operation {
        "DeleteVpcLink" => 202,
        "TagResource" | "ImportApi" | "ReimportApi" => 201,
        _ if operation.starts_with("Create") => 201,
        _ if ["Delete", "Untag", "Reset"].iter().any(|prefix| operation.starts_with(prefix)) => 204,
        _ => 200,
    }
}
