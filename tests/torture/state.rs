//! The content of an account, in a form that is equal for accounts with equal objects.
//!
//! Two accounts differ in ids, times and order, although the same objects are in them. So the state has names
//! in the place of ids, no times, sorted lists, and the logical names of objects that replaced others. The
//! content of a service's revision is in the place of its ARN.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, Value, json};

use crate::account::Account;

/// The time in which everything that happens by itself has happened, such as drained services.
const SETTLED: Duration = Duration::from_mins(30);

/// The lists of an inventory whose objects have an id: list, id and name.
const IDENTIFIED: [(&str, &str, &str); 9] = [
    ("namespaces", "Id", "Name"),
    ("registries", "Id", "Name"),
    ("apis", "apiId", "name"),
    ("vpc_links", "vpcLinkId", "name"),
    ("roles", "RoleId", "RoleName"),
    ("security_groups", "groupId", "groupName"),
    ("load_balancers", "LoadBalancerArn", "LoadBalancerName"),
    ("target_groups", "TargetGroupArn", "TargetGroupName"),
    ("scalable_targets", "ScalableTargetARN", "ResourceId"),
];

/// The parts of an API with an id: id, name and list, in the order of an inventory.
const PARTS: [(&str, &str, &str); 3] = [
    ("authorizerId", "name", "authorizers"),
    ("integrationId", "integrationUri", "integrations"),
    ("routeId", "routeKey", "routes"),
];

/// Members that differ from account to account: times, ids of past objects, and logged data.
const PASSING: [&str; 20] = [
    "apiGatewayDomainName",
    "apiMappingId",
    "createdDate",
    "CreateDate",
    "createdAt",
    "creationTime",
    "lastUpdatedDate",
    "storedBytes",
    "currentServiceDeployment",
    "currentServiceRevisions",
    "HostedZoneId",
    "taskDefinitionArn",
    "revision",
    "registeredAt",
    "requiresAttributes",
    "apiEndpoint",
    "CreatedTime",
    "DNSName",
    "CanonicalHostedZoneId",
    "State",
];

/// Tags that depend on the history of an object.
const OF_THE_PAST: [&str; 5] = ["sss:name", "sss:content", "sss:number", "sss:revision", "sss:count"];

/// Returns the content of the account once everything has settled. Revisions are listed by their content.
pub fn state(account: &Account) -> Value {
    account.sandbox.advance(SETTLED);
    let mut inventory = account.inventory();
    let names = names(&inventory);
    let revisions = revisions(account, &inventory);

    for service in inventory["services"].as_array_mut().into_iter().flatten() {
        if let Some(content) = service["taskDefinition"].as_str().and_then(|arn| revisions.get(arn)) {
            service["taskDefinition"] = content.clone();
        }
        // A key that a stack no longer has becomes 0: ECS cannot unset it, and both mean no grace period.
        if service["healthCheckGracePeriodSeconds"] == 0
            && let Some(members) = service.as_object_mut()
        {
            members.remove("healthCheckGracePeriodSeconds");
        }
        // Alarms that a stack no longer has become an empty list that is off, which watches as little as none.
        let deployment = &mut service["deploymentConfiguration"];
        if deployment["alarms"] == json!({"alarmNames": [], "enable": false, "rollback": false})
            && let Some(members) = deployment.as_object_mut()
        {
            members.remove("alarms");
        }
    }
    for cluster in inventory["cluster_settings"].as_array_mut().into_iter().flatten() {
        without_defaults(cluster);
    }
    for tasks in inventory["tasks"].as_array_mut().into_iter().flatten() {
        *tasks = json!(tasks.as_array().map_or(0, Vec::len));
    }
    // The tags of revisions are part of their contents.
    if let Some(tags) = inventory["tags"].as_array_mut() {
        tags.retain(|entry| !entry["ResourceARN"].as_str().is_some_and(|arn| revisions.contains_key(arn)));
    }

    let apis: Vec<Value> =
        inventory["apis"].as_array().into_iter().flatten().map(|api| api["name"].clone()).collect();
    for (parts, api) in inventory["parts"].as_array_mut().into_iter().flatten().zip(apis) {
        let called = PARTS.iter().map(|(_, _, list)| (*list).to_owned()).chain(["stages".to_owned()]);
        *parts = called.zip(parts.as_array().cloned().unwrap_or_default()).collect::<Map<_, _>>().into();
        parts["api"] = api;
        parts["stages"].as_array_mut().into_iter().flatten().for_each(without_limits_of_the_account);
    }

    for balancer in inventory["load_balancers"].as_array_mut().into_iter().flatten() {
        without_places(balancer);
    }

    inventory["revisions"] = json!(revisions.into_values().collect::<Vec<_>>());
    plain(inventory, &names)
}

/// Removes the ports of the listeners of a Network Load Balancer and the priorities of rules: the next free one is as
/// good as any other.
fn without_places(balancer: &mut Value) {
    let has_ports = balancer["Type"] == "application";
    for listener in balancer["Listeners"].as_array_mut().into_iter().flatten() {
        let rules = listener["Rules"].as_array_mut().into_iter().flatten();
        rules.filter_map(Value::as_object_mut).for_each(|rule| drop(rule.remove("Priority")));
        if let Some(members) = listener.as_object_mut().filter(|_| !has_ports) {
            members.remove("Port");
        }
    }
}

/// Removes the limits of a stage that are the account's. A stage that no longer has limits has these: API Gateway cannot
/// unset them.
fn without_limits_of_the_account(stage: &mut Value) {
    let settings = &mut stage["defaultRouteSettings"];
    if settings["throttlingRateLimit"] == 10_000.0
        && settings["throttlingBurstLimit"] == 5_000
        && let Some(members) = settings.as_object_mut()
    {
        members.retain(|member, _| !member.starts_with("throttling"));
    }
}

/// Removes the sessions of a cluster if they are AWS's default. A key that a stack no longer has becomes the default:
/// ECS cannot unset it, and both mean the same.
fn without_defaults(cluster: &mut Value) {
    let Some(configuration) = cluster.get_mut("configuration").and_then(Value::as_object_mut) else { return };
    if configuration.get("executeCommandConfiguration") == Some(&json!({"logging": "DEFAULT"})) {
        configuration.remove("executeCommandConfiguration");
    }
    if configuration.is_empty()
        && let Some(members) = cluster.as_object_mut()
    {
        members.remove("configuration");
    }
}

/// Returns a state without its revisions: an account with earlier changes has more of them.
pub fn without_history(mut state: Value) -> Value {
    if let Some(members) = state.as_object_mut() {
        members.remove("revisions");
    }
    state
}

/// Returns the content of each active revision, by its ARN.
fn revisions(account: &Account, inventory: &Value) -> BTreeMap<String, Value> {
    let arns = inventory["revisions"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let content = |arn: &str| {
        let input = json!({"taskDefinition": arn, "include": ["TAGS"]});
        (arn.to_owned(), account.by_hand("ecs", "DescribeTaskDefinition", &input))
    };
    arns.map(content).collect()
}

/// Returns the replacements: ids and actual names, each with the text in its place. The longest come first,
/// because one may begin like another.
fn names(inventory: &Value) -> Vec<(String, String)> {
    let objects = |list: &str| inventory[list].as_array().into_iter().flatten();
    let mut names = Vec::new();
    for (list, id, name) in IDENTIFIED {
        for object in objects(list) {
            let called = logical(inventory, object).unwrap_or_else(|| text(object, name));
            names.push((text(object, id), format!("{list} {called}")));
            names.push((text(object, name), called));
        }
    }

    for service in objects("services") {
        let called = logical(inventory, service).unwrap_or_else(|| text(service, "serviceName"));
        names.push((text(service, "serviceName"), called));
    }

    for balancer in objects("load_balancers") {
        let own = logical(inventory, balancer).unwrap_or_else(|| text(balancer, "LoadBalancerName"));
        for listener in balancer["Listeners"].as_array().into_iter().flatten() {
            // The listener of one service leads to its target group, and a shared one to none.
            let called = target(&listener["DefaultActions"], &names).unwrap_or_else(|| own.clone());
            names.push((text(listener, "ListenerArn"), format!("listener {called}")));
            for rule in listener["Rules"].as_array().into_iter().flatten() {
                let called = target(&rule["Actions"], &names).unwrap_or_else(|| own.clone());
                names.push((text(rule, "RuleArn"), format!("rule {called}")));
            }
        }
    }

    for parts in objects("parts") {
        for (index, (id, name, _)) in PARTS.into_iter().enumerate() {
            for part in parts[index].as_array().into_iter().flatten() {
                let own = text(part, name);
                let exact = names.iter().find(|(before, _)| *before == own).map(|(_, called)| called.clone());
                let called = exact.unwrap_or_else(|| replaced(&own, &names));
                names.push((text(part, id), format!("{id} {called}")));
            }
        }
    }

    names.retain(|(before, after)| before != after);
    names.sort_by_key(|(before, _)| std::cmp::Reverse(before.len()));
    names
}

/// Returns the name of the target group to which the first of these actions leads.
fn target(actions: &Value, names: &[(String, String)]) -> Option<String> {
    let arn = actions[0]["TargetGroupArn"].as_str()?;
    let (_, called) = names.iter().find(|(before, _)| before == arn)?;
    called.strip_prefix("target_groups ").map(str::to_owned)
}

fn text(object: &Value, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}

/// Returns the logical name of an object that has another name because it replaced one.
fn logical(inventory: &Value, object: &Value) -> Option<String> {
    let own = ["tags", "Tags", "tagSet"].into_iter().map(|member| &object[member]);
    let arn = ["Arn", "LoadBalancerArn", "TargetGroupArn"].into_iter().find_map(|member| object.get(member));
    let listed = inventory["tags"].as_array().into_iter().flatten();
    let listed = listed.filter(|entry| arn.is_some() && entry.get("ResourceARN") == arn);
    own.chain(listed.map(|entry| &entry["Tags"])).find_map(|tags| match tags {
        Value::Object(tags) => tags.get("sss:name")?.as_str().map(str::to_owned),
        Value::Array(tags) => {
            let tag = tags.iter().find(|tag| key(tag) == Some("sss:name"))?;
            tag.get("value").or_else(|| tag.get("Value"))?.as_str().map(str::to_owned)
        }
        _ => None,
    })
}

fn key(tag: &Value) -> Option<&str> {
    tag.get("key").or_else(|| tag.get("Key"))?.as_str()
}

fn replaced(text: &str, names: &[(String, String)]) -> String {
    names.iter().fold(text.to_owned(), |text, (before, after)| {
        if text.contains(before.as_str()) { text.replace(before.as_str(), after) } else { text }
    })
}

/// Replaces names, drops members of the past, and sorts lists by their content.
fn plain(value: Value, names: &[(String, String)]) -> Value {
    match value {
        Value::String(text) => Value::String(replaced(&text, names)),
        Value::Array(items) => {
            let kept =
                items.into_iter().filter(|item| key(item).is_none_or(|key| !OF_THE_PAST.contains(&key)));
            let mut items: Vec<_> = kept.map(|item| plain(item, names)).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(members) => {
            let passing = |name: &str| PASSING.contains(&name) || OF_THE_PAST.contains(&name);
            let members = members.into_iter().filter(|(name, _)| !passing(name));
            members.map(|(name, value)| (name, plain(value, names))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// Returns the first place in which two states differ, and both values there. `None` if they are equal.
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let mut names: Vec<_> = expected.keys().chain(found.keys()).collect();
            names.sort();
            names.dedup();
            names.into_iter().find_map(|name| {
                let null = Value::Null;
                let place =
                    difference(expected.get(name).unwrap_or(&null), found.get(name).unwrap_or(&null))?;
                Some(format!("{name}.{place}"))
            })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            expected.iter().zip(found).enumerate().find_map(|(index, (expected, found))| {
                Some(format!("{index}.{}", difference(expected, found)?))
            })
        }
        (Value::Array(expected), Value::Array(found)) => {
            let missing = expected.iter().find(|item| !found.contains(item));
            let surplus = found.iter().find(|item| !expected.contains(item));
            Some(format!(
                " {} expected, {} found; missing {}, too many {}",
                expected.len(),
                found.len(),
                missing.map_or_else(|| "none".to_owned(), Value::to_string),
                surplus.map_or_else(|| "one twice".to_owned(), Value::to_string),
            ))
        }
        _ => (expected != found).then(|| format!(" {expected} expected, {found} found")),
    }
}
