//! The objects around a service, as the service and its running revision name them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::obstacle;
use crate::{
    Graph, Id, World,
    engine::{
        kind::{Resource, from_value, to_value},
        world::Live,
    },
    services::{
        cloudmap::cloudmap_service::{self, CloudMapService},
        ec2::security_group::{self, SecurityGroup},
        ecs::{
            cluster::{self, Cluster},
            service,
            task_definition::{self, TaskDefinition},
        },
        elb::{
            listener::Listener,
            rule::ListenerRule,
            target_group::{self, TargetGroup},
        },
        iam::role::{self, Role},
        logs::log_group::{self, LogGroup},
    },
};

/// The remedy for a service that needs more than it uses now.
const WHOLE: &str = "apply the whole stack first, without `--only`";

/// A service and the revision that it runs.
pub(super) struct Around {
    service: service::State,
    revision: task_definition::State,
}

impl Around {
    pub(super) fn of(service: &Live, revision: &Live) -> Self {
        Self { service: from_value(&service.state), revision: from_value(&revision.state) }
    }

    /// Notes the outputs of the objects around the service, and the reasons why it cannot be deployed alone.
    pub(super) fn tell(&self, graph: &Graph, id: &Id, world: &mut World) {
        let definition = graph.reads(id).iter().find(|read| read.kind == TaskDefinition::KIND);
        let all = graph.reads(id).iter().chain(definition.iter().flat_map(|id| graph.reads(id)));
        let others: BTreeSet<&Id> =
            all.filter(|id| graph.node(id).is_some_and(|node| node.is_outside)).collect();

        let mut is_known = true;
        for other in &others {
            if let Some(output) = self.output(other, &others) {
                world.presume((*other).clone(), output);
            } else {
                is_known = false;
                let because = format!("would use {other}, which it does not use yet");
                world.note_obstacle(obstacle(id.clone(), because, WHOLE));
            }
        }
        if !is_known {
            return;
        }

        let desired = |id: &Id| graph.desired(id, world);
        let (service, revision) = (desired(id), definition.and_then(desired));
        let (Some(service), Some(revision)) = (service, revision) else { return };
        for because in self.news(&from_value(&service), &from_value(&revision)) {
            world.note_obstacle(obstacle(id.clone(), because, WHOLE));
        }
    }

    /// Returns the output of an object that the service or its revision names. `None` if neither names it.
    fn output(&self, id: &Id, others: &BTreeSet<&Id>) -> Option<Value> {
        let name = id.name.as_str();
        let output = match id.kind {
            kind if kind == Cluster::KIND => to_value(&cluster::Output { arn: self.service.cluster.clone() }),
            kind if kind == Role::KIND => to_value(&role::Output { arn: self.role(name)?.to_owned() }),
            kind if kind == LogGroup::KIND => to_value(&log_group_named(name)),
            kind if kind == SecurityGroup::KIND => {
                to_value(&security_group::Output { id: self.group(name, others)? })
            }
            kind if kind == CloudMapService::KIND => {
                let arn = self.service.registry.as_ref()?.service.clone();
                let id = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
                to_value(&cloudmap_service::Output { id, arn })
            }
            kind if kind == TargetGroup::KIND => {
                let [balancer] = self.service.load_balancers.as_slice() else { return None };
                to_value(&target_group::Output { arn: balancer.target_group.clone() })
            }
            // The service names its target group only, and needs no id of the way to it.
            kind if kind == Listener::KIND => to_value(&Listener::pending(id)),
            kind if kind == ListenerRule::KIND => to_value(&ListenerRule::pending(id)),
            _ => return None,
        };
        Some(output)
    }

    /// Returns the ARN of the role of this name, or of one that has replaced it.
    fn role(&self, named: &str) -> Option<&str> {
        let roles = [&self.revision.execution_role, &self.revision.task_role];
        let is_of = |arn: &str, name: &str| arn == name || arn.rsplit('/').next() == Some(name);
        let mut candidates = Role::SUCCESSORS.names(named, |_| false).into_iter();
        let found = candidates.find_map(|name| roles.into_iter().find(|arn| is_of(arn, &name)));
        found.map(String::as_str)
    }

    /// Returns the id of a security group of others, or that of the stack's group: the one that is of no others.
    fn group(&self, named: &str, others: &BTreeSet<&Id>) -> Option<String> {
        let is_id = |name: &str| name.starts_with("sg-");
        if is_id(named) {
            return Some(named.to_owned());
        }
        let of_others = |id: &&String| others.iter().any(|other| other.name == **id);
        let mut own = self.service.security_groups.iter().filter(|id| !of_others(id));
        own.next().filter(|_| own.next().is_none()).cloned()
    }

    /// Returns what the desired service needs and the running one does not use, as reasons of obstacles.
    fn news(&self, service: &service::State, revision: &task_definition::State) -> Vec<String> {
        let mut news = Vec::new();
        let is_elsewhere = service.registry != self.service.registry
            || service.load_balancers != self.service.load_balancers;
        if is_elsewhere {
            news.push(
                "would register its tasks elsewhere or with another port, which routes and security groups have to \
                 follow"
                    .to_owned(),
            );
        }
        if service.settings.enable_execute_command && !self.service.settings.enable_execute_command {
            news.push("would get ECS Exec, for which its role needs permissions".to_owned());
        }
        let providers = service.settings.capacity.keys();
        let new = providers.filter(|name| !self.service.settings.capacity.contains_key(*name));
        news.extend(
            new.map(|name| format!("would use the capacity provider {name}, which it does not use yet")),
        );

        let used = sources(&self.revision);
        let new = sources(revision).into_iter().filter(|source| !used.contains(source));
        news.extend(
            new.map(|(what, name)| format!("would use the {what} {name}, which it does not use yet")),
        );
        news
    }
}

/// Returns the output of a log group, from its name or its ARN.
fn log_group_named(text: &str) -> log_group::Output {
    let name = text.split_once(":log-group:").map_or(text, |(_, name)| name);
    let name = name.strip_suffix(":*").unwrap_or(name).to_owned();
    log_group::Output { arn: text.to_owned(), name }
}

/// Returns the objects that containers name and a role or another step of the stack has to provide.
fn sources(revision: &task_definition::State) -> BTreeSet<(&'static str, &str)> {
    revision.containers.values().flat_map(sources_of).collect()
}

/// Returns the same of one container.
fn sources_of(container: &task_definition::Container) -> Vec<(&'static str, &str)> {
    let secrets = container.secrets.values().chain(container.log_secret_options.values());
    let secrets = secrets.chain(&container.repository_credentials).map(|name| ("secret", name));
    let files = container.environment_files.iter().map(|name| ("file of variables", name));
    let logs = container.log_driver.as_deref() == Some("awslogs");
    let group = container.log_options.get("awslogs-group").filter(|_| logs).map(|name| ("log group", name));
    secrets.chain(files).chain(group).map(|(what, name)| (what, name.as_str())).collect()
}
