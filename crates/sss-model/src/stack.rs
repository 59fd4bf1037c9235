//! The stack: the whole desired state in one value.
//!
//! A [`Stack`] is the root of all parts: the network that exists already, the objects that services share (cluster,
//! namespace, execution role, security group, API), and the services by name. One declaration of each part is its Rust
//! type, its builder, its file format, its field rules and its JSON Schema; the derives generate the rest.
//!
//! A stack enters through three doors, which all check it: [`StackBuilder::build`], [`Stack::from_toml`], and
//! deserialising. Before the check, the stack is *settled*: values that follow from others are spelled out, so that
//! equal stacks compare equal however they were written. An example is the Cloud Map backend of a service with a port.
//!
//! Rules on one field are attributes of the field and functions of [`rules`]. Rules between parts run in
//! [`Stack::problems`]. The names of objects are in the `naming` module, as methods of [`Stack`].

use std::collections::BTreeMap;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use validator::Validate;

use crate::api::Api;
use crate::backend::{Backend, BackendKind};
use crate::builder::setters;
use crate::cluster::{Cluster, Namespace};
use crate::load_balancer::LoadBalancers;
use crate::log_group::LogGroup;
use crate::names::Names;
use crate::network::Network;
use crate::partition::Partition;
use crate::path::Path;
use crate::problem::{Invalid, Problem};
use crate::report::{Part, Report};
use crate::retention::Retention;
use crate::role::{ExecutionRole, TASK_EXECUTION_POLICY};
use crate::rules;
use crate::rules::broken;
use crate::security_group::SecurityGroup;
use crate::service::Service;

/// A stack of services behind one HTTP API, in one VPC of one region.
///
/// [`StackBuilder::build`], [`Stack::from_toml`] and deserialising return only stacks without a problem of severity
/// error. The fields are public, so code can change them afterwards; [`Stack::check`] checks the stack again.
///
/// ```
/// use sss_model::{Api, Network, Route, Service, Stack};
///
/// let network = Network::builder()
///     .vpc_id("vpc-0a1b2c3d4e5f60718")
///     .private_subnet_ids(["subnet-0a1b2c3d4e5f60001"])
///     .build()?;
/// let shop = Service::builder()
///     .name("shop")
///     .image("public.ecr.aws/docker/library/httpd:2.4")
///     .port(80)
///     .route(Route::builder().path("/shop/{proxy+}").build()?)
///     .build()?;
/// let stack = Stack::builder()
///     .name("market")
///     .region("eu-central-1")
///     .network(network)
///     .api(Api::default())
///     .service(shop)
///     .build()?;
/// assert_eq!(stack.service_name("shop"), "market-shop");
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", default, setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(remote = "Self", default, deny_unknown_fields)]
#[schemars(extend("required" = ["name", "region", "network"]))]
#[non_exhaustive]
pub struct Stack {
    /// The beginning of the names of all objects of the stack: letters, digits, `-` and `_`.
    #[builder(setter(into))]
    #[schemars(pattern(r"^[A-Za-z0-9][A-Za-z0-9_-]*$"))]
    #[validate(custom(function = "rules::stack::name"))]
    pub name: String,
    /// The AWS region, such as `ap-northeast-1`.
    #[builder(setter(into))]
    #[schemars(pattern(r"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$"))]
    #[validate(custom(function = "rules::stack::region"))]
    pub region: String,
    /// Whether the region may be one that AWS has opened after this version. Default false: an unknown code counts as a
    /// typing error.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_unlisted_region: bool,
    /// Tags of every object that takes tags. The tags of a part win over these.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Names that differ from the naming scheme.
    #[serde(skip_serializing_if = "Names::are_derived")]
    pub names: Names,
    /// The network of the services: an existing VPC and its private subnets.
    pub network: Network,
    /// The ECS cluster of the services.
    pub cluster: Cluster,
    /// The private DNS namespace in which the services find each other.
    #[serde(skip_serializing_if = "Namespace::is_plain")]
    pub namespace: Namespace,
    /// The role with which ECS starts tasks: it pulls images, reads secrets and writes logs.
    pub execution_role: ExecutionRole,
    /// The security group of the services' tasks.
    pub security_group: SecurityGroup,
    /// The days for which log groups keep their events, or `"never"` for events that never expire. Default 7.
    pub log_retention_days: Retention,
    /// The encryption and the class of all log groups. A service and the access log may have others.
    #[serde(skip_serializing_if = "LogGroup::is_plain")]
    pub log_group: LogGroup,
    /// The backend of services that have a port and no `backend` of their own. Default `cloud_map`.
    #[serde(skip_serializing_if = "BackendKind::is_cloud_map")]
    pub backend: BackendKind,
    /// The load balancers of services with the backend `alb` or `nlb`.
    #[serde(skip_serializing_if = "LoadBalancers::are_plain")]
    pub load_balancers: LoadBalancers,
    /// The HTTP API in front of the services. Without it no request from outside reaches them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    /// The rules whose warnings and advice are hidden, by id, each with the reason.
    #[builder(setter(custom))]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("additionalProperties" = { "type": "string", "minLength": 1 }, "x-rule" = rules::STACK_011.id))]
    pub silence: BTreeMap<String, String>,
    /// The services by name.
    #[builder(setter(custom), field(ty = "Vec<Service>", build = "BTreeMap::new()"))]
    #[serde(with = "keyed", skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Service>")]
    pub services: BTreeMap<String, Service>,
}

setters!(StackBuilder { pairs: tags, silence; });

impl Stack {
    /// Returns a builder of [`Stack`] with its defaults.
    ///
    /// Name, region and network have no default that is valid; [`StackBuilder::build`] reports the missing ones.
    #[must_use]
    pub fn builder() -> StackBuilder {
        StackBuilder::default()
    }

    /// Returns every problem of the stack, warnings and advice too, without those that [`Stack::silence`] hides.
    ///
    /// Use it to show warnings of a stack that code has built. Paths start at the stack: `services.app.port`.
    ///
    /// # Guarantees
    ///
    /// - A stack that was not changed since it was built has no problem of severity error.
    /// - The order is the same for equal stacks: parts in their order, then the rules between parts.
    /// - The problem of one value does not hide that of another, except where it would only repeat the first.
    ///
    /// ```
    /// use sss_model::{Network, Stack};
    ///
    /// let mut stack = Stack::builder()
    ///     .name("market")
    ///     .region("eu-central-1")
    ///     .network(Network::builder().vpc_id("vpc-0a1b2c3d4e5f60718").build()?)
    ///     .build()?;
    /// stack.region = "eu-centrl-1".to_owned();
    /// let problems = stack.problems();
    /// assert_eq!((problems[0].rule, problems[0].path.as_str()), ("STACK-003", "region"));
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn problems(&self) -> Vec<Problem> {
        let mut report = Report::default();
        report.inspect(self, &Path::root());
        report.join_moving_tags();
        report.join_warnings();
        #[cfg(test)]
        for problem in &report.problems {
            rules::raised::note_form(problem.rule, rules::raised::IN_STACK);
        }
        rules::silence::hush(&self.silence, &mut report);
        report.problems
    }

    /// Returns the partition of the stack's region.
    ///
    /// ARNs and host names of the stack's objects are of this partition. A region that is not in the table belongs to
    /// the partition whose prefix it has.
    ///
    /// ```
    /// use sss_model::{Network, Stack};
    ///
    /// let network = Network::builder().vpc_id("vpc-0a1b2c3d4e5f60718").build()?;
    /// let stack = Stack::builder().name("shop").region("cn-north-1").network(network).build()?;
    /// assert_eq!(stack.partition().name, "aws-cn");
    /// let policies = stack.execution_policies();
    /// assert_eq!(policies, ["arn:aws-cn:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn partition(&self) -> &'static Partition {
        Partition::of_region(&self.region)
    }

    /// Returns the ARNs of the execution role's managed policies.
    ///
    /// They are [`ExecutionRole::managed_policies`], or by default AWS's policy for task execution in the partition of
    /// the region.
    pub fn execution_policies(&self) -> Vec<String> {
        let default = || vec![self.partition().managed_policy(TASK_EXECUTION_POLICY)];
        self.execution_role.managed_policies.clone().unwrap_or_else(default)
    }

    /// Checks a stack that code may have changed since it was built.
    ///
    /// Call it before the stack is deployed. It does not settle the stack, so a backend that code has removed stays
    /// removed.
    ///
    /// # Errors
    ///
    /// Returns all problems of severity error, in the order of [`Stack::problems`].
    ///
    /// ```
    /// use sss_model::{Stack, tfvars};
    ///
    /// let mut stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// assert!(stack.check().is_ok());
    /// stack.log_retention_days = sss_model::Retention::NEVER;
    /// assert!(stack.check().is_ok(), "a warning is no reason to fail");
    /// stack.name.clear();
    /// assert_eq!(stack.check().unwrap_err().problems[0].path, "name");
    /// ```
    pub fn check(&self) -> Result<(), Invalid> {
        Invalid::unless_fine(self.problems())
    }

    /// Deserialises without checks, for a caller that gives each problem a place.
    pub(crate) fn unchecked<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut stack = Stack::deserialize(deserializer)?;
        stack.settle();
        Ok(stack)
    }
}

impl StackBuilder {
    /// Adds a service under its name.
    ///
    /// The name of the service is its key in [`Stack::services`]. A second service of the same name is a problem of
    /// `build`.
    #[must_use]
    pub fn service(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// Returns the [`Stack`], or every problem that its rules find.
    ///
    /// Warnings and advice are no reason to fail; [`Stack::problems`] returns them.
    ///
    /// # Guarantees
    ///
    /// The stack is settled, so it equals the stack that its stack file gives.
    ///
    /// # Errors
    ///
    /// Returns all problems of severity error, those between the parts of the stack too.
    pub fn build(mut self) -> Result<Stack, Invalid> {
        let services = std::mem::take(&mut self.services);
        let mut stack = self.assemble()?;

        let mut report = Report::default();
        for service in services {
            let place = Path::root().key("services").key(&service.name);
            if let Some(first) = stack.services.insert(service.name.clone(), service) {
                report.add(&place, broken!(rules::STACK_005, "same-name", name = first.name));
            }
        }

        stack.settle();
        report.problems.extend(stack.problems());
        Invalid::unless_fine(report.problems)?;
        Ok(stack)
    }
}

impl Part for Stack {
    fn settle(&mut self) {
        self.security_group.settle();
        let with_port = self.services.values_mut().filter(|service| service.task.port.is_some());
        for service in with_port {
            service.backend.get_or_insert_with(|| Backend::from(self.backend));
            service.settle();
        }
    }

    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::stack::inspect(self, at, report);
    }
}

impl Serialize for Stack {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stack::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Stack {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stack = Stack::unchecked(deserializer)?;
        crate::report::checked(stack).map_err(serde::de::Error::custom)
    }
}

/// Services in a file: their names are the keys.
///
/// In the value, each service knows its name as well. A service of a file cannot have another one: the key decides.
mod keyed {
    use super::{BTreeMap, Deserialize, Deserializer, Serialize, Serializer, Service};

    pub(super) fn serialize<S: Serializer>(
        services: &BTreeMap<String, Service>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let nameless = services.iter().map(|(name, service)| {
            let service = Service { name: String::new(), ..service.clone() };
            (name, service)
        });
        nameless.collect::<BTreeMap<_, _>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<String, Service>, D::Error> {
        let mut services = BTreeMap::<String, Service>::deserialize(deserializer)?;
        for (name, service) in &mut services {
            service.name.clone_from(name);
        }
        Ok(services)
    }
}
