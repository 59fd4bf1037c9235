//! The needs of operations, as data of their services.
//!
//! An [`Entry`] has operations with the same checks. A [`Check`] is an action on a resource. Resources and values of
//! keys are templates with gaps:
//!
//! - `{member}` is the value of a member of the request, as the service's ARNs have it; `{!member}` is the value itself.
//! - `{outer.inner}` is a member inside of another one, or inside of the elements of a list.
//! - `{one|other}` is the first member that the request has, and `{member=value}` has a value for a request without it.
//! - `{operation}` is the name of the operation; `{method}` and `{path}` are those of REST-JSON. `{partition}` and
//!   `{account}` are those of the account.
//!
//! A list stands for several resources. A result that contains an ARN is that ARN.

use serde_json::Value;

use super::{Keys, Need};
use crate::{
    service::{AwsService, Scope},
    services,
    tags::Tags,
    wire::Protocol,
    world::World,
};

/// The access to the operations of a service.
pub(crate) struct Access {
    /// The checks of each operation.
    pub(crate) entries: &'static [Entry],
    /// The check of an operation without an entry.
    pub(crate) usual: Check,
    /// Returns the ARN of a resource of this service by its last part.
    pub(crate) arn: fn(&World, &str) -> String,
    /// Returns the value of a member as ARNs of this service have it, by the request, the member and the value.
    pub(crate) name: fn(&World, &Value, &str, &str) -> String,
    /// Returns the tags of the object with an ARN, for `aws:ResourceTag`.
    pub(crate) tags: for<'a> fn(&'a mut World, &str) -> Option<&'a mut Tags>,
}

/// Operations that need the same.
pub(crate) struct Entry {
    pub(crate) operations: &'static [&'static str],
    checks: &'static [Check],
}

/// An action on a resource that an operation needs.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    /// The action, a template. Without a colon it is one of the service.
    action: &'static str,
    /// The resource, a template, or `*`.
    resource: &'static str,
    /// The member without which the request does not need it. `None` for a need of every request.
    given: Option<&'static str>,
    /// Returns whether the account spares the caller the check. `None` for an account that never does.
    unless: Option<fn(&World) -> bool>,
    /// Keys of conditions: the name, and a template of an ARN, or a text after `=`.
    keys: &'static [(&'static str, &'static str)],
}

impl Entry {
    /// Creates an entry.
    pub(crate) const fn new(operations: &'static [&'static str], checks: &'static [Check]) -> Self {
        Self { operations, checks }
    }
}

impl Check {
    /// Creates the check of the operation itself on a resource.
    pub(crate) const fn on(resource: &'static str) -> Self {
        Self::of("{operation}", resource)
    }

    /// Creates the check of another action.
    pub(crate) const fn of(action: &'static str, resource: &'static str) -> Self {
        Self { action, resource, given: None, unless: None, keys: &[] }
    }

    /// Narrows the check to requests with this member.
    pub(crate) const fn given(self, member: &'static str) -> Self {
        Self { given: Some(member), ..self }
    }

    /// Narrows the check to accounts in this state.
    pub(crate) const fn unless(self, spared: fn(&World) -> bool) -> Self {
        Self { unless: Some(spared), ..self }
    }

    /// Adds keys of conditions.
    pub(crate) const fn with(self, keys: &'static [(&'static str, &'static str)]) -> Self {
        Self { keys, ..self }
    }
}

/// Returns the value of a member itself. It is the `name` of services whose ARNs have the values of requests.
pub(crate) fn unchanged(_world: &World, _input: &Value, _member: &str, value: &str) -> String {
    value.to_owned()
}

/// Returns no tags. It is the `tags` of services without objects.
pub(crate) fn no_tags<'a>(_world: &'a mut World, _arn: &str) -> Option<&'a mut Tags> {
    None
}

/// Returns the needs of a request.
pub(super) fn needs(world: &mut World, service: &AwsService, operation: &str, input: &Value) -> Vec<Need> {
    let access = &service.access;
    let entry = access.entries.iter().find(|entry| entry.operations.contains(&operation));
    let checks = entry.map_or(std::slice::from_ref(&access.usual), |entry| entry.checks);

    let mut needs = Vec::new();
    for check in checks {
        let lacks = |member| values(input, member).is_empty() && !is_set(input, member);
        if check.given.is_some_and(lacks) || check.unless.is_some_and(|is_spared| is_spared(world)) {
            continue;
        }
        let request = Request { world, service, operation, input };
        let action = request.action(check);
        let keys = request.keys(check);
        for resource in request.resources(check.resource) {
            needs.push(Need { action: action.clone(), resource, keys: keys.clone() });
        }
    }
    for need in &mut needs {
        add_resource_tags(world, need);
    }
    needs
}

/// A request whose templates are filled.
struct Request<'a> {
    world: &'a World,
    service: &'a AwsService,
    operation: &'a str,
    input: &'a Value,
}

impl Request<'_> {
    /// Returns the action of a check.
    fn action(&self, check: &Check) -> String {
        let action = self.fill(check.action).pop().unwrap_or_default();
        if action.contains(':') { action } else { format!("{}:{action}", self.service.name) }
    }

    /// Returns the ARNs of a template, `*` if the request names no resource.
    fn resources(&self, template: &str) -> Vec<String> {
        let arns = self.arns(template);
        if arns.is_empty() { vec!["*".to_owned()] } else { arns }
    }

    /// Returns the ARNs of a template.
    fn arns(&self, template: &str) -> Vec<String> {
        let arn = |text: String| match text.rfind("arn:") {
            Some(at) => text[at..].to_owned(),
            None if text == "*" => text,
            None => (self.service.access.arn)(self.world, &text),
        };
        self.fill(template).into_iter().map(arn).collect()
    }

    /// Returns the keys of a check: its own, the tags of the request, and the region.
    fn keys(&self, check: &Check) -> Keys {
        let mut keys = Keys::new();
        for (key, template) in check.keys {
            let values = match template.strip_prefix('=') {
                Some(text) => self.fill(text),
                None => self.arns(template),
            };
            keys.insert(key.to_lowercase(), values);
        }

        let region = match self.service.scope {
            Scope::Region => &self.world.region,
            Scope::Partition => "us-east-1",
        };
        keys.insert("aws:requestedregion".to_owned(), vec![region.to_owned()]);
        let (tags, tag_keys) = request_tags(self.input);
        for (key, value) in tags {
            keys.insert(format!("aws:requesttag/{}", key.to_lowercase()), vec![value]);
        }
        if !tag_keys.is_empty() {
            keys.insert("aws:tagkeys".to_owned(), tag_keys);
        }
        keys
    }

    /// Returns the texts of a template: one for each combination of its values, and no text if a member is missing.
    fn fill(&self, template: &str) -> Vec<String> {
        let Some((before, rest)) = template.split_once('{') else { return vec![template.to_owned()] };
        let (gap, after) = rest.split_once('}').expect("templates close their gaps");
        let rests = self.fill(after);
        let values = self.values(gap);
        values
            .iter()
            .flat_map(|value| rests.iter().map(move |rest| format!("{before}{value}{rest}")))
            .collect()
    }

    /// Returns the values of a gap.
    fn values(&self, gap: &str) -> Vec<String> {
        match (gap, &self.service.protocol) {
            ("partition", _) => return vec![self.world.partition().name.to_owned()],
            ("account", _) => return vec![self.world.account.clone()],
            ("operation", _) => return vec![self.operation.to_owned()],
            ("method", Protocol::Rest(rest)) => return rest.method(self.operation).into_iter().collect(),
            ("path", Protocol::Rest(rest)) => {
                return rest
                    .template(self.operation)
                    .map(|template| self.fill(&template))
                    .unwrap_or_default();
            }
            _ => {}
        }
        let (gap, is_raw) = gap.strip_prefix('!').map_or((gap, false), |gap| (gap, true));
        let (members, default) =
            gap.split_once('=').map_or((gap, None), |(members, text)| (members, Some(text)));

        let given = members.split('|').map(|member| (member, values(self.input, member)));
        let Some((member, found)) = given.into_iter().find(|(_, found)| !found.is_empty()) else {
            return default.map(str::to_owned).into_iter().collect();
        };
        if is_raw {
            return found;
        }
        found.iter().map(|value| (self.service.access.name)(self.world, self.input, member, value)).collect()
    }
}

/// Returns the texts of a member. A point leads into an object, and into all elements of a list.
fn values(input: &Value, member: &str) -> Vec<String> {
    match (input, member.split_once('.')) {
        (Value::Array(list), _) => list.iter().flat_map(|element| values(element, member)).collect(),
        (Value::Object(map), Some((outer, inner))) => {
            map.get(outer).map(|value| values(value, inner)).unwrap_or_default()
        }
        (Value::Object(map), None) => {
            let texts = map.get(member).map(super::policy::texts).unwrap_or_default();
            texts.into_iter().filter(|text| !text.is_empty()).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns whether a member is a list or an object that is not empty.
fn is_set(input: &Value, member: &str) -> bool {
    match input.get(member) {
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
        _ => false,
    }
}

/// Returns the tags of a request, and the keys of the tags that it sets or removes.
fn request_tags(input: &Value) -> (Vec<(String, String)>, Vec<String>) {
    let mut tags = Vec::new();
    let mut keys = Vec::new();
    for (member, value) in input.as_object().into_iter().flatten() {
        match member.to_lowercase().as_str() {
            "tags" | "tag" => tags.extend(tag_list(value)),
            "tagspecification" => {
                let specifications = value.as_array().into_iter().flatten();
                tags.extend(specifications.flat_map(|one| tag_list(&one["Tag"])));
            }
            "tagkeys" => keys.extend(super::policy::texts(value)),
            _ => {}
        }
    }
    keys.extend(tags.iter().map(|(key, _)| key.clone()));
    (tags, keys)
}

/// Returns the tags of a list or a map, in whichever form the service has them.
fn tag_list(value: &Value) -> Vec<(String, String)> {
    let text = |tag: &Value, names: [&str; 2]| {
        names.into_iter().find_map(|name| tag.get(name)?.as_str()).unwrap_or_default().to_owned()
    };
    match value {
        Value::Array(list) => {
            list.iter().map(|tag| (text(tag, ["Key", "key"]), text(tag, ["Value", "value"]))).collect()
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        _ => Vec::new(),
    }
}

/// Adds the tags of the resource, under the key of all services and under the service's own.
fn add_resource_tags(world: &mut World, need: &mut Need) {
    let Some(name) = need.resource.split(':').nth(2) else { return };
    let Some(service) = services::signed_as(name) else { return };
    let Some(tags) = (service.access.tags)(world, &need.resource) else { return };
    for (key, value) in tags.iter() {
        for prefix in ["aws", name] {
            need.keys.insert(format!("{prefix}:resourcetag/{}", key.to_lowercase()), vec![value.clone()]);
        }
    }
}
