//! Tasks: what concerns the containers of a task together.

use std::collections::{BTreeMap, BTreeSet};

use super::{ECS_TD_033, ECS_TD_070, ECS_TD_071, ECS_TD_075, ECS_TD_076, ECS_TD_080, ECS_TD_081};
use crate::container::{Condition, Container};
use crate::problem::{Place, Report};
use crate::service::Service;

/// A container of the task and where it stands.
type Placed = (Container, Place);

/// The rules of the whole task. Without the name of the main container, which follows from the stack's, what
/// depends on that name is not judged.
pub(crate) fn inspect(service: &Service, main: Option<&str>, at: &Place, report: &mut Report) {
    let places = std::iter::once(at.clone()).chain((0..).map(|index| at.key("containers").index(index)));
    let containers: Vec<Placed> =
        service.all_containers(main.unwrap_or_default()).into_iter().zip(places).collect();
    if containers.len() > 10 {
        let message = format!("makes {} containers with the main one", containers.len());
        report.add(&ECS_TD_070, &at.key("containers"), message);
    }
    names(&containers, report);
    ports(&containers, report);
    sizes(service, &containers, at, report);
    dependencies(&containers, main.is_some(), report);
}

fn names(containers: &[Placed], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (container, place) in containers {
        if !container.name.is_empty() && !seen.insert(&container.name) {
            let message = format!("another container of the task is called `{}` too", container.name);
            report.add(&ECS_TD_071, &place.key("name"), message);
        }
    }
}

fn ports(containers: &[Placed], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (position, (container, place)) in containers.iter().enumerate() {
        for (index, port) in container.ports.iter().enumerate() {
            if !seen.insert(port) {
                let place = if position == 0 { place.key("port") } else { place.key("ports").index(index) };
                report.add(&ECS_TD_033, &place, format!("port {port} is used in the task already"));
            }
        }
    }
}

fn sizes(service: &Service, containers: &[Placed], at: &Place, report: &mut Report) {
    let task = service.task_size;
    let cpu: u64 = containers.iter().filter_map(|(container, _)| container.cpu).map(u64::from).sum();
    if cpu > task.cpu().into() {
        let message = format!("is {}, and the containers have {cpu} CPU units together", task.cpu());
        report.add(&ECS_TD_075, &at.key("cpu"), message);
    }
    for (container, place) in containers {
        let sizes = [("memory", container.memory), ("memory_reservation", container.memory_reservation)];
        for (field, size) in sizes {
            if let Some(size) = size.filter(|size| *size > task.memory()) {
                let message = format!("is {size} MiB, and the task has {} MiB", task.memory());
                report.add(&ECS_TD_076, &place.key(field), message);
            }
        }
    }
}

fn dependencies(containers: &[Placed], complete: bool, report: &mut Report) {
    let by_name: BTreeMap<&str, &Container> =
        containers.iter().map(|(container, _)| (container.name.as_str(), container)).collect();
    for (container, place) in containers {
        for (name, condition) in &container.depends_on {
            let place = place.key("depends_on").key(name);
            match by_name.get(name.as_str()) {
                None if complete => {
                    let names = by_name.keys().copied().collect::<Vec<_>>().join("`, `");
                    report.add(&ECS_TD_080, &place, format!("the task has only the containers `{names}`"));
                }
                None => {}
                Some(_) if *name == container.name => {
                    report.add(&ECS_TD_081, &place, "the container waits for itself");
                }
                Some(target) => condition_of(target, *condition, &place, report),
            }
        }
    }
    circles(containers, &by_name, report);
}

fn condition_of(target: &Container, condition: Condition, at: &Place, report: &mut Report) {
    let name = &target.name;
    match condition {
        Condition::Complete | Condition::Success if target.essential => {
            let message = format!("`{name}` is essential: the task ends with it");
            report.add(&ECS_TD_080, at, message);
        }
        Condition::Healthy if target.health_check.is_none() => {
            report.add(&ECS_TD_080, at, format!("`{name}` has no health check"));
        }
        _ => {}
    }
}

/// Starts whatever waits for nothing, over and over; what is left waits for itself in the end.
fn circles(containers: &[Placed], by_name: &BTreeMap<&str, &Container>, report: &mut Report) {
    let waits = |container: &Container, on: &BTreeSet<&str>| {
        container.depends_on.keys().any(|name| *name != container.name && on.contains(name.as_str()))
    };
    let mut waiting: BTreeSet<&str> = by_name.keys().copied().collect();
    loop {
        let ready: Vec<&str> =
            waiting.iter().copied().filter(|name| !waits(by_name[name], &waiting)).collect();
        if ready.is_empty() {
            break;
        }
        waiting.retain(|name| !ready.contains(name));
    }
    let first = containers.iter().find(|(container, _)| waiting.contains(container.name.as_str()));
    if let Some((_, place)) = first {
        let names = waiting.iter().copied().collect::<Vec<_>>().join("`, `");
        let message = format!("these containers wait for each other and never start: `{names}`");
        report.add(&ECS_TD_081, &place.key("depends_on"), message);
    }
}
