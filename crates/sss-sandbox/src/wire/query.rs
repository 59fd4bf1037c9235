//! The Query protocols: forms in, XML out.
//!
//! A request is a form, or the query string of a GET. `Action` names the operation and `Version` the version
//! of the service's API. The other parameters have dotted names, in which numbers are places of a list:
//! `Tags.member.1.Key` of the protocol `query`, `Filter.1.Value.2` of `ec2`. All values are texts.
//!
//! The two protocols differ in the names of list items, in the elements around answers and in the form of
//! errors.

use std::{borrow::Cow, collections::BTreeMap};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Map, Value};

use super::{
    LEVELS, Operation, response,
    xml::{self, Items},
};
use crate::refusal::Refusal;

/// The content type of answers.
const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";

/// A service's own part of the Query protocol.
#[derive(Debug)]
pub(crate) struct Query {
    /// The version of the service's API, which requests name.
    pub(crate) version: &'static str,
    /// The XML namespace of its answers.
    pub(crate) namespace: &'static str,
    /// The XML around its answers.
    pub(crate) envelope: Envelope,
}

/// The XML around answers and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// The protocol `query` of AWS's service models, with the operations that have an output without members.
    Aws(&'static [&'static str]),
    /// The same, with an element around the output of every operation, also of one whose output has no members.
    AwsWithResults,
    /// The protocol `ec2` of AWS's service models.
    Ec2,
}

impl Query {
    /// Returns an answer as a response.
    pub(super) fn encode(
        &self,
        operation: &str,
        answer: Result<Value, Refusal>,
        request_id: &str,
    ) -> Response<Bytes> {
        let (status, body) = match answer {
            Ok(output) => (200, self.answer(operation, &output, request_id)),
            Err(refusal) => (refusal.status, self.error(&refusal, request_id)),
        };
        response(status, CONTENT_TYPE, body)
    }

    /// Returns the document of a successful answer.
    ///
    /// `query` puts the output into an element `OperationResult`, which is absent for an operation without
    /// output.
    fn answer(&self, operation: &str, output: &Value, request_id: &str) -> String {
        let has_members = output.as_object().is_some_and(|members| !members.is_empty());
        let has_result = match self.envelope {
            Envelope::Aws(without_members) => has_members || without_members.contains(&operation),
            Envelope::AwsWithResults => true,
            Envelope::Ec2 => false,
        };

        let content = if self.envelope == Envelope::Ec2 {
            xml::element("requestId", request_id) + &xml::content(output, Items::Item)
        } else if has_result {
            let result = xml::content(output, Items::Member);
            xml::element(&format!("{operation}Result"), &result) + &metadata(request_id)
        } else {
            metadata(request_id)
        };
        xml::document(&format!("{operation}Response"), Some(self.namespace), &content)
    }

    /// Returns the document of a refusal. `query` says on which side the fault is, by the status.
    fn error(&self, refusal: &Refusal, request_id: &str) -> String {
        let fields =
            xml::element("Code", refusal.code) + &xml::element("Message", &xml::escape(&refusal.message));
        match self.envelope {
            Envelope::Ec2 => {
                let errors = xml::element("Errors", &xml::element("Error", &fields));
                xml::document("Response", None, &(errors + &xml::element("RequestID", request_id)))
            }
            Envelope::Aws(_) | Envelope::AwsWithResults => {
                let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
                let error = xml::element("Error", &(xml::element("Type", side) + &fields));
                let content = error + &xml::element("RequestId", request_id);
                xml::document("ErrorResponse", Some(self.namespace), &content)
            }
        }
    }
}

/// Returns the element with the request id of the protocol `query`.
fn metadata(request_id: &str) -> String {
    xml::element("ResponseMetadata", &xml::element("RequestId", request_id))
}

/// Returns the version of an API that a request names. `None` if it names none.
pub(super) fn version(request: &Request<Bytes>) -> Option<Cow<'_, str>> {
    parameters(request).find(|(name, _)| name == "Version").map(|(_, version)| version)
}

/// Returns the operation of a request.
///
/// # Errors
///
/// Refuses a request without an action, and names of more than 32 parts (`MalformedQueryString`).
pub(super) fn decode(request: &Request<Bytes>) -> Result<Operation, Refusal> {
    let mut tree = Tree::default();
    let mut operation = None;
    for (name, value) in parameters(request) {
        match &*name {
            "Action" => operation = Some(value.into_owned()),
            "Version" => {}
            _ if name.split('.').count() > LEVELS => {
                let message = "The query string contains a syntax error.";
                return Err(Refusal::new("MalformedQueryString", message));
            }
            _ => tree.insert(&name, value.into_owned()),
        }
    }

    let name = operation
        .ok_or_else(|| Refusal::new("MissingAction", "The request must contain the parameter Action."))?;
    let input = match tree.into_value() {
        input @ Value::Object(_) => input,
        _ => Value::Object(Map::new()),
    };
    Ok(Operation { name, input })
}

/// Returns the parameters of a form, or of the query string of a GET.
fn parameters(request: &Request<Bytes>) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let form = if request.method() == Method::GET {
        request.uri().query().unwrap_or_default().as_bytes()
    } else {
        request.body()
    };
    form_urlencoded::parse(form)
}

/// Parameters as a tree by their dotted names, such as `Tags.member.1.Key` and `Filter.1.Value.2`.
///
/// A name that is also the beginning of another one loses its own value.
#[derive(Debug, Default)]
struct Tree {
    leaf: Option<String>,
    children: BTreeMap<String, Tree>,
}

impl Tree {
    /// Adds a parameter. A repeated name replaces the earlier value.
    fn insert(&mut self, name: &str, value: String) {
        let node = name.split('.').fold(self, |node, part| node.children.entry(part.to_owned()).or_default());
        node.leaf = Some(value);
    }

    /// Returns the tree as a value. Numbered children become a list, also below `member`, and leaves become
    /// texts.
    ///
    /// The list has the order of the numbers, and gaps between them do not matter.
    fn into_value(self) -> Value {
        let Self { leaf, mut children } = self;
        if children.is_empty() {
            return leaf.map_or(Value::Null, Value::String);
        }
        if children.len() == 1
            && let Some(list) = children.remove("member")
        {
            return list.into_value();
        }

        let numbers: Option<BTreeMap<u64, &String>> =
            children.keys().map(|key| Some((key.parse().ok()?, key))).collect();
        if numbers.is_none() {
            return Value::Object(
                children.into_iter().map(|(key, child)| (key, child.into_value())).collect(),
            );
        }
        let mut items: Vec<(u64, Value)> = children
            .into_iter()
            .filter_map(|(key, child)| Some((key.parse().ok()?, child.into_value())))
            .collect();
        items.sort_by_key(|(number, _)| *number);
        Value::Array(items.into_iter().map(|(_, value)| value).collect())
    }
}
