//! Requests of AWS as `aws … --cli-input-json` takes them, checked by the same rules as a stack.
//!
//! ```
//! use sss_model::request::{self, Operation, Referred};
//!
//! let input = serde_json::json!({ "logGroupName": "/ecs/orders", "retentionInDays": 6 });
//! let problems = request::check(Operation::LogsPutRetentionPolicy, &input, &Referred::default());
//! assert_eq!((problems[0].rule, problems[0].path.as_str()), ("LOG-003", "retentionInDays"));
//! ```

mod api;
mod bounds;
mod cloud_map;
mod ec2;
mod ecs;
mod iam;
mod logs;
mod node;
mod operation;
mod shape;
mod tags;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::path::{Path, Segment};
use crate::problem::Problem;
use crate::report::Report;
use crate::rules::{self, broken};
use crate::text::without_mark;
use node::Node;
use shape::Shape;

pub use operation::{Operation, UnknownOperation};

/// Returns every problem of a request: first those of its shape, then those of its values.
///
/// Rules that need another request are checked if it is among the referred ones.
pub fn check(operation: Operation, input: &Value, referred: &Referred) -> Vec<Problem> {
    let (shape, judge) = rules_of(operation);
    let mut report = Report::default();
    let root = Node::root(input);
    if shape.inspect(&root, &mut report) {
        let fitting = without(input, &report.problems);
        let mut broken = Report::default();
        judge(&Node::root(&fitting), referred, &mut broken);
        let follows = |problem: &Problem| report.problems.iter().any(|misfit| follows(problem, misfit));
        broken.problems.retain(|problem| !follows(problem));
        report.problems.append(&mut broken.problems);
        report.join_moving_tags();
    }
    report.problems.into_iter().map(Problem::in_request).collect()
}

/// Whether a problem is the same mistake as a value that the shape refuses.
///
/// Such a value lacks its members too, or seems to be absent, or its list seems to lack an element.
fn follows(problem: &Problem, misfit: &Problem) -> bool {
    let is_element = matches!(misfit.path.last(), Some(Segment::Index(_)));
    problem.path.starts_with(&misfit.path)
        || (is_element && misfit.path.parent().as_ref() == Some(&problem.path))
}

/// Returns a request in which an empty object stands for each value that its shape refuses.
///
/// The rules on values take it for a value that is set and cannot be read, so that one mistake is one problem.
fn without<'a>(input: &'a Value, misfits: &[Problem]) -> Cow<'a, Value> {
    let mut fitting = Cow::Borrowed(input);
    for misfit in misfits {
        let pointer = misfit.path.to_pointer();
        if input.pointer(&pointer).is_some()
            && let Some(refused) = fitting.to_mut().pointer_mut(&pointer)
        {
            *refused = Value::Object(Map::new());
        }
    }
    fitting
}

/// Reports the problems of a request's shape: unknown parameters, types, choices, and missing parameters.
pub(crate) fn shape(operation: Operation, input: &Value, report: &mut Report) {
    let (shape, _) = rules_of(operation);
    shape.inspect(&Node::root(input), report);
}

/// Returns every problem of a request in JSON text. For a text that is not JSON that is the only problem.
pub fn check_text(operation: Operation, text: &str, referred: &Referred) -> Vec<Problem> {
    match serde_json::from_str(without_mark(text)) {
        Ok(input) => check(operation, &input, referred),
        Err(error) => {
            let broken = broken!(rules::FILE_001, "not-json", error = error.to_string());
            vec![Problem::new(&Path::root(), broken)]
        }
    }
}

/// The rules of an operation. They take a value of a wrong type for absent: the shape reports it.
type Judge = fn(&Node<'_>, &Referred, &mut Report);

fn rules_of(operation: Operation) -> (&'static Shape, Judge) {
    match operation {
        Operation::EcsRegisterTaskDefinition => (&ecs::REGISTER_TASK_DEFINITION, ecs::task_definition),
        Operation::EcsCreateService => (&ecs::CREATE_SERVICE, ecs::service),
        Operation::LogsCreateLogGroup => (&logs::CREATE_LOG_GROUP, logs::log_group),
        Operation::LogsPutRetentionPolicy => (&logs::PUT_RETENTION_POLICY, logs::retention),
        Operation::CloudMapCreatePrivateDnsNamespace => {
            (&cloud_map::CREATE_PRIVATE_DNS_NAMESPACE, cloud_map::namespace)
        }
        Operation::CloudMapCreateService => (&cloud_map::CREATE_SERVICE, cloud_map::service),
        Operation::Ec2CreateSecurityGroup => (&ec2::CREATE_SECURITY_GROUP, ec2::security_group),
        Operation::Ec2AuthorizeSecurityGroupIngress => (&ec2::AUTHORIZE_INGRESS, ec2::ingress),
        Operation::Ec2AuthorizeSecurityGroupEgress => (&ec2::AUTHORIZE_EGRESS, ec2::egress),
        Operation::IamCreateRole => (&iam::CREATE_ROLE, iam::role),
        Operation::IamPutRolePolicy => (&iam::PUT_ROLE_POLICY, iam::role_policy),
        Operation::IamAttachRolePolicy => (&iam::ATTACH_ROLE_POLICY, iam::attachment),
        Operation::ApiGatewayCreateApi => (&api::CREATE_API, api::http_api),
        Operation::ApiGatewayCreateStage => (&api::CREATE_STAGE, api::stage),
        Operation::ApiGatewayCreateVpcLink => (&api::CREATE_VPC_LINK, api::vpc_link),
        Operation::ApiGatewayCreateAuthorizer => (&api::CREATE_AUTHORIZER, api::authorizer),
        Operation::ApiGatewayCreateIntegration => (&api::CREATE_INTEGRATION, api::integration),
        Operation::ApiGatewayCreateRoute => (&api::CREATE_ROUTE, api::route),
    }
}

/// The requests of the objects that a request refers to.
#[derive(Clone, Debug, Default)]
pub struct Referred(BTreeMap<Operation, Value>);

impl Referred {
    /// Reads an object of requests by operation, such as `{"ecs:RegisterTaskDefinition": {…}}`.
    ///
    /// A value that the shape of its request refuses counts as one that cannot be read: it is a problem of that request only.
    ///
    /// # Errors
    ///
    /// Returns an error if a key is not an operation, or the value is not an object of objects.
    pub fn from_value(value: Value) -> Result<Self, NotReferred> {
        let Value::Object(requests) = value else {
            return Err(NotReferred(
                "the referred requests must be an object of requests by operation".to_owned(),
            ));
        };
        let request = |(name, request): (String, Value)| {
            let operation = name.parse().map_err(|error: UnknownOperation| NotReferred(error.to_string()))?;
            if request.is_object() {
                let mut misfits = Report::default();
                shape(operation, &request, &mut misfits);
                let fitting = without(&request, &misfits.problems).into_owned();
                Ok((operation, fitting))
            } else {
                Err(NotReferred(format!("the request of `{name}` is not an object")))
            }
        };
        requests.into_iter().map(request).collect::<Result<_, _>>().map(Referred)
    }

    /// Returns the request of an operation, or `None` if it is not among them.
    pub(crate) fn get(&self, operation: Operation) -> Option<Node<'_>> {
        self.0.get(&operation).map(Node::root)
    }
}

/// The error of a value that does not hold referred requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReferred(String);

impl std::fmt::Display for NotReferred {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotReferred {}

#[cfg(test)]
pub(crate) use ecs::task_definition_leaves;
#[cfg(test)]
mod tests;
