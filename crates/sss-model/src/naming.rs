//! The naming scheme: the names of all objects of a stack.
//!
//! Each name follows from the stack's name, and the service's, unless [`Names`](crate::Names) or
//! [`ServiceNames`] have another one. The scheme is that of the reference stack's Terraform
//! configuration, so that a stack with its name finds its objects. Every method is a function of the stack only: the
//! engine finds objects of earlier runs by these names, without a state file. So a change of the scheme would replace
//! objects of users.
//!
//! Methods for a service take its key in [`Stack::services`]. For a key that the stack does not have, they return the
//! name of the scheme. Names are complete but not checked; `rules/names.rs` checks them with the stack.

use crate::backend::BackendKind;
use crate::service::ServiceNames;
use crate::stack::Stack;

/// The service whose task definition family the scheme calls `site`, as the reference stack does.
const SITE: &str = "app";

/// The naming scheme: the name of each object of the stack.
///
/// [`Names`](crate::Names) and [`ServiceNames`] override single names. Methods for a service take its key in
/// [`Stack::services`]; for a key that the stack does not have, they return the name of the scheme.
///
/// ```
/// use sss_model::{Stack, tfvars};
///
/// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
/// stack.name = "shop".to_owned();
/// assert_eq!(stack.service_name("orders"), "shop-orders");
/// assert_eq!(stack.task_role_name("orders"), "shop-orders-role");
/// assert_eq!(stack.log_group_name("orders"), "/aws/ecs/fargate/shop-orders");
/// assert_eq!((stack.family_name("orders"), stack.family_name("app")), ("shop-orders".into(), "shop-site".into()));
/// ```
impl Stack {
    /// Returns the name of the ECS cluster: `{stack}-ecs-cluster`.
    ///
    /// ```
    /// use sss_model::{Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// stack.name = "shop".to_owned();
    /// assert_eq!(stack.cluster_name(), "shop-ecs-cluster");
    /// stack.names.cluster = Some("shared".to_owned());
    /// assert_eq!(stack.cluster_name(), "shared");
    /// ```
    ///
    /// The name of a cluster of others is the one that the stack gives; of an ARN it is the end.
    pub fn cluster_name(&self) -> String {
        if let Some(text) = &self.cluster.existing {
            return text.rsplit('/').next().unwrap_or(text).to_owned();
        }
        self.named(self.names.cluster.as_ref(), "", "-ecs-cluster")
    }

    /// Returns the name of the task execution role: `{stack}-ecs-task-exec-role`.
    pub fn execution_role_name(&self) -> String {
        self.named(self.names.execution_role.as_ref(), "", "-ecs-task-exec-role")
    }

    /// Returns the name of the task execution role's inline policy: `{stack}-cloud-watch-policy`.
    pub fn execution_policy_name(&self) -> String {
        self.named(self.names.execution_policy.as_ref(), "", "-cloud-watch-policy")
    }

    /// Returns the name of the task execution role's inline policy for the services' secrets: `{stack}-secrets-policy`.
    pub fn secrets_policy_name(&self) -> String {
        self.named(self.names.secrets_policy.as_ref(), "", "-secrets-policy")
    }

    /// Returns the name of the security group: `{stack}-ecs-sg`.
    ///
    /// Spaces around an own name are removed, as EC2 removes them.
    pub fn security_group_name(&self) -> String {
        let name = self.named(self.names.security_group.as_ref(), "", "-ecs-sg");
        // EC2 takes spaces around a name off.
        name.trim().to_owned()
    }

    /// Returns the value of the security group's tag `Name`: `{stack}-ecs-security-group`.
    ///
    /// It is no name on AWS: the console shows it beside the group's name.
    pub fn security_group_tag(&self) -> String {
        self.named(self.names.security_group_tag.as_ref(), "", "-ecs-security-group")
    }

    /// Returns the name of the private DNS namespace: `{stack}-application-service.internal`.
    ///
    /// It is the domain of the tasks' DNS names in the VPC.
    pub fn namespace_name(&self) -> String {
        self.named(self.names.namespace.as_ref(), "", "-application-service.internal")
    }

    /// Returns the name of the VPC link: `{stack}-vpc-link`.
    pub fn vpc_link_name(&self) -> String {
        self.named(self.names.vpc_link.as_ref(), "", "-vpc-link")
    }

    /// Returns the name of the HTTP API: `{stack}-api-gateway`.
    pub fn api_name(&self) -> String {
        self.named(self.names.api.as_ref(), "", "-api-gateway")
    }

    /// Returns the name of the log group of the API's access log: `/aws/api-gateway/{stack}`.
    ///
    /// The name of a log group of others is the one that the stack gives; of an ARN it is the end.
    pub fn api_log_group_name(&self) -> String {
        let log = self.api.as_ref().and_then(|api| api.access_log.as_ref());
        if let Some(name) = log.and_then(|log| log.log_group.name_of_others()) {
            return name;
        }
        self.named(self.names.api_log_group.as_ref(), "/aws/api-gateway/", "")
    }

    /// Returns the name of the JWT authorizer: `{stack}-jwt-authorizer`.
    pub fn authorizer_name(&self) -> String {
        self.named(self.names.authorizer.as_ref(), "", "-jwt-authorizer")
    }

    /// Returns the name of one of the API's `authorizers`: `{stack}-jwt-authorizer-{name}`.
    pub fn named_authorizer_name(&self, name: &str) -> String {
        format!("{}-{name}", self.authorizer_name())
    }

    /// Returns the name of the ECS service: `{stack}-{service}`.
    pub fn service_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.service.as_ref(), "", "")
    }

    /// Returns the name of the task role: `{stack}-{service}-role`.
    pub fn task_role_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.task_role.as_ref(), "", "-role")
    }

    /// Returns the name of the task role's inline policy: `{stack}-{service}-cloud-watch-log-policy`.
    pub fn task_policy_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.task_policy.as_ref(), "", "-cloud-watch-log-policy")
    }

    /// Returns the name of the task role's inline policy for ECS Exec: `{stack}-{service}-exec-policy`.
    pub fn exec_policy_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.exec_policy.as_ref(), "", "-exec-policy")
    }

    /// Returns the name of the log group of the service's containers: `/aws/ecs/fargate/{stack}-{service}`.
    ///
    /// The name of a log group of others is the one that the stack gives; of an ARN it is the end.
    pub fn log_group_name(&self, service: &str) -> String {
        if let Some(name) = self.services.get(service).and_then(|service| service.log_group.name_of_others())
        {
            return name;
        }
        self.named_of(service, |names| names.log_group.as_ref(), "/aws/ecs/fargate/", "")
    }

    /// Returns the family of the task definition: `{stack}-{service}`, or `{stack}-site` for the service `app`.
    ///
    /// The exception is the reference stack's; `names.family` overrides both.
    pub fn family_name(&self, service: &str) -> String {
        match self.services.get(service).and_then(|service| service.names.family.as_ref()) {
            Some(family) => family.clone(),
            None if service == SITE => format!("{}-site", self.name),
            None => format!("{}-{service}", self.name),
        }
    }

    /// Returns the name of the main container: `{stack}-{service}`.
    ///
    /// Other containers have the names that the stack gives them. It is also the prefix of the container's log streams.
    pub fn container_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.container.as_ref(), "", "")
    }

    /// Returns the name of the Cloud Map service: `{stack}-{service}`.
    ///
    /// With the name of the namespace behind it, it is the DNS name of the service.
    pub fn cloud_map_name(&self, service: &str) -> String {
        self.named_of(service, |names| names.cloud_map.as_ref(), "", "")
    }

    /// Returns the name of a load balancer of the stack: `{stack}-alb` or `{stack}-nlb`, and from the second one of a
    /// kind on with its number, as in `{stack}-alb2`.
    ///
    /// Elastic Load Balancing takes 32 letters, digits and hyphens. A longer name is cut, and ends with a hash of the
    /// whole.
    ///
    /// ```
    /// use sss_model::{BackendKind, Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// stack.name = "shop".to_owned();
    /// assert_eq!(stack.load_balancer_name(BackendKind::Alb, 1), "shop-alb");
    /// assert_eq!(stack.load_balancer_name(BackendKind::Nlb, 3), "shop-nlb3");
    /// ```
    pub fn load_balancer_name(&self, kind: BackendKind, number: usize) -> String {
        let (own, word) = match kind {
            BackendKind::Nlb => (self.names.nlb.as_ref(), "-nlb"),
            BackendKind::Alb | BackendKind::CloudMap => (self.names.alb.as_ref(), "-alb"),
        };
        let number = if number > 1 { number.to_string() } else { String::new() };
        match own {
            Some(name) => format!("{name}{number}"),
            None => balancing_name(&format!("{}{word}{number}", self.name)),
        }
    }

    /// Returns the name of the security group of the load balancers of a kind: `{stack}-alb-sg` or `{stack}-nlb-sg`.
    pub fn load_balancer_group_name(&self, kind: BackendKind) -> String {
        let word = if kind == BackendKind::Nlb { "nlb" } else { "alb" };
        format!("{}-{word}-sg", self.name)
    }

    /// Returns the name of the target group: `{stack}-{service}`, in the form of [`Stack::load_balancer_name`].
    pub fn target_group_name(&self, service: &str) -> String {
        match self.services.get(service).and_then(|service| service.names.target_group.as_ref()) {
            Some(name) => name.clone(),
            None => balancing_name(&format!("{}-{service}", self.name)),
        }
    }

    /// Returns the value of the header by which an Application Load Balancer knows the requests to a service:
    /// `{stack}/` and the name of [`Stack::target_group_name`].
    ///
    /// A service that keeps its target group keeps the value, because requests with an earlier value would find no rule.
    /// One with another target group has another value, so that its tasks are there before requests come. A value has at
    /// most 128 characters; a longer one is cut, and ends with a hash of the whole.
    pub fn load_balancer_header(&self, service: &str) -> String {
        shortened(format!("{}/{}", self.name, self.target_group_name(service)), 128)
    }

    /// Returns an own name of the stack, or the stack's name between two texts.
    fn named(&self, name: Option<&String>, before: &str, after: &str) -> String {
        name.cloned().unwrap_or_else(|| format!("{before}{}{after}", self.name))
    }

    /// Returns an own name of a service, or the names of stack and service between two texts.
    fn named_of(
        &self,
        service: &str,
        name: impl Fn(&ServiceNames) -> Option<&String>,
        before: &str,
        after: &str,
    ) -> String {
        let chosen = self.services.get(service).and_then(|service| name(&service.names));
        self.named(chosen, before, &format!("-{service}{after}"))
    }
}

/// The longest name of a load balancer and of a target group.
const LONGEST: usize = 32;

/// Returns a name in the characters and the length that Elastic Load Balancing takes.
fn balancing_name(name: &str) -> String {
    let plain = name.replace('_', "-");
    if plain == name { shortened(plain, LONGEST) } else { cut(&plain, name, LONGEST) }
}

/// Returns a text of at most this many characters.
fn shortened(text: String, longest: usize) -> String {
    if text.len() <= longest { text } else { cut(&text, &text, longest) }
}

/// Returns the beginning of a text with a hash of the whole at its end.
fn cut(text: &str, whole: &str, longest: usize) -> String {
    // FNV-1a: a change of it would rename objects of users.
    let hash = whole.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let end = format!("-{:06x}", hash & 0xff_ffff);
    let kept: String = text.chars().take(longest - end.len()).collect();
    format!("{}{end}", kept.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use crate::fixture::reference;

    #[test]
    fn scheme_names_the_reference_stack() {
        let stack = reference();
        let names = [
            stack.cluster_name(),
            stack.execution_role_name(),
            stack.execution_policy_name(),
            stack.secrets_policy_name(),
            stack.security_group_name(),
            stack.security_group_tag(),
            stack.namespace_name(),
            stack.vpc_link_name(),
            stack.api_name(),
            stack.api_log_group_name(),
            stack.authorizer_name(),
            stack.service_name("app"),
            stack.task_role_name("app"),
            stack.task_policy_name("app"),
            stack.exec_policy_name("app"),
            stack.log_group_name("app"),
            stack.family_name("app"),
            stack.container_name("app"),
            stack.cloud_map_name("app"),
            stack.family_name("web"),
        ];
        let want = [
            "mz-dev-ecs-cluster",
            "mz-dev-ecs-task-exec-role",
            "mz-dev-cloud-watch-policy",
            "mz-dev-secrets-policy",
            "mz-dev-ecs-sg",
            "mz-dev-ecs-security-group",
            "mz-dev-application-service.internal",
            "mz-dev-vpc-link",
            "mz-dev-api-gateway",
            "/aws/api-gateway/mz-dev",
            "mz-dev-jwt-authorizer",
            "mz-dev-app",
            "mz-dev-app-role",
            "mz-dev-app-cloud-watch-log-policy",
            "mz-dev-app-exec-policy",
            "/aws/ecs/fargate/mz-dev-app",
            "mz-dev-site",
            "mz-dev-app",
            "mz-dev-app",
            "mz-dev-web",
        ];
        assert_eq!(names, want);
    }

    #[test]
    fn long_balancing_names_differ_by_hash() {
        let mut stack = reference();
        assert_eq!(stack.target_group_name("app"), "mz-dev-app");
        stack.name = "a_stack-with-a-very-long-name".into();
        let names = [stack.target_group_name("orders"), stack.target_group_name("orders2")];
        assert_ne!(names[0], names[1]);
        for name in names {
            assert!(name.len() <= 32 && !name.contains('_'), "{name}");
        }
        stack.name = "a_b".into();
        assert_ne!(stack.target_group_name("c"), "a-b-c", "another stack may have this name");
    }

    #[test]
    fn override_wins_over_the_scheme() {
        let mut stack = reference();
        stack.names.cluster = Some("c".into());
        let names = &mut stack.services.get_mut("app").unwrap().names;
        names.family = Some("f".into());
        names.log_group = Some("l".into());
        let names = [stack.cluster_name(), stack.family_name("app"), stack.log_group_name("app")];
        assert_eq!(names, ["c", "f", "l"]);
    }
}
