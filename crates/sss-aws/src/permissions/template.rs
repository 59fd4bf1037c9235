//! The names of a stack in the templates of grants.

use std::collections::BTreeSet;

use serde_json::Value;
use sss_model::{Partition, Stack};

use crate::{Graph, engine::graph::Node, operate::Target};

/// A stack whose names fill templates.
pub(super) struct Scope<'a> {
    stack: &'a Stack,
    graph: &'a Graph,
    /// The number of the account, or `*`.
    account: &'a str,
}

impl<'a> Scope<'a> {
    /// Creates the scope of a stack and its graph.
    pub(super) fn new(stack: &'a Stack, graph: &'a Graph, account: &'a str) -> Self {
        Self { stack, graph, account }
    }

    /// Returns the ARNs of a template. `*` stays as it is.
    pub(super) fn arns(&self, template: &str) -> Vec<String> {
        let partition = Partition::of_region(&self.stack.region).name;
        let arn = |text: String| match text.as_str() {
            "*" => text,
            _ if text.starts_with("arn:") => text,
            _ => format!("arn:{partition}:{text}"),
        };
        self.fill(template).into_iter().map(arn).collect()
    }

    /// Returns the values of a template in a condition. One that begins with an AWS service is an ARN.
    pub(super) fn values(&self, template: &str) -> Vec<String> {
        if template.contains(":{region}:") { self.arns(template) } else { self.fill(template) }
    }

    /// Returns the texts of a template: one for each combination of its values, sorted.
    pub(super) fn fill(&self, template: &str) -> Vec<String> {
        let Some((before, rest)) = template.split_once('{') else { return vec![template.to_owned()] };
        let (gap, after) = rest.split_once('}').expect("templates close their gaps");
        let rests = self.fill(after);
        let texts = self
            .gap(gap)
            .into_iter()
            .flat_map(|value| rests.iter().map(|rest| format!("{before}{value}{rest}")).collect::<Vec<_>>());
        texts.collect()
    }

    /// Returns the values of a gap.
    fn gap(&self, gap: &str) -> BTreeSet<String> {
        match gap {
            "region" => BTreeSet::from([self.stack.region.clone()]),
            "account" => BTreeSet::from([self.account.to_owned()]),
            "stack" => BTreeSet::from([self.stack.name.clone()]),
            "log-group" => self.log_groups(),
            "secret" => self.secrets(),
            _ => match gap.split_once('.') {
                Some((kind, member)) => self.members(kind, member),
                None => self.resources(gap),
            },
        }
    }

    /// Returns the names of the resources of a kind, with `+` also those of the objects of others.
    fn resources(&self, kind: &str) -> BTreeSet<String> {
        let (kind, has_others) = kind.strip_suffix('+').map_or((kind, false), |kind| (kind, true));
        let own = self.nodes(kind).flat_map(|node| self.names(node));
        let all = self.graph.nodes().iter().filter(|node| node.id.kind == *kind && has_others);
        let others = all.filter(|node| node.reference.is_some()).map(|node| resource(&node.id.name));
        own.chain(others).collect()
    }

    /// Returns the resources of a kind that the stack manages.
    fn nodes(&self, kind: &str) -> impl Iterator<Item = &Node> {
        let own = self.graph.nodes().iter().filter(|node| node.reference.is_none());
        own.filter(move |node| node.id.kind == *kind)
    }

    /// Returns the patterns of a resource's names in ARNs.
    fn names(&self, node: &Node) -> Vec<String> {
        let name = &node.id.name;
        let pattern = pattern(&self.stack.name, name);
        let has_successors = !node.spec.successors.taken.is_empty();
        let successors = (pattern == *name && has_successors).then(|| format!("{name}-*"));
        std::iter::once(pattern).chain(successors).map(|name| node.in_arns(&name)).collect()
    }

    /// Returns the texts in a member of the desired states of a kind.
    fn members(&self, kind: &str, member: &str) -> BTreeSet<String> {
        let (member, needs_all) = member.strip_suffix('!').map_or((member, false), |member| (member, true));
        let path: Vec<&str> = member.split('.').collect();
        let found: Vec<Vec<String>> =
            self.nodes(kind).map(|node| texts(&node.desired(&|_| None), &path)).collect();
        if needs_all && found.iter().any(Vec::is_empty) {
            return BTreeSet::new();
        }
        found.into_iter().flatten().collect()
    }

    /// Returns the log groups that daily operation reads, those of others included.
    fn log_groups(&self) -> BTreeSet<String> {
        let target = Target::of(self.stack);
        let of_containers = target.services.iter().flat_map(|service| &service.containers);
        let groups = of_containers.map(|container| &container.group);
        let groups = groups.chain(target.access_log.iter().map(|log| &log.group));
        groups.map(|group| pattern(&self.stack.name, group)).collect()
    }
}

impl Scope<'_> {
    /// Returns the ARNs of the secrets that the execution role reads.
    fn secrets(&self) -> BTreeSet<String> {
        let statements = self.stack.secret_statements().into_iter();
        let reading = statements.filter(|statement| statement.actions == ["secretsmanager:GetSecretValue"]);
        reading.flat_map(|statement| statement.resources).collect()
    }
}

/// Returns the name in ARNs of an object that a stack file names by its name or its ARN.
fn resource(text: &str) -> String {
    let Some(resource) = text.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4)) else {
        return text.to_owned();
    };
    let name = resource.strip_prefix("log-group:").or_else(|| resource.split_once('/').map(|(_, name)| name));
    name.unwrap_or(resource).trim_end_matches(":*").to_owned()
}

/// Returns the pattern for a name: that of all names of the stack, or the name itself if it has none of them.
fn pattern(stack: &str, name: &str) -> String {
    let (before, last) = name.split_at(name.rfind('/').map_or(0, |slash| slash + 1));
    let is_of_scheme = last.strip_prefix(stack).is_some_and(|rest| rest.starts_with('-'));
    if is_of_scheme { format!("{before}{stack}-*") } else { name.to_owned() }
}

/// Returns the texts at a path of a state. A flag that is off has none. Lists, and maps whose keys are names, are passed.
fn texts(value: &Value, path: &[&str]) -> Vec<String> {
    match (value, path) {
        (Value::String(text), []) => vec![text.clone()],
        (Value::Bool(true), []) => vec!["true".to_owned()],
        (Value::Array(list), _) => list.iter().flat_map(|element| texts(element, path)).collect(),
        (Value::Object(map), [first, rest @ ..]) => match map.get(*first) {
            Some(inner) => texts(inner, rest),
            None => {
                map.values().filter(|inner| inner.is_object()).flat_map(|inner| texts(inner, path)).collect()
            }
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_the_scheme_share_a_pattern() {
        for (name, expected) in [
            ("shop-app-role", "shop-*"),
            ("/aws/ecs/fargate/shop-app", "/aws/ecs/fargate/shop-*"),
            ("/aws/api-gateway/shop", "/aws/api-gateway/shop"),
            ("shopping", "shopping"),
            ("other-app", "other-app"),
        ] {
            assert_eq!(pattern("shop", name), expected, "{name}");
        }
    }

    #[test]
    fn object_of_others_is_named_as_in_arns() {
        for (text, expected) in [
            ("shared", "shared"),
            ("arn:aws:ecs:eu-west-1:123456789012:cluster/shared", "shared"),
            ("arn:aws:iam::123456789012:role/team/runs", "team/runs"),
            ("arn:aws:logs:eu-west-1:123456789012:log-group:/a/b:*", "/a/b"),
        ] {
            assert_eq!(resource(text), expected);
        }
    }

    #[test]
    fn texts_are_found_behind_names_and_in_lists() {
        let state = json!({ "volumes": { "disk": { "role_arn": "a" }, "other": {} }, "list": ["b", "c"] });
        assert_eq!(texts(&state, &["volumes", "role_arn"]), ["a"]);
        assert_eq!(texts(&state, &["list"]), ["b", "c"]);
        assert!(texts(&state, &["absent"]).is_empty());
    }
}
