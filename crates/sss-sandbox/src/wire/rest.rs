//! REST-JSON: methods and paths in, JSON out.
//!
//! A service lists its paths as templates, with the operations of each and their statuses. The parameters of
//! path and query become members of the input, and so do the members of the body. An error has its code in
//! the header `x-amzn-errortype`.

use bytes::Bytes;
use http::{Method, Request, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::{Operation, json_body, mark_error, response};
use crate::refusal::Refusal;

/// The content type of answers.
const CONTENT_TYPE: &str = "application/json";

/// A service's own part of REST-JSON.
#[derive(Debug)]
pub(crate) struct Rest {
    /// The beginning of all paths.
    pub(crate) root: &'static str,
    /// The paths below the root. The first one that matches has the operation.
    pub(crate) paths: &'static [Path],
    /// The query parameters that can be repeated; their values are a list.
    pub(crate) lists: &'static [&'static str],
}

/// A path below the root, with its operations.
#[derive(Debug)]
pub(crate) struct Path {
    /// The segments. One in braces is a parameter; a last one in braces with a `+` takes the rest of the path.
    pub(crate) template: &'static str,
    /// The method, the name and the status of success of each operation.
    pub(crate) operations: &'static [(&'static str, &'static str, u16)],
}

impl Rest {
    /// Returns whether a path may be one of the service. Forms go to `/`, so no service has that.
    pub(super) fn holds(&self, path: &str) -> bool {
        path != "/" && path.starts_with(self.root)
    }

    /// Returns the operation of a request. The parameters of its path and query become members of its input.
    ///
    /// # Errors
    ///
    /// Refuses an unknown path or method as API Gateway does (403, `MissingAuthenticationTokenException`),
    /// and malformed bodies.
    pub(super) fn decode(&self, request: &Request<Bytes>) -> Result<Operation, Refusal> {
        self.operation(request, || match json_body(request)? {
            Value::Object(body) => Ok(body),
            _ => Err(Refusal::new("SerializationException", "the body is not an object")),
        })
    }

    /// Returns the operation of a request, whose body is read once the operation is known.
    ///
    /// # Errors
    ///
    /// Refuses an unknown path or method, and returns the refusal of the body.
    pub(super) fn operation(
        &self,
        request: &Request<Bytes>,
        body: impl FnOnce() -> Result<Map<String, Value>, Refusal>,
    ) -> Result<Operation, Refusal> {
        let uri = request.uri();
        let Some((operation, parameters)) = self.find(request.method(), uri.path()) else {
            return Err(Refusal::with_status(
                403,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ));
        };

        let mut input = body()?;
        self.add_query(&mut input, uri.query().unwrap_or_default());
        input.extend(parameters.into_iter().map(|(name, value)| (name, Value::String(value))));
        Ok(Operation { name: operation.to_owned(), input: Value::Object(input) })
    }

    /// Returns the operation at a path, and the parameters of the path.
    fn find(&self, method: &Method, path: &str) -> Option<(&'static str, Vec<(String, String)>)> {
        let path = path.strip_prefix(self.root)?;
        self.paths.iter().find_map(|entry| {
            let parameters = matched(entry.template, path)?;
            let (_, name, _) = entry.operations.iter().find(|(of, ..)| *of == method.as_str())?;
            Some((*name, parameters))
        })
    }

    /// Adds the parameters of a query to an input. Values are texts, or lists of texts for repeated
    /// parameters.
    fn add_query(&self, input: &mut Map<String, Value>, query: &str) {
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = Value::String(value.into_owned());
            if !self.lists.contains(&&*name) {
                input.insert(name.into_owned(), value);
                continue;
            }
            let list = input.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(value);
            }
        }
    }

    /// Returns an answer as a response. An answer with status 204 has no body.
    pub(super) fn encode(&self, operation: &str, answer: Result<Value, Refusal>) -> Response<Bytes> {
        match answer {
            Ok(output) => match self.status(operation) {
                204 => response(204, CONTENT_TYPE, Bytes::new()),
                status if output.is_null() => response(status, CONTENT_TYPE, "{}"),
                status => response(status, CONTENT_TYPE, output.to_string()),
            },
            Err(Refusal { status, code, message }) => {
                mark_error(response(status, CONTENT_TYPE, json!({ "message": message }).to_string()), code)
            }
        }
    }

    /// Returns the method of an operation.
    pub(crate) fn method(&self, operation: &str) -> Option<String> {
        let (_, (method, ..)) = self.place(operation)?;
        Some((*method).to_owned())
    }

    /// Returns the path of an operation below the root, with its parameters in braces.
    pub(crate) fn template(&self, operation: &str) -> Option<String> {
        let (path, _) = self.place(operation)?;
        Some(path.template.replace("+}", "}"))
    }

    /// Returns the path of an operation, with its entry there.
    fn place(&self, operation: &str) -> Option<(&'static Path, &'static (&'static str, &'static str, u16))> {
        let mut places =
            self.paths.iter().flat_map(|path| path.operations.iter().map(move |one| (path, one)));
        places.find(|(_, (_, name, _))| *name == operation)
    }

    /// Returns the status of an operation's success.
    pub(super) fn status(&self, operation: &str) -> u16 {
        self.place(operation).map_or(200, |(_, (.., status))| *status)
    }
}

/// Returns the parameters of a path that matches a template. `None` if it does not match.
///
/// Values are percent-decoded.
fn matched(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    let mut rest = Some(path);
    for expected in template.split('/') {
        let remaining = rest?;
        let Some(name) = expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
            let (segment, next) = first_segment(remaining);
            rest = next;
            if segment != expected {
                return None;
            }
            continue;
        };
        let (name, (value, next)) = match name.strip_suffix('+') {
            Some(name) => (name, (remaining, None)),
            None => (name, first_segment(remaining)),
        };
        rest = next;
        parameters.push((name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()));
    }

    rest.is_none().then_some(parameters)
}

/// Returns the first segment of a path, and the rest if there is one.
fn first_segment(path: &str) -> (&str, Option<&str>) {
    path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)))
}
