//! REST-XML: methods and paths in, as in REST-JSON, with documents of XML in place of JSON.
//!
//! The element of a list holds elements of its own name without the last letter: `Changes` holds `Change`. An error has
//! the form of the protocol `query`.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{
    Operation, Rest, response,
    xml::{self, Items},
};
use crate::refusal::Refusal;

/// The content type of answers.
const CONTENT_TYPE: &str = "text/xml";

/// A service's own part of REST-XML.
#[derive(Debug)]
pub(crate) struct RestXml {
    /// The paths with their operations.
    pub(crate) rest: Rest,
    /// The XML namespace of its answers.
    pub(crate) namespace: &'static str,
}

impl RestXml {
    /// Returns the operation of a request. The parameters of its path and query become members of its input.
    ///
    /// # Errors
    ///
    /// Refuses an unknown path or method, and a malformed document.
    pub(super) fn decode(&self, request: &Request<Bytes>) -> Result<Operation, Refusal> {
        self.rest.operation(request, || match xml::read(request.body()) {
            Some(Value::Object(members)) => Ok(members),
            _ if request.body().is_empty() => Ok(serde_json::Map::new()),
            _ => Err(Refusal::new("InvalidInput", "Invalid XML ; the document is malformed")),
        })
    }

    /// Returns an answer as a response.
    pub(super) fn encode(
        &self,
        operation: &str,
        answer: Result<Value, Refusal>,
        request_id: &str,
    ) -> Response<Bytes> {
        let (status, root, content) = match answer {
            Ok(output) => {
                let root = format!("{operation}Response");
                (self.rest.status(operation), root, xml::content(&output, Items::Singular))
            }
            Err(refusal) => {
                let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
                let fields = xml::element("Type", side)
                    + &xml::element("Code", refusal.code)
                    + &xml::element("Message", &xml::escape(&refusal.message));
                let content = xml::element("Error", &fields) + &xml::element("RequestId", request_id);
                (refusal.status, "ErrorResponse".to_owned(), content)
            }
        };
        response(status, CONTENT_TYPE, xml::document(&root, Some(self.namespace), &content))
    }
}
