//! The needs of a stack from its surroundings, as the graph has them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Graph, Id,
    engine::kind::{Resource, from_value},
    services::{
        apigateway::{authorizer::Authorizer, stage::Stage, vpc_link::VpcLink},
        cloudmap::namespace::Namespace,
        ec2::security_group::SecurityGroup,
        ecs::{
            service::Service,
            task_definition::{self, Container, TaskDefinition},
        },
    },
};

/// The needs of a stack.
pub(super) struct Subject<'a> {
    pub(super) services: Vec<Need<'a>>,
    pub(super) link: Option<(&'a Id, &'a VpcLink)>,
    pub(super) authorizers: Vec<(&'a Id, &'a Authorizer)>,
    /// The stage with an access log, and the name of its log group.
    pub(super) access_log: Option<(&'a Id, String)>,
    pub(super) namespace: Option<&'a Id>,
    /// The security group of the tasks.
    pub(super) group: Option<(&'a Id, &'a SecurityGroup)>,
    pub(super) region: &'a str,
}

/// An ECS service with its task definition.
pub(super) struct Need<'a> {
    pub(super) id: &'a Id,
    pub(super) service: &'a Service,
    pub(super) definition_id: &'a Id,
    pub(super) definition: &'a TaskDefinition,
    /// The content of the task definition, as far as the stack alone determines it.
    pub(super) content: task_definition::State,
    /// The ids of the security groups of others in which the tasks are as well.
    pub(super) other_groups: BTreeSet<String>,
}

impl<'a> Subject<'a> {
    /// Returns the needs of the stack that a graph describes.
    pub(super) fn of(graph: &'a Graph) -> Self {
        let services = graph.resources::<Service>().filter_map(|(id, service)| Need::of(graph, id, service));
        let stage = graph.resources::<Stage>().next();
        let access_log = stage.filter(|(_, stage)| stage.access_log.is_some()).map(|(id, _)| {
            let desired = graph.node(id).map(|node| node.desired(&|_| None)).unwrap_or_default();
            (id, desired["access_log"]["destination"].as_str().unwrap_or_default().to_owned())
        });
        Self {
            services: services.collect(),
            link: graph.resources::<VpcLink>().next(),
            authorizers: graph.resources::<Authorizer>().collect(),
            access_log,
            namespace: graph.resources::<Namespace>().next().map(|(id, _)| id),
            group: graph.resources::<SecurityGroup>().next(),
            region: graph.region().unwrap_or_default(),
        }
    }

    /// Returns the ids of all subnets of the stack.
    pub(super) fn subnets(&self) -> BTreeSet<String> {
        let of_link = self.link.iter().flat_map(|(_, link)| &link.state.subnets);
        self.services.iter().flat_map(|need| &need.service.settings.subnets).chain(of_link).cloned().collect()
    }

    /// Returns the ids of the services that run in a subnet.
    pub(super) fn services_in(&self, subnet: &str) -> Vec<&'a Id> {
        let services = self.services.iter().filter(|need| need.service.settings.subnets.contains(subnet));
        services.map(|need| need.id).collect()
    }

    /// Returns the resources that use each value that a task definition names, such as an image.
    pub(super) fn users(
        &self,
        values: impl Fn(&Need<'a>, &str, &Container) -> Vec<String>,
    ) -> BTreeMap<String, Vec<&'a Id>> {
        let mut users: BTreeMap<String, Vec<&'a Id>> = BTreeMap::new();
        for need in &self.services {
            for (name, container) in &need.content.containers {
                for value in values(need, name, container) {
                    let ids = users.entry(value).or_default();
                    if !ids.contains(&need.definition_id) {
                        ids.push(need.definition_id);
                    }
                }
            }
        }
        users
    }
}

impl<'a> Need<'a> {
    fn of(graph: &'a Graph, id: &'a Id, service: &'a Service) -> Option<Self> {
        let mut reads = graph.reads(id).iter();
        let (definition_id, definition) =
            reads.find_map(|read| Some((read, graph.resource::<TaskDefinition>(read)?)))?;
        let content = from_value(&graph.node(definition_id)?.desired(&|_| None));
        let is_of_others =
            |read: &&Id| read.kind == SecurityGroup::KIND && graph.resource::<SecurityGroup>(read).is_none();
        let other_groups =
            graph.reads(id).iter().filter(is_of_others).map(|read| read.name.clone()).collect();
        Some(Self { id, service, definition_id, definition, content, other_groups })
    }

    /// Returns the architecture of the tasks, in the words of images.
    pub(super) fn architecture(&self) -> &'static str {
        match self.content.cpu_architecture.as_deref() {
            Some("ARM64") => "arm64",
            _ => "amd64",
        }
    }

    /// Returns whether the tasks run Linux.
    pub(super) fn is_linux(&self) -> bool {
        self.content.operating_system_family.as_deref().is_none_or(|family| family == "LINUX")
    }

    /// Returns the most tasks during a deployment.
    pub(super) fn most_tasks(&self) -> i32 {
        let settings = &self.service.settings;
        (settings.desired_count * settings.maximum_percent / 100).max(settings.desired_count)
    }
}
