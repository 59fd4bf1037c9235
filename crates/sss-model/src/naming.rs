//! The naming scheme: what every object of a stack is called.
//!
//! Each name follows from the stack's name, and the service's, unless [`Names`](crate::Names) or
//! [`ServiceNames`](crate::ServiceNames) say otherwise.

use crate::service::ServiceNames;
use crate::stack::Stack;

/// The service whose task definition family the scheme calls `site`, as the stack that it began with does.
const SITE: &str = "app";

impl Stack {
    /// The execution role's inline policy that allows it to read the secrets that the stack refers to:
    /// `{stack}-secrets-policy`.
    pub fn secrets_policy_name(&self) -> String {
        format!("{}-secrets-policy", self.name)
    }

    /// The ECS cluster: `{stack}-ecs-cluster`.
    pub fn cluster_name(&self) -> String {
        self.named(self.names.cluster.as_ref(), "", "-ecs-cluster")
    }

    /// The task execution role: `{stack}-ecs-task-exec-role`.
    pub fn execution_role_name(&self) -> String {
        self.named(self.names.execution_role.as_ref(), "", "-ecs-task-exec-role")
    }

    /// The inline policy of the task execution role: `{stack}-cloud-watch-policy`.
    pub fn execution_policy_name(&self) -> String {
        self.named(self.names.execution_policy.as_ref(), "", "-cloud-watch-policy")
    }

    /// The security group: `{stack}-ecs-sg`.
    pub fn security_group_name(&self) -> String {
        self.named(self.names.security_group.as_ref(), "", "-ecs-sg")
    }

    /// The tag `Name` of the security group: `{stack}-ecs-security-group`.
    pub fn security_group_tag(&self) -> String {
        self.named(self.names.security_group_tag.as_ref(), "", "-ecs-security-group")
    }

    /// The private DNS namespace: `{stack}-application-service.internal`.
    pub fn namespace_name(&self) -> String {
        self.named(self.names.namespace.as_ref(), "", "-application-service.internal")
    }

    /// The VPC link: `{stack}-vpc-link`.
    pub fn vpc_link_name(&self) -> String {
        self.named(self.names.vpc_link.as_ref(), "", "-vpc-link")
    }

    /// The HTTP API: `{stack}-api-gateway`.
    pub fn api_name(&self) -> String {
        self.named(self.names.api.as_ref(), "", "-api-gateway")
    }

    /// The log group of the API's access log: `/aws/api-gateway/{stack}`.
    pub fn api_log_group_name(&self) -> String {
        self.named(self.names.api_log_group.as_ref(), "/aws/api-gateway/", "")
    }

    /// The JWT authorizer: `{stack}-jwt-authorizer`.
    pub fn authorizer_name(&self) -> String {
        self.named(self.names.authorizer.as_ref(), "", "-jwt-authorizer")
    }

    /// The ECS service: `{stack}-{service}`.
    pub fn service_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.service.as_ref(), "", "")
    }

    /// The task role: `{stack}-{service}-role`.
    pub fn task_role_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.task_role.as_ref(), "", "-role")
    }

    /// The inline policy of the task role: `{stack}-{service}-cloud-watch-log-policy`.
    pub fn task_policy_name(&self, service: &str) -> String {
        self.named_of(
            service,
            |names| names.task_policy.as_ref(),
            "",
            "-cloud-watch-log-policy",
        )
    }

    /// The log group of the service's containers: `/aws/ecs/fargate/{stack}-{service}`.
    pub fn log_group_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.log_group.as_ref(), "/aws/ecs/fargate/", "")
    }

    /// The family of the task definition: `{stack}-{service}`, and `{stack}-site` for the service `app`.
    pub fn family_name(&self, service: &str) -> String {
        match self
            .services
            .get(service)
            .and_then(|service| service.names.family.as_ref())
        {
            Some(family) => family.clone(),
            None if service == SITE => format!("{}-site", self.name),
            None => format!("{}-{service}", self.name),
        }
    }

    /// The main container: `{stack}-{service}`.
    pub fn container_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.container.as_ref(), "", "")
    }

    /// The Cloud Map service: `{stack}-{service}`.
    pub fn cloud_map_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.cloud_map.as_ref(), "", "")
    }

    fn named(&self, name: Option<&String>, before: &str, after: &str) -> String {
        name.cloned()
            .unwrap_or_else(|| format!("{before}{}{after}", self.name))
    }

    fn named_of(
        &self,
        service: &str,
        name: impl Fn(&ServiceNames) -> Option<&String>,
        before: &str,
        after: &str,
    ) -> String {
        let chosen = self
            .services
            .get(service)
            .and_then(|service| name(&service.names));
        self.named(chosen, before, &format!("-{service}{after}"))
    }
}
