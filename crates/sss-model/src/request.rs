//! Requests of AWS as `aws … --cli-input-json` takes them, checked by the same rules as a stack.
//!
//! A *request* is the JSON of one operation: `ecs:CreateService`, `iam:CreateRole`, and the others of [`Operation`].
//! Its members have the names of the AWS API, in upper and lower case as AWS writes them. Policy documents are texts
//! inside it, as the AWS CLI wants them.
//!
//! ```
//! use sss_model::request::{self, Operation, Referred};
//!
//! let input = serde_json::json!({ "logGroupName": "/ecs/orders", "retentionInDays": 6 });
//! let problems = request::check(Operation::LogsPutRetentionPolicy, &input, &Referred::default());
//! assert_eq!((problems[0].rule, problems[0].path.as_str()), ("LOG-003", "retentionInDays"));
//! ```
//!
//! # Two passes
//!
//! 1. The *shape* of the operation: unknown members (PARAM-001), wrong types and `null` (PARAM-002), absent members
//!    (PARAM-003, or the rule of the member), and words that are no choice (PARAM-004, or the rule of the member).
//! 2. The *values*: lengths, ranges, grammars, and members that require or exclude each other. The functions of this
//!    pass read the values that fit the shape, and call the rules of [`rules`] that a stack has too.
//!
//! One mistake is one problem: a value that the shape refuses is set for the second pass, but cannot be read there.
//!
//! # Severities
//!
//! An *error* is a request that AWS refuses, or that cannot work. A *warning* is a request that AWS accepts or may
//! accept: AWS's texts contradict each other, AWS raises the bound on request, or AWS accepts the value and it does
//! harm later. *Advice* is about a value that has no effect, or a rule whose facts are missing, such as the kind of the
//! API. The page `docs/rules.md` lists each rule with its severity and AWS's page; a request may break a rule with a
//! lower severity than the one there.
//!
//! # Absent facts
//!
//! The check makes no call, so the account is unknown: ids and ARNs are judged by their form. Rules that compare two
//! requests need the other one among the [`Referred`], as with `--with` of `sss-deploy validate`.

mod api;
mod bounds;
mod cloud_map;
mod ec2;
mod ecs;
mod elb;
mod iam;
mod logs;
mod node;
mod operation;
mod scaling;
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
pub(crate) use shape::Spelled;

pub use operation::{Operation, UnknownOperation};

/// Returns every problem of a request: first those of its shape, then those of its values.
///
/// The paths of the problems begin at the request: `IpPermissions[0].FromPort`. The fixes name members of the request,
/// where a stack has other words.
///
/// # Guarantees
///
/// - The answer depends on the arguments only. The same request has the same problems in the same order.
/// - No message holds a value whose type is wrong, or the value of a stage variable: both may be secrets.
/// - A request that is not an object has one problem, PARAM-002.
///
/// Rules that need another request are checked if it is among the referred ones. Without it they are silent, or a
/// warning or advice in place of an error.
pub fn check(operation: Operation, input: &Value, referred: &Referred) -> Vec<Problem> {
    let report = report(operation, input, referred);
    report.problems.into_iter().map(Problem::in_request).collect()
}

/// Returns every problem of a request that refers to no other one, in the words for a stack.
///
/// A part of a stack that has become a request is judged by it.
pub(crate) fn problems(operation: Operation, input: &Value) -> Vec<Problem> {
    report(operation, input, &Referred::default()).problems
}

/// Returns the report of the shape and of the values of a request.
fn report(operation: Operation, input: &Value, referred: &Referred) -> Report {
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
        report.join_warnings();
    }
    report
}

/// Returns whether a problem is the same mistake as a value that the shape refuses.
///
/// Such a value lacks its members too, or seems to be absent. If it is an element, its list seems to lack one.
fn follows(problem: &Problem, misfit: &Problem) -> bool {
    let is_element = matches!(misfit.path.last(), Some(Segment::Index(_)));
    problem.path.starts_with(&misfit.path)
        || (is_element && misfit.path.parent().as_ref() == Some(&problem.path))
}

/// Returns a request in which an empty object stands for each value that its shape refuses.
///
/// The rules on values take it for a value that is set and cannot be read, so that one mistake is one problem. An
/// absent member has a problem of the shape too; nothing replaces it.
///
/// A request that fits its shape is borrowed, not cloned.
fn without<'a>(input: &'a Value, misfits: &[Problem]) -> Cow<'a, Value> {
    let mut fitting = Cow::Borrowed(input);
    for misfit in misfits {
        if misfit.path.value_in(input).is_some()
            && let Some(refused) = misfit.path.value_in_mut(fitting.to_mut())
        {
            *refused = Value::Object(Map::new());
        }
    }
    fitting
}

/// Reports the problems of a request's shape only.
///
/// Use it before a request is read for another purpose than its check, such as a task definition that becomes part of a
/// stack. It does not say whether AWS accepts the values.
pub(crate) fn shape(operation: Operation, input: &Value, report: &mut Report) {
    let (shape, _) = rules_of(operation);
    shape.inspect(&Node::root(input), report);
    drop_misspelt(&mut report.problems);
}

/// Removes the problems of members that are there under a name in other letters: the name is the mistake.
///
/// [`check`] keeps them, because such a member is absent for AWS.
fn drop_misspelt(problems: &mut Vec<Problem>) {
    let misspelt = problems.iter().filter(|problem| problem.rule == rules::PARAM_001.id);
    let meant: Vec<Path> = misspelt
        .filter_map(|problem| Some(problem.path.parent()?.key(problem.arguments.get("known")?.as_str()?)))
        .collect();
    problems.retain(|problem| !meant.iter().any(|meant| problem.path.starts_with(meant)));
}

/// Writes the values of a request in the types that AWS gives them, and returns those that were written otherwise.
///
/// The AWS CLI refuses a port that is a string. Other tools turn it into a number before they register a task definition.
pub(crate) fn spell(operation: Operation, input: &mut Value) -> Vec<Spelled> {
    let (shape, _) = rules_of(operation);
    let mut spelled = Vec::new();
    shape.spell(input, &Path::root(), &mut spelled);
    spelled
}

/// Returns every problem of a request in JSON text.
///
/// For a text that is not JSON the only problem is FILE-001, at the root. A byte order mark at the start is ignored,
/// because editors of Windows write it.
pub fn check_text(operation: Operation, text: &str, referred: &Referred) -> Vec<Problem> {
    match serde_json::from_str(without_mark(text)) {
        Ok(input) => {
            let mut problems = check(operation, &input, referred);
            drop_misspelt(&mut problems);
            problems
        }
        Err(error) => {
            let broken = broken!(rules::FILE_001, "not-json", error = error.to_string());
            vec![Problem::new(&Path::root(), broken)]
        }
    }
}

/// The rules on the values of an operation.
///
/// They treat a value of a wrong type as absent, because the shape reports it. The second argument is for rules that
/// compare two requests.
type Judge = fn(&Node<'_>, &Referred, &mut Report);

/// Returns the shape of an operation and the rules on its values.
///
/// This is the only place that names both, so an operation without rules does not compile.
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
        Operation::ElbCreateLoadBalancer => (&elb::CREATE_LOAD_BALANCER, elb::load_balancer),
        Operation::ElbModifyLoadBalancerAttributes => {
            (&elb::MODIFY_LOAD_BALANCER_ATTRIBUTES, elb::balancer_attributes)
        }
        Operation::ElbCreateTargetGroup => (&elb::CREATE_TARGET_GROUP, elb::group),
        Operation::ElbModifyTargetGroupAttributes => {
            (&elb::MODIFY_TARGET_GROUP_ATTRIBUTES, elb::group_attributes)
        }
        Operation::ElbCreateListener => (&elb::CREATE_LISTENER, elb::listener),
        Operation::ElbCreateRule => (&elb::CREATE_RULE, elb::rule),
        Operation::ScalingRegisterScalableTarget => (&scaling::REGISTER_SCALABLE_TARGET, scaling::target),
        Operation::ScalingPutScalingPolicy => (&scaling::PUT_SCALING_POLICY, scaling::policy),
        Operation::ScalingPutScheduledAction => (&scaling::PUT_SCHEDULED_ACTION, scaling::scheduled_action),
        Operation::IamCreateRole => (&iam::CREATE_ROLE, iam::role),
        Operation::IamPutRolePolicy => (&iam::PUT_ROLE_POLICY, iam::role_policy),
        Operation::IamAttachRolePolicy => (&iam::ATTACH_ROLE_POLICY, iam::attachment),
        Operation::ApiGatewayCreateApi => (&api::CREATE_API, api::http_api),
        Operation::ApiGatewayCreateStage => (&api::CREATE_STAGE, api::stage),
        Operation::ApiGatewayCreateVpcLink => (&api::CREATE_VPC_LINK, api::vpc_link),
        Operation::ApiGatewayCreateAuthorizer => (&api::CREATE_AUTHORIZER, api::authorizer),
        Operation::ApiGatewayCreateIntegration => (&api::CREATE_INTEGRATION, api::integration),
        Operation::ApiGatewayCreateRoute => (&api::CREATE_ROUTE, api::route),
        Operation::ApiGatewayCreateDomainName => (&api::CREATE_DOMAIN_NAME, api::domain_name),
        Operation::ApiGatewayCreateApiMapping => (&api::CREATE_API_MAPPING, api::api_mapping),
    }
}

/// The requests of the objects to which a request refers.
///
/// A request names other objects by id or ARN: a route names its API, an ECS service its task definition. The id says
/// nothing about the object, so the check needs the request that created it. At most one request per operation can be
/// referred to.
///
/// These operations read other ones:
///
/// - `ecs:CreateService` reads the task definition and the Cloud Map service.
/// - `apigatewayv2:CreateRoute` and `apigatewayv2:CreateAuthorizer` read the API, for its kind and its CORS.
/// - `apigatewayv2:CreateIntegration` reads the API, the stage and the Cloud Map service.
/// - `apigatewayv2:CreateStage` reads the API and one route.
/// - `servicediscovery:CreateService` reads the private namespace.
///
/// The default refers to nothing.
#[derive(Clone, Debug, Default)]
pub struct Referred(BTreeMap<Operation, Value>);

impl Referred {
    /// Reads an object of requests by operation, such as `{"ecs:RegisterTaskDefinition": {…}}`.
    ///
    /// A value that the shape of its request refuses counts as one that cannot be read. It is a problem of that request
    /// only, so check that request by itself as well.
    ///
    /// ```
    /// use sss_model::request::{self, Operation, Referred};
    ///
    /// let referred = serde_json::json!({ "apigatewayv2:CreateApi": { "Name": "chat", "ProtocolType": "WEBSOCKET" } });
    /// let referred = Referred::from_value(referred).unwrap();
    /// let input = serde_json::json!({ "ApiId": "a1b2c3", "RouteKey": "$connect" });
    /// assert!(request::check(Operation::ApiGatewayCreateRoute, &input, &referred).is_empty());
    /// ```
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
    ///
    /// `None` means that nothing is known about the object, not that it does not exist.
    pub(crate) fn get(&self, operation: Operation) -> Option<Node<'_>> {
        self.0.get(&operation).map(Node::root)
    }
}

/// The error of a value that does not hold referred requests.
///
/// Its text names the key or says that the value is not an object. It never holds a part of a request.
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
