//! The names of a stack's objects in daily operation.

use std::fmt;

use sss_model::{Stack, nearest};

use super::tasks::Task;

/// The names of a stack that daily operation needs.
///
/// They follow from the names in the stack alone, so a stack with other problems has them as well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// The name of the stack.
    pub stack: String,
    /// The name of the cluster.
    pub cluster: String,
    /// Whether the cluster is the stack's own. One of others has tasks of others.
    pub owns_cluster: bool,
    /// The services, by their keys in the stack.
    pub services: Vec<Named>,
    /// The name of the VPC link, or the id of one of others. `None` if the stack has no API.
    pub vpc_link: Option<String>,
    /// The log group of the API's access log, and its format. `None` if the stack has no such log.
    pub access_log: Option<AccessLog>,
}

/// The access log of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessLog {
    /// The name of the log group.
    pub group: String,
    /// The format of a line, with variables such as `$context.status`.
    pub format: String,
}

/// The names of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// The key in the stack, by which people name the service.
    pub key: String,
    /// The name of the ECS service.
    pub service: String,
    /// The family of its task definitions.
    pub family: String,
    /// Its containers with their logs, the main one first.
    pub containers: Vec<Logging>,
    /// The number of tasks that the stack wants. `None` if others set it.
    pub desired_count: Option<u32>,
    /// The number of tasks that a plan starts where none runs, although autoscaling sets it. `None` where no task is
    /// right.
    pub started: Option<u32>,
    /// The fewest and the most tasks of the autoscaling that the stack has for it. `None` without autoscaling.
    pub scaling: Option<(u32, u32)>,
}

/// A container and the place of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Logging {
    /// The name of the container.
    pub container: String,
    /// The log group.
    pub group: String,
    /// The beginning of the names of its streams, which are `prefix/container/task`.
    pub prefix: String,
}

/// The most services that an error names.
const NAMED: usize = 10;

/// The error of a name that no service of the stack has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed {
    /// The name.
    name: String,
    /// The keys of the services.
    known: Vec<String>,
}

impl fmt::Display for Unnamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, known } = self;
        let near = nearest(name, known.iter().map(String::as_str));
        match (known.as_slice(), near) {
            ([], _) => write!(f, "the stack has no services"),
            (_, Some(near)) => write!(f, "the stack has no service `{name}`; did you mean `{near}`?"),
            (known, None) => {
                let named = known[..known.len().min(NAMED)].join(", ");
                let more = known.len().saturating_sub(NAMED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                write!(f, "the stack has no service `{name}`; it has {named}{more}")
            }
        }
    }
}

impl std::error::Error for Unnamed {}

/// Returns the log of a container. Its options may name another group and prefix than the service's.
fn logging(container: &sss_model::Container, group: &str, region: &str) -> Logging {
    let options = container.log_options(group, region);
    let option = |name: &str, usual: &str| options.get(name).map_or(usual, String::as_str).to_owned();
    Logging {
        container: container.name.clone(),
        group: option("awslogs-group", group),
        prefix: option("awslogs-stream-prefix", &container.name),
    }
}

impl Target {
    /// Returns the names of a stack.
    ///
    /// ```
    /// use sss_aws::operate::Target;
    /// use sss_model::{Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// stack.name = "shop".to_owned();
    /// assert_eq!(Target::of(&stack).cluster, "shop-ecs-cluster");
    /// ```
    pub fn of(stack: &Stack) -> Self {
        let named = |(key, service): (&String, &sss_model::Service)| {
            let main = stack.container_name(key);
            let containers = service.task.all_containers(main.as_str());
            let is_ignored = service.ignore_changes.contains(&sss_model::Ignored::DesiredCount);
            let group = stack.log_group_name(key);
            Named {
                key: key.clone(),
                service: stack.service_name(key),
                family: stack.family_name(key),
                containers: containers
                    .iter()
                    .map(|container| logging(container, &group, &stack.region))
                    .collect(),
                desired_count: service.desired_count.filter(|_| !is_ignored && service.scaling.is_none()),
                started: service
                    .scaling
                    .as_ref()
                    .and_then(|scaling| (scaling.least() > 0).then(|| service.first_count())),
                scaling: service.scaling.as_ref().map(|scaling| (scaling.min, scaling.max)),
            }
        };
        let log = stack.api.as_ref().and_then(|api| api.access_log.as_ref());
        Self {
            stack: stack.name.clone(),
            cluster: stack.cluster_name(),
            owns_cluster: stack.cluster.existing.is_none(),
            services: stack.services.iter().map(named).collect(),
            vpc_link: stack.api.as_ref().map(|_| {
                let existing = stack.network.existing_vpc_link.clone();
                existing.unwrap_or_else(|| stack.vpc_link_name())
            }),
            access_log: log
                .map(|log| AccessLog { group: stack.api_log_group_name(), format: log.format.clone() }),
        }
    }

    /// Returns a service by its key or by the name of its ECS service.
    ///
    /// # Errors
    ///
    /// The stack has no service of this name. The error names those that it has.
    pub fn service(&self, name: &str) -> Result<&Named, Unnamed> {
        let mut services = self.services.iter();
        services.find(|service| service.key == name || service.service == name).ok_or_else(|| Unnamed {
            name: name.to_owned(),
            known: self.services.iter().map(|service| service.key.clone()).collect(),
        })
    }

    /// Returns the named services, or all without names.
    ///
    /// # Errors
    ///
    /// As [`Target::service`].
    pub fn chosen(&self, names: &[String]) -> Result<Vec<&Named>, Unnamed> {
        if names.is_empty() {
            return Ok(self.services.iter().collect());
        }
        names.iter().map(|name| self.service(name)).collect()
    }

    /// Returns the only service of the stack, or `None` if it has several.
    pub fn only(&self) -> Option<&Named> {
        match self.services.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Returns the service that started a task, or whose task definition it has if no service started it.
    pub fn service_of(&self, task: &Task) -> Option<&Named> {
        self.services.iter().find(|named| match &task.service {
            Some(service) => named.service == *service,
            None => named.family == task.family(),
        })
    }

    /// Returns whether no service started a task, and it is the stack's all the same.
    ///
    /// All such tasks of the stack's own cluster are. In a cluster of others, those with a task definition of the stack
    /// are.
    pub fn has_alone(&self, task: &Task) -> bool {
        task.service.is_none() && (self.owns_cluster || self.service_of(task).is_some())
    }

    /// Returns the key of an ECS service in the stack.
    pub fn key(&self, service: &str) -> Option<&str> {
        self.services.iter().find(|named| named.service == service).map(|named| named.key.as_str())
    }
}
