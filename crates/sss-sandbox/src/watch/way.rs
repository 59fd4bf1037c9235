//! The way of a request from a route of an API to the tasks that answer it.
//!
//! Behind the VPC link a request goes one of two ways: to the instances of a Cloud Map service, or to a listener, on
//! to the rule that fits, and to the healthy targets of its target groups. A request can meet each target group that
//! has a weight, so each of them needs a target that answers.

use std::collections::BTreeSet;

use super::{
    reach::{Answer, Depth},
    request::Request,
};
use crate::{
    services::{
        apigateway::{self, Lead},
        cloudmap, ec2,
        ecs::{Serving, ServingTasks},
        elb,
    },
    world::World,
};

/// The port of instances without one.
const HTTP: i32 = 80;

/// Returns the answer to a request to an API now.
pub(super) fn answer(
    world: &World,
    serving: &ServingTasks,
    api_id: &str,
    request: &Request,
    depth: Depth,
) -> Answer {
    let route = match apigateway::lead(world, api_id, request) {
        Ok(route) => route,
        Err(because) => return Answer::Nobody(because),
    };
    let look = Look { world, serving, route, depth };
    let found = match elb::way(world, &look.route.integration, &look.route.request) {
        Some(way) => way.and_then(|way| look.behind_listener(&way)),
        None => look.behind_registry(),
    };
    found.unwrap_or_else(Answer::Nobody)
}

/// A look at the way of one request.
struct Look<'a> {
    world: &'a World,
    serving: &'a ServingTasks,
    /// The way through the API.
    route: Lead,
    depth: Depth,
}

impl Look<'_> {
    /// Returns whether security groups let one of several interfaces reach another one.
    fn connects(&self, from: &[String], to: &str, port: i32) -> bool {
        self.depth == Depth::Objects || ec2::connects(self.world, from, to, port)
    }

    /// Returns the answer of tasks of these services, past objects of these names.
    fn answered(&self, services: BTreeSet<String>, names: Vec<String>) -> Answer {
        let Lead { api, key, link, .. } = &self.route;
        let past = [api, key, link].into_iter().cloned().chain(names);
        Answer::By { services, past: past.collect() }
    }

    /// Returns the answer of the instances of a Cloud Map service.
    fn behind_registry(&self) -> Result<Answer, String> {
        let Lead { key, link, integration, interfaces, .. } = &self.route;
        let registry = cloudmap::registered(self.world, integration).ok_or_else(|| {
            format!("{key} leads to {integration}, which is neither a Cloud Map service nor a listener")
        })?;
        let (known, name) = (registry.instances.len(), registry.name);
        let instances = registry.instances.iter();
        let tasks: Vec<(&Serving, Option<i32>)> =
            instances.filter_map(|(id, port)| Some((self.serving.by_id(id)?, *port))).collect();
        if tasks.is_empty() {
            return Err(format!("no running task is among the {known} instances of {name}"));
        }

        let reachable = tasks
            .iter()
            .filter(|(task, port)| self.connects(interfaces, &task.interface, port.unwrap_or(HTTP)));
        let services: BTreeSet<String> = reachable.map(|(task, _)| task.service.clone()).collect();
        if services.is_empty() {
            return Err(format!("no security group lets VPC link {link} reach a task in {name}"));
        }
        Ok(self.answered(services, vec![name, registry.namespace]))
    }

    /// Returns the answer of the targets behind a listener.
    fn behind_listener(&self, way: &elb::Way) -> Result<Answer, String> {
        let (link, balancer) = (&self.route.link, &way.load_balancer);
        let opens = |interface: &String| self.connects(&self.route.interfaces, interface, way.port);
        if !way.interfaces.iter().any(opens) {
            return Err(format!("no security group lets VPC link {link} reach {balancer}"));
        }

        let mut services = BTreeSet::new();
        for group in &way.groups {
            let tasks = group
                .targets
                .iter()
                .filter_map(|(address, port)| self.serving.by_address(address).map(|task| (task, *port)));
            let reachable =
                tasks.filter(|(task, port)| self.connects(&way.interfaces, &task.interface, *port));
            let of_group: BTreeSet<String> = reachable.map(|(task, _)| task.service.clone()).collect();
            if of_group.is_empty() {
                return Err(format!("no healthy target is in the target group {}", group.name));
            }
            services.extend(of_group);
        }
        let groups = way.groups.iter().map(|group| group.name.clone());
        Ok(self.answered(services, [balancer.clone()].into_iter().chain(groups).collect()))
    }
}
