//! Random requests: the model and the sandbox come to the same verdict.
//!
//! A request that breaks no rule of the model is taken, unless a fact of the account is in the way; [`FACTS`] has all of
//! these. So no refusal depends on the input alone without a rule, and `validate --as` accepts what the sandbox accepts. The
//! other way round, a request that breaks a rule is refused.
//!
//! Requests are valid ones with other values in a few places: the values of the tests of forms, of the gate, and of the
//! dictionary that the fuzzer uses, and members of other requests. `SSS_REQUESTS` sets their number for each operation,
//! and `SSS_REQUESTS_OF` the beginning of the operations, such as `elbv2:`.

mod place;
mod pool;

use std::collections::BTreeMap;

use serde_json::Value;
use sss_model::{
    Severity,
    request::{self, Operation},
};

use self::{
    place::Place,
    pool::{Known, Pool},
};
use super::requests::{Case, all};
use crate::{
    gate::{codes, name},
    random::Random,
    refusal::Refusal,
};

/// The number of requests for each operation, unless `SSS_REQUESTS` sets another.
const REQUESTS: usize = 300;

/// Refusals by a fact of the account: the beginning of the operation, the code, and words of the message.
const FACTS: &[(&str, &str, &str)] = &[
    ("apigatewayv2:CreateApi", "NotImplemented", "quick-create target"),
    ("apigatewayv2:CreateApiMapping", "BadRequestException", "Invalid stage identifier specified"),
    ("apigatewayv2:CreateDomainName", "BadRequestException", "Certificate must be in"),
    ("apigatewayv2:", "BadRequestException", "does not exist"),
    ("apigatewayv2:", "BadRequestException", "Unable to find Integration by id"),
    ("apigatewayv2:", "ConflictException", ""),
    ("apigatewayv2:", "NotFoundException", ""),
    ("application-autoscaling:", "LimitExceededException", ""),
    ("application-autoscaling:", "ObjectNotFoundException", ""),
    ("application-autoscaling:", "ValidationException", "ECS service doesn't exist"),
    // Members that only a new object needs, or that go with those of the present one.
    ("application-autoscaling:", "ValidationException", "is required to register a new target"),
    ("application-autoscaling:", "ValidationException", "Schedule must be specified"),
    ("application-autoscaling:", "ValidationException", "should be provided"),
    ("application-autoscaling:", "ValidationException", "The configuration of policy type"),
    // The sandbox leaves these out.
    ("application-autoscaling:", "ValidationException", "The sandbox scales only services of ECS"),
    ("application-autoscaling:", "ValidationException", "Policy type PredictiveScaling is not supported"),
    ("ec2:", "DryRunOperation", ""),
    ("ec2:", "InvalidGroup.Duplicate", ""),
    ("ec2:", "InvalidGroup.NotFound", ""),
    ("ec2:", "InvalidPermission.Duplicate", ""),
    ("ec2:", "InvalidVpcID.NotFound", ""),
    ("ec2:", "RulesPerSecurityGroupLimitExceeded", ""),
    ("ec2:", "VPCIdNotSpecified", ""),
    ("ecs:CreateService", "ClientException", "ECS was unable to assume the role"),
    ("ecs:CreateService", "ClientException", "Unable to find the specified task definition"),
    ("ecs:CreateService", "ClusterNotFoundException", ""),
    ("ecs:CreateService", "InvalidParameterException", "The account has no container instances"),
    ("ecs:CreateService", "InvalidParameterException", "InvalidGroup.NotFound"),
    ("ecs:RegisterTaskDefinition", "ClientException", "Role is not valid"),
    ("elbv2:", "ListenerNotFound", ""),
    ("elbv2:", "LoadBalancerNotFound", ""),
    ("elbv2:", "TargetGroupNotFound", ""),
    ("iam:", "EntityAlreadyExists", ""),
    ("iam:", "NoSuchEntity", ""),
    ("logs:", "ResourceAlreadyExistsException", ""),
    ("logs:", "ResourceNotFoundException", ""),
    ("servicediscovery:", "NamespaceNotFound", ""),
];

/// Returns whether a refusal is by a fact of the account.
fn is_fact(operation: &str, refusal: &Refusal) -> bool {
    FACTS.iter().any(|(of, code, words)| {
        operation.starts_with(of) && refusal.code == *code && refusal.message.contains(words)
    })
}

/// What is wrong about the verdict on a request, `None` if both sides agree.
fn difference(case: &Case, place: &Place, request: &Value) -> Option<String> {
    let operation: Operation = name(case.service, case.operation).parse().expect("an operation");
    let problems = request::check(operation, &case.service.form.of_the_cli(request), &place.referred);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    // A member that AWS does not have is ignored on the wire and refused by the AWS CLI, and the table of codes names
    // the rules whose requests AWS takes.
    let broken = errors.iter().find(|problem| codes::answer(operation, problem).is_some());
    let is_unknown = errors.iter().any(|problem| problem.rule == "PARAM-001");
    match (place.send(case, request), broken) {
        (Ok(()), Some(error)) => {
            Some(format!("{operation} was taken, and breaks {}/{}", error.rule, error.case))
        }
        // The sandbox may read a member that another operation has.
        (Err(refusal), None) if !is_unknown && !is_fact(operation.as_str(), &refusal) => Some(format!(
            "{operation} was refused, and breaks no rule: {}: {}",
            refusal.code, refusal.message
        )),
        _ => None,
    }
}

#[test]
fn verdicts_of_model_and_sandbox_are_the_same() {
    let number =
        std::env::var("SSS_REQUESTS").ok().and_then(|number| number.parse().ok()).unwrap_or(REQUESTS);
    let only = std::env::var("SSS_REQUESTS_OF").unwrap_or_default();
    let known = Known::read();
    let mut differences: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for (seed, case) in all().iter().enumerate() {
        let operation = name(case.service, case.operation);
        if !operation.starts_with(&only) {
            continue;
        }
        let (pool, place) = (Pool::of(case, &known), Place::of(&operation));
        let mut random = Random::seeded(seed as u64);
        let mut taken = 0;
        for _ in 0..number {
            let request = pool.request(&case.fine, &mut random);
            taken += usize::from(place.send(case, &request).is_ok());
            if let Some(difference) = difference(case, &place, &request) {
                differences.entry(difference).or_insert((0, request)).0 += 1;
            }
        }
        println!("{operation}: {taken} of {number} are taken");
    }
    let told: Vec<String> =
        differences.iter().map(|(why, (count, request))| format!("{count} x {why}\n    {request}")).collect();
    assert!(told.is_empty(), "{} differences\n{}", told.len(), told.join("\n"));
}
