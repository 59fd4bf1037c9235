//! Requests in the form of the AWS CLI, in which the model knows them.

use serde_json::{Map, Value};

use crate::service::Service;

/// A request as it came over the wire, in the form of the AWS CLI.
pub(super) fn of_the_cli(service: Service, input: &Value) -> Value {
    match service {
        Service::ApiGateway => capitalised(input, 0),
        Service::Ec2 | Service::Iam => typed(input),
        _ => without_nulls(input),
    }
}

/// On the wire a null is a member that is absent.
fn members(map: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    map.iter().filter(|(_, member)| !member.is_null())
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            members(map).map(|(name, member)| (name.clone(), without_nulls(member))).collect()
        }
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// The members of API Gateway whose value is a map, and how many levels of keys it has, which are no members.
const MAPS: [(&str, usize); 7] = [
    ("requestModels", 1),
    ("requestParameters", 1),
    ("requestTemplates", 1),
    ("responseParameters", 2),
    ("routeSettings", 1),
    ("stageVariables", 1),
    ("tags", 1),
];

/// API Gateway's members begin in lower case on the wire.
fn capitalised(value: &Value, levels_of_keys: usize) -> Value {
    match value {
        Value::Object(map) if levels_of_keys > 0 => {
            members(map).map(|(key, entry)| (key.clone(), capitalised(entry, levels_of_keys - 1))).collect()
        }
        Value::Object(map) => {
            let member = |(name, member): (&String, &Value)| {
                let levels = MAPS.iter().find(|(map, _)| map == name).map_or(0, |(_, levels)| *levels);
                (capital(name), capitalised(member, levels))
            };
            members(map).map(member).collect()
        }
        Value::Array(elements) => elements.iter().map(|element| capitalised(element, 0)).collect(),
        other => other.clone(),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Members that the Query protocols call otherwise than the CLI.
const NAMES: [(&str, &str); 4] = [
    ("GroupDescription", "Description"),
    ("Groups", "UserIdGroupPairs"),
    ("Tag", "Tags"),
    ("TagSpecification", "TagSpecifications"),
];
const INTEGERS: [&str; 3] = ["FromPort", "MaxSessionDuration", "ToPort"];
const FLAGS: [&str; 1] = ["DryRun"];
const LISTS: [&str; 1] = ["Tags"];

/// The Query protocols send every value as text, and an empty list as an empty text.
fn typed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let member = |(name, member): (&String, &Value)| {
                let name = NAMES.iter().find(|(wire, _)| wire == name).map_or(name.as_str(), |(_, cli)| cli);
                let text = member.as_str().and_then(|text| of_type(name, text));
                (name.to_owned(), text.unwrap_or_else(|| typed(member)))
            };
            members(map).map(member).collect()
        }
        Value::Array(elements) => elements.iter().map(typed).collect(),
        other => other.clone(),
    }
}

/// The value that the text of a member stands for, if it is no text.
fn of_type(name: &str, text: &str) -> Option<Value> {
    if INTEGERS.contains(&name) {
        return text.parse::<i64>().ok().map(Value::from);
    }
    if FLAGS.contains(&name) {
        return text.parse::<bool>().ok().map(Value::from);
    }
    (LISTS.contains(&name) && text.is_empty()).then(|| Value::Array(Vec::new()))
}
