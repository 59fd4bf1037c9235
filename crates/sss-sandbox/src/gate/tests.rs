//! Requests in the form of the wire, and the answers of the gate.

mod forms;
mod requests;
mod verdicts;

use serde_json::{Value, json};
use sss_model::{
    Severity,
    request::{self, Operation, Referred},
    rules,
};

use self::requests::{Case, absent, all, changed};
use super::{
    Form,
    codes::{About, ROWS},
    name, pass,
    words::WORDS,
};
use crate::{refusal::Refusal, world::World};

fn refused(case: &Case, input: &Value) -> Refusal {
    let mut world = World::new("123456789012", "eu-central-1", 0);
    let before = world.clone();
    match case.service.call(&mut world, case.operation, input) {
        Ok(answer) => panic!("{} {input} was taken: {answer}", case.operation),
        Err(refusal) => {
            assert_eq!(world, before, "{} {input}", case.operation);
            refusal
        }
    }
}

#[test]
fn broken_rules_get_the_codes_of_the_service() {
    for case in all() {
        assert_eq!(pass(case.service, case.operation, &case.fine), Ok(()), "{}", case.operation);
        for (pointer, value, code) in &case.refused {
            let input = changed(&case.fine, pointer, value);
            let refusal = refused(&case, &input);
            assert_eq!(refusal.code, *code, "{} {input}: {}", case.operation, refusal.message);
            let status = match refusal.code {
                "LimitExceeded" => 409,
                "NotFoundException" => 404,
                _ => 400,
            };
            assert_eq!(refusal.status, status, "{code}");
        }
    }
}

#[test]
fn every_operation_of_the_model_has_a_gate() {
    let mut named: Vec<String> = all().iter().map(|case| name(case.service, case.operation)).collect();
    named.sort_unstable();
    let mut known: Vec<String> = Operation::ALL.iter().map(ToString::to_string).collect();
    known.sort_unstable();
    assert_eq!(named, known);
}

#[test]
fn rows_and_words_belong_to_known_rules() {
    for row in ROWS {
        let operations = Operation::ALL.iter().filter(|of| of.as_str().starts_with(row.operations));
        assert!(operations.count() > 0, "{}", row.operations);
        assert!(rules::RULES.iter().any(|rule| rule.id.starts_with(row.rules)), "{}", row.rules);
    }
    for operation in Operation::ALL {
        let answers_all = |of: &&super::codes::Row| {
            operation.as_str().starts_with(of.operations) && of.rules.is_empty() && of.about == About::All
        };
        assert!(ROWS.iter().any(|row| answers_all(&row)), "{operation}");
    }
    for row in ROWS {
        let rules = rules::RULES.iter().filter(|rule| rule.id.starts_with(row.rules));
        let names = || rules.clone().flat_map(|rule| rule.cases).map(|case| case.name);
        assert!(
            !matches!(row.about, About::Case(name) if !names().any(|known| known == name)),
            "{:?}",
            row.about
        );
    }
    for (rule, about, words) in WORDS {
        let rule = rules::find(rule).unwrap_or_else(|| panic!("{rule}: {words}"));
        assert!(!words.contains("{}"), "{}: a sentence has its arguments by name", rule.id);
        let About::Case(name) = about else { continue };
        let case = rule.cases.iter().find(|case| case.name == *name);
        let case = case.unwrap_or_else(|| panic!("{} has no case {name}", rule.id));
        for argument in words.split(['{', '}']).skip(1).step_by(2) {
            let gap = format!("{{{argument}}}");
            assert!(case.message.contains(&gap) || case.fix.contains(&gap), "{}/{name}: {words}", rule.id);
        }
    }
}

/// An operation, the pointer to a member of its request, the value there, and AWS's sentence for it.
type Sentence = (&'static str, &'static str, Value, &'static str);

fn sentences_of_ecs() -> Vec<Sentence> {
    vec![
        (
            "RegisterTaskDefinition",
            "/memory",
            json!("4096"),
            "No Fargate configuration exists for given values.",
        ),
        ("RegisterTaskDefinition", "/containerDefinitions", json!([]), "Container list cannot be empty."),
        (
            "RegisterTaskDefinition",
            "/executionRoleArn",
            absent(),
            "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        ),
        (
            "RegisterTaskDefinition",
            "/containerDefinitions/0/mountPoints",
            json!([{ "sourceVolume": "data" }]),
            "Unknown volume 'data'.",
        ),
        (
            "RegisterTaskDefinition",
            "/containerDefinitions/0/secrets",
            json!([{ "name": "KEY", "valueFrom": "/a" }, { "name": "KEY", "valueFrom": "/b" }]),
            "Duplicate secret names found: KEY.",
        ),
        (
            "RegisterTaskDefinition",
            "/containerDefinitions/0/environment",
            json!([{ "value": "a" }]),
            "Environment variable name cannot be null or blank.",
        ),
        (
            "RegisterTaskDefinition",
            "/volumes",
            json!([{ "name": "data", "efsVolumeConfiguration": { "fileSystemId": "fs-0a1b2c3d" },
                "s3filesVolumeConfiguration": { "fileSystemArn": "a" } }]),
            "When the volume parameter is specified, only one volume configuration type should be used.",
        ),
        ("CreateService", "/taskDefinition", json!("orders:latest"), "Invalid revision number."),
        ("CreateService", "/taskDefinition", json!(""), "Task Definition can not be blank."),
        ("RegisterTaskDefinition", "/cpu", absent(), "cpu: `cpu` is required on Fargate"),
    ]
}

fn sentences_of_others() -> Vec<Sentence> {
    vec![
        (
            "CreateApi",
            "/corsConfiguration",
            json!({ "allowOrigins": ["localhost:3000"] }),
            "Invalid format for origin localhost:3000",
        ),
        (
            "CreateRoute",
            "/routeKey",
            json!("get /{}"),
            "The provided route key get /{} is not formatted properly for HTTP protocol. Format should be \
             \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\"",
        ),
        ("CreateVpcLink", "/subnetIds", json!([]), "SubnetIds for a vpc link cannot be empty"),
        (
            "AuthorizeSecurityGroupEgress",
            "/IpPermissions/0/IpRanges/0/CidrIp",
            json!("10/8"),
            "CIDR block 10/8 is malformed",
        ),
        (
            "CreateSecurityGroup",
            "/GroupName",
            json!("sg-web"),
            "Invalid value 'sg-web' for groupName. Group names may not be in the format sg-*",
        ),
    ]
}

#[test]
fn refusals_have_the_words_of_aws() {
    for (operation, pointer, value, message) in sentences_of_ecs().into_iter().chain(sentences_of_others()) {
        let case =
            all().into_iter().find(|case| case.operation == operation).expect("a case of the operation");
        assert_eq!(refused(&case, &changed(&case.fine, pointer, &value)).message, message);
    }
}

/// Returns the values that replace the members of a request.
fn values() -> [Value; 10] {
    [
        absent(),
        json!(true),
        json!(-1),
        json!(i64::MAX),
        json!(1e300),
        json!(""),
        json!("é:-/.@"),
        json!([]),
        json!([{}]),
        json!({ "é": [] }),
    ]
}

fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| pointers(value, &format!("{at}/{index}"), all));
        }
        Value::Object(map) => {
            for (key, value) in map {
                let at = format!("{at}/{}", key.replace('/', "~1"));
                all.push(at.clone());
                pointers(value, &at, all);
            }
        }
        _ => {}
    }
}

/// The gate of a service whose requests have the model's form accepts the requests that the model accepts, and beside
/// them only unknown members.
#[test]
fn gate_accepts_what_the_model_accepts() {
    let mut taken = 0;
    for case in all() {
        if case.service.form != Form::Same {
            continue;
        }
        let operation: Operation = name(case.service, case.operation).parse().expect("an operation");
        let mut places = Vec::new();
        pointers(&case.fine, "", &mut places);
        for (place, value) in places.iter().flat_map(|place| values().map(|value| (place, value))) {
            let input = changed(&case.fine, place, &value);
            let problems = request::check(operation, &input, &Referred::default());
            let breaks = problems
                .iter()
                .any(|problem| problem.severity == Severity::Error && problem.rule != "PARAM-001");
            taken += usize::from(!breaks);
            assert_eq!(pass(case.service, case.operation, &input).is_err(), breaks, "{input}: {problems:?}");
        }
    }
    assert!(taken > 30, "{taken} requests were taken");
}
