//! The Query protocols: forms in, XML out. IAM, STS and EC2.

use std::{borrow::Cow, collections::BTreeMap};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Map, Value};

use super::{
    LEVELS, Operation, response,
    xml::{self, Items},
};
use crate::{refusal::Refusal, service::Service};

const CONTENT_TYPE: &str = "text/xml;charset=UTF-8";
const EC2_VERSION: &str = "2016-11-15";
const STS_VERSION: &str = "2011-06-15";

/// The service whose API has the version that the request names.
pub(super) fn versioned(request: &Request<Bytes>) -> Service {
    match parameters(request).find(|(name, _)| name == "Version") {
        Some((_, version)) if version == EC2_VERSION => Service::Ec2,
        Some((_, version)) if version == STS_VERSION => Service::Sts,
        _ => Service::Iam,
    }
}

/// The operation of a request.
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

/// The parameters of a form, or of the query string of a GET.
fn parameters(request: &Request<Bytes>) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let form = if request.method() == Method::GET {
        request.uri().query().unwrap_or_default().as_bytes()
    } else {
        request.body()
    };
    form_urlencoded::parse(form)
}

/// Dotted names as a tree: `Tags.member.1.Key` and `Filter.1.Value.2` lead to leaves.
#[derive(Debug, Default)]
struct Tree {
    leaf: Option<String>,
    children: BTreeMap<String, Tree>,
}

impl Tree {
    fn insert(&mut self, name: &str, value: String) {
        let node = name.split('.').fold(self, |node, part| node.children.entry(part.to_owned()).or_default());
        node.leaf = Some(value);
    }

    /// Numbered children are a list, whether below `member` or not; a leaf is a string.
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

/// The answer as a response.
pub(super) fn encode(
    service: Service,
    operation: &str,
    answer: Result<Value, Refusal>,
    request_id: &str,
) -> Response<Bytes> {
    let (status, body) = match answer {
        Ok(output) if service == Service::Ec2 => (200, ec2_answer(operation, &output, request_id)),
        Ok(output) => (200, answer_of(service, operation, &output, request_id)),
        Err(refusal) if service == Service::Ec2 => (refusal.status, ec2_error(&refusal, request_id)),
        Err(refusal) => (refusal.status, error_of(service, &refusal, request_id)),
    };
    response(status, CONTENT_TYPE, body)
}

fn namespace(service: Service) -> &'static str {
    match service {
        Service::Ec2 => "http://ec2.amazonaws.com/doc/2016-11-15/",
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "https://iam.amazonaws.com/doc/2010-05-08/",
    }
}

fn answer_of(service: Service, operation: &str, output: &Value, request_id: &str) -> String {
    let result = match output {
        Value::Object(members) if !members.is_empty() => {
            xml::element(&format!("{operation}Result"), &xml::content(output, Items::Member))
        }
        _ => String::new(),
    };
    let metadata = xml::element("ResponseMetadata", &xml::element("RequestId", request_id));
    xml::document(&format!("{operation}Response"), Some(namespace(service)), &(result + &metadata))
}

fn error_of(service: Service, refusal: &Refusal, request_id: &str) -> String {
    let side = if refusal.status < 500 { "Sender" } else { "Receiver" };
    let error = xml::element("Error", &(xml::element("Type", side) + &error_fields(refusal)));
    let content = error + &xml::element("RequestId", request_id);
    xml::document("ErrorResponse", Some(namespace(service)), &content)
}

fn ec2_answer(operation: &str, output: &Value, request_id: &str) -> String {
    let content = xml::element("requestId", request_id) + &xml::content(output, Items::Item);
    xml::document(&format!("{operation}Response"), Some(namespace(Service::Ec2)), &content)
}

fn ec2_error(refusal: &Refusal, request_id: &str) -> String {
    let errors = xml::element("Errors", &xml::element("Error", &error_fields(refusal)));
    xml::document("Response", None, &(errors + &xml::element("RequestID", request_id)))
}

fn error_fields(refusal: &Refusal) -> String {
    xml::element("Code", refusal.code) + &xml::element("Message", &xml::escape(&refusal.message))
}
