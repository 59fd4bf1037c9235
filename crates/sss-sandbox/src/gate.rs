//! The gate checks a request by AWS's rules before its operation reads it.
//!
//! The rules are the model's, so a stack and an account judge by the same ones. The model knows requests as
//! the AWS CLI has them: `form` brings a request from the wire into that form. [`codes`] has AWS's error code
//! for a broken rule, and [`words`] has AWS's sentence, whose gaps the problem's arguments fill. Code and
//! sentence depend on the rule and its case, never on the words of the problem.
//!
//! AWS accepts a request that breaks a rule of the severity *warning*, and so does the gate. The operations
//! themselves check the facts of the account: objects that exist, are missing or are in use. The rules of a
//! creation also judge its updates; there the operation builds the request that would create the changed
//! object.

mod codes;
mod form;
#[cfg(test)]
mod tests;
mod words;

use serde_json::{Map, Value, json};
use sss_model::{
    Path, Problem, Severity,
    request::{self, Operation, Referred},
};

pub(crate) use self::form::{Form, Maps, Texts};
use crate::{refusal::Refusal, service::AwsService};

/// Refuses a request that breaks a rule of the model for its operation.
///
/// The request has the form in which it came over the wire. An operation without rules takes every request.
///
/// # Errors
///
/// Returns AWS's refusal of the problem that AWS meets first.
pub(crate) fn pass(service: &AwsService, operation: &str, input: &Value) -> Result<(), Refusal> {
    pass_beside(service, operation, input, json!({}))
}

/// Refuses a request that breaks a rule, also a rule about the objects to which it refers.
///
/// `referred` holds the requests that created those objects, by operation. For example, a service on Fargate
/// must fit its task definition.
///
/// # Errors
///
/// Returns AWS's refusal of the problem that AWS meets first.
pub(crate) fn pass_beside(
    service: &AwsService,
    operation: &str,
    input: &Value,
    referred: Value,
) -> Result<(), Refusal> {
    let Ok(operation) = name(service, operation).parse() else { return Ok(()) };
    let referred = Referred::from_value(referred).expect("the services refer to requests by operation");
    let problems = request::check(operation, &service.form.of_the_cli(input), &referred);
    refuse(operation, &problems)
}

/// Refuses the value of one member by the rules of `operation`.
///
/// It serves the operations that the model does not know and that have a member of one that it knows.
/// Problems of other members, such as missing ones, do not count.
///
/// # Errors
///
/// Returns AWS's refusal of the problem that AWS meets first.
pub(crate) fn pass_member(operation: Operation, member: &str, value: &Value) -> Result<(), Refusal> {
    let input = Value::Object(Map::from_iter([(member.to_owned(), value.clone())]));
    let mut problems = request::check(operation, &input, &Referred::default());
    let at = Path::root().key(member);
    problems.retain(|problem| problem.path.starts_with(&at));
    refuse(operation, &problems)
}

/// Returns the operation as the AWS CLI names it.
fn name(service: &AwsService, operation: &str) -> String {
    format!("{}:{operation}", service.cli_name)
}

/// Refuses a request with errors, for the one that AWS meets first. AWS takes requests with warnings.
///
/// A problem for which the table of codes has no answer is no refusal.
fn refuse(operation: Operation, problems: &[Problem]) -> Result<(), Refusal> {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let answers = errors.filter_map(|problem| Some((codes::answer(operation, problem)?, problem)));
    match answers.min_by_key(|(answer, _)| answer.rank) {
        None => Ok(()),
        Some((answer, problem)) => {
            Err(Refusal::with_status(answer.status, answer.code, words::message(problem)))
        }
    }
}
