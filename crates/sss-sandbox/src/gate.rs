//! The rules of AWS, held against a request before its operation sees it.
//!
//! The rules are the model's, where each has its one home. What is the account's own is AWS's error code for a broken
//! rule, in [`codes`], and AWS's sentence, in [`words`].

mod codes;
mod form;
#[cfg(test)]
mod tests;
mod words;

use serde_json::{Map, Value, json};
use sss_model::{
    Problem, Severity,
    request::{self, Operation, Referred},
};

use crate::{refusal::Refusal, service::Service};

/// Refuses a request as it came over the wire, if the model has rules for its operation.
pub(crate) fn pass(service: Service, operation: &str, input: &Value) -> Result<(), Refusal> {
    pass_beside(service, operation, input, json!({}))
}

/// The same beside the requests of the objects that the request refers to.
pub(crate) fn pass_beside(
    service: Service,
    operation: &str,
    input: &Value,
    referred: Value,
) -> Result<(), Refusal> {
    let Ok(operation) = name(service, operation).parse() else { return Ok(()) };
    let referred = Referred::from_value(referred).expect("the services refer to requests by operation");
    let problems = request::check(operation, &form::of_the_cli(service, input), &referred);
    refuse(operation, &problems)
}

/// Refuses the value of one member, which other operations than the given one have as well.
pub(crate) fn pass_member(operation: Operation, member: &str, value: &Value) -> Result<(), Refusal> {
    let input = Value::Object(Map::from_iter([(member.to_owned(), value.clone())]));
    let mut problems = request::check(operation, &input, &Referred::default());
    problems.retain(|problem| {
        let below = problem.path.strip_prefix(member);
        below.is_some_and(|below| below.is_empty() || below.starts_with(['.', '[']))
    });
    refuse(operation, &problems)
}

/// The operation as the AWS CLI calls it.
fn name(service: Service, operation: &str) -> String {
    match service {
        Service::ApiGateway => format!("apigatewayv2:{operation}"),
        _ => format!("{}:{operation}", service.name()),
    }
}

/// Of several errors AWS tells the one that it meets first. What is less than an error it takes.
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
