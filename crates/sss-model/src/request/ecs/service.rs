//! Services.

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
struct Service<'a> {
    request: Node<'a>,
    /// The task definition, if it is among the referred requests.
    task: Option<Task<'a>>,
    controller: &'a str,
    /// Whether its tasks certainly run on Fargate.
    fargate: bool,
    daemon: bool,
}

impl<'a> Service<'a> {
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
    fn external(&self) -> bool {
        self.controller == "EXTERNAL"
    }

    /// Whether its strategy has capacity providers, and certainly none of Fargate.
    fn on_other_providers(&self) -> bool {
        let strategy = self.request.items("capacityProviderStrategy");
        let is_known = |item: &Node<'_>| {
            item.text("capacityProvider")
                .is_some_and(|name| rules::reference::capacity_provider(name).is_none())
        };
        !strategy.is_empty() && !self.fargate && strategy.iter().all(is_known)
    }

    /// Returns the load balancers.
    fn load_balancers(&self) -> Vec<Node<'a>> {
        self.request.items("loadBalancers")
    }
}

/// Checks the values of a service.
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
