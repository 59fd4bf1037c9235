//! Changes of a stack by its owner.
//!
//! A change of one key comes from `walks/keys.rs`. The changes here touch several keys at once, such as a
//! service with another key and the same names. A change that leaves an invalid stack is dropped.

use fastrand::Rng;
use sss_model::{Ignored, Retention, Route, ServiceNames, Stack};

use super::{choose, keys};
use crate::account::{api, service};

/// A change of the stack: its name, and the act. The act returns `None` if it has no place in the stack.
type Edit = (&'static str, fn(&mut Stack, &mut Rng) -> Option<()>);

/// The numbers of tasks that others may give to a service whose count is left to them.
const COUNTS: [u32; 4] = [0, 1, 2, 3];

/// Changes of more than one key.
const EDITS: [Edit; 14] = [
    ("a service more", more),
    ("a service more", more),
    ("a service less", |stack, random| {
        let name = name(stack, random)?;
        stack.services.remove(&name).map(drop)
    }),
    ("a service of another key", |stack, random| rekey(stack, random, |_, _| ())),
    ("a service of another key", |stack, random| rekey(stack, random, |_, _| ())),
    ("a service of another key and the same names", |stack, random| rekey(stack, random, pin)),
    ("a route that another service takes", |stack, random| {
        let (from, to) = (name(stack, random)?, name(stack, random)?);
        let route = stack.services.get_mut(&from)?.routes.pop()?;
        stack.services.get_mut(&to)?.routes.push(route);
        Some(())
    }),
    ("routes that two services swap", |stack, random| {
        let (one, other) = (name(stack, random)?, name(stack, random)?);
        let routes = std::mem::take(&mut stack.services.get_mut(&one)?.routes);
        let others = std::mem::replace(&mut stack.services.get_mut(&other)?.routes, routes);
        stack.services.get_mut(&one)?.routes = others;
        Some(())
    }),
    ("a variable of another name", |stack, random| {
        let route = route(stack, random)?;
        let (start, end) = (route.path.find('{')?, route.path.find('}')?);
        let greedy = if route.path[start..end].ends_with('+') { "+" } else { "" };
        let variable = ["id", "key", "proxy"][random.usize(0..3)];
        route.path.replace_range(start..=end, &format!("{{{variable}{greedy}}}"));
        Some(())
    }),
    ("routes of a service or none", |stack, random| {
        let name = name(stack, random)?;
        let own = service(&name, 80).routes;
        let one = stack.services.get_mut(&name)?;
        one.routes = if one.routes.is_empty() { own } else { Vec::new() };
        Some(())
    }),
    ("an API or none", |stack, _| {
        stack.api = if stack.api.is_none() { Some(api()) } else { None };
        Some(())
    }),
    ("another image and count", |stack, random| {
        let name = name(stack, random)?;
        let service = stack.services.get_mut(&name)?;
        service.task.image = format!("public.ecr.aws/docker/library/httpd:2.{}", random.u8(4..8));
        service.desired_count = Some(random.u32(0..4));
        Some(())
    }),
    ("another size", |stack, random| {
        let name = name(stack, random)?;
        let task = &mut stack.services.get_mut(&name)?.task;
        (task.cpu, task.memory) = (256, 512 * (1 << random.u32(0..3)));
        Some(())
    }),
    ("another retention", |stack, random| {
        let days = choose(random, &Retention::DAYS[..6]).copied()?;
        stack.log_retention_days = Retention::days(days).ok()?;
        Some(())
    }),
];

/// Changes a stack into another valid one, and returns the name of the change. `earlier` are the stacks
/// before.
pub(super) fn edit(stack: &mut Stack, earlier: &mut Vec<Stack>, random: &mut Rng) -> Option<String> {
    let before = stack.clone();
    let done = changed(stack, earlier, random).filter(|_| is_deployable(stack));
    if done.is_some() {
        earlier.push(before);
    } else {
        *stack = before;
    }
    done
}

/// Changes a stack into any other one, valid or not.
fn changed(stack: &mut Stack, earlier: &[Stack], random: &mut Rng) -> Option<String> {
    match random.u8(0..20) {
        0 => {
            *stack = choose(random, earlier)?.clone();
            Some("an earlier stack".to_owned())
        }
        1..=9 => {
            let key = keys::any(random);
            *stack = keys::change(stack, key, random)?;
            Some(format!("another {}", key.0))
        }
        _ => {
            let (name, edit) = EDITS[random.usize(0..EDITS.len())];
            edit(stack, random).map(|()| name.to_owned())
        }
    }
}

/// Adds a service with its own port.
fn more(stack: &mut Stack, random: &mut Rng) -> Option<()> {
    let number = random.u16(0..5);
    let name = format!("s{number}");
    if stack.services.contains_key(&name) {
        return None;
    }
    stack.services.insert(name.clone(), service(&name, 8000 + number));
    Some(())
}

/// Returns the name of a random service.
fn name(stack: &Stack, random: &mut Rng) -> Option<String> {
    let names: Vec<&String> = stack.services.keys().collect();
    choose(random, &names).map(|name| (*name).clone())
}

/// Returns a random route of any service.
fn route<'a>(stack: &'a mut Stack, random: &mut Rng) -> Option<&'a mut Route> {
    let mut routes: Vec<&mut Route> =
        stack.services.values_mut().flat_map(|service| &mut service.routes).collect();
    let index = (!routes.is_empty()).then(|| random.usize(0..routes.len()))?;
    Some(routes.swap_remove(index))
}

/// Gives a service another key and keeps everything else of it. `first` changes the service before.
fn rekey(stack: &mut Stack, random: &mut Rng, first: fn(&mut Stack, &str)) -> Option<()> {
    let before = name(stack, random)?;
    let key = format!("r{}", random.u8(0..4));
    if stack.services.contains_key(&key) {
        return None;
    }
    first(stack, &before);
    let mut service = stack.services.remove(&before)?;
    service.name.clone_from(&key);
    stack.services.insert(key, service);
    Some(())
}

/// Writes down the names that follow from a service's key.
fn pin(stack: &mut Stack, key: &str) {
    let mut names = ServiceNames::default();
    names.service = Some(stack.service_name(key));
    names.task_role = Some(stack.task_role_name(key));
    names.task_policy = Some(stack.task_policy_name(key));
    names.log_group = Some(stack.log_group_name(key));
    names.family = Some(stack.family_name(key));
    names.container = Some(stack.container_name(key));
    names.cloud_map = Some(stack.cloud_map_name(key));
    if let Some(service) = stack.services.get_mut(key) {
        service.names = names;
    }
}

/// Returns whether the stack is valid, and whether its percentages let a deployment replace a task.
///
/// A count that is left to others may be any of [`COUNTS`].
fn is_deployable(stack: &Stack) -> bool {
    let is_blocked = |stack: &Stack| stack.problems().iter().any(|problem| problem.rule == "ECS-SVC-030");
    let at_count = |count: u32| {
        let mut stack = stack.clone();
        let shared = stack
            .services
            .values_mut()
            .filter(|service| service.ignore_changes.contains(&Ignored::DesiredCount));
        shared.for_each(|service| {
            service.desired_count = Some(count);
            // The rule judges no count that others set.
            service.ignore_changes.remove(&Ignored::DesiredCount);
        });
        stack
    };
    stack.check().is_ok() && !COUNTS.map(at_count).iter().any(is_blocked)
}

#[cfg(test)]
mod tests {
    use sss_model::Deployment;

    use super::*;
    use crate::account::{Account, reference};

    #[test]
    fn stack_is_deployable_at_each_count_it_may_have() {
        let room_from_two = |ignored: &[Ignored]| {
            let mut stack = reference(&Account::new());
            let app = stack.services.get_mut("app").expect("the service");
            app.desired_count = Some(2);
            app.ignore_changes = ignored.iter().copied().collect();
            app.deployment = Deployment::builder()
                .minimum_healthy_percent(50)
                .maximum_percent(150)
                .build()
                .expect("valid percentages");
            is_deployable(&stack)
        };
        assert!(room_from_two(&[]));
        assert!(!room_from_two(&[Ignored::DesiredCount]));
    }

    #[test]
    fn edited_stacks_are_deployable() {
        let mut stack = reference(&Account::new());
        let (mut earlier, mut random) = (Vec::new(), Rng::with_seed(3));
        for _ in 0..200 {
            edit(&mut stack, &mut earlier, &mut random);
            assert!(is_deployable(&stack), "{:#?}", stack.problems());
        }
    }
}
