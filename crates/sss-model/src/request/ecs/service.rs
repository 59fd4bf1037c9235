//! Services: the judge of `CreateService` of ECS.
//!
//! `service` runs all checks. This module has those on the name, on the count of tasks, on the launch and on the
//! network; the modules below it have one part of the request each:
//!
//! - `reference` checks names and ARNs of other objects, `capacity` the strategy of providers.
//! - `placement` and `platform` check settings that only instances or only Fargate have.
//! - `deployment`, `load_balancer`, `connect` and `volume` check the member of their name.
//!
//! A service runs on Fargate if its launch type is `FARGATE` or its strategy names a provider of Fargate. Otherwise the
//! request does not say where it runs: the cluster may have a default strategy. Rules of Fargate therefore hold for the
//! first case only, and rules of the task definition only if the caller refers to its request.

use super::registry;
use super::task::Task;
use crate::report::Report;
use crate::request::{Node, Operation, Referred, bounds, tags};
use crate::rules::{
    self, EC2_ID_001, ECS_SVC_001, ECS_SVC_002, ECS_SVC_003, ECS_SVC_005, ECS_SVC_020, ECS_SVC_021,
    ECS_SVC_022, ECS_SVC_080, broken,
};

mod capacity;
mod connect;
mod deployment;
mod load_balancer;
mod placement;
mod platform;
mod reference;
mod volume;

/// A service, and the facts that many of its rules need.
///
/// All of them come from the request, with the defaults of ECS.
struct Service<'a> {
    /// The request of `CreateService`.
    request: Node<'a>,
    /// The task definition, if it is among the referred requests.
    task: Option<Task<'a>>,
    /// The type of the deployment controller: `ECS` (the default), `CODE_DEPLOY` or `EXTERNAL`.
    controller: &'a str,
    /// Whether its tasks certainly run on Fargate.
    ///
    /// `false` means instances, or a default strategy of the cluster that the request does not show.
    fargate: bool,
    /// Whether the scheduling strategy is `DAEMON`. The default is `REPLICA`.
    daemon: bool,
}

impl<'a> Service<'a> {
    /// Reads the facts of a request of `CreateService`, and of the task definition among the referred requests.
    fn new(request: &Node<'a>, referred: &'a Referred) -> Self {
        let controller = request.get("deploymentController").and_then(|controller| controller.text("type"));
        let providers = request.items("capacityProviderStrategy");
        let of_fargate = |provider: &Node<'_>| {
            provider.text("capacityProvider").is_some_and(rules::service::is_fargate_provider)
        };
        Service {
            request: request.clone(),
            task: referred.get(Operation::EcsRegisterTaskDefinition).map(|task| Task::new(&task)),
            controller: controller.unwrap_or("ECS"),
            fargate: request.text("launchType") == Some("FARGATE") || providers.iter().any(of_fargate),
            daemon: request.text("schedulingStrategy") == Some("DAEMON"),
        }
    }

    /// Whether an external controller deploys the service.
    ///
    /// Such a service has no task definition, load balancers and network of its own: its task sets have them
    /// (ECS-SVC-033).
    fn external(&self) -> bool {
        self.controller == "EXTERNAL"
    }

    /// Whether its strategy has capacity providers, and certainly none of Fargate.
    ///
    /// A provider whose name is invalid may be a misspelled one of Fargate, so it makes the answer `false`.
    fn on_other_providers(&self) -> bool {
        let strategy = self.request.items("capacityProviderStrategy");
        let is_known = |item: &Node<'_>| {
            item.text("capacityProvider")
                .is_some_and(|name| rules::reference::capacity_provider(name).is_none())
        };
        !strategy.is_empty() && !self.fargate && strategy.iter().all(is_known)
    }

    /// Returns the load balancers, or no element if the list is absent.
    fn load_balancers(&self) -> Vec<Node<'a>> {
        self.request.items("loadBalancers")
    }
}

/// Checks the values of a service, and reports every problem.
///
/// The own checks are on `serviceName` (ECS-SVC-001) and on `clientToken`: at most 36 printable characters of ASCII,
/// without a space (ECS-SVC-080).
pub(crate) fn service(request: &Node<'_>, referred: &Referred, report: &mut Report) {
    let service = Service::new(request, referred);
    request.check_text("serviceName", &ECS_SVC_001, rules::service::ecs_name, report);
    reference::inspect(&service, report);
    desired_count(&service, report);
    launch(&service, report);

    placement::inspect(&service, report);
    volume::inspect(&service, report);
    capacity::inspect(&service, report);
    registry::inspect(request, service.task.as_ref(), referred, report);
    network(&service, report);
    deployment::inspect(&service, report);
    platform::inspect(&service, report);
    load_balancer::inspect(&service, report);
    connect::inspect(&service, report);

    bounds::length(request, "clientToken", 0..=36, &ECS_SVC_080, report);
    if request.text("clientToken").is_some_and(|token| !token.bytes().all(|b| b.is_ascii_graphic())) {
        report.add(&request.place("clientToken"), broken!(ECS_SVC_080, "invalid-characters"));
    }
    tags::of_list(request, "tags", ["key", "value"], tags::Service::Usual, report);
}

/// Checks how many tasks the service runs: 0 to 2147483647 (ECS-SVC-002).
///
/// ECS requires the count of replicas. A daemon cannot have one, since it runs one task on each instance (ECS-SVC-005).
/// A service with an external controller may omit it.
fn desired_count(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    let at = request.place("desiredCount");
    match request.integer("desiredCount") {
        Some(_) if service.daemon => report.add(&at, broken!(ECS_SVC_005, "counted")),
        Some(_) => request.check_integer("desiredCount", rules::service::desired_count, report),
        None if service.daemon || service.external() || request.has("desiredCount") => {}
        None => request.lacks("desiredCount", &ECS_SVC_002, report),
    }
}

/// Checks that the launch type and the strategies fit together.
///
/// ECS refuses `launchType` beside a capacity provider strategy (ECS-SVC-003). It refuses a daemon on Fargate, which
/// has no instances, and a daemon with another deployment controller than `ECS` (ECS-SVC-005).
fn launch(service: &Service<'_>, report: &mut Report) {
    let request = &service.request;
    if request.text("launchType").is_some() && !request.items("capacityProviderStrategy").is_empty() {
        let broken = broken!(ECS_SVC_003, "beside", other = "launchType");
        report.add(&request.place("capacityProviderStrategy"), broken);
    }
    let at = request.place("schedulingStrategy");
    if service.daemon && service.fargate {
        report.add(&at, broken!(ECS_SVC_005, "on-fargate"));
    }
    if service.daemon && service.controller != "ECS" {
        report.add(&at, broken!(ECS_SVC_005, "wrong-controller", controller = service.controller));
    }
}

/// Checks that the service has a network configuration exactly if its tasks use `awsvpc` (ECS-SVC-020).
///
/// Without the task definition, only Fargate says so. An external controller gives the network to its task sets.
fn network(service: &Service<'_>, report: &mut Report) {
    let configuration = service.request.get("networkConfiguration");
    let awsvpc = configuration.as_ref().and_then(|network| network.get("awsvpcConfiguration"));
    let mode = service.task.as_ref().and_then(Task::network_mode);
    let at = service.request.place("networkConfiguration");
    if awsvpc.is_none() && !service.external() && (service.fargate || mode == Some("awsvpc")) {
        report.add(&at, broken!(ECS_SVC_020, "required"));
    }
    if let Some(mode) = mode.filter(|mode| *mode != "awsvpc" && awsvpc.is_some()) {
        report.add(&at, broken!(ECS_SVC_020, "wrong-mode", mode = mode));
    }
    if let Some(awsvpc) = awsvpc {
        subnets_and_groups(&awsvpc, report);
    }
}

/// Checks 1 to 16 subnets (ECS-SVC-021), at most 5 security groups (ECS-SVC-022), and their ids (EC2-ID-001).
///
/// A service without security groups is a warning: ECS accepts it, and its tasks are in the default group of the VPC,
/// which a VPC link usually cannot reach.
fn subnets_and_groups(awsvpc: &Node<'_>, report: &mut Report) {
    bounds::count(awsvpc, "subnets", 1..=16, &ECS_SVC_021, report);
    bounds::count(awsvpc, "securityGroups", 0..=5, &ECS_SVC_022, report);
    if awsvpc.items("securityGroups").is_empty() {
        report.warn(&awsvpc.place("securityGroups"), broken!(ECS_SVC_022, "default-group"));
    }

    for (member, kind, what) in
        [("subnets", "subnet", "a subnet"), ("securityGroups", "sg", "a security group")]
    {
        for id in awsvpc.items(member) {
            if let Some(text) = id.as_text() {
                report.field(&EC2_ID_001, id.at(), rules::network::id(text, kind, what));
            }
        }
    }
}
