//! Random requests: the model and the sandbox come to the same verdict.
//!
//! A request that breaks no rule of the model is taken, unless a fact of the account is in the way; [`FACTS`] has all of
//! these. So no refusal depends on the input alone without a rule, and `validate --as` accepts what the sandbox accepts. The
//! other way round, a request that breaks a rule is refused.
//!
//! Requests are valid ones with other values in a few places: the values of the tests of forms, of the gate, and of the
//! dictionary that the fuzzer uses, and members of other requests. `SSS_REQUESTS` sets their number for each operation.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde::Deserialize;
use serde_json::{Value, json};
use sss_model::{
    Severity,
    request::{self, Operation, Referred},
};

use super::{
    pointers,
    requests::{Case, absent, all, changed},
    values,
};
use crate::{
    gate::{codes, form::Form, name},
    random::Random,
    refusal::Refusal,
    service::AwsService,
    world::World,
};

/// The number of requests for each operation, unless `SSS_REQUESTS` sets another.
const REQUESTS: usize = 300;

/// Refusals by a fact of the account: the beginning of the operation, the code, and words of the message.
const FACTS: &[(&str, &str, &str)] = &[
    ("apigatewayv2:CreateApi", "NotImplemented", "quick-create target"),
    ("apigatewayv2:", "BadRequestException", "does not exist"),
    ("apigatewayv2:", "BadRequestException", "Unable to find Integration by id"),
    ("apigatewayv2:", "ConflictException", ""),
    ("apigatewayv2:", "NotFoundException", ""),
    ("ec2:", "DryRunOperation", ""),
    ("ec2:", "InvalidGroup.Duplicate", ""),
    ("ec2:", "InvalidGroup.NotFound", ""),
    ("ec2:", "InvalidPermission.Duplicate", ""),
    ("ec2:", "InvalidVpcID.NotFound", ""),
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

/// The values that take each other's place, from the tests of rules in both forms.
#[derive(Deserialize)]
struct Row {
    operation: String,
    in_request: String,
    values: Vec<Value>,
    values_in_request: Option<Vec<Value>>,
}

/// Returns a folder of the model's sources.
fn model(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../sss-model").join(path)
}

/// Returns the words of the fuzzer's dictionary: names of members, and values.
fn words() -> Vec<String> {
    let text = fs::read_to_string(model("fuzz/request.dict")).expect("the dictionary");
    let words = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix('"'));
    let words: BTreeSet<String> =
        words.map(|word| word.replace("\\\"", "").trim_matches('"').to_owned()).collect();
    words.into_iter().filter(|word| !word.is_empty() && !word.contains('\\')).collect()
}

/// Returns a value of the AWS CLI's form as it is on the wire.
fn on_the_wire(form: Form, value: &Value) -> Value {
    match (form, value) {
        (Form::LowerCase(_), Value::Object(members)) => {
            members.iter().map(|(name, member)| (uncapitalised(name), on_the_wire(form, member))).collect()
        }
        (Form::Text(_), Value::Object(members)) => {
            members.iter().map(|(name, member)| (name.clone(), on_the_wire(form, member))).collect()
        }
        (Form::LowerCase(_) | Form::Text(_), Value::Array(elements)) => {
            elements.iter().map(|element| on_the_wire(form, element)).collect()
        }
        (Form::Text(_), Value::Number(_) | Value::Bool(_)) => json!(value.to_string()),
        _ => value.clone(),
    }
}

fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// What may stand in requests of an operation.
struct Pool {
    /// Values by the pointer to their place.
    values: BTreeMap<String, Vec<Value>>,
    /// Names of members, and words.
    words: Vec<String>,
    /// Members of valid requests of any operation of the service.
    members: Vec<(String, Value)>,
}

impl Pool {
    fn of(case: &Case, rows: &[Row], words: &[String]) -> Self {
        let mut values: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (pointer, value, _) in &case.refused {
            values.entry((*pointer).to_owned()).or_default().push(value.clone());
        }
        let operation = name(case.service, case.operation);
        for row in rows.iter().filter(|row| row.operation == operation) {
            let lower = matches!(case.service.form, Form::LowerCase(_));
            let pointer = row
                .in_request
                .split('/')
                .map(|part| if lower { uncapitalised(part) } else { part.to_owned() });
            let pointer = pointer.collect::<Vec<_>>().join("/");
            let given = row.values_in_request.as_ref().unwrap_or(&row.values);
            let given = given.iter().map(|value| on_the_wire(case.service.form, value));
            values.entry(pointer).or_default().extend(given);
        }

        let mut members = Vec::new();
        for other in all().iter().filter(|other| other.service.name == case.service.name) {
            collect(&other.fine, &mut members);
            other.refused.iter().for_each(|(pointer, value, _)| {
                let key = pointer.rsplit('/').next().unwrap_or_default();
                members.push((key.to_owned(), value.clone()));
            });
        }
        Self { values, words: words.to_vec(), members }
    }

    /// Returns a value for the place at a pointer: a known one of the place, or anything.
    fn value(&self, pointer: &str, random: &mut Random) -> Value {
        let key = pointer.rsplit('/').next().unwrap_or_default();
        let of_place = self.values.get(pointer);
        let of_key: Vec<&Value> =
            self.members.iter().filter(|(known, _)| known == key).map(|(_, value)| value).collect();
        match (below(random, 10), of_place) {
            (0..=4, Some(known)) => one(known, random),
            (0..=7, _) if !of_key.is_empty() => one(&of_key, random).clone(),
            (8, _) => json!(one(&self.words, random)),
            _ => one(&values(), random),
        }
    }

    /// Returns a request with other values in a few places.
    fn request(&self, fine: &Value, random: &mut Random) -> Value {
        let mut request = fine.clone();
        for _ in 0..=below(random, 3) {
            let mut places = Vec::new();
            pointers(&request, "", &mut places);
            let place = if places.is_empty() { return request } else { one(&places, random) };
            request = match below(random, 10) {
                0 => changed(&request, &place, &absent()),
                1 | 2 => self.with_member(&request, &place, random),
                3 => twice(&request, &place),
                _ => changed(&request, &place, &self.value(&place, random)),
            };
        }
        request
    }

    /// Returns a request with a member more, beside the one at a place.
    fn with_member(&self, request: &Value, place: &str, random: &mut Random) -> Value {
        let around = place.rsplit_once('/').map_or("", |(around, _)| around);
        let (key, value) = if below(random, 3) > 0 {
            one(&self.members, random)
        } else {
            (one(&self.words, random), one(&values(), random))
        };
        let mut request = request.clone();
        if let Some(Value::Object(members)) = request.pointer_mut(around) {
            members.insert(key, value);
        }
        request
    }
}

/// Collects the members of a value, and of the values in it.
fn collect(value: &Value, members: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (key, member) in map {
                members.push((key.clone(), member.clone()));
                collect(member, members);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, members)),
        _ => {}
    }
}

/// Returns the request with the first element of the list at a place twice.
fn twice(request: &Value, place: &str) -> Value {
    let mut request = request.clone();
    if let Some(Value::Array(elements)) = request.pointer_mut(place) {
        elements.extend(elements.first().cloned());
    }
    request
}

fn below(random: &mut Random, bound: usize) -> usize {
    usize::try_from(random.next() % bound as u64).expect("a small number")
}

fn one<T: Clone>(list: &[T], random: &mut Random) -> T {
    list[below(random, list.len())].clone()
}

/// An account with the objects that the valid request of an operation names, and the requests of these.
struct Place {
    world: World,
    referred: Referred,
    /// The texts of valid requests that stand for ids of the account.
    ids: Vec<(&'static str, String)>,
}

/// Returns the case of an operation, which the name of its service distinguishes.
fn case(operation: &str) -> Case {
    all().into_iter().find(|case| name(case.service, case.operation) == operation).expect("a case")
}

/// The milliseconds until everything that an account begins is done.
const LATER: u64 = 3_600_000;

impl Place {
    fn of(operation: &str) -> Self {
        let world = World::new("123456789012", "eu-central-1", 0);
        let mut place = Self { world, referred: Referred::default(), ids: Vec::new() };
        match operation {
            "ecs:RegisterTaskDefinition" => place.with_role(),
            "ecs:CreateService" => {
                place.with_role();
                let task = place.with("ecs:RegisterTaskDefinition");
                place.call("ecs:CreateService", "CreateCluster", &json!({}));
                place.refer("ecs:RegisterTaskDefinition", &task);
            }
            "servicediscovery:CreateService" => {
                let namespace = place.with("servicediscovery:CreatePrivateDnsNamespace");
                let listed = place.call(operation, "ListNamespaces", &json!({}));
                place.name("ns-0123456789abcdef", &listed["Namespaces"][0]["Id"]);
                place.refer("servicediscovery:CreatePrivateDnsNamespace", &namespace);
            }
            "iam:PutRolePolicy" | "iam:AttachRolePolicy" => drop(place.with("iam:CreateRole")),
            "logs:PutRetentionPolicy" => drop(place.with("logs:CreateLogGroup")),
            "apigatewayv2:CreateStage"
            | "apigatewayv2:CreateAuthorizer"
            | "apigatewayv2:CreateIntegration"
            | "apigatewayv2:CreateRoute" => place.with_api(operation),
            _ => {}
        }
        place
    }

    /// Makes the object of the valid request of an operation, and returns the request.
    fn with(&mut self, operation: &str) -> Value {
        let Case { operation: wire, fine, .. } = case(operation);
        self.call(operation, wire, &fine);
        fine
    }

    /// Makes the role that tasks name.
    fn with_role(&mut self) {
        let mut role = case("iam:CreateRole").fine;
        role["RoleName"] = json!("execution");
        self.call("iam:CreateRole", "CreateRole", &role);
    }

    /// Makes an API, and the parts of it that a request names.
    fn with_api(&mut self, operation: &str) {
        let api = case("apigatewayv2:CreateApi");
        let made = self.call(operation, "CreateApi", &api.fine);
        self.name("shop", &made["apiId"]);
        self.refer("apigatewayv2:CreateApi", &api.service.form.of_the_cli(&api.fine));
        let link = self.call(operation, "CreateVpcLink", &case("apigatewayv2:CreateVpcLink").fine);
        self.name("abc123", &link["vpcLinkId"]);
        if operation == "apigatewayv2:CreateRoute" || operation == "apigatewayv2:CreateStage" {
            let integration = self.with_ids(&case("apigatewayv2:CreateIntegration").fine);
            let integration = self.call(operation, "CreateIntegration", &integration);
            self.name("abc123", &integration["integrationId"]);
        }
        if operation == "apigatewayv2:CreateStage" {
            let route =
                json!({ "apiId": "shop", "routeKey": "GET /orders", "target": "integrations/abc123" });
            let route = self.with_ids(&route);
            self.call(operation, "CreateRoute", &route);
        }
    }

    /// Calls an operation of the service of another one. Whatever the call begins is done afterwards.
    fn call(&mut self, service_of: &str, operation: &str, input: &Value) -> Value {
        let service: &AwsService = case(service_of).service;
        let answer = service.call(&mut self.world, operation, input);
        let answer = answer.unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"));
        self.world.advance(self.world.now + LATER);
        answer
    }

    /// Lets a text of valid requests stand for an id.
    fn name(&mut self, text: &'static str, id: &Value) {
        let id = id.as_str().expect("an id").to_owned();
        self.ids.retain(|(known, _)| *known != text);
        self.ids.push((text, id));
    }

    /// Lets requests refer to the request of another operation.
    fn refer(&mut self, operation: &str, request: &Value) {
        self.referred = Referred::from_value(json!({ operation: request })).expect("a request");
    }

    /// Returns a request with the ids of this account in the place of those of valid requests.
    fn with_ids(&self, request: &Value) -> Value {
        match request {
            Value::Object(members) => {
                let member = |(key, member): (&String, &Value)| {
                    // A name is not an id, although it may be the same text.
                    let member = if key == "name" { member.clone() } else { self.with_ids(member) };
                    (key.clone(), member)
                };
                members.iter().map(member).collect()
            }
            Value::Array(elements) => elements.iter().map(|element| self.with_ids(element)).collect(),
            Value::String(text) => {
                let (before, last) = text
                    .rsplit_once('/')
                    .map_or(("", text.as_str()), |(_, last)| (&text[..text.len() - last.len()], last));
                let id = self.ids.iter().find(|(known, _)| *known == last);
                id.map_or_else(|| request.clone(), |(_, id)| json!(format!("{before}{id}")))
            }
            _ => request.clone(),
        }
    }

    /// Sends a request to a copy of the account.
    fn send(&self, case: &Case, request: &Value) -> Result<(), Refusal> {
        case.service.call(&mut self.world.clone(), case.operation, &self.with_ids(request)).map(drop)
    }
}

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
    let rows = fs::read_to_string(model("src/rules/tests/forms/values.json")).expect("the values");
    let rows: Vec<Row> = serde_json::from_str(&rows).expect("a list of forms");
    let words = words();
    let mut differences: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for (seed, case) in all().iter().enumerate() {
        let operation = name(case.service, case.operation);
        let (pool, place) = (Pool::of(case, &rows, &words), Place::of(&operation));
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
