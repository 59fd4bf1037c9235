//! Each member of the service model in a request: taken, told or refused.

use serde_json::{Map, Value, json};

use crate::request::task_definition_leaves;
use crate::task_definition::take;

/// A task definition with a container of the service and one beside it.
fn bare() -> Value {
    json!({ "family": "orders", "containerDefinitions": [
        { "name": "orders", "image": "orders:1.4" },
        { "name": "side", "image": "side:1" },
    ] })
}

/// Returns the keys that a request gives, and whether a problem is at the member, in it or around it.
fn outcome(request: &Value, at: &str) -> (Map<String, Value>, bool) {
    let taken = take(request.clone(), "orders");
    let about = |path: &str| !path.is_empty() && (path.starts_with(at) || at.starts_with(path));
    (taken.keys, taken.problems.iter().any(|problem| about(problem.path.as_str())))
}

/// Puts a value into a request and returns its path. Each step is a member, or `[]` for the first element of a list.
fn put(request: &mut Value, steps: &[&str], value: &Value) -> String {
    let Some((first, rest)) = steps.split_first() else {
        *request = value.clone();
        return String::new();
    };
    if *first == "[]" {
        if !request.is_array() {
            *request = json!([]);
        }
        let list = request.as_array_mut().expect("a list");
        if list.is_empty() {
            list.push(Value::Null);
        }
        return format!("[0]{}", put(&mut list[0], rest, value));
    }
    if !request.is_object() {
        *request = json!({});
    }
    format!(".{first}{}", put(&mut request[*first], rest, value))
}

/// A request with a value at a member of one of its containers, or of the task.
struct Filled<'a> {
    steps: &'a [&'a str],
    /// The members that AWS requires beside it.
    fill: &'a [(Vec<String>, Value)],
    container: usize,
}

impl Filled<'_> {
    /// Returns the keys that the request gives, and whether a problem tells of the value. `None` leaves the member out.
    fn outcome(&self, value: Option<&Value>) -> (Map<String, Value>, bool) {
        let mut request = bare();
        let (place, prefix) = match self.steps.split_first() {
            Some((&"containerDefinitions", rest)) => {
                (&rest[1..], format!("containerDefinitions[{}]", self.container))
            }
            _ => (self.steps, String::new()),
        };
        let is_in_container = !prefix.is_empty();
        let skipped = if is_in_container { 2 } else { 0 };
        let target =
            if is_in_container { &mut request["containerDefinitions"][self.container] } else { &mut request };
        for (steps, value) in self.fill.iter().filter(|(steps, _)| steps.len() > skipped) {
            let steps: Vec<&str> = steps.iter().skip(skipped).map(String::as_str).collect();
            // The options of other drivers are refused with their driver.
            let awslogs = json!("awslogs");
            put(target, &steps, if steps.last() == Some(&"logDriver") { &awslogs } else { value });
        }
        let Some(value) = value else { return outcome(&request, "nowhere") };
        let at = put(target, place, value);
        outcome(&request, format!("{prefix}{at}").trim_start_matches('.'))
    }
}

/// The numbers that ECS describes as 0 if nobody set them.
const NOTHING_AT_ZERO: [&str; 2] = ["cpu", "hostPort"];

/// Checks that no two values of a member give the same service, unless a problem tells of it. 0 is not the absence of a
/// number.
fn check(filled: &Filled<'_>, values: &[Value]) {
    let mut silent: Vec<(Map<String, Value>, Value)> = Vec::new();
    let last = filled.steps.last().expect("a member");
    let is_required = filled.fill.iter().any(|(steps, _)| steps == filled.steps);
    if values.contains(&json!(0)) && !is_required && !NOTHING_AT_ZERO.contains(last) {
        silent.push((filled.outcome(None).0, json!("no value")));
    }
    for value in values {
        let (keys, told) = filled.outcome(Some(value));
        if told {
            continue;
        }
        let same = silent.iter().find(|(other, _)| *other == keys);
        let steps = filled.steps;
        assert!(
            same.is_none(),
            "{steps:?}: {value} and {:?} give the same service",
            same.map(|(_, value)| value)
        );
        silent.push((keys, value.clone()));
    }
}

#[test]
fn no_member_is_lost_without_a_word() {
    let leaves = task_definition_leaves();
    assert!(leaves.len() > 120, "{}", leaves.len());
    for leaf in &leaves {
        let steps: Vec<&str> = leaf.steps.iter().map(String::as_str).collect();
        if ["name", "image"].contains(steps.last().expect("a step")) && steps.len() == 3 {
            continue;
        }
        let containers = if steps[0] == "containerDefinitions" { 2 } else { 1 };
        for container in 0..containers {
            check(&Filled { steps: &steps, fill: &leaf.beside, container }, &leaf.values);
        }
    }
}

#[test]
fn member_without_a_place_has_a_reason() {
    for leaf in &task_definition_leaves() {
        for value in &leaf.values {
            let mut request = bare();
            let steps: Vec<&str> = leaf.steps.iter().map(String::as_str).collect();
            let (place, target) = match steps.split_first() {
                Some((&"containerDefinitions", rest)) => {
                    (&rest[1..], &mut request["containerDefinitions"][0])
                }
                _ => (&steps[..], &mut request),
            };
            put(target, place, value);
            let problems = take(request, "orders").problems;
            let bare: Vec<_> = problems.iter().filter(|problem| problem.case == "no-place").collect();
            assert!(bare.is_empty(), "{:?}: {bare:#?}", leaf.steps);
        }
    }
}

#[test]
fn no_log_option_is_lost_without_a_word() {
    let log = ["containerDefinitions", "[]", "logConfiguration"];
    let driver = (log.iter().chain(&["logDriver"]).map(ToString::to_string).collect(), json!("awslogs"));
    let options = crate::rules::logging::AWSLOGS.into_iter().chain(["tag"]);
    for option in options {
        let steps = [&log[..], &["options", option]].concat();
        for container in 0..2 {
            let filled = Filled { steps: &steps, fill: std::slice::from_ref(&driver), container };
            check(&filled, &[json!("true"), json!("5m"), json!("b")]);
        }
    }
}
