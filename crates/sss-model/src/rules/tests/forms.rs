//! Rules that are told of a stack and of a request of AWS: both are equally strict.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::problem::{Problem, Severity};
use crate::request::{Referred, check};
use crate::stack::Stack;

/// The place of a value in both forms, and values that are to be judged equally.
#[derive(Deserialize)]
struct Form {
    in_stack: String,
    operation: String,
    in_request: String,
    /// Other values of the stack, by place. Without them, the value has no effect.
    #[serde(default)]
    with: BTreeMap<String, Value>,
    /// `*9` in a text stands for nine letters.
    values: Vec<Value>,
    /// The same values as the request has them, where that differs.
    values_in_request: Option<Vec<Value>>,
    /// The reason why a stack and a request are not equally strict about the values.
    because: Option<String>,
}

/// A stack and requests that break no rule.
#[derive(Deserialize)]
struct Bases {
    stack: Value,
    requests: BTreeMap<String, Value>,
}

const TASK: &str = "ecs:RegisterTaskDefinition";

fn forms() -> Vec<Form> {
    serde_json::from_str(include_str!("forms/values.json")).expect("a list of forms")
}

fn bases() -> Bases {
    serde_json::from_str(include_str!("forms/bases.json")).expect("a stack and requests")
}

fn stack() -> Value {
    bases().stack
}

/// Returns the value with letters in place of `*9`.
fn spelled(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.split_once('*').map(|(start, count)| (start, count.parse())) {
            Some((start, Ok(count))) => format!("{start}{}", "a".repeat(count)).into(),
            _ => value.clone(),
        },
        Value::Array(list) => list.iter().map(spelled).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                (spelled(&json!(key)).as_str().unwrap_or_default().to_owned(), spelled(value))
            })
            .collect(),
        value => value.clone(),
    }
}

/// A value in both forms, and the problems of each.
struct Told {
    place: String,
    in_stack: Vec<Problem>,
    in_request: Vec<Problem>,
    because: Option<String>,
}

fn told() -> Vec<Told> {
    let bases = bases();
    let mut all = Vec::new();
    for form in forms() {
        let theirs = form.values_in_request.as_ref().unwrap_or(&form.values);
        for (ours, theirs) in form.values.iter().zip(theirs) {
            let (mut file, mut input) = (bases.stack.clone(), bases.requests[&form.operation].clone());
            form.with.iter().for_each(|(place, value)| put(&mut file, place, value));
            put(&mut file, &form.in_stack, &spelled(ours));
            put(&mut input, &form.in_request, &spelled(theirs));
            all.push(Told {
                place: format!("{} {ours}, {} {}", form.in_stack, form.operation, form.in_request),
                in_stack: of_stack(&file),
                in_request: of_request(&form.operation, &input),
                because: form.because.clone(),
            });
        }
    }
    all
}

/// Returns the rules that a value of [`forms`] breaks in a stack or a request.
pub(super) fn compared() -> BTreeSet<&'static str> {
    let problems = told().into_iter().flat_map(|told| [told.in_stack, told.in_request].concat());
    problems.map(|problem| problem.rule).collect()
}

fn put(value: &mut Value, pointer: &str, new: &Value) {
    let mut place = value;
    for key in pointer.split('/').skip(1) {
        place = match key.parse::<usize>() {
            Ok(index) => {
                if place.is_null() {
                    *place = json!([]);
                }
                let list = place.as_array_mut().expect("a list");
                while list.len() <= index {
                    list.push(Value::Null);
                }
                &mut list[index]
            }
            Err(_) => &mut place[key],
        };
    }
    *place = new.clone();
}

/// Returns the worst severity of the problems.
fn worst(problems: &[Problem]) -> Option<Severity> {
    problems.iter().map(|problem| problem.severity).min()
}

fn of_request(operation: &str, input: &Value) -> Vec<Problem> {
    check(operation.parse().expect("an operation"), input, &Referred::default())
}

fn of_stack(value: &Value) -> Vec<Problem> {
    let text = toml::to_string(value).expect("a stack file");
    match Stack::from_toml(&text) {
        Ok(parsed) => parsed.warnings.into_iter().map(|located| located.problem).collect(),
        Err(located) => located.into_iter().map(|located| located.problem).collect(),
    }
}

#[test]
fn stack_and_request_are_equally_strict() {
    let bases = bases();
    assert_eq!(of_stack(&bases.stack), []);
    let mut wrong = Vec::new();
    for Told { place, in_stack, in_request, because } in told() {
        let (ours, theirs) = (worst(&in_stack), worst(&in_request));
        let is_fine = match because {
            None => ours == theirs,
            Some(_) => ours != theirs,
        };
        if !is_fine {
            wrong.push(format!("{place}: {ours:?} {in_stack:?}\n  {theirs:?} {in_request:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn moving_tags_are_one_warning_with_a_count() {
    let mut file = stack();
    for number in 0..5 {
        file["services"][format!("s{number}")] = json!({ "image": "a:latest", "stop_timeout": 60 });
    }
    put(&mut file, "/services/s0/image", &json!("a"));
    let told = of_stack(&file);
    let moving: Vec<&Problem> = told.iter().filter(|problem| problem.rule == "ECS-TD-113").collect();
    assert_eq!(moving.len(), 1, "{moving:?}");
    assert_eq!((moving[0].case, moving[0].path.as_str()), ("several", "services.s0.image"));
    assert!(moving[0].message.starts_with("5 images ") && moving[0].message.contains("services.s4.image"));

    let mut input = bases().requests[TASK].clone();
    put(&mut input, "/containerDefinitions/0/image", &json!("a"));
    put(&mut input, "/containerDefinitions/1/image", &json!("b:latest"));
    let asked = of_request(TASK, &input);
    let moving: Vec<&str> = asked.iter().filter(|one| one.rule == "ECS-TD-113").map(|one| one.case).collect();
    assert_eq!(moving, ["several"]);
}

#[test]
fn warning_in_many_places_is_one_with_a_count() {
    let mut file = stack();
    for number in 0..14 {
        file["services"][format!("s{number:02}")] = json!({ "image": "a:1", "port": 80 });
    }
    let told = of_stack(&file);
    let joined: Vec<&Problem> = told.iter().filter(|problem| problem.case == "not-set").collect();
    assert_eq!(joined.len(), 1, "{told:?}");
    assert_eq!(joined[0].also.len(), 13);
    let message = &joined[0].message;
    assert!(
        message.starts_with("`stop_timeout` is not set: ") && message.contains("(14 places; "),
        "{message}"
    );
    assert!(message.ends_with("`services.s12.stop_timeout` and 1 more)"), "{message}");
}

#[test]
fn parameter_by_name_may_be_read() {
    let mut file = stack();
    put(&mut file, "/services/app/secrets/S", &json!("/prod/orders/db-password"));
    put(&mut file, "/services/app/secrets/L", &json!("plain"));
    let stack = Stack::from_toml(&toml::to_string(&file).unwrap()).unwrap().stack;
    let statements = stack.secret_statements();
    assert_eq!(statements.len(), 1);
    assert_eq!(statements[0].actions, ["ssm:GetParameters"]);
    let arn = |name: &str| format!("arn:aws:ssm:eu-west-1:*:parameter/{name}");
    assert_eq!(statements[0].resources, [arn("plain"), arn("prod/orders/db-password")]);

    let document = crate::policy::PolicyDocument::new(&statements).to_json();
    let mut policy = bases().requests["iam:PutRolePolicy"].clone();
    policy["PolicyDocument"] = document.into();
    assert_eq!(of_request("iam:PutRolePolicy", &policy), []);
}
