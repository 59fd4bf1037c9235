//! The picture of a stack: the way of a request, as people draw it.
//!
//! From left to right: the API with its authorizer, the routes of each service, the VPC link, the registry in Cloud
//! Map, and the tasks. A node knows the kinds of objects that it stands for, so that a plan can colour it.
//!
//! - `picture/text.rs`: Mermaid and DOT, which other programs draw.
//! - `picture/svg.rs`: an SVG from a layout of its own, in columns and rows.

mod svg;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

use sss_aws::{Action, Area, Areas, Kind, Plan};
use sss_model::{BackendKind, Route, Service, Stack};

use crate::render::plan::{range, short_image};

/// The most lines of routes in one node.
const ROUTES: usize = 4;

/// A picture: nodes in columns, and arrows between them.
#[derive(Debug)]
pub(crate) struct Picture {
    nodes: Vec<Node>,
    /// The arrows, from node to node, by position.
    arrows: Vec<(usize, usize)>,
}

/// A node of a picture.
#[derive(Debug)]
struct Node {
    /// Its place from left to right, from 0.
    column: usize,
    /// Its place from top to bottom, from 0.
    row: usize,
    /// The lines of text. The first one is the title.
    lines: Vec<String>,
    /// The kinds of the objects that it stands for.
    kinds: &'static [&'static str],
    /// The service of these objects, if they belong to one.
    service: Option<String>,
    /// What a plan does to them.
    mark: Option<Mark>,
}

/// The strongest thing that a plan does to the objects of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Change,
    Create,
    Replace,
    Delete,
}

impl Mark {
    /// Returns the word in the picture.
    const fn word(self) -> &'static str {
        match self {
            Self::Change => "changes",
            Self::Create => "new",
            Self::Replace => "replaced",
            Self::Delete => "removed",
        }
    }

    /// Returns the colour of the node's border.
    const fn colour(self) -> &'static str {
        match self {
            Self::Change => "#b58900",
            Self::Create => "#2e8b57",
            Self::Replace | Self::Delete => "#c0392b",
        }
    }

    /// Returns the mark of an action. What only changes tags has none.
    const fn of(action: Action) -> Option<Self> {
        match action {
            Action::Create => Some(Self::Create),
            Action::Replace => Some(Self::Replace),
            Action::Delete => Some(Self::Delete),
            Action::Update | Action::Revise => Some(Self::Change),
            _ => None,
        }
    }
}

impl Picture {
    /// Draws a stack.
    pub(crate) fn of(stack: &Stack) -> Self {
        let mut picture = Self { nodes: Vec::new(), arrows: Vec::new() };
        let has_routes = stack.services.values().any(|service| !service.routes.is_empty());
        let entry = has_routes.then(|| picture.entry(stack));

        for (row, (name, service)) in stack.services.iter().enumerate() {
            let tasks = picture.add(4, row, tasks(name, service), TASKS, Some(name));
            let Some(backend) = &service.backend else { continue };
            let backend = picture.backend(stack, name, backend.kind(), row);
            picture.arrows.push((backend, tasks));
            if let Some((api, link)) = entry.filter(|_| !service.routes.is_empty()) {
                let kinds = &["apigatewayv2/route", "apigatewayv2/integration"];
                let routes = picture.add(1, row, routes(service), kinds, Some(name));
                picture.arrows.extend([(api, routes), (routes, link), (link, backend)]);
            }
        }
        picture
    }

    /// Adds the nodes that all requests pass, and returns the API and the VPC link.
    fn entry(&mut self, stack: &Stack) -> (usize, usize) {
        let api = vec!["HTTP API".to_owned(), stack.api_name()];
        let api = self.add(0, 0, api, &["apigatewayv2/api", "apigatewayv2/stage"], None);
        let authorizers = stack.api.iter().flat_map(|api| {
            let named = api.authorizers.iter().map(|(name, one)| (format!("JWT authorizer {name}"), one));
            api.authorizer.iter().map(|one| ("JWT authorizer".to_owned(), one)).chain(named)
        });
        let authorizers = authorizers.map(|(title, one)| (title, one.issuer.clone(), AUTHORIZER));
        let domains = stack.api.iter().flat_map(|api| &api.domains).map(|(name, domain)| {
            let whole = domain.path.as_ref().map(|path| format!("{name}/{path}"));
            ("Domain name".to_owned(), whole.unwrap_or_else(|| name.clone()), DOMAIN)
        });
        for (row, (title, text, kinds)) in (1..).zip(domains.chain(authorizers)) {
            let node = self.add(0, row, vec![title, text], kinds, None);
            self.arrows.push((node, api));
        }
        let link = vec!["VPC link".to_owned(), stack.vpc_link_name()];
        (api, self.add(2, 0, link, &["apigatewayv2/vpc-link"], None))
    }

    /// Adds the node between the VPC link and the tasks of a service. Services share their load balancer.
    fn backend(&mut self, stack: &Stack, service: &str, kind: BackendKind, row: usize) -> usize {
        if kind == BackendKind::CloudMap {
            let lines = vec!["Cloud Map".to_owned(), stack.cloud_map_name(service)];
            return self.add(3, row, lines, &["servicediscovery/service"], Some(service));
        }
        let title =
            if kind == BackendKind::Nlb { "Network Load Balancer" } else { "Application Load Balancer" };
        let given = stack.load_balancers.of(kind).and_then(|one| one.arn.as_ref().or(one.listener.as_ref()));
        // The ARN of a load balancer or listener has the kind and the name behind the first slash.
        let given = given.and_then(|arn| arn.split('/').nth(2)).map(ToOwned::to_owned);
        let lines = vec![title.to_owned(), given.unwrap_or_else(|| stack.load_balancer_name(kind, 1))];
        let known = self.nodes.iter().position(|node| node.lines == lines);
        known.unwrap_or_else(|| self.add(3, row, lines, LOAD_BALANCER, None))
    }

    /// Adds a node and returns its position.
    fn add(
        &mut self,
        column: usize,
        row: usize,
        lines: Vec<String>,
        kinds: &'static [&'static str],
        service: Option<&str>,
    ) -> usize {
        let service = service.map(ToOwned::to_owned);
        self.nodes.push(Node { column, row, lines, kinds, service, mark: None });
        self.nodes.len() - 1
    }

    /// Marks the nodes whose objects a plan changes, and adds a node for each service that the plan removes.
    pub(crate) fn mark(&mut self, plan: &Plan, areas: &Areas) {
        let mut removed: BTreeSet<String> = BTreeSet::new();
        for step in &plan.steps {
            let Some(mark) = Mark::of(step.action) else { continue };
            let service = match areas.get(&step.id) {
                Area::Service(name) => Some(name),
                _ => None,
            };
            let is_of = |node: &&mut Node| node.stands_for(step.id.kind, service.as_deref());
            for node in self.nodes.iter_mut().filter(is_of) {
                node.mark = node.mark.max(Some(node.mark_of(step.id.kind, mark)));
            }
            let is_gone = |name: &String| self.nodes.iter().all(|node| node.service.as_ref() != Some(name));
            if let Some(name) = service.filter(|name| step.action == Action::Delete && is_gone(name)) {
                removed.insert(name);
            }
        }

        let rows = self.nodes.iter().map(|node| node.row + 1).max().unwrap_or(0);
        for (index, name) in removed.into_iter().enumerate() {
            let node = self.add(4, rows + index, vec![name.clone()], TASKS, Some(&name));
            self.nodes[node].mark = Some(Mark::Delete);
        }
    }

    /// Returns what a plan does to the picture's objects, each once. Empty for a picture without a plan.
    fn used_marks(&self) -> BTreeSet<Mark> {
        self.nodes.iter().filter_map(|node| node.mark).collect()
    }
}

/// The kinds of the objects that belong to the tasks of a service.
const TASKS: &[&str] = &[
    "ecs/service",
    "ecs/task-definition",
    "iam/role",
    "logs/log-group",
    "application-autoscaling/scalable-target",
    "application-autoscaling/scaling-policy",
    "application-autoscaling/scheduled-action",
];

/// The kind of an authorizer.
const AUTHORIZER: &[&str] = &["apigatewayv2/authorizer"];
/// The kinds of a custom domain name with its mapping and its records.
const DOMAIN: &[&str] = &["apigatewayv2/domain-name", "apigatewayv2/api-mapping", "route53/record-set"];

/// The kinds of a load balancer and of what the services have in it.
const LOAD_BALANCER: &[&str] = &[
    "elasticloadbalancing/load-balancer",
    "elasticloadbalancing/listener",
    "elasticloadbalancing/listener-rule",
    "elasticloadbalancing/target-group",
];

impl Node {
    /// Returns whether the node stands for objects of this kind and service. A node that services share stands for
    /// those of all.
    fn stands_for(&self, kind: Kind, service: Option<&str>) -> bool {
        let is_its = self.service.as_deref().is_none_or(|own| service == Some(own));
        self.kinds.iter().any(|known| kind == *known) && is_its
    }

    /// Returns the mark for what a plan does to an object of a kind. The first kind is the node itself; an object of
    /// another one is a part of it, so its coming or going is a change.
    fn mark_of(&self, kind: Kind, mark: Mark) -> Mark {
        if self.kinds.first().is_some_and(|own| kind == *own) { mark } else { Mark::Change }
    }
}

/// Returns the lines of a service: its name, its image, and the number and size of its tasks.
fn tasks(name: &str, service: &Service) -> Vec<String> {
    let count = range(service);
    let (vcpu, gb) = (f64::from(service.task.cpu) / 1024.0, f64::from(service.task.memory) / 1024.0);
    let size = format!("{count} × {vcpu} vCPU, {gb} GB");
    vec![name.to_owned(), short_image(&service.task.image), size]
}

/// Returns the lines of a service's routes. Many routes end with their number.
fn routes(service: &Service) -> Vec<String> {
    let keys: Vec<String> = service.routes.iter().flat_map(Route::keys).collect();
    let shown = if keys.len() > ROUTES { ROUTES - 1 } else { keys.len() };
    let mut lines = vec![if keys.len() == 1 { "Route" } else { "Routes" }.to_owned()];
    lines.extend_from_slice(&keys[..shown]);
    if shown < keys.len() {
        lines.push(format!("{} more routes", keys.len() - shown));
    }
    lines
}
